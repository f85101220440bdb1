import { existsSync, fstatSync, readFileSync, statSync } from 'node:fs';
import { CommandError } from './usage';

/** Real ms that a pipe on standard input may take to begin, where nobody asked to wait for it. */
const INPUT_BEGINS_WITHIN_MS = 200;

/** Text of a file; throws CommandError with kubectl's words when there is none. */
export function readTextFile(path: string): string {
  if (!existsSync(path)) throw new CommandError(`error: the path "${path}" does not exist`);
  if (statSync(path).isDirectory()) {
    throw new CommandError(`error: ${path} is a folder; name its files`);
  }
  return readFileSync(path, 'utf8');
}

/** As readTextFile; `-` is all of standard input. */
export async function readText(path: string): Promise<string> {
  return path === '-' ? readInput() : readTextFile(path);
}

/** All of standard input. */
export async function readInput(): Promise<string> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const piece of process.stdin) text += piece;
  return text;
}

/**
 * Standard input if there is any: a file, or a pipe in which something lies already. A terminal, and a pipe
 * that somebody holds open without a word, would keep a script waiting that never reads.
 */
export async function readInputIfAny(): Promise<string> {
  if (process.stdin.isTTY) return '';
  try {
    if (fstatSync(0).isFile()) return readInput();
  } catch {
    return '';
  }
  const begins = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), INPUT_BEGINS_WITHIN_MS);
    const tell = (has: boolean) => () => {
      clearTimeout(timer);
      resolve(has);
    };
    process.stdin.once('readable', tell(true));
    process.stdin.once('end', tell(false));
    process.stdin.once('error', tell(false));
  });
  if (await begins) return readInput();
  // Nothing holds the program open once the script has ended.
  process.stdin.destroy();
  return '';
}
