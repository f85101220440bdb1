import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, ExitStatus } from '../../runtime/syscalls';
import type { Node } from '../ast';
import { exitShell } from './exit';
import { deathNotice, type Job, jobStatus, SIGNAL_TEXT } from './jobs';
import { sourceOf } from './node-text';
import type { ShellState } from './state';
import { clearTraps, collectSignals, ignoreSignal, interrupt, setSignal } from './traps';

export type ForkMode = 'foreground' | 'background' | 'no job';

/**
 * Forks a child shell that evaluates `body`, which should call a generator function that exists once: one
 * that is made for each fork costs more than all the rest of the fork. `job` undefined: a helper that nobody waits for. Returns the
 * child's pid. Models ash.c forkshell, forkchild, forkparent.
 */
export function forkShell(
  shell: ShellState,
  job: Job | undefined,
  node: Node | null,
  mode: ForkMode,
  body: (child: ShellState) => Call<unknown>,
): number {
  const child = shell.clone();
  if (listsJobs(node)) child.jobs = shell.jobs.clone();
  const group = childGroup(shell, job, mode);
  const first = job?.processes.length === 0;
  let pid: number;
  try {
    pid = shell.sys.fork(
      (sys) => {
        child.sys = sys;
        return exitShell(child, startChild(child, { job, node, mode, first }, body));
      },
      group === undefined ? {} : { pgid: group },
    );
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (job) shell.jobs.free(job);
    shell.fail(`can't fork: ${error.message}`);
  }
  if (job === undefined) return pid;
  if (mode === 'background') {
    shell.backgroundPid = pid;
    shell.jobs.place(job, 'running');
  }
  const text: Bytes = (shell.jobControl || shell.bash) && node ? sourceOf(node) : '';
  job.processes.push({ pid, status: undefined, text });
  if (group !== undefined && mode === 'foreground') giveTerminal(shell, group === 0 ? pid : group);
  return pid;
}

/** A pipe, or the end: `can't create pipe`. */
export function openPipe(shell: ShellState): readonly [number, number] {
  try {
    return shell.sys.pipe();
  } catch (error) {
    if (error instanceof SysError) shell.fail(`can't create pipe: ${error.message}`);
    throw error;
  }
}

/** A child has no jobs, but for `$(jobs)`, which shows its parent's. */
function listsJobs(node: Node | null): boolean {
  return node?.kind === 'simple' && node.words[0]?.literal === 'jobs';
}

/** The process group of a child under job control; 0: one of its own. */
function childGroup(shell: ShellState, job: Job | undefined, mode: ForkMode): number | undefined {
  if (mode === 'no job' || !job?.controlled || !shell.isRoot) return undefined;
  return job.processes[0]?.pid ?? 0;
}

interface ForkedAs {
  readonly job: Job | undefined;
  readonly node: Node | null;
  readonly mode: ForkMode;
  /** Whether it is the first process of its job. */
  readonly first: boolean;
}

function* startChild(
  child: ShellState,
  { job, node, mode, first }: ForkedAs,
  body: (child: ShellState) => Call<unknown>,
): Call<void> {
  const wasRoot = child.isRoot;
  child.level++;
  child.depth = 0;
  child.input = { line: child.input.line, fromFile: false };
  const words = node?.kind === 'simple' ? node.words : [];
  // $(trap) shows the traps of the shell that the substitution stands in.
  child.parentTraps =
    words.length === 1 && words[0]?.literal === 'trap' ? child.traps.fork() : undefined;
  clearTraps(child);
  child.jobControl = false;
  const controlled = mode !== 'no job' && job?.controlled === true && wasRoot;
  if (controlled) {
    setSignal(child, 'TSTP');
    setSignal(child, 'TTOU');
  } else if (mode === 'background') {
    ignoreSignal(child, 'INT');
    ignoreSignal(child, 'QUIT');
    if (first) yield* nullInput(child);
  }
  if (wasRoot) {
    if (child.options.interactive) {
      setSignal(child, 'INT');
      setSignal(child, 'TERM');
    }
    setSignal(child, 'QUIT');
  }
  // Its own one is not among the jobs that it lists.
  if (job && child.jobs.current) child.jobs.free(child.jobs.current);
  yield* body(child);
}

