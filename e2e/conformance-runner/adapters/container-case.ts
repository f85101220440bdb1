import type { Case } from '../table.ts';
import { isRecord } from '../table.ts';

/** A file of a case: what lies in the container before PID 1 starts. */
export interface CaseFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'directory';
  /** Text of a file, target of a link. */
  readonly content: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** One container of image busybox:1.37 in the circumstances of the recordings. Texts are UTF-16. */
export interface ContainerCase {
  readonly argv: readonly string[];
  /** Undefined: standard input is empty. */
  readonly stdin: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly CaseFile[];
  readonly uid: number;
  readonly gid: number;
  /** Sent to PID 1, `at` in seconds after its start. */
  readonly signals: readonly { readonly at: number; readonly signal: string }[];
  readonly cwd: string;
  readonly hostname: string;
  /** Programs that must not exist there. */
  readonly absent: readonly string[];
}

export interface ContainerOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const FIELDS = new Set(
  [
    'name category script invocation args stdin env files user signals expect absent'.split(' '),
    // Information about where a script of the wild table comes from.
    'original prelude epilogue lines file shortened factor'.split(' '),
  ].flat(),
);

function octal(mode: unknown, otherwise: number): number {
  return mode === undefined ? otherwise : Number.parseInt(String(mode), 8);
}

function readFile(path: string, entry: unknown): CaseFile {
  const absolute = path.startsWith('/') ? path : `/w/${path}`;
  const root = { path: absolute, uid: 0, gid: 0 };
  if (typeof entry === 'string') return { ...root, kind: 'file', content: entry, mode: 0o644 };
  if (!isRecord(entry)) throw new Error(`file ${path}: neither text nor an object`);
  const unknown = Object.keys(entry).filter(
    (key) => !['content', 'mode', 'uid', 'gid', 'link', 'dir'].includes(key),
  );
  if (unknown.length > 0) throw new Error(`file ${path}: unknown field ${unknown.join(', ')}`);
  const owned = { ...root, uid: Number(entry.uid ?? 0), gid: Number(entry.gid ?? 0) };
  if (typeof entry.link === 'string') {
    return { ...owned, kind: 'link', content: entry.link, mode: 0o777 };
  }
  if (entry.dir === true) {
    return { ...owned, kind: 'directory', content: '', mode: octal(entry.mode, 0o755) };
  }
  const content = String(entry.content ?? '');
  return { ...owned, kind: 'file', content, mode: octal(entry.mode, 0o644) };
}

function readCommand(testCase: Case): { argv: string[]; script: CaseFile[] } {
  const script = String(testCase.script);
  const args = Array.isArray(testCase.args) ? testCase.args.map(String) : [];
  if (testCase.invocation === undefined || testCase.invocation === 'c') {
    // With arguments, `sh` stands as $0 before them.
    return { argv: ['sh', '-c', script, ...(args.length > 0 ? ['sh', ...args] : [])], script: [] };
  }
  if (testCase.invocation !== 'file') throw new Error(`invocation ${testCase.invocation}`);
  return { argv: ['sh', 'script.sh', ...args], script: [readFile('script.sh', script)] };
}

/** Reads a case of the tables shell, applets and wild; throws on anything that it does not know. */
export function readContainerCase(testCase: Case): ContainerCase {
  const unknown = Object.keys(testCase).filter((key) => !FIELDS.has(key));
  if (unknown.length > 0) throw new Error(`unknown field ${unknown.join(', ')}`);
  const { argv, script } = readCommand(testCase);
  const [uid = 0, gid = 0] = String(testCase.user ?? '0:0')
    .split(':')
    .map(Number);
  const files = isRecord(testCase.files) ? Object.entries(testCase.files) : [];
  const env = isRecord(testCase.env) ? Object.entries(testCase.env) : [];
  const signals = Array.isArray(testCase.signals) ? testCase.signals : [];
  return {
    argv,
    stdin: typeof testCase.stdin === 'string' ? testCase.stdin : undefined,
    env: Object.fromEntries(env.map(([name, value]) => [name, String(value)])),
    files: [...script, ...files.map(([path, entry]) => readFile(path, entry))],
    uid,
    gid,
    signals: signals.map(({ at, signal }) => ({ at: Number(at), signal: String(signal) })),
    cwd: '/w',
    hostname: 'pod-1',
    absent: Array.isArray(testCase.absent) ? testCase.absent.map(String) : [],
  };
}
