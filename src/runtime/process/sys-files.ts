import { FileSystem, type FileSystemOptions } from '../vfs/file-system';
import { fixedDirectory, TextFile } from '../vfs/generated';
import type { NodeOwner } from '../vfs/node';
import { type Cgroup, CPU_PERIOD_US } from './cgroup';
import type { Process } from './process';

/** Inode numbers of /sys, far from those of files. */
const FIRST_INODE = 4_100_000_000;

/**
 * A file system of type sysfs with what programs read in a container: the limits of its own cgroup
 * (version 2). Models kernel/cgroup, mm/memcontrol.c.
 */
export function sysFileSystem(
  cgroup: Cgroup,
  options: Pick<FileSystemOptions, 'device' | 'now'>,
): FileSystem {
  return new FileSystem({
    ...options,
    type: 'sysfs',
    source: 'sysfs',
    madeUpFrom: FIRST_INODE,
    makeRoot: (owner) =>
      fixedDirectory(owner, {
        fs: () => fixedDirectory(owner, { cgroup: () => cgroupDirectory(owner, cgroup) }),
      }),
  });
}

/** Shares of cgroup v1, between which and the weight of v2 runc converts. */
const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;
const MOST_WEIGHT = 10_000;

function cgroupDirectory(owner: NodeOwner, cgroup: Cgroup) {
  const text = (make: () => string) => () => new TextFile(owner, () => `${make()}\n`);
  const lines = (entries: Readonly<Record<string, number>>) =>
    Object.entries(entries)
      .map(([name, value]) => `${name} ${value}`)
      .join('\n');
  return fixedDirectory(owner, {
    'cgroup.controllers': text(() => 'cpu memory pids'),
    'cgroup.events': text(() => lines({ populated: cgroup.members.size > 0 ? 1 : 0, frozen: 0 })),
    'cgroup.procs': text(() => pids(cgroup)),
    'cgroup.type': text(() => 'domain'),
    'cpu.max': text(() => `${cpuQuota(cgroup)} ${CPU_PERIOD_US}`),
    'cpu.stat': text(() => lines(cpuStatistics(cgroup))),
    'cpu.weight': text(() => String(cpuWeight(cgroup.limits.cpuRequestMillis))),
    'memory.current': text(() => String(cgroup.memoryBytes)),
    'memory.events': text(() => lines(memoryEvents(cgroup))),
    'memory.high': text(() => 'max'),
    'memory.low': text(() => '0'),
    'memory.max': text(() => String(cgroup.limits.memoryLimitBytes ?? 'max')),
    'memory.min': text(() => '0'),
    'memory.oom.group': text(() => '1'),
    'memory.peak': text(() => String(cgroup.peakBytes)),
    'memory.stat': text(() => lines(memoryStatistics(cgroup))),
    'memory.swap.current': text(() => '0'),
    'memory.swap.max': text(() => '0'),
    'pids.current': text(() => String(cgroup.members.size)),
    'pids.max': text(() => String(cgroup.limits.processLimit)),
  });
}

function cpuQuota({ limits }: Cgroup): number | 'max' {
  const { cpuLimitMillis } = limits;
  return cpuLimitMillis === undefined ? 'max' : (cpuLimitMillis * CPU_PERIOD_US) / 1000;
}

/** Models runc libcontainer/cgroups ConvertCPUSharesToCgroupV2Value over the kubelet's MilliCPUToShares. */
function cpuWeight(requestMillis: number | undefined): number {
  const shares = Math.max(LEAST_SHARES, Math.floor(((requestMillis ?? 0) * 1024) / 1000));
  const range = MOST_SHARES - LEAST_SHARES;
  return (
    1 + Math.floor(((Math.min(shares, MOST_SHARES) - LEAST_SHARES) * (MOST_WEIGHT - 1)) / range)
  );
}

function cpuStatistics(cgroup: Cgroup): Readonly<Record<string, number>> {
  const used = Math.floor(cgroup.cpuUs);
  const { periods, throttledPeriods, throttledUs } = cgroup.throttling;
  return {
    usage_usec: used,
    user_usec: used,
    system_usec: 0,
    nr_periods: periods,
    nr_throttled: throttledPeriods,
    throttled_usec: throttledUs,
    nr_bursts: 0,
    burst_usec: 0,
  };
}

function memoryEvents(cgroup: Cgroup): Readonly<Record<string, number>> {
  const killed = cgroup.oomKilled ? 1 : 0;
  return {
    low: 0,
    high: 0,
    max: cgroup.limitHits,
    oom: killed,
    oom_kill: killed,
    oom_group_kill: killed,
  };
}

function memoryStatistics({ memoryBytes, fileBytes }: Cgroup): Readonly<Record<string, number>> {
  return {
    anon: memoryBytes - fileBytes,
    file: fileBytes,
    kernel: 0,
    shmem: fileBytes,
    inactive_anon: fileBytes,
    active_anon: memoryBytes - fileBytes,
    inactive_file: 0,
    active_file: 0,
  };
}

function pids(cgroup: Cgroup): string {
  return [...cgroup.members].map((member) => (member as Process).pid).join('\n');
}
