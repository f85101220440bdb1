import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from '../interpreter/state';
import type { Builtin } from './builtin';

/** Lines end behind this column. */
const WIDTH = 60;

export function runHelp(builtins: ReadonlyMap<Bytes, Builtin>): (shell: ShellState) => number {
  return (shell) => {
    let text = 'Built-in commands:\n------------------\n';
    let column = 0;
    for (const name of builtins.keys()) {
      text += `${column === 0 ? '\t' : ' '}${name}`;
      column += name.length + 1;
      if (column > WIDTH) {
        text += '\n';
        column = 0;
      }
    }
    shell.print(`${text}\n`);
    return 0;
  };
}

export function runHistory(shell: ShellState): number {
  for (const [index, line] of shell.history.entries()) {
    shell.print(`${String(index).padStart(4)} ${line}\n`);
  }
  return 0;
}
