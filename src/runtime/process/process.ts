import {
  anyOf,
  type RunningTask,
  type Suspend,
  sleep,
  startTask,
  WaitQueue,
} from '../../kernel/task';
import { OPEN_FILES_PER_PROCESS, PROCESSES_PER_CONTAINER } from '../bounds';
import type { Bytes } from '../bytes';
import { fail, SysError } from '../errno';
import { IGNORED_BY_DEFAULT, type Signal, STOPS_BY_DEFAULT } from '../signals';
import type {
  Call,
  ExitStatus,
  ProcessInfo,
  Program,
  Resource,
  ResourceLimit,
  SignalAction,
  SpawnOptions,
  Sys,
} from '../syscalls';
import { credentialsOf } from '../vfs/credentials';
import { EXECUTE, permits } from '../vfs/permissions';
import { lookUpNode } from '../vfs/resolve';
import { EXEC_US, FORK_US, PATH_US, SLICE_US, SYSCALL_US } from './costs';
import { DeviceCalls } from './device-calls';
import type { SignalOrigin } from './pid-namespace';
import {
  BASE_MEMORY_BYTES,
  NEVER,
  NO_SIGNAL_SET,
  NO_SIGNALS,
  NO_VARIABLES,
  PROCESS_ENDED,
  type ProcessState,
  without,
} from './process-state';
import { checkArguments, type LoadedProgram, loadProgram } from './program';
import { DEFAULT_LIMITS } from './resource-limits';

/** MIN_NICE and MAX_NICE of include/linux/sched/prio.h. */
const LEAST_NICE = -20;
const MOST_NICE = 19;

/**
 * A process: a task of the kernel that runs a program, and the system calls the program makes. Models
 * what kernel/{fork,exec,exit,signal}.c do, as far as programs can tell.
 */
export class Process extends DeviceCalls implements Sys {
  // Identity ---------------------------------------------------------------------------------------

  get ppid(): number {
    return this.parent?.pid ?? 0;
  }

  get uid(): number {
    return this.credentials.uid;
  }

  get gid(): number {
    return this.credentials.gid;
  }

  get groups(): readonly number[] {
    return this.credentials.groups;
  }

  get hostname(): Bytes {
    return this.around.host.hostname;
  }

  get nowMs(): number {
    return this.around.machine.kernel.unixMs();
  }

  get uptimeMs(): number {
    const { kernel, bootedAt } = this.around.machine;
    return kernel.clock.now - bootedAt;
  }

  setIds(ids: { uid?: number; gid?: number; groups?: readonly number[] }): void {
    this.spend(SYSCALL_US);
    const before = this.credentials;
    const { uid = before.uid, gid = before.gid, groups = before.groups } = ids;
    const can = before.capabilities;
    if ((gid !== before.gid || ids.groups) && !can.has('SETGID')) fail('EPERM');
    if (uid !== before.uid && !can.has('SETUID')) fail('EPERM');
    this.credentials =
      uid === before.uid
        ? { ...before, gid, groups }
        : credentialsOf(uid, gid, groups, before.bounding);
  }

  setHostname(name: Bytes): void {
    this.spend(SYSCALL_US);
    if (!this.credentials.capabilities.has('SYS_ADMIN')) fail('EPERM');
    if (name.length > 64) fail('EINVAL');
    this.around.host.hostname = name;
  }

  chroot(path: Bytes): void {
    this.spend(SYSCALL_US);
    const { mount, node } = lookUpNode(this, path, true);
    if (node.type !== 'directory') fail('ENOTDIR');
    if (!permits(this.credentials, node, EXECUTE)) fail('EACCES');
    if (!this.credentials.capabilities.has('SYS_CHROOT')) fail('EPERM');
    this.root = { mount, node };
  }

  resourceLimit(resource: Resource, limit?: ResourceLimit): ResourceLimit {
    this.spend(SYSCALL_US);
    const before = this.resourceLimits?.get(resource) ?? DEFAULT_LIMITS[resource];
    if (!limit) return before;
    if (limit.soft > limit.hard) fail('EINVAL');
    if (limit.hard > before.hard && !this.credentials.capabilities.has('SYS_RESOURCE'))
      fail('EPERM');
    this.resourceLimits = new Map(this.resourceLimits).set(resource, limit);
    if (resource === 'openFiles') this.table.limit = Math.min(limit.soft, OPEN_FILES_PER_PROCESS);
    return before;
  }

