import { busyboxFiles, file, program } from '../images/linux-files';
import type { Kernel } from '../kernel/kernel';
import { DEFAULT_KUBECONFIG } from '../kubectl/config/kubeconfig';
import { fromBytes, toBytes } from '../runtime/bytes';
import type { ImageModel } from '../runtime/image';
import { Namespace } from '../runtime/net/namespace';
import type { Network } from '../runtime/net/network';
import { Machine } from '../runtime/process/machine';
import type { Process } from '../runtime/process/process';
import { spawnInit } from '../runtime/process/spawn';
import type { Tty } from '../runtime/process/terminal';
import { type ExitStatus, exitCodeOf, type Program } from '../runtime/syscalls';
import { ALL_CAPABILITIES } from '../runtime/vfs/credentials';
import { imageLayer } from '../runtime/vfs/layer';
import { MountNamespace } from '../runtime/vfs/mounts';
import { type DirectoryNode, RegularFile } from '../runtime/vfs/node';
import {
  ensureDirectory,
  nodeAt,
  putFile,
  readFileAt,
  removeAt,
  walkTree,
} from '../runtime/vfs/tree';
import { CaptureFile } from './capture-file';

import type { ShOptions, ShResult } from './run';
import { TerminalScreen } from './terminal-screen';

/** The folder in which scripts run and the editor's files lie. */
export const HOME = '/root';
/** Where kubectl finds the cluster, below the home folder. */
const KUBECONFIG_PATH = '.kube/config';
const HOST_NAME = 'workstation';
const ADDRESS = '192.168.49.1';
/** Scripts without a limit of their own end after this, virtual ms. */
const SCRIPT_TIMEOUT_MS = 600_000;
/** As coreutils' timeout reports it. */
const TIMED_OUT = 124;
const HOSTS = `127.0.0.1\tlocalhost\n127.0.1.1\t${HOST_NAME}\n`;

/** Commands that the workstation has beside busybox, by path. */
export type WorkstationPrograms = ReadonlyMap<string, Program>;

/**
 * A small Linux host beside the cluster: a shell with kubectl and the busybox applets, and a home folder.
 * The terminal in the page and `sh()` are this host.
 */
export class Workstation {
  readonly screen: TerminalScreen;
  readonly #kernel: Kernel;
  readonly #machine: Machine;
  readonly #net: Namespace;
  readonly #host = { hostname: HOST_NAME };
  readonly #processes;
  readonly #cgroup;
  readonly #mounts: MountNamespace;
  readonly #home: DirectoryNode;
  #terminal: Tty | undefined;

