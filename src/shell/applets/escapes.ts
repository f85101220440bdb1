import type { Bytes } from '../../runtime/bytes';

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
};

/**
 * The byte that an escape sequence stands for; `at` is behind its backslash. Up to three octal digits, `\x`
 * and up to two hexadecimal ones; anything else stands for the backslash itself and uses nothing up. Models
 * libbb/process_escape_sequence.c.
 */
export function readEscape(
  text: Bytes,
  at: number,
): { readonly code: number; readonly next: number } {
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0];
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8);
    // A third digit that would make more than a byte is left alone.
    if (value > 255) return { code: value >> 3, next: at + 2 };
    return { code: value, next: at + octal.length };
  }
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at, at + 3));
  if (hex) return { code: Number.parseInt(hex[1] as string, 16), next: at + hex[0].length };
  const simple = SIMPLE[text[at] ?? ''];
  return simple === undefined ? { code: 92, next: at } : { code: simple, next: at + 1 };
}

/** A text with its escape sequences replaced. */
export function processEscapes(text: Bytes): Bytes {
  let result = '';
  for (let i = 0; i < text.length; ) {
    if (text[i] !== '\\') {
      result += text[i++];
      continue;
    }
    const { code, next } = readEscape(text, i + 1);
    result += String.fromCharCode(code);
    i = next;
  }
  return result;
}
