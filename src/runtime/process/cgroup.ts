import type { MemoryAccount } from '../vfs/node';

/** A process as its cgroup sees it. */
export interface CgroupMember {
  /** Ends it as SIGKILL does. */
  killOutright(): void;
}

/** Shares the machine's cores among those that compute. */
export class CpuScheduler {
  readonly cores: number;
  /** Cgroups with at least one process that computes. */
  busyGroups = 0;

  constructor(cores: number) {
    this.cores = cores;
  }
}

export interface CgroupLimits {
  readonly memoryLimitBytes?: number | undefined;
  /** Thousandths of a core. */
  readonly cpuLimitMillis?: number | undefined;
  /** Processes, zombies included. */
  readonly processLimit: number;
}

/**
 * What the processes of one container share: memory, CPU time and a number of processes. Cgroups that
 * compute at the same time get equal shares of the cores, and so do the processes within one.
 */
export class Cgroup implements MemoryAccount {
  readonly members = new Set<CgroupMember>();
  readonly limits: CgroupLimits;
  /** Set once the kernel has killed for want of memory. */
  oomKilled = false;
  /** Called when that happens, before the processes end. */
  onOom: (() => void) | undefined;
  /** µs of CPU time of all processes that were ever in it. */
  cpuUs = 0;
  readonly #scheduler: CpuScheduler;
  #memoryBytes = 0;
  #busy = 0;

  constructor(scheduler: CpuScheduler, limits: CgroupLimits) {
    this.#scheduler = scheduler;
    this.limits = limits;
  }

  /** Memory of the processes and of files in memory-backed volumes that they wrote. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Room for one more process? */
  get full(): boolean {
    return this.members.size >= this.limits.processLimit;
  }

  chargeFiles(bytes: number): void {
    this.charge(bytes);
  }

  /** Takes memory (gives it back if negative); beyond the limit the OOM killer ends every process. */
  charge(bytes: number): void {
    this.#memoryBytes += bytes;
    const { memoryLimitBytes } = this.limits;
    if (bytes > 0 && memoryLimitBytes !== undefined && this.#memoryBytes > memoryLimitBytes) {
      this.outOfMemory();
    }
  }

  outOfMemory(): void {
    if (this.members.size === 0) return;
    this.oomKilled = true;
    this.onOom?.();
    this.kill();
  }

  /** Ends every process in it. */
  kill(): void {
    for (const member of [...this.members]) member.killOutright();
  }

  /** A process begins to compute. */
  enterCpu(): void {
    if (this.#busy++ === 0) this.#scheduler.busyGroups++;
  }

  leaveCpu(): void {
    if (--this.#busy === 0) this.#scheduler.busyGroups--;
  }

  /** How much longer than its CPU time a computing process takes at this moment. */
  get slowdown(): number {
    const { cores, busyGroups } = this.#scheduler;
    const share = Math.max(1, (this.#busy * busyGroups) / cores);
    const limit = this.limits.cpuLimitMillis;
    return limit === undefined ? share : Math.max(share, (this.#busy * 1000) / limit);
  }
}
