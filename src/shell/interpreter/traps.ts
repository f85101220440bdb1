import { SIGNAL_NUMBERS, type Signal, signalName } from '../../runtime/signals';
import type { Call } from '../../runtime/syscalls';
import { ERR_TRAP, type ShellState } from './state';
import { ShellError, ShellInterrupt } from './unwinding';

/** Sets what a signal does, from its trap and from what kind of shell this is. Models ash.c setsignal. */
export function setSignal(shell: ShellState, signal: Signal): void {
  if (signal === 'KILL' || signal === 'STOP') return;
  const wanted = wantedMode(shell, signal);
  let current = shell.signalModes.get(signal);
  if (current === undefined) {
    current = shell.sys.signalAction(signal) === 'ignore' ? 'ignored from start' : 'default';
    const jobSignal = signal === 'TSTP' || signal === 'TTIN' || signal === 'TTOU';
    if (current === 'ignored from start' && shell.options.monitor && jobSignal) current = 'ignore';
  }
  if (current !== 'ignored from start' && current !== wanted) {
    shell.sys.signalAction(signal, wanted);
    current = wanted;
  }
  shell.signalModes.set(signal, current);
}

function wantedMode(shell: ShellState, signal: Signal): 'default' | 'catch' | 'ignore' {
  const trap = shell.traps.get(SIGNAL_NUMBERS[signal]);
  if (trap !== undefined) return trap === '' ? 'ignore' : 'catch';
  if (!shell.isRoot) return 'default';
  const { interactive, fromStdin, monitor } = shell.options;
  if (signal === 'INT' && (interactive || shell.fromArgument || !fromStdin)) return 'catch';
  if (signal === 'QUIT') return 'ignore';
  if (signal === 'TERM' && interactive) return 'ignore';
  if ((signal === 'TSTP' || signal === 'TTOU') && monitor) return 'ignore';
  return 'default';
}

/** Ignores a signal for good. */
export function ignoreSignal(shell: ShellState, signal: Signal): void {
  shell.sys.signalAction(signal, 'ignore');
  shell.signalModes.set(signal, 'ignored from start');
}

/** Takes in the signals that have arrived; true if an untrapped INT was among them. */
export function collectSignals(shell: ShellState): boolean {
  if (!shell.sys.signalPending) return false;
  let interrupted = false;
  for (const signal of shell.sys.takeSignals()) {
    const number = SIGNAL_NUMBERS[signal];
    const trapped = shell.traps.has(number);
    if (signal === 'CHLD' && !trapped) continue;
    if (signal === 'INT' && !trapped) {
      interrupted = true;
      continue;
    }
    shell.arrived.add(number);
    shell.pendingSignal = number;
  }
  return interrupted;
}

/**
 * What an untrapped INT does. A shell that is not interactive kills itself with it, so that its parent sees
 * how it ended; only process 1 survives that, and leaves with 130.
 */
export function* interrupt(shell: ShellState): Call<never> {
  shell.pendingSignal = 0;
  if (!(shell.isRoot && shell.options.interactive)) {
    shell.sys.signalAction('INT', 'default');
    shell.signalModes.set('INT', 'default');
    shell.sys.kill(shell.sys.pid, 'INT');
    // The signal takes effect as soon as this process gives way.
    yield* shell.sys.sleep(0);
  }
  shell.status = 130;
  throw new ShellInterrupt();
}

/** Runs the traps of signals that have arrived. Models ash.c dotrap. */
export function* runTraps(shell: ShellState): Call<void> {
  if (shell.sys.signalPending && collectSignals(shell)) yield* interrupt(shell);
  if (shell.pendingSignal === 0) return;
  const before = shell.statusBeforeTrap;
  let status = before;
  if (status < 0) {
    status = shell.status;
    shell.statusBeforeTrap = status;
  }
  shell.pendingSignal = 0;
  for (const number of [...shell.arrived].sort((a, b) => a - b)) {
    if (shell.skip) {
      shell.pendingSignal = number;
      break;
    }
    shell.arrived.delete(number);
    const action = shell.traps.get(number);
    if (action === undefined) continue;
    shell.trapDepth++;
    yield* shell.executor.runText(shell, action, 0);
    shell.trapDepth--;
    if ((shell.skip as string | undefined) !== 'return status') shell.status = status;
  }
  shell.statusBeforeTrap = before;
}

/** Runs the ERR trap after a command that failed. */
export function* runErrTrap(shell: ShellState): Call<void> {
  const action = shell.traps.get(ERR_TRAP);
  if (action === undefined || shell.inErrTrap) return;
  shell.inErrTrap = true;
  shell.trapDepth++;
  const { status } = shell;
  shell.statusBeforeTrap = status;
  try {
    yield* shell.executor.runText(shell, action, 0);
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown;
    yield* shell.report(thrown);
  } finally {
    shell.trapDepth--;
    shell.inErrTrap = false;
  }
  shell.status = shell.statusBeforeTrap;
}

/** Forgets the traps that have an action, as a forked child does; ignored signals stay ignored. */
export function clearTraps(shell: ShellState): void {
  for (const [number, action] of [...shell.traps]) {
    if (action === '') continue;
    shell.traps.delete(number);
    const signal = signalName(number);
    if (signal) setSignal(shell, signal);
  }
  shell.mayHaveTraps = false;
}
