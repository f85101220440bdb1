import type { Bytes } from '../../runtime/bytes';

const LETTERS: Readonly<Record<string, number>> = {
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
 * Reads the escape behind a backslash: up to three octal digits, `x` and up to two hexadecimal ones, or a
 * letter. Returns its byte and where the text goes on; what is no escape is the backslash itself, and the
 * text goes on right behind it. Models libbb/process_escape_sequence.c.
 */
export function decodeEscape(
  text: Bytes,
  at: number,
): { readonly code: number; readonly next: number } {
  const hexadecimal = text[at] === 'x';
  const base = hexadecimal ? 16 : 8;
  let next = hexadecimal ? at + 1 : at;
  const first = next;
  const most = hexadecimal ? 2 : 3;
  let value = 0;
  while (next - first < most) {
    const digit = digitValue(text.charCodeAt(next), base);
    if (digit < 0 || value * base + digit > 255) break;
    value = value * base + digit;
    next++;
  }
  if (next > first) return { code: value, next };
  if (hexadecimal) return { code: 92, next: at };
  const letter = LETTERS[text[at] ?? ''];
  return letter === undefined ? { code: 92, next: at } : { code: letter, next: at + 1 };
}

function digitValue(code: number, base: number): number {
  let digit = -1;
  if (code >= 48 && code <= 57) digit = code - 48;
  else if (code >= 65 && code <= 70) digit = code - 55;
  else if (code >= 97 && code <= 102) digit = code - 87;
  return digit < base ? digit : -1;
}

/** A text with its escape sequences replaced. */
export function processEscapes(text: Bytes): Bytes {
  let result = '';
  for (let i = 0; i < text.length; ) {
    if (text[i] !== '\\') {
      result += text[i++];
      continue;
    }
    const { code, next } = decodeEscape(text, i + 1);
    result += String.fromCharCode(code);
    i = next;
  }
  return result;
}
