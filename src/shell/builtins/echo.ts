import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { decodeEscape } from '../parser/escapes';

/** What `echo` prints for its arguments (without its name). Models coreutils/echo.c. */
export function formatEcho(args: readonly Bytes[]): Bytes {
  let newline = true;
  let escapes = false;
  let first = 0;
  for (; first < args.length; first++) {
    const arg = args[first] as Bytes;
    if (!/^-[neE]+$/.test(arg)) break;
    if (arg.includes('n')) newline = false;
    if (arg.includes('e')) escapes = true;
  }
  const text = args.slice(first).join(' ');
  if (!escapes) return newline ? `${text}\n` : text;
  const { bytes, stopped } = processEscapes(text);
  return newline && !stopped ? `${bytes}\n` : bytes;
}

/** Replaces backslash escapes; `\c` stops. `\0` may stand before three octal digits. */
export function processEscapes(text: Bytes): { readonly bytes: Bytes; readonly stopped: boolean } {
  let bytes = '';
  for (let at = 0; at < text.length; ) {
    const character = text[at++] as string;
    if (character !== '\\') {
      bytes += character;
      continue;
    }
    if (text[at] === 'c') return { bytes, stopped: true };
    if (text[at] === '0' && /[0-7]/.test(text[at + 1] ?? '')) at++;
    const { code, next } = decodeEscape(text, at);
    bytes += String.fromCharCode(code);
    at = next;
  }
  return { bytes, stopped: false };
}

export function* runEcho(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  try {
    yield* shell.sys.write(1, formatEcho(argv.slice(1)));
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* shell.writeError(`${shell.applet}: write error: ${error.message}\n`);
    return 1;
  }
}
