import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { NetNamespace } from '../open-file';
import { SIGNAL_NUMBERS, type Signal } from '../signals';
import { type Credentials, capabilityMask } from '../vfs/credentials';
import { PlacedHandle } from '../vfs/file-handle';
import { FileSystem, type FileSystemOptions } from '../vfs/file-system';
import type { Place } from '../vfs/mounts';
import { DirectoryNode, type FileNode, GeneratedFile, type NodeOwner } from '../vfs/node';
import { MagicLink, type PathContext, type SharedFile } from '../vfs/resolve';
import type { MachineServices } from './machine-services';
import type { PidNamespace } from './pid-namespace';
import type { Process } from './process';
import type { HostName } from './process-state';

/** What one /proc shows: the processes of a namespace and the machine under them. */
export interface ProcView {
  readonly machine: MachineServices;
  readonly namespace: PidNamespace<Process>;
  readonly net: NetNamespace;
  readonly host: HostName;
}

/** Inode numbers of /proc begin here (PROC_DYNAMIC_FIRST). */
const FIRST_INODE = 4_026_531_840;

/** A file system of type proc. Models fs/proc. */
export function procFileSystem(
  view: ProcView,
  options: Pick<FileSystemOptions, 'device' | 'now'>,
): FileSystem {
  return new FileSystem({
    ...options,
    madeUpFrom: FIRST_INODE,
    type: 'proc',
    source: 'proc',
    makeRoot: (owner) => new ProcRoot(owner, view),
  });
}

class TextFile extends GeneratedFile {
  readonly #make: () => Bytes;
  override readonly guard: ((who: Credentials) => void) | undefined;

  constructor(
    owner: NodeOwner,
    make: () => Bytes,
    options: { mode?: number; process?: Process; guarded?: boolean } = {},
  ) {
    const { process } = options;
    super(owner, options.mode ?? 0o444, process?.uid ?? 0, process?.gid ?? 0);
    this.#make = make;
    this.guard = options.guarded && process ? (who) => mayInspect(who, process) : undefined;
  }

  generate(): Bytes {
    return this.#make();
  }
}

/**
 * Who may look into a process: those of the same user with at least its capabilities, and those with
 * CAP_SYS_PTRACE. EACCES for all others. Models kernel/ptrace.c ptrace_may_access.
 */
function mayInspect(who: Credentials, process: Process): void {
  const other = process.credentials;
  if (who === other || who.capabilities.has('SYS_PTRACE')) return;
  const sameUser = who.uid === other.uid && who.gid === other.gid;
  const covers = [...other.capabilities].every((name) => who.capabilities.has(name));
  if (!sameUser || !covers) fail('EACCES');
}

/** `self`, and the links of a process's directory. */
class ProcLink extends MagicLink {
  readonly #text: (context: PathContext) => Bytes;
  readonly #jump: ((context: PathContext) => Place | SharedFile | undefined) | undefined;

  constructor(
    owner: NodeOwner,
    text: (context: PathContext) => Bytes,
    jump?: (context: PathContext) => Place | SharedFile | undefined,
  ) {
    super(owner, 0o777, 0, 0);
    this.#text = text;
    this.#jump = jump;
  }

  text(context: PathContext): Bytes {
    return this.#text(context);
  }

  jump(context: PathContext): Place | SharedFile | undefined {
    return this.#jump?.(context);
  }
}

type Maker = (name: Bytes) => FileNode | undefined;

/** A directory whose entries are made when they are looked up. */
class ProcDirectory extends DirectoryNode {
  readonly #list: () => Bytes[];
  readonly #make: Maker;

  constructor(
    owner: NodeOwner,
    options: { mode?: number; uid?: number; gid?: number; list: () => Bytes[]; make: Maker },
  ) {
    super(owner, options.mode ?? 0o555, options.uid ?? 0, options.gid ?? 0);
    this.#list = options.list;
    this.#make = options.make;
  }

  override get size(): number {
    return 0;
  }

  override get(name: Bytes): FileNode | undefined {
    const node = this.#make(name);
    if (node) {
      node.parent = this;
      node.name = name;
    }
    return node;
  }

  override names(): Bytes[] {
    return this.#list();
  }

  override add(): void {
    fail('ENOENT');
  }
}

/** Entries by name, each made on demand. */
function fixedDirectory(
  owner: NodeOwner,
  entries: Readonly<Record<string, () => FileNode>>,
): ProcDirectory {
  const names = Object.keys(entries);
  return new ProcDirectory(owner, {
    list: () => names,
    make: (name) => (Object.hasOwn(entries, name) ? entries[name]?.() : undefined),
  });
}

