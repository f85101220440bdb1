import { hexValue, isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './characters';
import type { Reader } from './reader';

/** What may stand in a tag's URI besides letters, digits, `_` and `-`. */
const URI_CHARACTERS = ";/?:@&=+$,.!~*'()[]%";

/** What may follow the name of an anchor or alias at once. */
const AFTER_ANCHOR = '?:,]}%@`';

/** Scans `&name` or `*name`; the reader stands on the indicator. */
export function scanAnchorName(reader: Reader): string {
  reader.skip();
  const name = scanWord(reader);
  const code = reader.at();
  if (name === '' || !(isBlankOrEnd(code) || AFTER_ANCHOR.includes(String.fromCharCode(code)))) {
    throw reader.error('did not find expected alphabetic or numeric character');
  }
  return name;
}

function scanWord(reader: Reader): string {
  const from = reader.pos;
  while (isWord(reader.at())) reader.skip();
  return reader.text.slice(from, reader.pos);
}

/** Scans `!suffix`, `!handle!suffix`, `!<uri>` or `!`; a lone `!` has no handle and suffix `!`. */
export function scanTag(reader: Reader): { handle: string; suffix: string } {
  let handle = '';
  let suffix: string;
  if (reader.at(1) === 0x3c) {
    reader.skip(2);
    suffix = scanUri(reader, '');
    if (reader.at() !== 0x3e) throw reader.error("did not find the expected '>'");
    reader.skip();
  } else {
    handle = scanHandle(reader, false);
    if (handle.length > 1 && handle.endsWith('!')) {
      suffix = scanUri(reader, '');
    } else {
      suffix = scanUri(reader, handle);
      handle = '!';
      if (suffix === '') [handle, suffix] = ['', '!'];
    }
  }
  if (!isBlankOrEnd(reader.at())) {
    throw reader.error('did not find expected whitespace or line break');
  }
  return { handle, suffix };
}

function scanHandle(reader: Reader, directive: boolean): string {
  if (reader.at() !== 0x21) throw reader.error("did not find expected '!'");
  const from = reader.pos;
  reader.skip();
  while (isWord(reader.at())) reader.skip();
  if (reader.at() === 0x21) {
    reader.skip();
  } else if (directive && reader.pos - from > 1) {
    throw reader.error("did not find expected '!'");
  }
  return reader.text.slice(from, reader.pos);
}

/** Scans a tag's URI; `head` is what was taken for a handle and is part of it, without its `!`. */
function scanUri(reader: Reader, head: string): string {
  let uri = head.slice(1);
  let found = head !== '';
  for (;;) {
    const code = reader.at();
    if (code === 0 || !(isWord(code) || URI_CHARACTERS.includes(String.fromCharCode(code)))) break;
    if (code === 0x25) {
      uri += scanUriEscapes(reader);
    } else {
      uri += String.fromCharCode(code);
      reader.skip();
    }
    found = true;
  }
  if (!found) throw reader.error('did not find expected tag URI');
  return uri;
}

/** Scans the `%xx` octets of one character. */
function scanUriEscapes(reader: Reader): string {
  const octet = (): number => {
    const high = hexValue(reader.at(1));
    const low = hexValue(reader.at(2));
    if (reader.at() !== 0x25 || high < 0 || low < 0) {
      throw reader.error('did not find URI escaped octet');
    }
    return high * 16 + low;
  };
  const first = octet();
  const width =
    first < 0x80 ? 1 : first >> 5 === 6 ? 2 : first >> 4 === 14 ? 3 : first >> 3 === 30 ? 4 : 0;
  if (width === 0) throw reader.error('found an incorrect leading UTF-8 octet');
  let code = width === 1 ? first : first & (0x7f >> width);
  reader.skip(3);
  for (let i = 1; i < width; i++) {
    const next = octet();
    if ((next & 0xc0) !== 0x80) throw reader.error('found an incorrect trailing UTF-8 octet');
    code = code * 64 + (next & 0x3f);
    reader.skip(3);
  }
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

export type Directive = { kind: 'version' | 'tag directive'; value: string; suffix: string };

/** Scans a `%YAML` or `%TAG` line; the reader stands on the `%`. */
export function scanDirective(reader: Reader): Directive {
  reader.skip();
  const name = scanWord(reader);
  if (name === '') throw reader.error('could not find expected directive name');
  if (!isBlankOrEnd(reader.at())) {
    throw reader.error('found unexpected non-alphabetical character');
  }
  let directive: Directive;
  if (name === 'YAML') directive = { kind: 'version', value: scanVersion(reader), suffix: '' };
  else if (name === 'TAG') directive = scanTagDirective(reader);
  else throw reader.error('found unknown directive name');
  skipBlanks(reader);
  if (reader.at() === 0x23) while (!isBreakOrEnd(reader.at())) reader.skip();
  if (!isBreakOrEnd(reader.at())) {
    throw reader.error('did not find expected comment or line break');
  }
  reader.skipBreak();
  return directive;
}

function skipBlanks(reader: Reader): void {
  while (isBlank(reader.at())) reader.skip();
}

function scanVersion(reader: Reader): string {
  skipBlanks(reader);
  const major = scanVersionNumber(reader);
  if (reader.at() !== 0x2e) throw reader.error("did not find expected digit or '.' character");
  reader.skip();
  return `${major}.${scanVersionNumber(reader)}`;
}

function scanVersionNumber(reader: Reader): number {
  let digits = '';
  while (isDigit(reader.at())) {
    if (digits.length === 2) throw reader.error('found extremely long version number');
    digits += String.fromCharCode(reader.at());
    reader.skip();
  }
  if (digits === '') throw reader.error('did not find expected version number');
  return Number(digits);
}

function scanTagDirective(reader: Reader): Directive {
  skipBlanks(reader);
  const value = scanHandle(reader, true);
  if (!isBlank(reader.at())) throw reader.error('did not find expected whitespace');
  skipBlanks(reader);
  const suffix = scanUri(reader, '');
  if (!isBlankOrEnd(reader.at())) {
    throw reader.error('did not find expected whitespace or line break');
  }
  return { kind: 'tag directive', value, suffix };
}
