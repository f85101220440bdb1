import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from '../interpreter/state';
import { ShellExit } from '../interpreter/unwinding';

/** `break` and `continue`. More levels than there are loops mean all of them. */
export function runBreak(shell: ShellState, argv: readonly Bytes[]): number {
  const [name, text] = argv;
  const wanted = text === undefined ? 1 : shell.number(text);
  if (wanted <= 0) shell.fail(`Illegal number: ${text}`);
  const levels = Math.min(wanted, shell.loopDepth);
  if (levels > 0) {
    shell.skip = name === 'continue' ? 'continue' : 'break';
    shell.skipCount = levels;
  }
  return 0;
}

/** `return`, which outside of functions ends the script that is being read. */
export function runReturn(shell: ShellState, argv: readonly Bytes[]): number {
  const [, text] = argv;
  const status = text === undefined ? shell.status : shell.number(text) & 0xff;
  shell.skip = text === undefined ? 'return' : 'return status';
  return status;
}

export function runExit(shell: ShellState, argv: readonly Bytes[]): number {
  const [, text] = argv;
  if (shell.options.interactive && shell.warnedOfStoppedJobs === 0) {
    if (shell.jobs.current?.state === 'stopped') {
      shell.print('You have stopped jobs.\n');
      shell.warnedOfStoppedJobs = 2;
      return 0;
    }
  }
  if (text !== undefined) {
    shell.statusBeforeTrap = shell.number(text) & 0xff;
  }
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
