import {
  hexValue,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isDigit,
  SPACE,
  TAB,
} from './characters';
import type { Mark, Reader } from './reader';

/** A scalar's text and the place where it ends. */
export type ScannedScalar = { value: string; end: Mark };

const FLOW_STOPS = ',?[]{}';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

const ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Joins the text around one or more line breaks: one break is a space, further ones stay. */
function fold(first: string, more: string): string {
  if (first !== '\n') return first + more;
  return more === '' ? ' ' : more;
}

/**
 * Scans a plain scalar. `indent` is the indentation of the block around it; `broken` says that the
 * scan ended behind a line break, where a new key may begin. Models go-yaml v2's
 * yaml_parser_scan_plain_scalar.
 */
export function scanPlain(
  reader: Reader,
  indent: number,
  inFlow: boolean,
): ScannedScalar & { broken: boolean } {
  let value = '';
  let blanks = '';
  let firstBreak = '';
  let moreBreaks = '';
  let broken = false;
  let end = reader.mark();
  while (!reader.atDocumentIndicator() && reader.at() !== 0x23) {
    const from = reader.pos;
    while (!endsPlain(reader, inFlow)) reader.skip();
    if (reader.pos > from) {
      value += broken ? fold(firstBreak, moreBreaks) : blanks;
      value += reader.text.slice(from, reader.pos);
      blanks = firstBreak = moreBreaks = '';
      broken = false;
      end = reader.mark();
    }
    if (!isBlank(reader.at()) && !isBreak(reader.at())) break;
    for (let code = reader.at(); isBlank(code) || isBreak(code); code = reader.at()) {
      if (isBlank(code)) {
        if (broken && code === TAB && reader.column < indent + 1) {
          throw reader.error('found a tab character that violates indentation');
        }
        if (!broken) blanks += String.fromCharCode(code);
        reader.skip();
      } else if (broken) {
        moreBreaks += reader.skipBreak();
      } else {
        blanks = '';
        firstBreak = reader.skipBreak();
        broken = true;
      }
    }
    if (!inFlow && reader.column < indent + 1) break;
  }
  return { value, end, broken };
}

function endsPlain(reader: Reader, inFlow: boolean): boolean {
  const code = reader.at();
  if (isBlankOrEnd(code)) return true;
  if (code === 0x3a && isBlankOrEnd(reader.at(1))) return true;
  return inFlow && FLOW_STOPS.includes(String.fromCharCode(code));
}

/** Scans a scalar in single or double quotes; the reader stands on the left quote. */
export function scanQuoted(reader: Reader): ScannedScalar {
  const quote = reader.at();
  const single = quote === 0x27;
  reader.skip();
  let value = '';
  for (;;) {
    if (reader.atDocumentIndicator()) throw reader.error('found unexpected document indicator');
    if (reader.at() === 0) throw reader.error('found unexpected end of stream');
    let blanks = '';
    let firstBreak = '';
    let moreBreaks = '';
    let broken = false;
    while (!isBlankOrEnd(reader.at())) {
      const code = reader.at();
      if (code === quote) {
        if (!single || reader.at(1) !== quote) break;
        value += "'";
        reader.skip(2);
      } else if (single || code !== 0x5c) {
        const from = reader.pos;
        reader.skip();
        value += reader.text.slice(from, reader.pos);
      } else if (isBreak(reader.at(1))) {
        reader.skip();
        reader.skipBreak();
        broken = true;
        break;
      } else {
        value += scanEscape(reader);
      }
    }
    if (reader.at() === quote) break;
    for (let code = reader.at(); isBlank(code) || isBreak(code); code = reader.at()) {
      if (isBlank(code)) {
        if (!broken) blanks += String.fromCharCode(code);
        reader.skip();
      } else if (broken) {
        moreBreaks += reader.skipBreak();
      } else {
        blanks = '';
        firstBreak = reader.skipBreak();
        broken = true;
      }
    }
    value += broken ? fold(firstBreak, moreBreaks) : blanks;
  }
  reader.skip();
  return { value, end: reader.mark() };
}

