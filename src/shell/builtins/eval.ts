import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { type ShellState, TESTED } from '../interpreter/state';

export function runEval(
  shell: ShellState,
  argv: readonly Bytes[],
  flags: number,
): number | Call<number> {
  if (argv.length < 2) return 0;
  return shell.executor.runText(shell, argv.slice(1).join(' '), flags & TESTED);
}
