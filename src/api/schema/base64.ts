/** Base64 as Go's encoding/base64 reads it: padding is required, line breaks are skipped. */

const ALPHABET = /^[A-Za-z0-9+/]$/;

/** Index at which a text stops being base64, as Go reports it; undefined if it is all right. */
export function corruptBase64Index(text: string): number | undefined {
  const isNewline = (index: number) => text[index] === '\n' || text[index] === '\r';
  const skipNewlines = (from: number) => {
    let index = from;
    while (isNewline(index)) index++;
    return index;
  };
  let pos = 0;
  while (pos < text.length) {
    for (let digit = 0; digit < 4; digit++) {
      pos = skipNewlines(pos);
      if (pos >= text.length) return digit === 0 ? undefined : pos - digit;
      const char = text.charAt(pos++);
      if (ALPHABET.test(char)) continue;
      if (char !== '=' || digit < 2) return pos - 1;
      if (digit === 2) {
        pos = skipNewlines(pos);
        if (pos === text.length) return pos;
        if (text.charAt(pos) !== '=') return pos - 1;
        pos++;
      }
      pos = skipNewlines(pos);
      return pos < text.length ? pos : undefined;
    }
  }
  return undefined;
}

/** Valid base64 as Go writes it back. */
export function canonicalBase64(text: string): string {
  return text.replace(/[\r\n]/g, '');
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes that valid base64 stands for, one character each. */
export function decodeBase64(text: string): string {
  let bytes = '';
  let bits = 0;
  let count = 0;
  for (const char of canonicalBase64(text)) {
    if (char === '=') break;
    bits = ((bits << 6) | DIGITS.indexOf(char)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCharCode((bits >> count) & 0xff);
  }
  return bytes;
}

/** Base64 of bytes, one character each. */
export function encodeBase64(bytes: string): string {
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((offset) => bytes.charCodeAt(i + offset) || 0);
    const bits = ((a ?? 0) << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const rest = bytes.length - i;
    for (let digit = 0; digit < 4; digit++) {
      encoded += digit > rest ? '=' : DIGITS.charAt((bits >> (18 - 6 * digit)) & 63);
    }
  }
  return encoded;
}
