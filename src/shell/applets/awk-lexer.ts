import type { Bytes } from '../../runtime/bytes';
import { decodeEscape } from '../parser/escapes';
import { Failure } from './applet';
import { readProgramNumber } from './awk-number';
import {
  BINARY,
  CONCATENATED,
  CONCATENATES,
  CONCATENATION,
  Kind,
  type Meaning,
  OPEN_LINE,
  TOKENS,
  WORD,
} from './awk-tokens';

/** Where a piece of a program stands, for messages. */
export interface Place {
  readonly program: Bytes;
  readonly line: number;
}

export function failAt({ program, line }: Place, message: Bytes): Failure {
  return new Failure(`${program}:${line}: ${message}`);
}

export const UNEXPECTED_TOKEN = 'Unexpected token';
const UNEXPECTED_END = 'Unexpected end of string';

const CONCATENATION_MEANING: Meaning = { text: '', operator: CONCATENATION };

const NAME = /[A-Za-z0-9_]/;

export interface Token {
  readonly kind: number;
  readonly meaning: Meaning | undefined;
  /** Of strings, regular expressions and names. */
  readonly text: Bytes;
  /** Of numbers. */
  readonly value: number;
}

/** Reads the tokens of one program text; models next_token of editors/awk.c. */
export class AwkLexer {
  readonly #text: Bytes;
  readonly #program: Bytes;
  #at = 0;
  /** The line that has been read to, and the line of the last token. */
  #lines = 1;
  #line = 1;
  #token: Token = { kind: Kind.newline, meaning: undefined, text: '', value: 0 };
  #again = false;
  /** The token behind an invisible operator. */
  #held: Token | undefined;

  constructor(program: Bytes, text: Bytes) {
    this.#program = program;
    this.#text = text;
  }

  get token(): Token {
    return this.#token;
  }

