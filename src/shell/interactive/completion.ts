import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { BUILTINS } from '../builtins/table';
import type { ShellState } from '../interpreter/state';

/**
 * Completes the last word of a line in a program's own way (kubectl): whole words, with what is to stand
 * behind them. Undefined: commands and files, as for anything else.
 */
export type Completer = (line: Bytes, sys: Sys) => Call<readonly Bytes[] | undefined>;

export interface Completions {
  /** What of the line is replaced: this many bytes before the cursor. */
  readonly replaced: number;
  /** What may stand there instead, sorted. */
  readonly candidates: readonly Bytes[];
}

/** Characters that file names need a backslash for. */
const SPECIAL = /[ \t\n\\'"$`&;()<>|*?[\]#~=%!{}^]/g;

/** How a line may go on at its end. */
export function* complete(
  shell: ShellState,
  line: Bytes,
  completer: Completer | undefined,
): Call<Completions> {
  const start = wordStart(line);
  const word = line.slice(start);
  const own = completer ? yield* completer(line, shell.sys) : undefined;
  if (own) return { replaced: word.length, candidates: [...own].sort() };
  const commandPosition =
    /(^|[;&|({]|\b(if|then|else|elif|while|until|do|time|exec|command)) *$/.test(
      line.slice(0, start),
    );
  const plain = word.replace(/\\(.)/gs, '$1');
  if (commandPosition && !plain.includes('/')) {
    return { replaced: word.length, candidates: commandNames(shell, plain) };
  }
  return { replaced: word.length, candidates: fileNames(shell, plain) };
}

function wordStart(line: Bytes): number {
  let start = line.length;
  while (start > 0) {
    const character = line[start - 1] as string;
    const escaped = line[start - 2] === '\\';
    if (/[ \t;&|()<>=]/.test(character) && !escaped) break;
    start--;
  }
  return start;
}

function commandNames(shell: ShellState, prefix: Bytes): Bytes[] {
  const names = new Set<Bytes>([
    ...BUILTINS.keys(),
    ...shell.functions.keys(),
    ...shell.aliases.keys(),
  ]);
  for (const directory of shell.path.split(':')) {
    for (const name of list(shell.sys, directory || '.')) names.add(name);
  }
  return [...names]
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => `${name} `);
}

function fileNames(shell: ShellState, path: Bytes): Bytes[] {
  const slash = path.lastIndexOf('/') + 1;
  const directory = path.slice(0, slash);
  const prefix = path.slice(slash);
  const place = directory.startsWith('~/')
    ? (shell.variables.get('HOME') ?? '~') + directory.slice(1)
    : directory;
  return list(shell.sys, place || '.')
    .filter((name) => name.startsWith(prefix) && (prefix !== '' || !name.startsWith('.')))
    .sort()
    .map((name) => {
      const end = isDirectory(shell.sys, place + name) ? '/' : ' ';
      return directory + name.replace(SPECIAL, '\\$&') + end;
    });
}

function list(sys: Sys, directory: Bytes): readonly Bytes[] {
  try {
    return sys.readdir(directory);
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

function isDirectory(sys: Sys, path: Bytes): boolean {
  try {
    return sys.stat(path).type === 'directory';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** What all candidates begin with. */
export function commonPrefix(candidates: readonly Bytes[]): Bytes {
  let prefix = candidates[0] ?? '';
  for (const candidate of candidates) {
    let length = 0;
    while (length < prefix.length && prefix[length] === candidate[length]) length++;
    prefix = prefix.slice(0, length);
  }
  return prefix;
}
