import {
  type RunningTask,
  type Suspend,
  sleep,
  type Task,
  type WaitQueue,
} from '../../kernel/task';
import { MEMORY_PER_PROCESS } from '../bounds';
import type { Bytes } from '../bytes';
import type { NetNamespace, NetUser, OpenFile } from '../open-file';
import type { Signal } from '../signals';
import type { ExitStatus, Resource, ResourceLimit } from '../syscalls';
import type { Credentials } from '../vfs/credentials';
import type { MountNamespace, Place } from '../vfs/mounts';
import type { FileActor, MemoryAccount } from '../vfs/node';
import type { Opener } from '../vfs/open';
import type { Cgroup, CgroupMember } from './cgroup';
import { BYTES_PER_US, SLICE_US } from './costs';
import type { DescriptorTable } from './description';
import type { MachineServices } from './machine-services';
import type { PidNamespace, ProcessEntry, Session, SignalOrigin } from './pid-namespace';

/** Thrown to leave a program that has ended in the middle of a call that cannot wait. */
export const PROCESS_ENDED = Object.freeze({ ended: true });

/** What a process waits for that will never run again. */
export const NEVER: Suspend = () => () => {};

/** A call that has nothing to wait for; `yield*` on it makes no object. */
const NOTHING: Task<void> = (function* () {})();
NOTHING.next();

/** The environment of a process that has none. */
export const NO_VARIABLES: ReadonlyMap<Bytes, Bytes> = new Map();

export const NO_SIGNALS: readonly Signal[] = [];

export const NO_SIGNAL_SET: ReadonlySet<Signal> = new Set();

/** A set of signals without one of them. */
export function without(signals: ReadonlySet<Signal>, signal: Signal): ReadonlySet<Signal> {
  if (signals.size === 1) return NO_SIGNAL_SET;
  const others = new Set(signals);
  others.delete(signal);
  return others;
}

/** Bytes of memory that a program takes before it holds anything of its own. */
export const BASE_MEMORY_BYTES = 512 * 1024;

/** The host name that all containers of a pod share. */
export interface HostName {
  hostname: Bytes;
}

/** What a process inherits from its parent or, the first one, from the runtime. */
export interface Surroundings {
  readonly machine: MachineServices;
  readonly namespace: PidNamespace<ProcessState>;
  readonly cgroup: Cgroup;
  readonly mounts: MountNamespace;
  readonly net: NetNamespace;
  readonly host: HostName;
  /** Who it is in the trace. */
  readonly actor: FileActor;
  /** Programs cannot give more rights than their user has. */
  readonly noNewPrivileges: boolean;
}

/** What a process consists of, and how it pays for its CPU time. The calls are in the classes below it. */
export abstract class ProcessState implements ProcessEntry, CgroupMember, Opener {
  readonly around: Surroundings;
  readonly pid: number;
  parent: ProcessState | undefined = undefined;
  children: Set<ProcessState> | undefined = undefined;
  pgid: number;
  session: Session;
  credentials: Credentials;
  fileMask = 0o022;
  protected nice = 0;
  root: Place;
  workingDirectory: Place;
  table: DescriptorTable;
  argv: readonly Bytes[] = [];
  /** Never changed in place: a child has its parent's. */
  env = NO_VARIABLES;
  /** comm: the program's name as `ps` and /proc show it. */
  name: Bytes = '';
  title: Bytes | undefined = undefined;
  /** Where its program lies. */
  executable: Bytes = '';
  readonly startedMs: number;
  ended: ExitStatus | undefined = undefined;
  stopped: Signal | undefined = undefined;
  /** Whether the parent has been told that it stopped. */
  stopReported = false;
  /** Signals with another action than the default. Never changed in place: a child has its parent's. */
  ignored: ReadonlySet<Signal> = NO_SIGNAL_SET;
  catching: ReadonlySet<Signal> = NO_SIGNAL_SET;
  /** Caught signals that the program has not taken. Never changed in place. */
  caught: readonly Signal[] = NO_SIGNALS;
  /** Signals that wait for a stopped process to go on. Never changed in place. */
  heldBack: readonly Signal[] = NO_SIGNALS;
  memoryBytes = BASE_MEMORY_BYTES;
  /** What it has lost track of (a fault); it stays until the process ends. */
  #leakedBytes = 0;
  /** Those that differ from the defaults. Never changed in place. */
  resourceLimits: ReadonlyMap<Resource, ResourceLimit> | undefined = undefined;
  /** Called when it ends, if nobody is its parent. */
  onExit: ((status: ExitStatus) => void) | undefined = undefined;
  protected task: RunningTask | undefined = undefined;
  /** Made when somebody waits. */
  protected childChanged: WaitQueue | undefined = undefined;
  /** µs that it has used and not yet paid for in virtual time; beyond its slice it has to give way. */
  protected dueUs = 0;
  /** The part of these that is left of what it had to pay last. */
  #carriedUs = 0;
  /** µs that it had used when it paid last. */
  #paidUs = 0;
  #computing = false;