function* nullInput(child: ShellState): Call<void> {
  const { sys } = child;
  try {
    sys.close(0);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  let fd: number;
  try {
    fd = yield* sys.open('/dev/null', { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    child.fail(`can't open '/dev/null': ${error.message}`);
  }
  if (fd !== 0) {
    sys.dup2(fd, 0);
    sys.close(fd);
  }
}

function giveTerminal(shell: ShellState, group: number): void {
  if (shell.terminalFd < 0) return;
  try {
    shell.sys.foregroundGroup(shell.terminalFd, group);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

// Waiting ---------------------------------------------------------------------------------------------

/** `poll`: only what has ended; `block`: whatever comes; `signals`: a signal that has a trap ends it. */
export type WaitMode = 'poll' | 'block' | 'signals';

/** Waits for one child. Undefined: none has ended, or there is none; 'signal': a signal came first. */
function* nextChild(
  shell: ShellState,
  mode: WaitMode,
): Call<{ pid: number; status: ExitStatus } | 'signal' | undefined> {
  const stopped = shell.jobControl;
  for (;;) {
    try {
      if (mode === 'signals') {
        const ended = yield* shell.sys.waitpid(-1, { noHang: true, stopped });
        if (ended) return ended;
        if (collectSignals(shell)) yield* interrupt(shell);
        if (shell.pendingSignal) return 'signal';
      }
      return yield* shell.sys.waitpid(-1, {
        noHang: mode === 'poll',
        orNone: true,
        interruptible: mode === 'signals',
        stopped,
      });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno === 'ECHILD') return undefined;
      if (error.errno !== 'EINTR') throw error;
    }
  }
}

/** Told of each child that has ended; `stop` ends the waiting, `poll` makes it take only what has ended. */
export type ChildListener = (job: Job | undefined, status: ExitStatus) => 'go on' | 'poll' | 'stop';

/**
 * Waits until a job has ended (without a job: until no child is left) and takes in all that have ended
 * meanwhile. Returns early when a signal that has a trap comes in mode `signals`. Models ash.c dowait.
 */
export function* waitForChildren(
  shell: ShellState,
  mode: WaitMode,
  job: Job | undefined,
  listener?: ChildListener,
): Call<void> {
  let current: WaitMode = job && job.state !== 'running' ? 'poll' : mode;
  for (;;) {
    const ended = yield* nextChild(shell, current);
    if (ended === undefined) return;
    if (ended === 'signal') {
      current = 'poll';
      continue;
    }
    const noticed = shell.jobs.note(ended.pid, ended.status);
    if (noticed && (noticed === job || shell.bash)) {
      const notice = shell.bash
        ? bashDeathNotice(shell, ended.pid, noticed, ended.status)
        : deathNotice(ended.status);
      if (notice !== '') yield* shell.writeError(notice);
    }
    if (job && job.state !== 'running') current = 'poll';
    const advice = listener?.(noticed, ended.status);
    if (advice === 'stop') return;
    if (advice === 'poll') current = 'poll';
  }
}

/** What bash says of a child that a signal has killed: not of INT, PIPE and TERM. */
function bashDeathNotice(shell: ShellState, pid: number, job: Job, status: ExitStatus): Bytes {
  if (status.kind !== 'signaled' || /^(INT|PIPE|TERM)$/.test(status.signal)) return '';
  const command = job.processes.find((process) => process.pid === pid)?.text ?? '';
  const number = String(pid).padStart(5);
  return shell.message(`${number} ${SIGNAL_TEXT[status.signal].padEnd(23)} ${command}`);
}

/** Waits for a foreground job and returns its status. Models ash.c waitforjob. */
export function* waitForJob(shell: ShellState, job: Job): Call<number> {
  yield* waitForChildren(shell, 'block', job);
  const status = jobStatus(job, shell.options.pipefail);
  if (job.controlled) {
    giveTerminal(shell, shell.rootPid);
    const killer = job.processes.find(({ status: end }) => end?.kind === 'signaled')?.status;
    if (killer?.kind === 'signaled' && killer.signal === 'INT')
      shell.sys.kill(shell.sys.pid, 'INT');
  }
  if (job.state === 'done') shell.jobs.free(job);
  return status;
}
