import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { openOrFail } from './files';
import { parseInteger } from './numbers';
import { parseOptions } from './options';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Models coreutils/uudecode.c base64. */
export const base64 = applet('base64', function* (run) {
  const options = parseOptions(run.args, { letters: 'diw:', most: 1 });
  const width = parseInteger(options.value('w') ?? '76', { least: 0 });
  const fd = yield* openOrFail(run, options.operands[0] ?? '-', 'name only');
  if (options.has('d')) yield* decode(run, fd);
  else yield* encode(run, fd, width);
  return 0;
});

function* encode(run: Invocation, fd: number, width: number): Call<void> {
  let rest = '';
  let column = 0;
  for (;;) {
    const part = yield* run.sys.read(fd, 48 * 64);
    const whole = part === '' ? rest.length : Math.floor((rest + part).length / 3) * 3;
    const bytes = rest + part;
    rest = bytes.slice(whole);
    const { text, column: next } = wrap(encodeBase64(bytes.slice(0, whole)), column, width);
    column = next;
    yield* run.out.write(text);
    if (part === '') break;
  }
  if (column > 0 && width > 0) yield* run.out.write('\n');
}

function wrap(text: Bytes, from: number, width: number): { text: Bytes; column: number } {
  if (width === 0) return { text, column: 0 };
  let wrapped = '';
  let column = from;
  for (let at = 0; at < text.length; ) {
    const piece = text.slice(at, at + width - column);
    wrapped += piece;
    at += piece.length;
    column += piece.length;
    if (column === width) {
      wrapped += '\n';
      column = 0;
    }
  }
  return { text: wrapped, column };
}

/** Bytes in base64. */
export function encodeBase64(bytes: Bytes): Bytes {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      (bytes.charCodeAt(i) << 16) |
      ((left > 1 ? bytes.charCodeAt(i + 1) : 0) << 8) |
      (left > 2 ? bytes.charCodeAt(i + 2) : 0);
    text += ALPHABET[group >> 18];
    text += ALPHABET[(group >> 12) & 63];
    text += left > 1 ? ALPHABET[(group >> 6) & 63] : '=';
    text += left > 2 ? ALPHABET[group & 63] : '=';
  }
  return text;
}

function* decode(run: Invocation, fd: number): Call<void> {
  let held = '';
  for (;;) {
    const part = yield* run.sys.read(fd, 4096);
    held += part.replace(/[\t-\r ]/g, '');
    const whole = part === '' ? held.length : Math.floor(held.length / 4) * 4;
    const { bytes, ended, bad } = decodeBase64(held.slice(0, whole));
    yield* run.out.write(bytes);
    if (bad) throw new Failure('truncated input');
    if (ended || part === '') return;
    held = held.slice(whole);
  }
}

/** Decodes whole groups of four; stops at padding or at a byte that is none of the alphabet. */
export function decodeBase64(text: Bytes): { bytes: Bytes; ended: boolean; bad: boolean } {
  let bytes = '';
  for (let i = 0; i < text.length; i += 4) {
    const group = text.slice(i, i + 4);
    const codes = [...group].map((char) => ALPHABET.indexOf(char));
    const padding = /={1,2}$/.exec(group)?.[0].length ?? 0;
    const digits = codes.slice(0, 4 - padding);
    if (group.length < 4 || digits.some((code) => code < 0))
      return { bytes, ended: true, bad: true };
    const [a = 0, b = 0, c = 0, d = 0] = digits;
    const value = (a << 18) | (b << 12) | (c << 6) | d;
    bytes += String.fromCharCode(value >> 16, (value >> 8) & 255, value & 255).slice(
      0,
      3 - padding,
    );
    if (padding > 0) return { bytes, ended: true, bad: false };
  }
  return { bytes, ended: false, bad: false };
}