  niceness(value?: number): number {
    this.spend(SYSCALL_US);
    const before = this.nice;
    if (value === undefined) return before;
    const wanted = Math.min(Math.max(value, LEAST_NICE), MOST_NICE);
    if (wanted < before && !this.credentials.capabilities.has('SYS_NICE')) fail('EACCES');
    this.nice = wanted;
    return before;
  }

  // Waiting ----------------------------------------------------------------------------------------

  *sleep(ms: number, options?: { interruptible?: boolean }): Call<void> {
    this.spend(SYSCALL_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const { clock } = this.around.machine.kernel;
    const until = clock.now + Math.ceil(ms);
    while (clock.now < until) {
      if (options?.interruptible && this.caught.length > 0) fail('EINTR');
      yield Number.isFinite(until) ? sleep(clock, until - clock.now) : NEVER;
    }
  }

  *wait(suspend: Suspend, timeoutMs?: number): Call<void> {
    this.spend(SYSCALL_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    if (timeoutMs === undefined) yield suspend;
    else yield anyOf(suspend, sleep(this.around.machine.kernel.clock, timeoutMs));
  }

  *waitpid(
    pid: number,
    options?: { noHang?: boolean; orNone?: boolean; interruptible?: boolean; stopped?: boolean },
  ): Call<{ readonly pid: number; readonly status: ExitStatus } | undefined> {
    this.spend(SYSCALL_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    for (;;) {
      const { children } = this;
      let any = false;
      if (children && children.size > 0) {
        for (const child of children) {
          if (pid > 0 && child.pid !== pid) continue;
          if (pid === 0 && child.pgid !== this.pgid) continue;
          if (pid < -1 && child.pgid !== -pid) continue;
          any = true;
          if (child.ended) {
            const status = child.ended;
            reap(child);
            return { pid: child.pid, status };
          }
          if (options?.stopped && child.stopped && !child.stopReported) {
            child.stopReported = true;
            return { pid: child.pid, status: { kind: 'stopped', signal: child.stopped } };
          }
        }
      }
      if (!any && !options?.orNone) fail('ECHILD');
      if (!any || options?.noHang) return undefined;
      if (options?.interruptible && this.caught.length > 0) fail('EINTR');
      this.childChanged ??= new WaitQueue();
      yield this.childChanged.wait;
    }
  }

  // Making and ending processes --------------------------------------------------------------------

  fork(program: Program, options?: SpawnOptions): number {
    this.spend(FORK_US);
    const { around } = this;
    if (around.cgroup.full) {
      if (around.cgroup.limits.processLimit === PROCESSES_PER_CONTAINER) {
        around.machine.limit('processes per container', PROCESSES_PER_CONTAINER, this.actor);
      }
      fail('EAGAIN');
    }
    const pid = around.namespace.nextPid();
    const pgid = options?.pgid === undefined ? this.pgid : options.pgid || pid;
    const child = new Process(around, {
      pid,
      pgid,
      session: this.session,
      credentials: this.credentials,
      root: this.root,
      workingDirectory: this.workingDirectory,
      table: this.table.copy(),
    });
    child.parent = this;
    child.fileMask = this.fileMask;
    child.resourceLimits = this.resourceLimits;
    child.nice = this.nice;
    child.env = this.env;
    child.argv = options?.argv ?? this.argv;
    child.name = this.name;
    child.executable = this.executable;
    child.ignored = this.ignored;
    child.catching = this.catching;
    this.children ??= new Set();
    this.children.add(child);
    child.start(program);
    return pid;
  }

  /** Enters it into the tables and lets it run from the current instant on. */
  start(program: Program): void {
    const { namespace, cgroup } = this.around;
    namespace.add(this);
    cgroup.enter(this);
    this.task = this.#run(program);
    cgroup.charge(this.memoryBytes);
  }

  readonly #onDone = (code: number) => this.terminate({ kind: 'exited', code: code & 0xff });

  #run(program: Program): RunningTask {
    const { clock } = this.around.machine.kernel;
    return startTask(clock, program(this), this.#onDone, (error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (this.ended) return;
    this.around.machine.programFailed(this.name, error, this.actor);
    if (error instanceof SysError) this.terminate({ kind: 'exited', code: 1 });
    else this.terminate({ kind: 'signaled', signal: 'SEGV' });
  }

  *exec(path: Bytes, argv: readonly Bytes[], env?: ReadonlyMap<Bytes, Bytes>): Call<never> {
    this.spend(SYSCALL_US + PATH_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const loaded = loadProgram(this, path, argv);
    checkArguments(loaded.argv, env ?? this.env);
    this.spend(EXEC_US);
    if (env) this.env = env;
    this.table.closeMarked();
    this.become(loaded);
    this.task?.replace(loaded.program(this), this.#onDone);
    for (;;) yield NEVER;
  }

  /** Takes on a program's name and arguments; caught signals get their default action back. */
  become(loaded: LoadedProgram): void {
    this.argv = loaded.argv;
    this.name = loaded.name;
    this.title = undefined;
    this.executable = loaded.executable;
    this.around.cgroup.charge(BASE_MEMORY_BYTES - this.memoryBytes);
    this.memoryBytes = BASE_MEMORY_BYTES;
    this.caught = NO_SIGNALS;
    if (this.catching.size > 0) this.catching = NO_SIGNAL_SET;
  }

  *exit(code: number): Call<never> {
    this.terminate({ kind: 'exited', code: code & 0xff });
    for (;;) yield NEVER;
  }

  killOutright(): void {
    this.terminate({ kind: 'signaled', signal: 'KILL' });
  }

  /** Ends it: files closed, children handed to PID 1, the parent told. */
  terminate(status: ExitStatus): void {
    if (this.ended) return;
    this.ended = status;
    const { namespace, cgroup } = this.around;
    this.stopComputing();
    this.task?.kill();
    if (this.pending) for (const pending of this.pending) pending.cancel();
    this.pending = undefined;
    this.stopped = undefined;
    cgroup.charge(-this.memoryBytes);
    this.memoryBytes = 0;
    this.closeAllFiles();
    this.env = NO_VARIABLES;
    if (this.isInit) namespace.killAllBut(this);
    this.#handOverChildren();
    if (this.session.id === this.pid) this.session.terminal?.hangUp();
    this.#tellParent();
    this.onExit?.(status);
  }

  #handOverChildren(): void {
    const { children } = this;
    if (children === undefined || children.size === 0) return;
    const init = this.isInit ? undefined : (this.around.namespace.init as Process | undefined);
    for (const child of [...children]) {
      children.delete(child);
      const heir = init?.ended ? undefined : init;
      child.parent = heir;
      if (heir) {
        heir.children ??= new Set();
        heir.children.add(child);
        if (child.ended) heir.childEnded(child as Process);
      } else if (child.ended) reap(child);
    }
  }

  #tellParent(): void {
    const parent = this.parent as Process | undefined;
    if (!parent || parent.ended) reap(this);
    else parent.childEnded(this);
  }

  /** A child has become a zombie; a parent that ignores CHLD never sees it. */
  childEnded(child: Process): void {
    if (this.ignored.has('CHLD')) reap(child);
    else this.deliver('CHLD', 'inside');
    this.childChanged?.wakeAll();
  }

  // Signals ----------------------------------------------------------------------------------------

  kill(pid: number, signal: Signal | undefined): void {
    this.spend(SYSCALL_US);
    const targets = this.#targets(pid);
    if (targets.length === 0) fail('ESRCH');
    const allowed = targets.filter((target) => this.#maySignal(target, signal));
    if (allowed.length === 0) fail('EPERM');
    if (signal === undefined) return;
    for (const target of allowed) if (target !== this) target.deliver(signal, 'inside');
    if (allowed.includes(this)) this.deliver(signal, 'inside');
    if (this.ended) throw PROCESS_ENDED;
  }

  #targets(pid: number): ProcessState[] {
    const { namespace } = this.around;
    if (pid > 0) {
      const target = namespace.processes.get(pid);
      return target ? [target] : [];
    }
    if (pid === -1) {
      return [...namespace.processes.values()].filter((p) => p.pid !== 1 && p !== this);
    }
    return namespace.group(pid === 0 ? this.pgid : -pid);
  }

  #maySignal(target: ProcessState, signal: Signal | undefined): boolean {
    const { uid, capabilities } = this.credentials;
    if (uid === target.credentials.uid || capabilities.has('KILL')) return true;
    return signal === 'CONT' && target.session === this.session;
  }

  deliver(signal: Signal, origin: SignalOrigin): void {
    if (this.ended) return;
    if (signal === 'CONT') this.#continue();
    if (signal === 'KILL' || signal === 'STOP') {
      if (this.isInit && origin === 'inside') return;
      if (signal === 'KILL') this.killOutright();
      else this.#stop('STOP');
      return;
    }
    if (this.ignored.has(signal)) return;
    if (this.catching.has(signal)) {
      if (!this.caught.includes(signal)) this.caught = [...this.caught, signal];
      this.task?.interrupt();
      return;
    }
    if (IGNORED_BY_DEFAULT.has(signal) || this.isInit) return;
    if (STOPS_BY_DEFAULT.has(signal)) this.#stop(signal);
    else if (this.stopped) this.heldBack = [...this.heldBack, signal];
    else this.terminate({ kind: 'signaled', signal });
  }

  #stop(signal: Signal): void {
    if (this.stopped) return;
    this.stopped = signal;
    this.stopReported = false;
    this.endSlice();
    this.task?.hold(true);
    const parent = this.parent as Process | undefined;
    parent?.deliver('CHLD', 'inside');
    parent?.childChanged?.wakeAll();
  }

  #continue(): void {
    if (!this.stopped) return;
    this.stopped = undefined;
    this.task?.hold(false);
    this.task?.interrupt();
    const held = this.heldBack;
    this.heldBack = NO_SIGNALS;
    for (const signal of held) this.deliver(signal, 'inside');
  }