class ProcRoot extends ProcDirectory {
  constructor(owner: NodeOwner, view: ProcView) {
    const { machine, namespace } = view;
    const text = (make: () => Bytes) => () => new TextFile(owner, make);
    const link = (target: Bytes) => () => new ProcLink(owner, () => target);
    const fixed: Readonly<Record<string, () => FileNode>> = {
      cpuinfo: text(() => cpuinfo(machine)),
      filesystems: text(() => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n'),
      loadavg: text(() => loadavg(view)),
      meminfo: text(() => meminfo(machine)),
      mounts: link('self/mounts'),
      net: link('self/net'),
      self: () => new ProcLink(owner, (context) => selfPid(view, context)),
      stat: text(() => machineStat(view)),
      sys: () => sysctl(owner, view),
      uptime: text(() => uptime(machine)),
      version: text(() => `${LINUX_VERSION}\n`),
    };
    super(owner, {
      list: () => [...[...namespace.processes.keys()].map(String), ...Object.keys(fixed)],
      make: (name) => {
        if (Object.hasOwn(fixed, name)) return fixed[name]?.();
        const process = /^[1-9]\d*$/.test(name) ? namespace.processes.get(Number(name)) : undefined;
        return process && processDirectory(owner, view, process);
      },
    });
  }
}

const LINUX_RELEASE = '6.12.0-podlab';
const LINUX_VERSION = `Linux version ${LINUX_RELEASE} (podlab@localhost) #1 SMP`;

function selfPid(view: ProcView, context: PathContext): Bytes {
  return view.namespace.processes.has(context.pid) ? String(context.pid) : fail('ENOENT');
}

function processDirectory(owner: NodeOwner, view: ProcView, process: Process): FileNode {
  const text = (make: () => Bytes) => () => new TextFile(owner, make, { process });
  const place = (path: () => Bytes, at: () => Place) => () =>
    new ProcLink(
      owner,
      (context) => {
        mayInspect(context.credentials, process);
        return path();
      },
      (context) => {
        mayInspect(context.credentials, process);
        return at();
      },
    );
  const { mountTable } = process;
  const environ = () => [...process.env].map(([name, value]) => `${name}=${value}\0`).join('');
  const entries: Readonly<Record<string, () => FileNode>> = {
    cgroup: text(() => '0::/\n'),
    cmdline: text(() =>
      process
        .describe()
        .argv.map((argument) => `${argument}\0`)
        .join(''),
    ),
    comm: text(() => `${process.name}\n`),
    cwd: place(
      () => process.cwd,
      () => process.workingDirectory,
    ),
    environ: () => new TextFile(owner, environ, { mode: 0o400, process, guarded: true }),
    exe: () => new ProcLink(owner, () => process.executable || fail('ENOENT')),
    fd: () => descriptorDirectory(owner, process),
    limits: text(() => limits()),
    mounts: text(() => mounts(process)),
    net: () => netDirectory(owner, view),
    oom_score: text(() => '666\n'),
    oom_score_adj: text(() => '1000\n'),
    root: place(
      () => mountTable.pathOf(process.root.mount, process.root.node),
      () => process.root,
    ),
    stat: text(() => statLine(view, process)),
    statm: text(() => statm(process)),
    status: text(() => status(process)),
  };
  const directory = fixedDirectory(owner, entries);
  directory.uid = process.uid;
  directory.gid = process.gid;
  return directory;
}

function descriptorDirectory(owner: NodeOwner, process: Process): FileNode {
  return new ProcDirectory(owner, {
    mode: 0o500,
    uid: process.uid,
    gid: process.gid,
    list: () => process.table.numbers().map(String),
    make: (name) => {
      const description = /^\d+$/.test(name) ? process.table.find(Number(name)) : undefined;
      if (!description) return undefined;
      const { file } = description;
      const check = (context: PathContext) => {
        if (context.pid !== process.pid) mayInspect(context.credentials, process);
      };
      return new ProcLink(
        owner,
        (context) => {
          check(context);
          return file.path ?? `anon_inode:[${file.stat().inode}]`;
        },
        (context) => {
          check(context);
          return file instanceof PlacedHandle && file.node.type === 'directory'
            ? { mount: file.mount, node: file.node }
            : description;
        },
      );
    },
  });
}

// Texts ----------------------------------------------------------------------------------------------

const KILOBYTE = 1024;
const PAGE_BYTES = 4096;
/** Clock ticks per second in /proc (USER_HZ). */
const TICKS = 100;

function cpuinfo(machine: MachineServices): Bytes {
  let text = '';
  for (let i = 0; i < machine.cores; i++) {
    text += `processor\t: ${i}\nvendor_id\t: Podlab\nmodel name\t: Podlab virtual CPU\n`;
    text += `cpu MHz\t\t: 1000.000\ncpu cores\t: ${machine.cores}\n\n`;
  }
  return text;
}

function meminfo(machine: MachineServices): Bytes {
  const line = (name: string, bytes: number) =>
    `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / KILOBYTE)).padStart(8)} kB\n`;
  const { memoryBytes } = machine;
  return (
    line('MemTotal', memoryBytes) +
    line('MemFree', memoryBytes * 0.75) +
    line('MemAvailable', memoryBytes * 0.875) +
    line('Buffers', 0) +
    line('Cached', memoryBytes * 0.125) +
    line('SwapTotal', 0) +
    line('SwapFree', 0)
  );
}

function uptimeSeconds(machine: MachineServices): number {
  return (machine.kernel.clock.now - machine.bootedAt) / 1000;
}

function uptime(machine: MachineServices): Bytes {
  const seconds = uptimeSeconds(machine);
  return `${seconds.toFixed(2)} ${(seconds * machine.cores).toFixed(2)}\n`;
}

function loadavg(view: ProcView): Bytes {
  const all = [...view.namespace.processes.values()];
  const running = all.filter((process) => process.computing).length + 1;
  const last = Math.max(0, ...view.namespace.processes.keys());
  return `0.00 0.00 0.00 ${running}/${all.length} ${last}\n`;
}

function machineStat(view: ProcView): Bytes {
  const { machine } = view;
  const ticks = Math.floor(uptimeSeconds(machine) * TICKS);
  const boot = Math.floor((machine.kernel.epochMs + machine.bootedAt) / 1000);
  let text = `cpu  0 0 0 ${ticks * machine.cores} 0 0 0 0 0 0\n`;
  for (let i = 0; i < machine.cores; i++) text += `cpu${i} 0 0 0 ${ticks} 0 0 0 0 0 0\n`;
  return `${text}ctxt 0\nbtime ${boot}\nprocesses ${view.namespace.processes.size}\n`;
}

function mounts(process: Process): Bytes {
  return process.mountTable
    .list()
    .map(({ source, target, type, readOnly }) => {
      return `${source} ${target} ${type} ${readOnly ? 'ro' : 'rw'},relatime 0 0\n`;
    })
    .join('');
}

function limits(): Bytes {
  const row = (name: string, soft: string, hard: string, unit: string) =>
    `${name.padEnd(26)}${soft.padEnd(21)}${hard.padEnd(21)}${unit.padEnd(10)}\n`;
  return (
    row('Limit', 'Soft Limit', 'Hard Limit', 'Units') +
    row('Max open files', '1024', '1024', 'files') +
    row('Max processes', 'unlimited', 'unlimited', 'processes')
  );
}

const STATES = {
  R: 'running',
  S: 'sleeping',
  T: 'stopped',
  Z: 'zombie',
} as const;

function signalMask(process: Process, wanted: 'ignore' | 'catch'): string {
  let mask = 0n;
  for (const [signal, action] of process.actions ?? []) {
    if (action === wanted) mask |= 1n << BigInt(SIGNAL_NUMBERS[signal as Signal] - 1);
  }
  return mask.toString(16).padStart(16, '0');
}

function status(process: Process): Bytes {
  const { pid, ppid, uid, gid, state, name, residentBytes } = process.describe();
  const size = Math.floor(residentBytes / KILOBYTE);
  const { capabilities, bounding, groups } = process.credentials;
  const none = '0'.repeat(16);
  const effective = capabilityMask(capabilities);
  const memory =
    state === 'Z'
      ? []
      : [`VmSize:\t${String(size).padStart(8)} kB`, `VmRSS:\t${String(size).padStart(8)} kB`];
  return `${[
    `Name:\t${name}`,
    `Umask:\t${process.fileMask.toString(8).padStart(4, '0')}`,
    `State:\t${state} (${STATES[state]})`,
    `Tgid:\t${pid}`,
    'Ngid:\t0',
    `Pid:\t${pid}`,
    `PPid:\t${ppid}`,
    'TracerPid:\t0',
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
    'FDSize:\t64',
    `Groups:\t${groups.map((group) => `${group} `).join('')}`,
    ...memory,
    'Threads:\t1',
    `SigIgn:\t${signalMask(process, 'ignore')}`,
    `SigCgt:\t${signalMask(process, 'catch')}`,
    `CapInh:\t${none}`,
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${capabilityMask(bounding)}`,
    `CapAmb:\t${none}`,
    'NoNewPrivs:\t0',
    'Seccomp:\t0',
  ].join('\n')}\n`;
}

function statLine(view: ProcView, process: Process): Bytes {
  const { pid, ppid, pgid, state, name, cpuMs, startedMs, residentBytes } = process.describe();
  const { machine } = view;
  const ticks = Math.floor((cpuMs * TICKS) / 1000);
  const started = startedMs - machine.kernel.epochMs - machine.bootedAt;
  const terminal = process.session.terminal ? 34_816 : 0;
  const group = process.session.terminal?.foregroundGroup ?? -1;
  return `${[
    pid,
    `(${name})`,
    state,
    ppid,
    pgid,
    process.session.id,
    terminal,
    group,
    4_194_560,
    0,
    0,
    0,
    0,
    ticks,
    0,
    0,
    0,
    20,
    0,
    1,
    0,
    Math.floor((started * TICKS) / 1000),
    residentBytes,
    Math.floor(residentBytes / PAGE_BYTES),
  ].join(' ')}${' 0'.repeat(28)}\n`;
}

function statm(process: Process): Bytes {
  const pages = Math.floor(process.memoryBytes / PAGE_BYTES);
  return `${pages} ${pages} 0 0 0 ${pages} 0\n`;
}

// /proc/sys and /proc/net ----------------------------------------------------------------------------

function sysctl(owner: NodeOwner, view: ProcView): FileNode {
  const text = (make: () => Bytes) => () => new TextFile(owner, make, { mode: 0o444 });
  return fixedDirectory(owner, {
    kernel: () =>
      fixedDirectory(owner, {
        hostname: text(() => `${view.host.hostname}\n`),
        osrelease: text(() => `${LINUX_RELEASE}\n`),
        ostype: text(() => 'Linux\n'),
        pid_max: text(() => '4194304\n'),
      }),
    net: () =>
      fixedDirectory(owner, {
        ipv4: () =>
          fixedDirectory(owner, {
            ip_unprivileged_port_start: text(() => '0\n'),
            ip_forward: text(() => '0\n'),
          }),
        core: () => fixedDirectory(owner, { somaxconn: text(() => '4096\n') }),
      }),
    vm: () => fixedDirectory(owner, { overcommit_memory: text(() => '1\n') }),
  });
}

const TCP_STATES = {
  ESTABLISHED: 1,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSE_WAIT: 8,
  LISTEN: 10,
} as const;

function netDirectory(owner: NodeOwner, view: ProcView): FileNode {
  const text = (make: () => Bytes) => () => new TextFile(owner, make);
  return fixedDirectory(owner, {
    dev: text(() => netDevices(view.net)),
    tcp: text(() => tcpTable(view.net)),
    tcp6: text(() => '  sl  local_address                         remote_address\n'),
  });
}

function netDevices(net: NetNamespace): Bytes {
  const head =
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|' +
    'bytes    packets errs drop fifo colls carrier compressed\n';
  const zeros = '       0'.repeat(16);
  return (
    head +
    net
      .addresses()
      .map(({ name }) => `${name.padStart(6)}:${zeros}\n`)
      .join('')
  );
}

function hexAddress(host: string, port: number): string {
  const octets = /^\d+(\.\d+){3}$/.test(host) ? host.split('.').map(Number) : [0, 0, 0, 0];
  const hex = octets.reverse().map((octet) => octet.toString(16).padStart(2, '0'));
  return `${hex.join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

function tcpTable(net: NetNamespace): Bytes {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const rows = net.sockets().map((socket, i) => {
    const { local, remote, state } = socket;
    const there = remote ? hexAddress(remote.host, remote.port) : hexAddress('0.0.0.0', 0);
    const code = TCP_STATES[state].toString(16).padStart(2, '0').toUpperCase();
    const here = hexAddress(local.host, local.port);
    return (
      `${String(i).padStart(4)}: ${here} ${there} ${code} 00000000:00000000 00:00000000 00000000` +
      `     0        0 ${i + 1} 1 0000000000000000 100 0 0 10 0\n`
    );
  });
  return head + rows.join('');
}
