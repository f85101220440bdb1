import type { Bytes } from '../bytes';
import { type Errno, fail, SysError } from '../errno';
import type { NetNamespace, OpenFile } from '../open-file';
import type { ExitStatus, Program } from '../syscalls';
import {
  ALL_CAPABILITIES,
  type Capability,
  type Credentials,
  credentialsOf,
} from '../vfs/credentials';
import { PTS_MAJOR } from '../vfs/device-files';
import type { MountNamespace, Place } from '../vfs/mounts';
import { DeviceNode, DirectoryNode, type FileActor, RegularFile } from '../vfs/node';
import { EXECUTE, permits } from '../vfs/permissions';
import { lookUpNode, type PathContext } from '../vfs/resolve';
import { ensureDirectory, findInside, nodeContext } from '../vfs/tree';
import type { Cgroup } from './cgroup';
import { Description, DescriptorTable } from './description';
import type { Machine } from './machine';
import type { PidNamespace } from './pid-namespace';
import { Process } from './process';
import type { HostName } from './process-state';
import { checkArguments, type LoadedProgram, loadProgram } from './program';
import { Terminal, type Tty } from './terminal';

export interface SpawnInitOptions {
  readonly mounts: MountNamespace;
  /** Absolute. Made (root, 0755) when it is missing, as runc does. */
  readonly cwd: Bytes;
  readonly argv: readonly Bytes[];
  readonly env: Iterable<readonly [Bytes, Bytes]>;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** Bounding set: what root has in effect. Names without CAP_; unknown ones are left out. */
  readonly capabilities: readonly string[];
  readonly noNewPrivileges?: boolean | undefined;
  readonly namespace: PidNamespace<Process>;
  readonly cgroup: Cgroup;
  readonly net: NetNamespace;
  readonly host: HostName;
  /** Ignored when there is a terminal. Each is released when the last descriptor of it goes. */
  readonly stdin?: OpenFile;
  readonly stdout?: OpenFile;
  readonly stderr?: OpenFile;
  readonly terminal?: Tty | undefined;
  /** Pod and container in the trace. */
  readonly actor: FileActor;
  readonly onExit?: (status: ExitStatus) => void;
  /** How long the program takes before it does anything, ms. */
  readonly startDelayMs?: number | undefined;
}

/**
 * Why a first process cannot be started. `text` is what the container runtime says of it, e.g.
 * `exec: "nope": executable file not found in $PATH`. Models runc libcontainer (Go's exec.LookPath).
 */
export class StartFailure {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Exit code of a container whose program the kernel refuses to execute (runc 1.2 and later). */
const EXEC_FAILED = 255;

/** PIDs that runc's threads use up in the namespace when it starts the first process, and a later one. */
const FIRST_RUNTIME_THREADS = 4;
const RUNTIME_THREADS = 5;

/**
 * Starts a process that nobody here is the parent of: the first of a container, or one that is exec'd
 * into it. Throws StartFailure. A file that is there but cannot be executed (exec format error, missing
 * interpreter) is no failure to start: the process says so on stderr and ends with 255.
 */
export function spawnInit(machine: Machine, options: SpawnInitOptions): Process {
  const { mounts, argv, namespace } = options;
  const bounding = capabilitySet(options.capabilities);
  const credentials = credentialsOf(options.uid, options.gid, options.groups, bounding);
  // runc still has the container's capabilities when it looks for the program, whoever the user is.
  const start: Credentials = { ...credentials, capabilities: bounding };
  const workingDirectory = enterDirectory(mounts, options.cwd, start);
  const context: PathContext = {
    ...nodeContext(mounts),
    workingDirectory,
    credentials: start,
    actor: options.actor,
  };
  const searched = new Map(options.env).get('PATH') ?? '';
  const path = findProgram(context, argv[0] ?? '', searched);
  const process = newProcess(machine, options, credentials, workingDirectory);
  namespace.skip(process.pid === 1 ? FIRST_RUNTIME_THREADS : RUNTIME_THREADS);
  const program = firstProgram(process, context, path, argv);
  process.start(slowed(program, options.startDelayMs));
  return process;
}

/** A process without a parent here, which has not been started yet. */
function newProcess(
  machine: Machine,
  options: Omit<SpawnInitOptions, 'cwd'>,
  credentials: Credentials,
  workingDirectory: Place,
): Process {
  const { mounts, namespace, cgroup, net, host, actor, noNewPrivileges = false } = options;
  const pid = namespace.nextPid();
  const process = new Process(
    { machine, namespace, cgroup, mounts, net, host, actor, noNewPrivileges },
    {
      pid,
      pgid: pid,
      session: { id: pid, terminal: undefined },
      credentials,
      root: rootOf(mounts),
      workingDirectory,
      table: descriptors(options),
    },
  );
  process.env = new Map(options.env);
  process.onExit = options.onExit;
  takeTerminal(process, options);
  return process;
}

function rootOf({ root }: MountNamespace): Place {
  return { mount: root, node: root.root };
}

function slowed(program: Program, delayMs: number | undefined): Program {
  if (!delayMs) return program;
  return function* (sys) {
    yield* sys.sleep(delayMs);
    return yield* program(sys);
  };
}

/** Starts a program that is no file of any image (the pause process of a sandbox, the node's own). */
export function spawnProgram(
  machine: Machine,
  options: Omit<SpawnInitOptions, 'cwd'> & { readonly name: Bytes; readonly program: Program },
): Process {
  const bounding = capabilitySet(options.capabilities);
  const credentials = credentialsOf(options.uid, options.gid, options.groups, bounding);
  const process = newProcess(machine, options, credentials, rootOf(options.mounts));
  process.argv = options.argv;
  process.name = options.name;
  options.namespace.skip(RUNTIME_THREADS);
  process.start(options.program);
  return process;
}

/** Makes the terminal that of the process's session and shows it in /dev/pts. */
function takeTerminal(
  process: Process,
  options: Pick<SpawnInitOptions, 'terminal' | 'namespace' | 'mounts'>,
): void {
  const { terminal } = options;
  if (!terminal) return;
  terminal.control(process.session, options.namespace);
  const pts = findInside(options.mounts, '/dev/pts')?.node;
  const name = String(terminal.number);
  if (pts instanceof DirectoryNode && !pts.get(name)) {
    pts.add(name, new DeviceNode(pts.owner, 0o620, PTS_MAJOR, terminal.number, 5));
  }
}

function capabilitySet(names: readonly string[]): ReadonlySet<Capability> {
  return new Set(ALL_CAPABILITIES.filter((name) => names.includes(name)));
}

function descriptors(
  options: Pick<SpawnInitOptions, 'terminal' | 'stdin' | 'stdout' | 'stderr'>,
): DescriptorTable {
  const table = new DescriptorTable();
  if (options.terminal) {
    const description = new Description(new Terminal(options.terminal), true, true);
    for (const fd of [0, 1, 2]) table.set(fd, description);
    return table;
  }
  const { stdin, stdout, stderr } = options;
  if (stdin) table.set(0, new Description(stdin, true, false));
  if (stdout) table.set(1, new Description(stdout, false, true));
  if (stderr) table.set(2, new Description(stderr, false, true));
  return table;
}

function enterDirectory(mounts: MountNamespace, cwd: Bytes, who: Credentials): Place {
  if (!cwd.startsWith('/')) throw new StartFailure('Cwd must be an absolute path');
  const context = nodeContext(mounts);
  let found: ReturnType<typeof lookUpNode>;
  try {
    found = lookUpNode(context, cwd, true);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'ENOENT') throw cwdFailure(cwd, error);
    found = makeWorkingDirectory(mounts, cwd);
  }
  const { mount, node } = found;
  if (!(node instanceof DirectoryNode)) throw cwdFailure(cwd, new SysError('ENOTDIR'));
  if (!permits(who, node, EXECUTE)) {
    throw new StartFailure(`chdir to cwd ("${cwd}") set in config.json failed: permission denied`);
  }
  return { mount, node };
}

