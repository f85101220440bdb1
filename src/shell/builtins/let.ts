import type { Bytes } from '../../runtime/bytes';
import type { Integer } from '../expansion/arithmetic';
import { evaluate } from '../expansion/expand';
import type { ShellState } from '../interpreter/state';

export function runLet(shell: ShellState, argv: readonly Bytes[]): number {
  if (argv.length < 2) shell.fail('expression expected');
  let value: Integer = 0;
  for (const expression of argv.slice(1)) value = evaluate(shell, expression);
  return value === 0 ? 1 : 0;
}
