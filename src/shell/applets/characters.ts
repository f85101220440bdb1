import type { Bytes } from '../../runtime/bytes';

/** Splits UTF-8 bytes into characters; a byte that is no part of one stands for itself. */
export function charactersOf(text: Bytes): Bytes[] {
  const characters: Bytes[] = [];
  for (let i = 0; i < text.length; ) {
    const length = characterLength(text, i);
    characters.push(text.slice(i, i + length));
    i += length;
  }
  return characters;
}

/** The code point of one UTF-8 character, undefined if the bytes are none. */
export function codePointOf(character: Bytes): number | undefined {
  const lead = character.charCodeAt(0);
  if (lead < 0x80) return lead;
  if (character.length === 1) return undefined;
  let point = lead & (0xff >> (character.length + 1));
  for (let i = 1; i < character.length; i++)
    point = (point << 6) | (character.charCodeAt(i) & 0x3f);
  return point;
}

function characterLength(text: Bytes, at: number): number {
  const lead = text.charCodeAt(at);
  const length = lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  if (lead < 0xc2 || lead >= 0xf8 || at + length > text.length) return 1;
  for (let i = 1; i < length; i++) {
    if ((text.charCodeAt(at + i) & 0xc0) !== 0x80) return 1;
  }
  return length;
}