  get place(): Place {
    return { program: this.#program, line: this.#line };
  }

  /** The last token will be the next one again. */
  putBack(): void {
    this.#again = true;
  }

  fail(message: Bytes): Failure {
    return failAt(this.place, message);
  }

  /** The kind of the next token, which has to be one of `expected`. Throws Failure. */
  next(expected: number): number {
    const before = this.#token.kind;
    if (this.#again) this.#again = false;
    else if (this.#held) {
      this.#token = this.#held;
      this.#held = undefined;
    } else this.#token = this.#read(expected, before);
    if ((this.#token.kind & expected) === 0) {
      throw this.fail(before & (Kind.newline | Kind.endOfText) ? UNEXPECTED_END : UNEXPECTED_TOKEN);
    }
    return this.#token.kind;
  }

  #read(expected: number, before: number): Token {
    let token: Token;
    do {
      token = this.#readOne(expected, before);
    } while (before & OPEN_LINE && token.kind & Kind.newline);
    const concatenates =
      before & CONCATENATED &&
      token.kind & CONCATENATES &&
      expected & BINARY &&
      !(before === Kind.length && token.kind === Kind.leftParenthesis);
    if (!concatenates) return token;
    this.#held = token;
    return { kind: Kind.binary, meaning: CONCATENATION_MEANING, text: '', value: 0 };
  }

  #readOne(expected: number, before: number): Token {
    const text = this.#text;
    this.#skipBlanks();
    this.#line = this.#lines;
    if (text[this.#at] === '#') {
      while (this.#at < text.length && text[this.#at] !== '\n') this.#at++;
    }
    const character = text[this.#at];
    if (character === undefined) return plainToken(Kind.endOfText);
    if (character === '"') return { ...plainToken(Kind.string), text: this.#readString() };
    if (character === '/' && expected & Kind.regex) {
      return { ...plainToken(Kind.regex), text: this.#readRegex() };
    }
    if (/[.0-9]/.test(character)) {
      const { value, end } = readProgramNumber(text, this.#at);
      if (end === this.#at || text[end] === '.') throw this.fail(UNEXPECTED_TOKEN);
      this.#at = end;
      return { ...plainToken(Kind.number), value };
    }
    return this.#readSymbol(expected) ?? this.#readName(expected, before);
  }

  #skipBlanks(): void {
    const text = this.#text;
    for (;;) {
      const character = text[this.#at];
      if (character === '\\' && text[this.#at + 1] === '\n') {
        this.#at += 2;
        this.#lines++;
      } else if (character === ' ' || character === '\t') this.#at++;
      else return;
    }
  }

  #readString(): Bytes {
    const text = this.#text;
    let string = '';
    for (this.#at++; text[this.#at] !== '"'; ) {
      const character = text[this.#at];
      if (character === undefined || character === '\n') throw this.fail(UNEXPECTED_END);
      const { byte, next } = readStringByte(text, this.#at);
      if (byte !== undefined) string += byte;
      this.#at = next;
    }
    this.#at++;
    return untilNul(string);
  }

  #readRegex(): Bytes {
    const text = this.#text;
    let regex = '';
    for (this.#at++; text[this.#at] !== '/'; ) {
      const character = text[this.#at];
      if (character === undefined || character === '\n') throw this.fail(UNEXPECTED_END);
      this.#at++;
      if (character !== '\\') {
        regex += character;
        continue;
      }
      const { code, next } = decodeEscape(text, this.#at);
      regex += String.fromCharCode(code);
      if (text[this.#at] === '\\') regex += '\\';
      if (next > this.#at) this.#at = next;
      else regex += text[this.#at++] ?? '';
    }
    this.#at++;
    return regex;
  }

  #readSymbol(expected: number): Token | undefined {
    const text = this.#text;
    if (text[this.#at] === '\n') this.#lines++;
    const allowed = expected | WORD | Kind.newline;
    for (const [kind, meanings] of TOKENS) {
      if ((kind & allowed) === 0) continue;
      for (const meaning of meanings) {
        if (!text.startsWith(meaning.text, this.#at)) continue;
        const end = this.#at + meaning.text.length;
        if (kind & WORD && NAME.test(text[end] ?? ' ')) continue;
        this.#at = end;
        return { kind, meaning, text: '', value: 0 };
      }
    }
    return undefined;
  }

  #readName(expected: number, before: number): Token {
    const text = this.#text;
    const begin = this.#at;
    while (NAME.test(text[this.#at] ?? ' ')) this.#at++;
    if (this.#at === begin) throw this.fail(UNEXPECTED_TOKEN);
    const name = text.slice(begin, this.#at);
    if (before === Kind.function) this.#skipBlanks();
    else if (expected & Kind.array) {
      const end = this.#at;
      this.#skipBlanks();
      if (text[this.#at] !== '[') this.#at = end;
    }
    if (text[this.#at] === '(') {
      this.#at++;
      return { ...plainToken(Kind.call), text: name };
    }
    if (text[this.#at] === '[') {
      this.#at++;
      return { ...plainToken(Kind.array), text: name };
    }
    return { ...plainToken(Kind.variable), text: name };
  }
}

function plainToken(kind: number): Token {
  return { kind, meaning: undefined, text: '', value: 0 };
}

/** One byte of a string; none for a backslash at the end of a line. */
function readStringByte(
  text: Bytes,
  at: number,
): { readonly byte: Bytes | undefined; readonly next: number } {
  if (text[at] !== '\\') return { byte: text[at], next: at + 1 };
  const { code, next } = decodeEscape(text, at + 1);
  if (code !== 92 || next > at + 1) return { byte: String.fromCharCode(code), next };
  if (text[at + 1] === '\n') return { byte: undefined, next: at + 2 };
  return text[at + 1] === undefined
    ? { byte: '\\', next: at + 1 }
    : { byte: text[at + 1], next: at + 2 };
}

/** A text of the command line (-F, -v, x=1) with its escapes replaced. */
export function unescaped(text: Bytes): Bytes {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const { byte, next } = readStringByte(text, at);
    result += byte ?? '';
    at = next;
  }
  return untilNul(result);
}

/** A text as awk holds it: it has no use for a byte 0 and what follows. */
export function untilNul(text: Bytes): Bytes {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
