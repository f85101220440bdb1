import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { ShellExit } from '../interpreter/unwinding';

/** `break` and `continue`. More levels than there are loops mean all of them. */
export function runBreak(shell: ShellState, argv: readonly Bytes[]): number | Call<number> {
  const [name, text] = argv;
  const wanted = text === undefined ? 1 : shell.number(text);
  if (wanted <= 0) shell.fail(`Illegal number: ${text}`);
  const levels = Math.min(wanted, shell.loopDepth);
  if (levels === 0 && shell.bash) {
    return complainOfNoLoop(shell);
  }
  if (levels > 0) {
    shell.skip = name === 'continue' ? 'continue' : 'break';
    shell.skipCount = levels;
  }
  return 0;
}

function* complainOfNoLoop(shell: ShellState): Call<number> {
  yield* shell.warn("only meaningful in a `for', `while', or `until' loop");
  return 0;
}

/** `return`, which outside of functions ends the script that is being read. */
export function runReturn(shell: ShellState, argv: readonly Bytes[]): number {
  const [, text] = argv;
  const status = text === undefined ? shell.status : shell.number(text) & 0xff;
  shell.skip = text === undefined ? 'return' : 'return status';
  return status;
}

export function runExit(shell: ShellState, argv: readonly Bytes[]): number | Call<number> {
  const [, text] = argv;
  if (shell.options.interactive && shell.warnedOfStoppedJobs === 0) {
    if (shell.jobs.current?.state === 'stopped') {
      shell.print('You have stopped jobs.\n');
      shell.warnedOfStoppedJobs = 2;
      return 0;
    }
  }
  if (text !== undefined) {
    if (shell.bash && !/^[-+]?[0-9]+$/.test(text)) return exitOddly(shell, text);
    const status = shell.bash ? Number(text) : shell.number(text);
    shell.statusBeforeTrap = status & 0xff;
  }
  throw new ShellExit(true);
}

/** bash's `exit` with a word that is no number: it is said, and the status is 2. */
function* exitOddly(shell: ShellState, text: Bytes): Call<never> {
  yield* shell.warn(`${text}: numeric argument required`);
  shell.statusBeforeTrap = 2;
  throw new ShellExit(true);
}

export function runShift(shell: ShellState, argv: readonly Bytes[]): number {
  const count = argv[1] === undefined ? 1 : shell.number(argv[1]);
  const { values } = shell.arguments;
  if (count > values.length) return 1;
  shell.arguments.values = values.slice(count);
  shell.arguments.optionIndex = 1;
  shell.arguments.optionOffset = -1;
  return 0;
}
