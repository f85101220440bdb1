import { LAST_PID } from '../bounds';
import type { Signal } from '../signals';
import type { ExitStatus } from '../syscalls';
import type { Credentials } from '../vfs/credentials';

/** Where a signal comes from: PID 1 is safe from those of its own namespace, not from the node's. */
export type SignalOrigin = 'inside' | 'node';

/** A login session: its processes share a controlling terminal. */
export interface Session {
  readonly id: number;
  terminal: ControllingTerminal | undefined;
}

/** What processes need to know of their terminal. */
export interface ControllingTerminal {
  /** As `ps` prints it, e.g. pts/0. */
  readonly name: string;
  foregroundGroup: number;
  hangUp(): void;
}

/** A process as others see it. */
export interface ProcessEntry {
  readonly pid: number;
  pgid: number;
  session: Session;
  readonly credentials: Credentials;
  readonly ended: ExitStatus | undefined;
  deliver(signal: Signal, origin: SignalOrigin): void;
  killOutright(): void;
}

/** A table of processes with numbers of its own. */
export class PidNamespace<P extends ProcessEntry = ProcessEntry> {
  /** By PID, oldest first. */
  readonly processes = new Map<number, P>();
  #next = 1;
  #init: P | undefined;

  /** PID 1: adopts orphans, and takes everybody with it when it ends. */
  get init(): P | undefined {
    return this.#init;
  }

  nextPid(): number {
    while (this.processes.has(this.#next)) this.#next++;
    const pid = this.#next++;
    if (this.#next > LAST_PID) this.#next = 2;
    return pid;
  }

  /** Leaves numbers out: they went to threads of the container runtime. */
  skip(count: number): void {
    this.#next += count;
  }

  add(process: P): void {
    this.processes.set(process.pid, process);
    if (process.pid === 1) this.#init = process;
  }

  remove(process: P): void {
    this.processes.delete(process.pid);
  }

  /** Members of a process group that have not been reaped. */
  group(pgid: number): P[] {
    const members: P[] = [];
    for (const process of this.processes.values()) if (process.pgid === pgid) members.push(process);
    return members;
  }

  signalGroup(pgid: number, signal: Signal, origin: SignalOrigin = 'inside'): void {
    for (const process of this.group(pgid)) process.deliver(signal, origin);
  }

  /** Ends every process but one: what happens when PID 1 has ended. */
  killAllBut(survivor: P): void {
    for (const process of [...this.processes.values()]) {
      if (process !== survivor) process.killOutright();
    }
  }
}
