import type { Bytes } from '../../runtime/bytes';
import { GitFailure } from './failure';

/** Options of a git command: those that stand alone, and those with a value (`-b main`, `--depth=1`). */
export interface GitOptions {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, Bytes>;
  readonly operands: readonly Bytes[];
}

/** `flags` and `values` name the options that exist; `a|b` are two names of one. */
export function parseGitOptions(
  command: string,
  args: readonly Bytes[],
  known: { flags?: string; values?: string },
): GitOptions {
  const names = (text: string | undefined) =>
    new Map(
      (text ?? '')
        .split(/\s+/)
        .filter((group) => group !== '')
        .flatMap((group) => group.split('|').map((name) => [name, group.split('|')[0] ?? name])),
    );
  const flagNames = names(known.flags);
  const valueNames = names(known.values);
  const flags = new Set<string>();
  const values = new Map<string, Bytes>();
  const operands: Bytes[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    const [, name = '', value] = /^(--?[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const joined = /^-[A-Za-z]./.test(word) && valueNames.has(word.slice(0, 2));
    if (!word.startsWith('-') || word === '-') operands.push(word);
    else if (flagNames.has(word)) flags.add(flagNames.get(word) ?? word);
    else if (valueNames.has(name))
      values.set(valueNames.get(name) ?? name, value ?? args[++i] ?? '');
    else if (joined) values.set(valueNames.get(word.slice(0, 2)) ?? '', word.slice(2));
    else if (/^-\d+$/.test(word) && valueNames.has('-n')) {
      values.set(valueNames.get('-n') ?? '-n', word.slice(1));
    } else {
      const option = word.startsWith('--') ? `option \`${name.slice(2)}'` : `switch \`${word[1]}'`;
      throw new GitFailure(`error: unknown ${option}\nusage: git ${command} [<options>]`, 129);
    }
  }
  return { flags, values, operands };
}