  signalAction(signal: Signal, action?: SignalAction): SignalAction {
    this.spend(SYSCALL_US);
    const caught = this.catching.has(signal);
    const before = caught ? 'catch' : this.ignored.has(signal) ? 'ignore' : 'default';
    if (action === undefined || action === before) return before;
    if (signal === 'KILL' || signal === 'STOP') fail('EINVAL');
    if (before === 'ignore') this.ignored = without(this.ignored, signal);
    if (before === 'catch') this.catching = without(this.catching, signal);
    if (action === 'ignore') this.ignored = new Set(this.ignored).add(signal);
    if (action === 'catch') this.catching = new Set(this.catching).add(signal);
    if (action !== 'catch' && this.caught.includes(signal)) {
      this.caught = this.caught.filter((other) => other !== signal);
    }
    return before;
  }

  takeSignals(): readonly Signal[] {
    const { caught } = this;
    if (caught.length === 0) return NO_SIGNALS;
    this.caught = NO_SIGNALS;
    return caught;
  }

  get signalPending(): boolean {
    return this.caught.length > 0;
  }

  // Groups and tables ------------------------------------------------------------------------------

  setpgid(pid: number, pgid: number): void {
    this.spend(SYSCALL_US);
    const { namespace } = this.around;
    const target = pid === 0 ? this : namespace.processes.get(pid);
    if (!target || (target !== this && target.parent !== this)) fail('ESRCH');
    if (target.session !== this.session || target.session.id === target.pid) fail('EPERM');
    const group = pgid || target.pid;
    if (group !== target.pid) {
      const members = namespace.group(group);
      if (!members.some((member) => member.session === this.session)) fail('EPERM');
    }
    target.pgid = group;
  }

