import { FileSystem, type FileSystemOptions } from '../vfs/file-system';
import { fixedDirectory, TextFile } from '../vfs/generated';
import type { NodeOwner } from '../vfs/node';
import type { Cgroup } from './cgroup';
import type { Process } from './process';

/** Inode numbers of /sys, far from those of files. */
const FIRST_INODE = 4_100_000_000;

/** µs of a period in which cpu.max counts. */
const PERIOD_US = 100_000;

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

function cgroupDirectory(owner: NodeOwner, cgroup: Cgroup) {
  const text = (make: () => string) => () => new TextFile(owner, () => `${make()}\n`);
  const { memoryLimitBytes, cpuLimitMillis, processLimit } = cgroup.limits;
  const quota = cpuLimitMillis === undefined ? 'max' : (cpuLimitMillis * PERIOD_US) / 1000;
  const memory = memoryLimitBytes === undefined ? 'max' : memoryLimitBytes;
  return fixedDirectory(owner, {
    'cgroup.controllers': text(() => 'cpu memory pids'),
    'cgroup.procs': text(() => pids(cgroup)),
    'cpu.max': text(() => `${quota} ${PERIOD_US}`),
    'cpu.stat': text(() => `usage_usec ${Math.floor(cgroup.cpuUs)}`),
    'memory.current': text(() => String(cgroup.memoryBytes)),
    'memory.events': text(() => {
      const killed = cgroup.oomKilled ? 1 : 0;
      return `low 0\nhigh 0\nmax ${killed}\noom ${killed}\noom_kill ${killed}`;
    }),
    'memory.max': text(() => String(memory)),
    'pids.current': text(() => String(cgroup.members.size)),
    'pids.max': text(() => String(processLimit)),
  });
}

function pids(cgroup: Cgroup): string {
  return [...cgroup.members].map((member) => (member as Process).pid).join('\n');
}
