import { KubectlError, plain } from '../errors';
import type { Flag } from './flag';
import { FlagValues } from './flag-values';

export interface ParsedCommandLine {
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many of the arguments stood before `--`; -1 without it. */
  readonly dash: number;
}

/** Splits arguments into flags and operands. Models pflag's FlagSet.Parse; errors are its own. */
export function parseFlags(flags: readonly Flag[], given: readonly string[]): ParsedCommandLine {
  const values = new FlagValues(flags);
  const args: string[] = [];
  const queue = [...given];
  let dash = -1;
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      dash = args.length;
      args.push(...queue);
      break;
    }
    if (word.startsWith('--')) parseLong(values, word, queue);
    else if (word.startsWith('-') && word.length > 1) parseShorts(values, word, queue);
    else args.push(word);
  }
  return { flags: values, args, dash };
}

function bareValue(flag: Flag): string | undefined {
  return flag.bare ?? (flag.type === 'bool' ? 'true' : undefined);
}

function parseLong(values: FlagValues, word: string, queue: string[]): void {
  const text = word.slice(2);
  if (text === '' || text.startsWith('-') || text.startsWith('=')) {
    throw plain(`bad flag syntax: ${word}`);
  }
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const flag = values.find(name);
  if (!flag) {
    if (name === 'help') throw new HelpWanted();
    throw plain(`unknown flag: --${name}`);
  }
  if (equals >= 0) {
    values.set(flag, text.slice(equals + 1));
    return;
  }
  const value = bareValue(flag) ?? queue.shift();
  if (value === undefined) throw plain(`flag needs an argument: --${name}`);
  values.set(flag, value);
}

/** `-it`, `-ndev`, `-n=dev`, `-n dev`. */
function parseShorts(values: FlagValues, word: string, queue: string[]): void {
  let letters = word.slice(1);
  while (letters !== '') {
    const letter = letters.charAt(0);
    const rest = letters.slice(1);
    const flag = values.findShort(letter);
    if (!flag) {
      if (letter === 'h') throw new HelpWanted();
      throw plain(`unknown shorthand flag: '${letter}' in -${letters}`);
    }
    if (rest.length > 1 && rest.startsWith('=')) {
      values.set(flag, rest.slice(1));
      return;
    }
    const bare = bareValue(flag);
    if (bare !== undefined) {
      values.set(flag, bare);
      letters = rest;
      continue;
    }
    if (rest !== '') {
      values.set(flag, rest);
      return;
    }
    const next = queue.shift();
    if (next === undefined) throw plain(`flag needs an argument: '${letter}' in -${letters}`);
    values.set(flag, next);
    return;
  }
}

/** `-h` or `--help` stood on the command line. */
export class HelpWanted extends KubectlError {
  constructor() {
    super('', 0);
  }
}