  setsid(): void {
    this.spend(SYSCALL_US);
    if (this.around.namespace.group(this.pid).length > 0) fail('EPERM');
    this.session = { id: this.pid, terminal: undefined };
    this.pgid = this.pid;
  }

  processes(): readonly ProcessInfo[] {
    this.spend(SYSCALL_US);
    const list = [...this.around.namespace.processes.values()] as Process[];
    this.spend(list.length);
    return list.map((process) => process.describe(this)).sort((a, b) => a.pid - b.pid);
  }

  setTitle(title: Bytes): void {
    this.title = title;
  }

  /** What `ps` shows of it when `viewer` asks. */
  describe(viewer?: Process): ProcessInfo {
    const running = this === viewer || this.computing;
    const state = this.ended ? 'Z' : this.stopped ? 'T' : running ? 'R' : 'S';
    return {
      pid: this.pid,
      ppid: this.ppid,
      pgid: this.pgid,
      uid: this.uid,
      gid: this.gid,
      name: this.name,
      argv: this.ended ? [] : this.shownArguments,
      state,
      cpuMs: Math.floor(this.cpuUs / 1000),
      startedMs: this.startedMs,
      tty: this.terminalName(),
      niceness: this.nice,
      residentBytes: this.memoryBytes,
    };
  }
}

/** Removes a zombie from the tables. */
function reap(process: ProcessState): void {
  process.parent?.children?.delete(process);
  process.around.namespace.remove(process);
  process.around.cgroup.leave(process);
}