  constructor(kernel: Kernel, network: Network, programs: WorkstationPrograms) {
    this.#kernel = kernel;
    this.#machine = new Machine({ kernel, name: HOST_NAME });
    this.#net = new Namespace(network, ADDRESS);
    this.#processes = this.#machine.createPidNamespace();
    this.#cgroup = this.#machine.createCgroup();
    const layer = imageLayer(workstationImage(programs), kernel.epochMs);
    const root = this.#machine.createRoot(layer);
    this.#mounts = new MountNamespace(root.root);
    this.#mountSystem(root.root);
    this.#home = ensureDirectory(root.root, HOME);
    this.screen = new TerminalScreen();
    putFile(this.#home, KUBECONFIG_PATH, DEFAULT_KUBECONFIG, { mode: 0o600 });
    // PID 1 of the host: adopts orphans, so that a script that ends takes nobody with it.
    this.#spawn(['/sbin/init'], {});
  }

  #mountSystem(root: DirectoryNode): void {
    const at = (path: string) => ({ mount: this.#mounts.root, node: ensureDirectory(root, path) });
    const proc = this.#machine.createProc(this.#processes, this.#net, this.#host);
    this.#mounts.mount(at('/proc'), proc);
    this.#mounts.mount(at('/dev'), this.#machine.createDevices().root);
  }

  #spawn(
    argv: readonly string[],
    options: {
      env?: Readonly<Record<string, string>>;
      stdin?: CaptureFile;
      stdout?: CaptureFile;
      stderr?: CaptureFile;
      terminal?: Tty;
      onExit?: (status: ExitStatus) => void;
    },
  ): Process {
    const { env, stdin, stdout, stderr, terminal, onExit } = options;
    const variables = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOSTNAME: HOST_NAME,
      HOME,
      USER: 'root',
      PS1: '\\w \\$ ',
      ...(terminal ? { TERM: 'xterm-256color' } : {}),
      ...env,
    };
    return spawnInit(this.#machine, {
      mounts: this.#mounts,
      cwd: HOME,
      argv: argv.map(toBytes),
      env: Object.entries(variables).map(([name, value]) => [toBytes(name), toBytes(value)]),
      uid: 0,
      gid: 0,
      groups: [0],
      capabilities: ALL_CAPABILITIES,
      namespace: this.#processes,
      cgroup: this.#cgroup,
      net: this.#net,
      host: this.#host,
      actor: {},
      stdin: stdin ?? new CaptureFile(''),
      stdout: stdout ?? new CaptureFile(),
      stderr: stderr ?? new CaptureFile(),
      terminal,
      ...(onExit ? { onExit } : {}),
    });
  }

  /** Runs a script to its end; virtual time goes on meanwhile, for the whole cluster. */
  sh(script: string, options: ShOptions = {}): ShResult {
    const { clock } = this.#kernel;
    for (const [path, text] of Object.entries(options.files ?? {})) this.writeFile(path, text);
    const stdout = new CaptureFile();
    const stderr = new CaptureFile();
    let status: ExitStatus | undefined;
    const process = this.#spawn(['sh', '-c', script], {
      ...(options.env ? { env: options.env } : {}),
      stdin: new CaptureFile(toBytes(options.stdin ?? '')),
      stdout,
      stderr,
      onExit: (ended) => {
        status = ended;
      },
    });
    const deadline = clock.now + (options.timeoutMs ?? SCRIPT_TIMEOUT_MS);
    while (!status) {
      const next = clock.nextAt;
      if (next === undefined || next > deadline) break;
      clock.step();
    }
    const exitCode = status ? exitCodeOf(status) : TIMED_OUT;
    if (!status) {
      clock.runUntil(deadline);
      this.#processes.signalGroup(process.pgid, 'KILL', 'node');
    }
    return {
      stdout: fromBytes(stdout.bytes),
      stderr: fromBytes(stderr.bytes),
      exitCode,
      filesAfter: this.files(),
    };
  }

  // The terminal -----------------------------------------------------------------------------------

  /** What somebody types. The shell starts with the first input or size. */
  input(text: string): void {
    this.#shell().input(toBytes(text));
  }

  resize(columns: number, rows: number): void {
    this.#shell().resize(columns, rows);
  }

  #shell(): Tty {
    if (this.#terminal) return this.#terminal;
    const terminal = this.#machine.createTerminal();
    this.#terminal = terminal;
    this.screen.follow(terminal);
    this.#spawn(['sh', '-i'], {
      terminal,
      onExit: () => {
        // `exit` leaves a shell, not the lab: the next key finds a new one.
        this.screen.print('\r\n');
        this.#terminal = undefined;
      },
    });
    return terminal;
  }

  // Files ------------------------------------------------------------------------------------------

  /** Relative paths are in the home folder. */
  writeFile(path: string, text: string): void {
    putFile(this.#home, this.#within(path), toBytes(text));
  }

  readFile(path: string): string | undefined {
    const bytes = readFileAt(this.#home, this.#within(path));
    return bytes === undefined ? undefined : fromBytes(bytes);
  }

  removeFile(path: string): void {
    if (nodeAt(this.#home, this.#within(path))) removeAt(this.#home, this.#within(path));
  }

  #within(path: string): string {
    return toBytes(path.startsWith(`${HOME}/`) ? path.slice(HOME.length + 1) : path);
  }

  /** What lies in the home folder, kubectl's own file aside: path in it → text. */
  files(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const { path, node } of walkTree(this.#home)) {
      const isOwn = path === KUBECONFIG_PATH;
      if (node instanceof RegularFile && !isOwn) files[fromBytes(path)] = fromBytes(node.content);
    }
    return files;
  }
}

/** Waits for children that others have left behind. */
const init: Program = function* init(sys) {
  sys.signalAction('CHLD', 'ignore');
  for (;;) yield* sys.wait(() => () => {});
};

function workstationImage(programs: WorkstationPrograms): ImageModel {
  return {
    repositories: ['podlab/workstation'],
    sizeBytes: 0,
    modelled: 'lab',
    about: 'The workstation: a shell with kubectl, curl and busybox.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'BusyBox' }),
        ['/sbin/init', program(init, 10_000)],
        ['/etc/hosts', file(HOSTS)],
        ...[...programs].map(([path, run]) => [path, program(run, 60_000_000)] as const),
      ]),
  };
}
