import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';

export function* runGetopts(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const [, letters, variable] = argv;
  if (letters === undefined || variable === undefined) {
    return shell.fail('usage: getopts optstring var [arg]');
  }
  const words = argv.length > 3 ? argv.slice(3) : shell.arguments.values;
  const most = argv.length > 3 ? argv.length - 2 : words.length + 1;
  if (shell.arguments.optionIndex > most || shell.arguments.optionIndex < 0) {
    shell.arguments.optionIndex = 1;
    shell.arguments.optionOffset = -1;
  }
  return yield* nextOption(shell, letters, variable, words);
}

/** Models ash.c getopts. */
function* nextOption(
  shell: ShellState,
  letters: Bytes,
  variable: Bytes,
  words: readonly Bytes[],
): Call<number> {
  const place = shell.arguments;
  let index = place.optionIndex;
  const current = index > 1 && place.optionOffset >= 0 ? words[index - 2] : undefined;
  let word = current !== undefined && current.length >= place.optionOffset ? current : undefined;
  let offset = place.optionOffset;
  place.optionIndex = -1;
  const finish = (letter: Bytes, status: number): number => {
    const going = word !== undefined && offset >= 0;
    shell.variables.assign('OPTIND', String(index), { quietly: true });
    place.optionIndex = index;
    place.optionOffset = going ? offset : -1;
    shell.variables.set(variable, letter);
    return status;
  };
  if (word === undefined || offset >= word.length) {
    word = words[index - 1];
    offset = 1;
    const isOption = word !== undefined && word.length > 1 && word.startsWith('-');
    if (isOption) index++;
    if (!isOption || word === '--') {
      shell.variables.set('OPTARG', undefined);
      word = undefined;
      return finish('?', 1);
    }
  }
  const text = word as Bytes;
  const letter = text[offset++] as string;
  const silent = letters.startsWith(':') || shell.variables.get('OPTERR') === '0';
  const at = optionAt(letters, letter);
  if (at < 0) {
    if (silent) shell.variables.set('OPTARG', letter);
    else {
      yield* shell.writeError(`Illegal option -${letter}\n`);
      shell.variables.set('OPTARG', undefined);
    }
    return finish('?', 0);
  }
  if (letters[at + 1] !== ':') {
    shell.variables.set('OPTARG', '');
    return finish(letter, 0);
  }
  let argument: Bytes | undefined = text.slice(offset);
  if (argument === '') {
    argument = words[index - 1];
    if (argument !== undefined) index++;
  }
  word = undefined;
  if (argument !== undefined) {
    shell.variables.set('OPTARG', argument);
    return finish(letter, 0);
  }
  if (silent) {
    shell.variables.set('OPTARG', letter);
    return finish(':', 0);
  }
  yield* shell.writeError(`No arg for -${letter} option\n`);
  shell.variables.set('OPTARG', undefined);
  return finish('?', 0);
}

/** Where a letter stands among those that exist; -1 if it does not. */
function optionAt(letters: Bytes, letter: Bytes): number {
  for (let at = 0; at < letters.length; at++) {
    if (letters[at] === letter) return at;
    if (letters[at + 1] === ':') at++;
  }
  return -1;
}
