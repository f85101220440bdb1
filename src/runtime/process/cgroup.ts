import type { MemoryAccount } from '../vfs/node';

/** A process as its cgroup sees it. */
export interface CgroupMember {
  /** Ends it as SIGKILL does. */
  killOutright(): void;
}

/** The machine under the cgroups: its cores are shared among those that compute, its memory by all. */
export class MachineLoad {
  readonly cores: number;
  /** Cgroups with at least one process that computes. */
  busyGroups = 0;
  /** Bytes that all cgroups together hold. */
  memoryBytes = 0;
  /** Called when a cgroup takes memory. */
  onMemory: (() => void) | undefined;
  readonly #groups = new Set<Cgroup>();

  constructor(cores: number) {
    this.cores = cores;
  }

  /** Cgroups with processes. */
  get groups(): ReadonlySet<Cgroup> {
    return this.#groups;
  }

  /** A cgroup has got its first process, or lost its last. */
  occupied(group: Cgroup, isOccupied: boolean): void {
    if (isOccupied) this.#groups.add(group);
    else this.#groups.delete(group);
  }
}

export interface CgroupLimits {
  readonly memoryLimitBytes?: number | undefined;
  /** Thousandths of a core. */
  readonly cpuLimitMillis?: number | undefined;
  readonly cpuRequestMillis?: number | undefined;
  /** Processes, zombies included. */
  readonly processLimit: number;
  /** −1000 to 1000. */
  readonly oomScoreAdj?: number | undefined;
}

/** How often a CPU limit was looked at and met, and how long it held processes up. */
export interface Throttling {
  readonly periods: number;
  readonly throttledPeriods: number;
  /** µs. */
  readonly throttledUs: number;
}

/** A CPU limit counts anew in each period of this length, µs. */
export const CPU_PERIOD_US = 100_000;

/**
 * What the processes of one container share: memory, CPU time and a number of processes. Cgroups that
 * compute at the same time get equal shares of the cores, and so do the processes within one.
 */
export class Cgroup implements MemoryAccount {
  readonly members = new Set<CgroupMember>();
  /** Set once the kernel has killed for want of memory. */
  oomKilled = false;
  /** Called when that happens, before the processes end. */
  onOom: (() => void) | undefined;
  /** µs of CPU time of all processes that were ever in it. */
  cpuUs = 0;
  readonly #load: MachineLoad;
  #limits: CgroupLimits;
  #memoryBytes = 0;
  #fileBytes = 0;
  #peakBytes = 0;
  #limitHits = 0;
  #busy = 0;
  #limitedUs = 0;
  #throttledUs = 0;
  /** Of the time in which the limit counted, how much of it was spent waiting. */
  #throttledPeriods = 0;

  constructor(load: MachineLoad, limits: CgroupLimits) {
    this.#load = load;
    this.#limits = limits;
  }

  get limits(): CgroupLimits {
    return this.#limits;
  }

  /** Other limits from now on; more memory than is allowed then brings the OOM killer. */
  setLimits(
    limits: Pick<CgroupLimits, 'memoryLimitBytes' | 'cpuLimitMillis' | 'cpuRequestMillis'>,
  ): void {
    this.#limits = { ...this.#limits, ...limits };
    this.charge(0);
    const { memoryLimitBytes } = this.#limits;
    if (memoryLimitBytes !== undefined && this.#memoryBytes > memoryLimitBytes) this.outOfMemory();
  }

  /** Memory of the processes and of files in memory-backed volumes that they wrote. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** The part of it that files in memory take. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** How often the memory limit was met. */
  get limitHits(): number {
    return this.#limitHits;
  }

  get throttling(): Throttling {
    const periods = Math.ceil(this.#limitedUs / CPU_PERIOD_US);
    return {
      periods,
      throttledPeriods: Math.min(periods, Math.ceil(this.#throttledPeriods)),
      throttledUs: Math.floor(this.#throttledUs),
    };
  }

  /** Room for one more process? */
  get full(): boolean {
    return this.members.size >= this.#limits.processLimit;
  }

  chargeFiles(bytes: number): void {
    this.#fileBytes += bytes;
    this.charge(bytes);
  }

  /** Takes memory (gives it back if negative); beyond the limit the OOM killer ends every process. */
  charge(bytes: number): void {
    this.#memoryBytes += bytes;
    this.#load.memoryBytes += bytes;
    if (bytes <= 0) return;
    if (this.#memoryBytes > this.#peakBytes) this.#peakBytes = this.#memoryBytes;
    const { memoryLimitBytes } = this.#limits;
    if (memoryLimitBytes !== undefined && this.#memoryBytes > memoryLimitBytes) {
      this.#limitHits++;
      this.outOfMemory();
    }
    this.#load.onMemory?.();
  }

  outOfMemory(): void {
    if (this.members.size === 0) return;
    this.oomKilled = true;
    this.onOom?.();
    this.kill();
  }

  /** A process has come into it. */
  enter(member: CgroupMember): void {
    this.members.add(member);
    if (this.members.size === 1) this.#load.occupied(this, true);
  }

  leave(member: CgroupMember): void {
    this.members.delete(member);
    if (this.members.size === 0) this.#load.occupied(this, false);
  }

  /** Ends every process in it. */
  kill(): void {
    for (const member of [...this.members]) member.killOutright();
  }

  /** A process begins to compute. */
  enterCpu(): void {
    if (this.#busy++ === 0) this.#load.busyGroups++;
  }

  leaveCpu(): void {
    if (--this.#busy === 0) this.#load.busyGroups--;
  }

  /** How much longer than its CPU time a computing process takes at this moment. */
  get slowdown(): number {
    const share = this.#share;
    const limit = this.#limits.cpuLimitMillis;
    return limit === undefined ? share : Math.max(share, (this.#busy * 1000) / limit);
  }

  get #share(): number {
    const { cores, busyGroups } = this.#load;
    return Math.max(1, (this.#busy * busyGroups) / cores);
  }

  /** A process is about to compute for so long (µs of CPU time). */
  use(microseconds: number): void {
    this.cpuUs += microseconds;
    const limit = this.#limits.cpuLimitMillis;
    if (limit === undefined) return;
    const wall = microseconds * this.slowdown;
    const waits = wall - microseconds * this.#share;
    this.#limitedUs += wall / this.#busy;
    if (waits <= 0) return;
    this.#throttledUs += waits;
    this.#throttledPeriods += wall / this.#busy / CPU_PERIOD_US;
  }
}
