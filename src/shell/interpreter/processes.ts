import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { SIGNAL_NUMBERS } from '../../runtime/signals';
import type { Call, ExitStatus, Program, SpawnOptions, Sys } from '../../runtime/syscalls';
import type { Node } from '../ast';
import { execProgram, pathOf } from './command-search';
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
  const pid = forkOrFail(
    shell,
    job,
    (sys) => {
      child.sys = sys;
      return exitShell(child, startChild(child, { job, node, mode, first }, body));
    },
    group === undefined ? NO_OPTIONS : { pgid: group },
  );
  if (job === undefined) return pid;
  if (mode === 'background') {
    shell.backgroundPid = pid;
    shell.jobs.place(job, 'running');
  }
  enterProcess(shell, job, node, pid);
  if (group !== undefined && mode === 'foreground') giveTerminal(shell, group === 0 ? pid : group);
  return pid;
}

const NO_OPTIONS: SpawnOptions = {};

function forkOrFail(
  shell: ShellState,
  job: Job | undefined,
  program: Program,
  options: SpawnOptions,
): number {
  try {
    return shell.sys.fork(program, options);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (job) shell.jobs.free(job);
    return shell.fail(`can't fork: ${error.message}`);
  }
}

/** Notes a process as part of a job. */
function enterProcess(shell: ShellState, job: Job, node: Node | null, pid: number): void {
  const text: Bytes = (shell.jobControl || shell.bash) && node ? sourceOf(node) : '';
  job.processes.push({ pid, status: undefined, text });
}

/** A program that a shell has found. */
export interface Launch {
  readonly argv: readonly Bytes[];
  readonly path: Bytes;
  /** Which element of the path has it. */
  readonly index: number;
}

/**
 * Forks a child that runs a program in the foreground. Nothing in between needs to know what a shell knows, so
 * that most children are never made one: only those are that have signals to set, or whose program does not
 * start. Models ash.c shellexec after forkshell.
 */
export function forkProgram(shell: ShellState, job: Job, node: Node, launch: Launch): void {
  const environment = shell.variables.knownEnvironment;
  const quit = shell.signalModes.get('QUIT');
  const { jobControl, mayHaveTraps, options } = shell;
  if (jobControl || mayHaveTraps || options.interactive || !environment || !quit) {
    const { argv, path, index } = launch;
    forkShell(shell, job, node, 'foreground', (child) => execProgram(child, argv, path, index));
    return;
  }
  // A trap that ignores QUIT stays; the root shell's own ignoring does not.
  const restores = shell.isRoot && quit === 'ignore' && !shell.traps.has(SIGNAL_NUMBERS.QUIT);
  const pid = forkOrFail(
    shell,
    job,
    (sys) => becomeProgram(sys, shell, launch, environment, restores),
    NO_OPTIONS,
  );
  enterProcess(shell, job, node, pid);
}

function* becomeProgram(
  sys: Sys,
  shell: ShellState,
  { argv, path, index }: Launch,
  environment: ReadonlyMap<Bytes, Bytes>,
  restoresQuit: boolean,
): Call<number> {
  if (restoresQuit) sys.signalAction('QUIT', 'default');
  let failure: SysError;
  try {
    return yield* sys.exec(pathOf(argv[0] ?? '', index, path), argv, environment);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    failure = error;
  }
  // The parent waits, and still is as it was when it forked.
  const child = shell.clone();
  child.sys = sys;
  beginChild(child, undefined);
  if (restoresQuit) child.signalModes.set('QUIT', 'default');
  return yield* exitShell(child, execProgram(child, argv, path, index, argv[0], failure));
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
  beginChild(child, node);
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

/** What every shell changes that is no longer the one it was forked from. */
function beginChild(child: ShellState, node: Node | null | undefined): void {
  child.level++;
  child.depth = 0;
  child.input = { line: child.input.line, fromFile: false };
  const words = node?.kind === 'simple' ? node.words : [];
  // $(trap) shows the traps of the shell that the substitution stands in.
  child.parentTraps =
    words.length === 1 && words[0]?.literal === 'trap' ? child.traps.fork() : undefined;
  clearTraps(child);
  child.jobControl = false;
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

const POLL = { noHang: true, orNone: true };
const POLL_STOPPED = { noHang: true, orNone: true, stopped: true };
const BLOCK = { orNone: true };
const BLOCK_STOPPED = { orNone: true, stopped: true };

/** Waits for one child. Undefined: none has ended, or there is none; 'signal': a signal came first. */
function nextChild(
  shell: ShellState,
  mode: WaitMode,
): Call<{ pid: number; status: ExitStatus } | 'signal' | undefined> {
  if (mode === 'signals') return nextChildOrSignal(shell);
  const stopped = shell.jobControl;
  if (mode === 'poll') return shell.sys.waitpid(-1, stopped ? POLL_STOPPED : POLL);
  return shell.sys.waitpid(-1, stopped ? BLOCK_STOPPED : BLOCK);
}

function* nextChildOrSignal(
  shell: ShellState,
): Call<{ pid: number; status: ExitStatus } | 'signal' | undefined> {
  const stopped = shell.jobControl;
  for (;;) {
    try {
      const ended = yield* shell.sys.waitpid(-1, { noHang: true, stopped });
      if (ended) return ended;
      if (collectSignals(shell)) yield* interrupt(shell);
      if (shell.pendingSignal) return 'signal';
      return yield* shell.sys.waitpid(-1, { orNone: true, interruptible: true, stopped });
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
    const notice = noticeOf(shell, ended, noticed, job);
    if (notice !== '') yield* shell.writeError(notice);
    if (job && job.state !== 'running') current = 'poll';
    const advice = listener?.(noticed, ended.status);
    if (advice === 'stop') return;
    if (advice === 'poll') current = 'poll';
  }
}

/** What the shell says of a child that has ended while it waited for a job; '' if nothing. */
function noticeOf(
  shell: ShellState,
  { pid, status }: { readonly pid: number; readonly status: ExitStatus },
  noticed: Job | undefined,
  job: Job | undefined,
): Bytes {
  if (status.kind !== 'signaled' || !noticed) return '';
  if (shell.bash) return bashDeathNotice(shell, pid, noticed, status);
  return noticed === job ? deathNotice(status) : '';
}

/** What bash says of a child that a signal has killed: not of INT, PIPE and TERM. */
function bashDeathNotice(shell: ShellState, pid: number, job: Job, status: ExitStatus): Bytes {
  if (status.kind !== 'signaled' || /^(INT|PIPE|TERM)$/.test(status.signal)) return '';
  const command = job.processes.find((process) => process.pid === pid)?.text ?? '';
  const number = String(pid).padStart(5);
  return shell.message(`${number} ${SIGNAL_TEXT[status.signal].padEnd(23)} ${command}`);
}

/**
 * Waits for a foreground job and returns its status. Does what `waitForChildren` does for a job, without a
 * task in between: every command comes through here. Models ash.c waitforjob.
 */
export function* waitForJob(shell: ShellState, job: Job): Call<number> {
  for (;;) {
    const ended = yield* nextChild(shell, job.state === 'running' ? 'block' : 'poll');
    if (ended === undefined || ended === 'signal') break;
    const noticed = shell.jobs.note(ended.pid, ended.status);
    const notice = noticeOf(shell, ended, noticed, job);
    if (notice !== '') yield* shell.writeError(notice);
  }
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
