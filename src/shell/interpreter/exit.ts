import type { Call } from '../../runtime/syscalls';
import { restoreAllDescriptors } from './descriptors';
import { closeJobControl } from './job-control';
import { EXIT_TRAP, type ShellState } from './state';
import { ShellError, ShellExit, ShellInterrupt } from './unwinding';

/** Runs a shell's commands to their end, then its EXIT trap. Returns the exit code. Models ash.c exitshell. */
export function* exitShell(shell: ShellState, commands: Call<unknown>): Call<number> {
  let byCommand = false;
  try {
    yield* commands;
  } catch (thrown) {
    byCommand = isExitCommand(thrown);
    yield* shell.report(thrown);
    resetAfterError(shell, byCommand);
  }
  shell.statusBeforeTrap = shell.status;
  const action = shell.traps.get(EXIT_TRAP);
  if (action !== undefined) {
    shell.traps.delete(EXIT_TRAP);
    shell.skip = undefined;
    shell.trapDepth++;
    let completed = false;
    try {
      yield* shell.executor.runText(shell, action, 0);
      completed = true;
    } catch (thrown) {
      byCommand = isExitCommand(thrown);
      yield* shell.report(thrown);
    }
    shell.trapDepth--;
    if (completed) shell.skip = 'return';
  }
  resetAfterError(shell, byCommand);
  closeJobControl(shell);
  yield* shell.flush();
  return shell.status & 0xff;
}

/** Whether `exit` was called. Throws on what does not belong to the shell. */
export function isExitCommand(thrown: unknown): boolean {
  if (thrown instanceof ShellExit) return thrown.byCommand;
  if (thrown instanceof ShellError || thrown instanceof ShellInterrupt) return false;
  throw thrown;
}

/** Models ash.c exitreset. */
export function resetAfterError(shell: ShellState, byCommand: boolean): void {
  if (shell.statusBeforeTrap >= 0) {
    if (byCommand || shell.skip === 'return') shell.status = shell.statusBeforeTrap;
    shell.statusBeforeTrap = -1;
  }
  shell.skip = undefined;
  shell.loopDepth = 0;
  shell.tracingPrompt = false;
  restoreAllDescriptors(shell);
}