function scanEscape(reader: Reader): string {
  const letter = String.fromCharCode(reader.at(1));
  const simple = ESCAPES[letter];
  if (simple !== undefined) {
    reader.skip(2);
    return simple;
  }
  const digits = ESCAPE_DIGITS[letter];
  if (digits === undefined) throw reader.error('found unknown escape character');
  reader.skip(2);
  let code = 0;
  for (let i = 0; i < digits; i++) {
    const digit = hexValue(reader.at(i));
    if (digit < 0) throw reader.error('did not find expected hexdecimal number');
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw reader.error('found invalid Unicode character escape code');
  }
  reader.skip(digits);
  return String.fromCodePoint(code);
}

type BlockHeader = { chomping: '' | '+' | '-'; increment: number };

/**
 * Scans a literal (`|`) or folded (`>`) scalar; the reader stands on the indicator and `parent` is
 * the indentation of the block around it (-1 at the top).
 */
export function scanBlock(reader: Reader, parent: number): ScannedScalar {
  const literal = reader.at() === 0x7c;
  reader.skip();
  const { chomping, increment } = scanBlockHeader(reader);
  let indent = increment > 0 ? Math.max(parent, 0) + increment : 0;
  let value = '';
  let lineBreak = '';
  let afterBlank = false;
  let gap = scanBlockGap(reader, indent, parent);
  indent = gap.indent;
  while (reader.column === indent && reader.at() !== 0) {
    const startsBlank = isBlank(reader.at());
    if (!literal && lineBreak === '\n' && !afterBlank && !startsBlank) {
      if (gap.breaks === '') value += ' ';
    } else {
      value += lineBreak;
    }
    value += gap.breaks;
    afterBlank = startsBlank;
    const from = reader.pos;
    while (!isBreakOrEnd(reader.at())) reader.skip();
    value += reader.text.slice(from, reader.pos);
    lineBreak = reader.skipBreak();
    gap = scanBlockGap(reader, indent, parent);
  }
  if (chomping !== '-') value += lineBreak;
  if (chomping === '+') value += gap.breaks;
  return { value, end: gap.end };
}

function scanBlockHeader(reader: Reader): BlockHeader {
  let chomping: BlockHeader['chomping'] = '';
  let increment = 0;
  const scanChomping = () => {
    if (reader.at() !== 0x2b && reader.at() !== 0x2d) return;
    chomping = reader.at() === 0x2b ? '+' : '-';
    reader.skip();
  };
  const scanIncrement = () => {
    if (!isDigit(reader.at())) return;
    if (reader.at() === 0x30) throw reader.error('found an indentation indicator equal to 0');
    increment = reader.at() - 0x30;
    reader.skip();
  };
  if (isDigit(reader.at())) {
    scanIncrement();
    scanChomping();
  } else {
    scanChomping();
    if (chomping !== '') scanIncrement();
  }
  while (isBlank(reader.at())) reader.skip();
  if (reader.at() === 0x23) while (!isBreakOrEnd(reader.at())) reader.skip();
  if (!isBreakOrEnd(reader.at())) {
    throw reader.error('did not find expected comment or line break');
  }
  reader.skipBreak();
  return { chomping, increment };
}

/** Steps over indentation and empty lines; finds the scalar's indentation if it is still 0. */
function scanBlockGap(
  reader: Reader,
  known: number,
  parent: number,
): { breaks: string; indent: number; end: Mark } {
  let breaks = '';
  let deepest = 0;
  let end = reader.mark();
  for (;;) {
    const inside = () => known === 0 || reader.column < known;
    while (inside() && reader.at() === SPACE) reader.skip();
    deepest = Math.max(deepest, reader.column);
    if (inside() && reader.at() === TAB) {
      throw reader.error('found a tab character where an indentation space is expected');
    }
    if (!isBreak(reader.at())) break;
    breaks += reader.skipBreak();
    end = reader.mark();
  }
  return { breaks, indent: known === 0 ? Math.max(deepest, parent + 1, 1) : known, end };
}
