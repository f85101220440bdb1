/** UTF-8 as Go reads and writes it: every byte that fits no character becomes U+FFFD. */

/** Text in which every surrogate without its partner is U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Text of some UTF-8 bytes. */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const [code, width] = characterAt(bytes, i);
    text += String.fromCodePoint(code);
    i += width;
  }
  return text;
}

function characterAt(bytes: ArrayLike<number>, index: number): [code: number, width: number] {
  const first = bytes[index] as number;
  if (first < 0x80) return [first, 1];
  const width = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (width === 0 || first >= 0xf5) return [0xfffd, 1];
  let code = first & (0x7f >> width);
  for (let i = 1; i < width; i++) {
    const next = bytes[index + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return [0xfffd, 1];
    code = (code << 6) | (next & 0x3f);
  }
  const least = width === 3 ? 0x800 : width === 4 ? 0x10000 : 0x80;
  const surrogate = code >= 0xd800 && code < 0xe000;
  return code < least || code > 0x10ffff || surrogate ? [0xfffd, 1] : [code, width];
}

/** First bytes of characters of two, three and four bytes. */
const LEADS = [0, 0xc0, 0xe0, 0xf0];

/** UTF-8 of a text, one character of the result per byte; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let bytes = '';
  for (const char of text) {
    let code = char.codePointAt(0) as number;
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) {
      bytes += char;
      continue;
    }
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    const lead = LEADS[more] as number;
    bytes += String.fromCharCode(lead | (code >> (6 * more)));
    for (let i = more - 1; i >= 0; i--) {
      bytes += String.fromCharCode(0x80 | ((code >> (6 * i)) & 0x3f));
    }
  }
  return bytes;
}
