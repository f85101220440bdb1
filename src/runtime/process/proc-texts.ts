import type { Bytes } from '../bytes';
import type { NetNamespace } from '../open-file';
import { SIGNAL_NUMBERS, type Signal } from '../signals';
import { capabilityMask } from '../vfs/credentials';
import type { MachineServices } from './machine-services';
import type { PidNamespace } from './pid-namespace';
import type { Process } from './process';
import type { HostName } from './process-state';

/** The texts of /proc's files, as far as programs read them. Models fs/proc. */

/** What one /proc shows: the processes of a namespace and the machine under them. */
export interface ProcView {
  readonly machine: MachineServices;
  readonly namespace: PidNamespace<Process>;
  readonly net: NetNamespace;
  readonly host: HostName;
}

export const LINUX_RELEASE = '6.12.0-podlab';
export const LINUX_VERSION = `Linux version ${LINUX_RELEASE} (podlab@localhost) #1 SMP`;

const KILOBYTE = 1024;
const PAGE_BYTES = 4096;
/** Clock ticks per second in /proc (USER_HZ). */
const TICKS = 100;

export function cpuinfo(machine: MachineServices): Bytes {
  let text = '';
  for (let i = 0; i < machine.cores; i++) {
    text += `processor\t: ${i}\nvendor_id\t: Podlab\nmodel name\t: Podlab virtual CPU\n`;
    text += `cpu MHz\t\t: 1000.000\ncpu cores\t: ${machine.cores}\n\n`;
  }
  return text;
}

export function meminfo(machine: MachineServices): Bytes {
  const line = (name: string, bytes: number) =>
    `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / KILOBYTE)).padStart(8)} kB\n`;
  const { memoryBytes, availableMemoryBytes } = machine;
  const cached = Math.min(memoryBytes * 0.125, availableMemoryBytes / 2);
  return (
    line('MemTotal', memoryBytes) +
    line('MemFree', availableMemoryBytes - cached) +
    line('MemAvailable', availableMemoryBytes) +
    line('Buffers', 0) +
    line('Cached', cached) +
    line('SwapTotal', 0) +
    line('SwapFree', 0)
  );
}

function uptimeSeconds(machine: MachineServices): number {
  return (machine.kernel.clock.now - machine.bootedAt) / 1000;
}

export function uptime(machine: MachineServices): Bytes {
  const seconds = uptimeSeconds(machine);
  return `${seconds.toFixed(2)} ${(seconds * machine.cores).toFixed(2)}\n`;
}

export function loadavg(view: ProcView): Bytes {
  const all = [...view.namespace.processes.values()];
  const running = all.filter((process) => process.computing).length + 1;
  const last = Math.max(0, ...view.namespace.processes.keys());
  return `0.00 0.00 0.00 ${running}/${all.length} ${last}\n`;
}

export function machineStat(view: ProcView): Bytes {
  const { machine } = view;
  const ticks = Math.floor(uptimeSeconds(machine) * TICKS);
  const boot = Math.floor((machine.kernel.epochMs + machine.bootedAt) / 1000);
  let text = `cpu  0 0 0 ${ticks * machine.cores} 0 0 0 0 0 0\n`;
  for (let i = 0; i < machine.cores; i++) text += `cpu${i} 0 0 0 ${ticks} 0 0 0 0 0 0\n`;
  return `${text}ctxt 0\nbtime ${boot}\nprocesses ${view.namespace.processes.size}\n`;
}

export function mounts(process: Process): Bytes {
  return process.mountTable
    .list()
    .map(({ source, target, type, readOnly }) => {
      return `${source} ${target} ${type} ${readOnly ? 'ro' : 'rw'},relatime 0 0\n`;
    })
    .join('');
}

export function limits(): Bytes {
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

function signalMask(signals: ReadonlySet<Signal>): string {
  let mask = 0n;
  for (const signal of signals) mask |= 1n << BigInt(SIGNAL_NUMBERS[signal] - 1);
  return mask.toString(16).padStart(16, '0');
}

export function status(process: Process): Bytes {
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
    `SigIgn:\t${signalMask(process.ignored)}`,
    `SigCgt:\t${signalMask(process.catching)}`,
    `CapInh:\t${none}`,
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${capabilityMask(bounding)}`,
    `CapAmb:\t${none}`,
    `NoNewPrivs:\t${process.around.noNewPrivileges ? 1 : 0}`,
    'Seccomp:\t0',
  ].join('\n')}\n`;
}

export function statLine(view: ProcView, process: Process): Bytes {
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

/** Models mm/oom_kill.c oom_badness, as /proc shows it: 0 to 2000 around 666 for a process of no size. */
export function oomScore(process: Process): number {
  const { cgroup, machine } = process.around;
  const adjustment = cgroup.limits.oomScoreAdj ?? 0;
  if (adjustment === -1000) return 0;
  const share = Math.floor((process.memoryBytes * 1000) / machine.memoryBytes);
  return Math.max(0, Math.floor(((1000 + share + adjustment) * 2) / 3));
}

export function statm(process: Process): Bytes {
  const pages = Math.floor(process.memoryBytes / PAGE_BYTES);
  return `${pages} ${pages} 0 0 0 ${pages} 0\n`;
}

const TCP_STATES = {
  ESTABLISHED: 1,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSE_WAIT: 8,
  LISTEN: 10,
} as const;

export function netDevices(net: NetNamespace): Bytes {
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

export function tcpTable(net: NetNamespace): Bytes {
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
