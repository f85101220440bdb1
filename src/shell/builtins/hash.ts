import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { findProgram, pathOf } from '../interpreter/command-search';
import type { ShellState } from '../interpreter/state';
import { type Builtin, OptionReader } from './builtin';

export function runHash(
  builtins: ReadonlyMap<Bytes, Builtin>,
): (shell: ShellState, argv: readonly Bytes[]) => Call<number> {
  return function* (shell, argv) {
    const options = new OptionReader(shell, argv);
    if (options.next('r') !== '') {
      shell.commands.clear();
      return 0;
    }
    if (options.operands.length === 0) {
      for (const { name, index, stale } of shell.commands.list()) {
        shell.print(`${pathOf(name, index, shell.path)}${stale ? '*' : ''}\n`);
      }
      return 0;
    }
    let status = 0;
    for (const name of options.operands) {
      shell.commands.delete(name);
      if (shell.functions.has(name) || builtins.has(name)) continue;
      const found = findProgram(shell, name);
      if (found.found) continue;
      yield* shell.warn(`${name}: ${found.reason}`);
      status = 1;
    }
    return status;
  };
}
