import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Resource } from '../../runtime/syscalls';
import type { Limit, ShellState } from '../interpreter/state';

interface LimitKind {
  readonly letter: string;
  readonly name: string;
  /** Bytes (or whatever is counted) per unit shown. */
  readonly unit: number;
  readonly initial: number;
  /** Under which the process itself has it; the others are only kept by the shell. */
  readonly resource?: Resource;
}

const NONE = Number.POSITIVE_INFINITY;

/** In the order of `ulimit -a`. */
const KINDS: readonly LimitKind[] = [
  { letter: 'c', name: 'core file size (blocks)', unit: 512, initial: NONE, resource: 'coreSize' },
  { letter: 'd', name: 'data seg size (kb)', unit: 1024, initial: NONE, resource: 'dataSize' },
  { letter: 'e', name: 'scheduling priority', unit: 1, initial: 0 },
  { letter: 'f', name: 'file size (blocks)', unit: 512, initial: NONE, resource: 'fileSize' },
  { letter: 'i', name: 'pending signals', unit: 1, initial: 63_450 },
  {
    letter: 'l',
    name: 'max locked memory (kb)',
    unit: 1024,
    initial: 8192 * 1024,
    resource: 'lockedMemory',
  },
  {
    letter: 'm',
    name: 'max memory size (kb)',
    unit: 1024,
    initial: NONE,
    resource: 'residentMemory',
  },
  { letter: 'n', name: 'open files', unit: 1, initial: 1_048_576, resource: 'openFiles' },
  { letter: 'q', name: 'POSIX message queues (bytes)', unit: 1, initial: 819_200 },
  { letter: 'r', name: 'real-time priority', unit: 1, initial: 0 },
  { letter: 's', name: 'stack size (kb)', unit: 1024, initial: 8192 * 1024, resource: 'stackSize' },
  { letter: 't', name: 'cpu time (seconds)', unit: 1, initial: NONE, resource: 'cpuSeconds' },
  { letter: 'u', name: 'max user processes', unit: 1, initial: NONE, resource: 'processes' },
  { letter: 'v', name: 'virtual memory (kb)', unit: 1024, initial: NONE, resource: 'addressSpace' },
  { letter: 'x', name: 'file locks', unit: 1, initial: NONE },
];

function limitOf(shell: ShellState, kind: LimitKind): Limit {
  if (kind.resource) return shell.sys.resourceLimit(kind.resource);
  return shell.limits.get(kind.letter) ?? { soft: kind.initial, hard: kind.initial };
}

interface Request {
  readonly kind: LimitKind;
  readonly value: Bytes | undefined;
}

/** Sizes of files and numbers of open files are enforced, the rest is kept and shown. Models shell_builtin_ulimit. */
export function* runUlimit(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const requests: Request[] = [];
  let hard = false;
  let soft = false;
  let all = false;
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] as Bytes;
    let rest = arg;
    if (!arg.startsWith('-')) {
      requests.push({ kind: kindOf('f') as LimitKind, value: arg });
      continue;
    }
    rest = arg.slice(1);
    while (/^[HSa]/.test(rest)) {
      if (rest.startsWith('H')) hard = true;
      else if (rest.startsWith('S')) soft = true;
      else all = true;
      rest = rest.slice(1);
    }
    if (rest === '') continue;
    const kind = kindOf(rest[0] as string);
    if (!kind) {
      yield* shell.writeError(`ulimit: invalid option -- '${rest[0]}'\n`);
      return 1;
    }
    let value: Bytes | undefined = rest.slice(1) || undefined;
    const next = argv[i + 1];
    if (value === undefined && next !== undefined && !next.startsWith('-')) {
      value = next;
      i++;
    }
    requests.push({ kind, value });
  }
  if (!hard && !soft) {
    hard = true;
    soft = true;
  }
  if (all) {
    for (const kind of KINDS) shell.print(titled(kind) + shown(shell, kind, soft));
    return 0;
  }
  if (requests.length === 0) shell.print(shown(shell, kindOf('f') as LimitKind, soft));
  for (const { kind, value } of requests) {
    if (value === undefined) {
      shell.print((requests.length > 1 ? titled(kind) : '') + shown(shell, kind, soft));
    } else {
      const complaint = setLimit(shell, kind, value, hard, soft);
      if (complaint === undefined) continue;
      yield* shell.writeError(`${shell.applet}: ${complaint}\n`);
      return 1;
    }
  }
  return 0;
}

function kindOf(letter: string): LimitKind | undefined {
  return KINDS.find((kind) => kind.letter === letter);
}

function titled(kind: LimitKind): Bytes {
  return `${kind.name.padEnd(32)}(-${kind.letter}) `;
}

function shown(shell: ShellState, kind: LimitKind, soft: boolean): Bytes {
  const limit = limitOf(shell, kind);
  const value = soft ? limit.soft : limit.hard;
  return value === NONE ? 'unlimited\n' : `${Math.floor(value / kind.unit)}\n`;
}

function setLimit(
  shell: ShellState,
  kind: LimitKind,
  text: Bytes,
  hard: boolean,
  soft: boolean,
): Bytes | undefined {
  if (text !== 'unlimited' && !/^[0-9]+$/.test(text)) return `invalid number '${text}'`;
  const value = text === 'unlimited' ? NONE : Number(text) * kind.unit;
  const before = limitOf(shell, kind);
  const after = { soft: soft ? value : before.soft, hard: hard ? value : before.hard };
  if (after.soft > after.hard) return 'error setting limit: Invalid argument';
  // Containers have no CAP_SYS_RESOURCE: a hard limit only goes down.
  if (after.hard > before.hard) return 'error setting limit: Operation not permitted';
  shell.limits.set(kind.letter, after);
  if (!kind.resource) return undefined;
  try {
    shell.sys.resourceLimit(kind.resource, after);
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return `error setting limit: ${error.message}`;
  }
}