function makeWorkingDirectory(mounts: MountNamespace, cwd: Bytes): ReturnType<typeof lookUpNode> {
  const context = nodeContext(mounts);
  let existing = '/';
  const missing = cwd.split('/').filter((part) => part !== '');
  try {
    while (missing.length > 0) {
      const next = `${existing === '/' ? '' : existing}/${missing[0]}`;
      try {
        lookUpNode(context, next, true);
      } catch (error) {
        if (error instanceof SysError && error.errno === 'ENOENT') break;
        throw error;
      }
      existing = next;
      missing.shift();
    }
    const { node } = lookUpNode(context, existing, true);
    if (!(node instanceof DirectoryNode)) fail('ENOTDIR');
    ensureDirectory(node, missing.join('/'));
    return lookUpNode(context, cwd, true);
  } catch (error) {
    throw cwdFailure(cwd, error);
  }
}

function cwdFailure(cwd: Bytes, error: unknown): unknown {
  if (!(error instanceof SysError)) return error;
  return new StartFailure(`mkdir ${cwd}: ${goText(error.errno)}`);
}

/** The errors as Go prints them. */
function goText(errno: Errno): string {
  const text = errno === 'E2BIG' ? 'argument list too long' : new SysError(errno).message;
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * exec.LookPath: a name without a slash is sought in PATH; what is found must be an executable file, and,
 * as runc checks after that, one that this user may execute.
 */
function findProgram(context: PathContext, name: Bytes, path: Bytes): Bytes {
  const found = name.includes('/') ? checkProgram(context, name) : searchPath(context, name, path);
  if (!permits(context.credentials, lookUpNode(context, found, true).node, EXECUTE)) {
    throw new StartFailure(`exec ${found}: permission denied`);
  }
  return found;
}

function checkProgram(context: PathContext, name: Bytes): Bytes {
  try {
    if (isExecutable(context, name)) return name;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new StartFailure(`exec: "${name}": stat ${name}: ${goText(error.errno)}`);
  }
  throw new StartFailure(`exec: "${name}": permission denied`);
}

function searchPath(context: PathContext, name: Bytes, path: Bytes): Bytes {
  for (const directory of name === '' ? [] : path.split(':')) {
    const candidate = `${directory === '' ? '.' : directory}/${name}`;
    try {
      if (isExecutable(context, candidate)) return candidate;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  throw new StartFailure(`exec: "${name}": executable file not found in $PATH`);
}

function isExecutable(context: PathContext, path: Bytes): boolean {
  const { node } = lookUpNode(context, path, true);
  return node instanceof RegularFile && (node.mode & 0o111) !== 0;
}

/** What the new process runs: the program, or runc's last words about it. */
function firstProgram(
  process: Process,
  context: PathContext,
  path: Bytes,
  argv: readonly Bytes[],
): Program {
  let loaded: LoadedProgram;
  try {
    loaded = loadProgram(context, path, argv);
    checkArguments(loaded.argv, process.env);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    process.argv = argv;
    process.name = 'runc:[2:INIT]';
    const line = `exec ${path}: ${goText(error.errno)}\n`;
    return function* (sys) {
      yield* sys.write(2, line);
      return EXEC_FAILED;
    };
  }
  process.become(loaded);
  return loaded.program;
}
