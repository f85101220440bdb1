import type { Bytes } from '../../runtime/bytes';
import { ShellError } from './unwinding';

/** Status of a script whose text is wrong. */
const SYNTAX_STATUS = 2;

/** What a message needs to know of its shell. */
export interface Complaining {
  status: number;
  readonly name: Bytes;
  readonly fromArgument: boolean;
  readonly input: { readonly fromFile: boolean };
  readonly options: { readonly interactive: boolean };
  message(text: Bytes): Bytes;
}

/** `source`: the line that is wrong. Ends with a syntax error in bash's words, made from ash's. Models bash's report_syntax_error. */
export function failInBash(shell: Complaining, text: Bytes, line: number, source: Bytes): never {
  const inText = shell.fromArgument && !shell.input.fromFile;
  const place = shell.options.interactive
    ? `${shell.name}: `
    : `${shell.name}: ${inText ? '-c: ' : ''}`;
  const at = (number: number) => (shell.options.interactive ? '' : `line ${number}: `);
  shell.status = SYNTAX_STATUS;
  const token = /^unexpected "?([^"\s]+(?: of file)?)"?/.exec(text)?.[1];
  if (text === 'bad substitution') {
    shell.status = 1;
    throw new ShellError(shell.message(text));
  }
  if (text.startsWith('unterminated quoted string')) {
    throw new ShellError(`${place}${at(line)}unexpected EOF while looking for matching \`"'\n`);
  }
  if (token === 'end of file' || token === undefined || text.startsWith("missing '")) {
    throw new ShellError(`${place}${at(line + 1)}syntax error: unexpected end of file\n`);
  }
  const shown =
    token === 'newline' || token === 'word' || token === 'redirection' ? 'newline' : token;
  const here = `${place}${at(line)}`;
  const quoted = shell.options.interactive ? '' : `${here}\`${source}'\n`;
  throw new ShellError(`${here}syntax error near unexpected token \`${shown}'\n${quoted}`);
}
