import type { Bytes } from '../../runtime/bytes';
import { signalName } from '../../runtime/signals';
import type { Call } from '../../runtime/syscalls';
import { singleQuoted } from '../interpreter/quoting';
import { ERR_TRAP, type ShellState } from '../interpreter/state';
import { setSignal } from '../interpreter/traps';
import { OptionReader } from './builtin';
import { parseSignal, signalText } from './signals';

export function* runTrap(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  options.next('');
  let { operands } = options;
  if (operands.length === 0) {
    const traps = shell.parentTraps ?? shell.traps;
    for (const [number, action] of [...traps].sort(([a], [b]) => a - b)) {
      const name = number === ERR_TRAP ? 'ERR' : signalText(number);
      shell.print(`trap -- ${singleQuoted(action)} ${name}\n`);
    }
    return 0;
  }
  let action: Bytes | undefined;
  const [first] = operands;
  // A number in front is a signal: `trap 15` resets it.
  if (operands.length > 1 && first !== undefined && !/^[0-9]+$/.test(first)) {
    action = first === '-' ? undefined : first;
    operands = operands.slice(1);
  }
  let status = 0;
  for (const name of operands) {
    const number = name === 'ERR' ? ERR_TRAP : parseSignal(name);
    if (number === undefined) {
      yield* shell.warn(`${name}: invalid signal specification`);
      status = 1;
      continue;
    }
    if (action === undefined) shell.traps.delete(number);
    else {
      shell.traps.set(number, action);
      if (action !== '') shell.mayHaveTraps = true;
    }
    const signal = signalName(number);
    if (signal) setSignal(shell, signal);
  }
  return status;
}
