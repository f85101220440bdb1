import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Word } from '../ast';
import { expandQuoted } from '../expansion/expand';
import { Parser } from '../parser/parser';
import { ScriptSyntaxError } from '../parser/script-syntax-error';
import { Source } from '../parser/source';
import type { ShellState } from './state';
import { ShellError } from './unwinding';

/**
 * Expands a text as if it stood in double quotes (PS4, ENV, with `prompt` PS1 and PS2, where `\$` stays). A
 * text with an error in it is returned as it is, after the error's message. Models ash.c expandstr.
 */
export function* expandPrompt(shell: ShellState, text: Bytes, prompt: boolean): Call<Bytes> {
  if (!/[$`\\]/.test(text)) return text;
  const source = new Source(text, { line: shell.line, countsLines: shell.trapDepth === 0 });
  try {
    const word = parsePrompt(shell, source, prompt);
    return yield* expandQuoted(shell, word);
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown;
    yield* shell.report(thrown);
    return text;
  }
}

function parsePrompt(shell: ShellState, source: Source, prompt: boolean): Word {
  const parser = new Parser(source, { alias: (name) => shell.aliases.get(name), line: shell.line });
  try {
    return parser.readPrompt(prompt);
  } catch (error) {
    if (error instanceof ScriptSyntaxError) shell.failSyntax(error.message, error.line);
    throw error;
  }
}
