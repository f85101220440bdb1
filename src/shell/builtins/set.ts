import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applyJobControl } from '../interpreter/job-control';
import { OPTIONS } from '../interpreter/options';
import { newArguments, type ShellState } from '../interpreter/state';
import { setSignal } from '../interpreter/traps';
import { listVariables } from './variables-commands';

export function* runSet(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  if (argv.length < 2) {
    listVariables(shell, '', (variable) => variable.value !== undefined);
    return 0;
  }
  let index = 1;
  let setsArguments = false;
  for (; index < argv.length; index++) {
    const word = argv[index] as Bytes;
    const sign = word[0];
    if (sign !== '-' && sign !== '+') break;
    if (word === '-' || word === '--') {
      index++;
      if (word === '-') {
        shell.options.xtrace = false;
        shell.options.verbose = false;
      } else setsArguments = true;
      break;
    }
    for (const letter of word.slice(1)) {
      if (letter !== 'o') {
        if (!shell.options.setByLetter(letter, sign === '-'))
          shell.fail(`illegal option ${sign}${letter}`);
        continue;
      }
      const name = argv[index + 1];
      if (name === undefined) listOptions(shell, sign === '-');
      else {
        index++;
        if (!shell.options.setByName(name, sign === '-')) {
          yield* shell.warn(`illegal option ${sign}o ${name}`);
          return 1;
        }
      }
    }
  }
  yield* applyOptions(shell);
  const values = argv.slice(index);
  if (values.length > 0 || setsArguments) shell.arguments = newArguments(values);
  return 0;
}

/** Lets changed options take effect. Models ash.c optschanged. */
export function* applyOptions(shell: ShellState): Call<void> {
  for (const signal of ['INT', 'QUIT', 'TERM'] as const) setSignal(shell, signal);
  yield* applyJobControl(shell);
}

function listOptions(shell: ShellState, asTable: boolean): void {
  for (const option of OPTIONS) {
    if (option.name === '') continue;
    const on = shell.options.get(option);
    if (asTable) shell.print(`${option.name.padEnd(16)}${on ? 'on' : 'off'}\n`);
    else shell.print(`set ${on ? '-' : '+'}o ${option.name}\n`);
  }
}
