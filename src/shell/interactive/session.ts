import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';

export function* runInteractively(shell: ShellState): Call<void> {
  yield* shell.warn('interactive');
}