  constructor(
    around: Surroundings,
    own: {
      readonly pid: number;
      readonly pgid: number;
      readonly session: Session;
      readonly credentials: Credentials;
      readonly root: Place;
      readonly workingDirectory: Place;
      readonly table: DescriptorTable;
    },
  ) {
    this.around = around;
    this.pid = own.pid;
    this.pgid = own.pgid;
    this.session = own.session;
    this.credentials = own.credentials;
    this.root = own.root;
    this.workingDirectory = own.workingDirectory;
    this.table = own.table;
    this.startedMs = around.machine.kernel.unixMs();
  }

  abstract deliver(signal: Signal, origin: SignalOrigin): void;
  abstract killOutright(): void;

  // What path look-ups ask -------------------------------------------------------------------------

  get mountTable(): MountNamespace {
    return this.around.mounts;
  }

  get actor(): FileActor {
    return this.around.actor;
  }

  get memoryAccount(): MemoryAccount {
    return this.around.cgroup;
  }

  get netUser(): NetUser {
    return { pid: this.pid, program: this.name, container: this.around.actor.container };
  }

  abstract openTerminal(number?: number): OpenFile | undefined;

  random(bound: number): number {
    return this.around.machine.random.below(bound);
  }

  // Time -------------------------------------------------------------------------------------------

  /** µs of CPU time used. */
  get cpuUs(): number {
    const sum = this.#paidUs + this.dueUs - this.#carriedUs;
    return Math.round(sum * BYTES_PER_US) / BYTES_PER_US;
  }

  get computing(): boolean {
    return this.#computing;
  }

  get isInit(): boolean {
    return this.pid === 1;
  }

  spend(microseconds: number): void {
    if (this.ended) throw PROCESS_ENDED;
    this.dueUs += microseconds;
  }

  breathe(): Task<void> {
    return this.dueUs < SLICE_US ? NOTHING : this.giveWay();
  }

  /** Lets the process wait at its next call, whatever it has used: it has been stopped. */
  protected endSlice(): void {
    if (this.dueUs >= SLICE_US) return;
    this.#carriedUs += SLICE_US - this.dueUs;
    this.dueUs = SLICE_US;
  }

  /** Pays what is due in virtual time: longer when the cores are shared or the container is limited. */
  protected *giveWay(): Task<void> {
    if (this.ended) yield NEVER;
    const { clock } = this.around.machine.kernel;
    const { cgroup } = this.around;
    // A program may have several strands that compute: the process is one of those that share the cores.
    if (!this.#computing) cgroup.enterCpu();
    this.#computing = true;
    const { slowdown } = cgroup;
    cgroup.use(this.dueUs);
    const due = this.dueUs * slowdown;
    const ms = Math.floor(due / 1000);
    this.#paidUs += this.dueUs - this.#carriedUs;
    this.dueUs = (due - ms * 1000) / slowdown;
    this.#carriedUs = this.dueUs;
    const until = clock.now + ms;
    while (clock.now < until) yield sleep(clock, until - clock.now);
    this.stopComputing();
  }

  protected stopComputing(): void {
    if (!this.#computing) return;
    this.#computing = false;
    this.around.cgroup.leaveCpu();
  }

  /** Holds so much more for the rest of its life. */
  leak(bytes: number): void {
    this.#leakedBytes += bytes;
    this.memoryBytes += bytes;
    this.around.cgroup.charge(bytes);
  }

  setMemory(bytes: number): void {
    this.spend(0);
    const total = BASE_MEMORY_BYTES + this.#leakedBytes + Math.max(0, bytes);
    const growth = total - this.memoryBytes;
    this.memoryBytes = total;
    const { cgroup, machine } = this.around;
    cgroup.charge(growth);
    if (!this.ended && total - this.#leakedBytes > MEMORY_PER_PROCESS) {
      machine.limit('memory per process', MEMORY_PER_PROCESS, this.actor);
      cgroup.outOfMemory();
    }
    if (this.ended) throw PROCESS_ENDED;
  }
}
