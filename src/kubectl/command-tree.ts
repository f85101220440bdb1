import { goQuote } from '../api/golang/quote';
import type { Command } from './command';
import { KubectlError, plain } from './errors';
import { GLOBAL_FLAGS } from './flags/common-flags';
import type { Flag } from './flags/flag';

export interface FoundCommand {
  readonly command: Command;
  /** `kubectl rollout status`. */
  readonly path: string;
  /** The words that are left: flags and arguments. */
  readonly rest: readonly string[];
}

/** Which command the words mean, wherever flags stand among them. Models cobra's Command.Find. */
export function findCommand(root: Command, words: readonly string[]): FoundCommand {
  let command = root;
  let path = root.name;
  let rest = words;
  for (;;) {
    const at = firstOperand(command, rest);
    const word = at < 0 ? undefined : rest[at];
    const next = word === undefined ? undefined : subcommand(command, word);
    if (!next) {
      if (command === root && word !== undefined) throw unknownCommand(root, words, word);
      return { command, path, rest };
    }
    rest = rest.filter((_, i) => i !== at);
    command = next;
    path = `${path} ${next.name}`;
  }
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.subcommands?.find(({ name, aliases }) => name === word || aliases?.includes(word));
}

/** Index of the first word that is neither a flag nor a flag's value; -1 without one. */
function firstOperand(command: Command, words: readonly string[]): number {
  const flags = [...(command.flags ?? []), ...GLOBAL_FLAGS];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') return -1;
    if (word.startsWith('--')) {
      if (!word.includes('=') && takesValue(flags, (flag) => flag.name === word.slice(2))) i++;
    } else if (word.startsWith('-') && word.length > 1) {
      if (word.length === 2 && takesValue(flags, (flag) => flag.short === word.charAt(1))) i++;
    } else {
      return i;
    }
  }
  return -1;
}

/** Flags that nobody knows are taken to have a value. */
function takesValue(flags: readonly Flag[], matches: (flag: Flag) => boolean): boolean {
  const flag = flags.find(matches);
  return !flag || (flag.bare === undefined && flag.type !== 'bool');
}

function unknownCommand(root: Command, words: readonly string[], word: string): KubectlError {
  const [first = ''] = words;
  if (first.startsWith('-')) {
    return new KubectlError(`Error: flags cannot be placed before plugin name: ${first}`);
  }
  const similar = (root.subcommands ?? [])
    .filter((command) => isMeant(command, word.toLowerCase()))
    .map(({ name }) => name);
  const hint =
    similar.length === 0
      ? ''
      : `\n\nDid you mean this?\n${similar.map((name) => `\t${name}`).join('\n')}`;
  return plain(`unknown command ${goQuote(word)} for ${goQuote(root.name)}${hint}`);
}

/** Models cobra's SuggestionsFor. */
function isMeant({ name, suggestFor }: Command, word: string): boolean {
  return distance(word, name) <= 2 || name.startsWith(word) || suggestFor?.includes(word) === true;
}

/** Levenshtein distance. */
function distance(left: string, right: string): number {
  let row = [...Array(right.length + 1).keys()];
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
