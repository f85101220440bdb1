import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { execProgram } from '../interpreter/command-search';
import { applyJobControl } from '../interpreter/job-control';
import type { ShellState } from '../interpreter/state';
import { setSignal } from '../interpreter/traps';
import { OptionReader } from './builtin';

export function* runExec(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  let name: Bytes | undefined;
  while (options.next('a:') !== '') name = options.argument;
  const { operands } = options;
  const [program] = operands;
  if (program === undefined) return 0;
  shell.options.interactive = false;
  shell.options.monitor = false;
  yield* applyJobControl(shell);
  shell.level++;
  for (const signal of ['QUIT', 'INT', 'TERM'] as const) setSignal(shell, signal);
  const words = name === undefined ? operands : [name, ...operands.slice(1)];
  return yield* execProgram(shell, words, shell.path, 0, program);
}
