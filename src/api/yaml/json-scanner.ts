import { goQuote } from '../golang/quote';
import { limits } from './limits';

/** Where a JSON value ends, or why there is none. Offsets are in bytes. */
export type JsonScan =
  | { kind: 'value'; start: number; end: number }
  | { kind: 'end' }
  | { kind: 'cut off' }
  | { kind: 'error'; message: string; offset: number };

const STRUCTURE = /["{}[\],:]/;

class JsonSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

class CutOff extends Error {}

/**
 * Finds the next value in a stream of JSON values. `bytes` holds one byte per character. Models the
 * scanner of Go's encoding/json, which names the character it stopped at.
 */
export function scanJsonValue(bytes: string, from: number): JsonScan {
  const start = skipSpace(bytes, from);
  if (start >= bytes.length) return { kind: 'end' };
  try {
    return { kind: 'value', start, end: new JsonScanner(bytes).value(start) };
  } catch (error) {
    if (error instanceof CutOff) return { kind: 'cut off' };
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { kind: 'error', message: error.message, offset: error.at + 1 };
  }
}

function skipSpace(bytes: string, from: number): number {
  let pos = from;
  while (pos < bytes.length && ' \t\r\n'.includes(bytes.charAt(pos))) pos++;
  return pos;
}

class JsonScanner {
  private readonly bytes: string;

  constructor(bytes: string) {
    this.bytes = bytes;
  }

  /** Steps over one value and returns the place behind it; nesting is kept on a stack of our own. */
  value(from: number): number {
    const open: string[] = [];
    let pos = this.scalarOrOpen(from, open);
    while (open.length > 0) {
      pos = this.skip(pos);
      const inMap = open[open.length - 1] === '{';
      const char = this.bytes.charAt(pos);
      if (char === (inMap ? '}' : ']')) {
        open.pop();
        pos++;
      } else if (char === ',') {
        pos = this.member(this.skip(pos + 1), inMap, open);
      } else {
        this.fail(pos, inMap ? 'after object key:value pair' : 'after array element');
      }
    }
    return pos;
  }

  /** Steps over a scalar, or opens a collection and steps over its first scalars. */
  private scalarOrOpen(from: number, open: string[]): number {
    const char = this.bytes.charAt(from);
    if (char !== '{' && char !== '[') return this.scalar(from);
    open.push(char);
    if (open.length > limits.nesting) this.fail(from, 'exceeded max depth');
    const next = this.skip(from + 1);
    if (this.bytes.charAt(next) === (char === '{' ? '}' : ']')) return next;
    return this.member(next, char === '{', open);
  }

  private member(from: number, inMap: boolean, open: string[]): number {
    if (!inMap) return this.scalarOrOpen(from, open);
    if (this.bytes.charAt(from) !== '"')
      this.fail(from, 'looking for beginning of object key string');
    const colon = this.skip(this.string(from));
    if (this.bytes.charAt(colon) !== ':') this.fail(colon, 'after object key');
    return this.scalarOrOpen(this.skip(colon + 1), open);
  }

  private skip(from: number): number {
    const pos = skipSpace(this.bytes, from);
    if (pos >= this.bytes.length) throw new CutOff();
    return pos;
  }

  private fail(pos: number, context: string): never {
    if (pos >= this.bytes.length) throw new CutOff();
    const char = this.bytes.charAt(pos);
    const shown = char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${goQuote(char).slice(1, -1)}'`;
    throw new JsonSyntaxError(`invalid character ${shown} ${context}`, pos);
  }

  private scalar(from: number): number {
    const char = this.bytes.charAt(from);
    if (char === '"') return this.string(from);
    if (char === 't') return this.word(from, 'true');
    if (char === 'f') return this.word(from, 'false');
    if (char === 'n') return this.word(from, 'null');
    if (char === '-' || (char >= '0' && char <= '9')) return this.number(from);
    return this.fail(from, 'looking for beginning of value');
  }

  private word(from: number, word: string): number {
    for (let i = 1; i < word.length; i++) {
      if (this.bytes.charAt(from + i) !== word.charAt(i)) {
        this.fail(from + i, `in literal ${word} (expecting '${word.charAt(i)}')`);
      }
    }
    return from + word.length;
  }

  private number(from: number): number {
    let pos = from;
    if (this.bytes.charAt(pos) === '-') {
      pos++;
      if (!this.isDigit(pos)) this.fail(pos, 'in numeric literal');
    }
    pos = this.bytes.charAt(pos) === '0' ? pos + 1 : this.digits(pos);
    if (this.bytes.charAt(pos) === '.') {
      if (!this.isDigit(pos + 1)) this.fail(pos + 1, 'after decimal point in numeric literal');
      pos = this.digits(pos + 1);
    }
    if (/[eE]/.test(this.bytes.charAt(pos))) {
      pos++;
      if (/[-+]/.test(this.bytes.charAt(pos))) pos++;
      if (!this.isDigit(pos)) this.fail(pos, 'in exponent of numeric literal');
      pos = this.digits(pos);
    }
    return pos;
  }

  private isDigit(pos: number): boolean {
    const char = this.bytes.charAt(pos);
    return char >= '0' && char <= '9';
  }

  private digits(from: number): number {
    let pos = from;
    while (this.isDigit(pos)) pos++;
    return pos;
  }

  private string(from: number): number {
    for (let pos = from + 1; ; pos++) {
      if (pos >= this.bytes.length) throw new CutOff();
      const char = this.bytes.charAt(pos);
      if (char === '"') return pos + 1;
      if (char < ' ') this.fail(pos, 'in string literal');
      if (char === '\\') pos = this.escape(pos + 1);
    }
  }

  private escape(pos: number): number {
    const char = this.bytes.charAt(pos);
    if (char === 'u') {
      for (let i = 1; i <= 4; i++) {
        if (!/^[0-9a-fA-F]$/.test(this.bytes.charAt(pos + i))) {
          this.fail(pos + i, 'in \\u hexadecimal character escape');
        }
      }
      return pos + 4;
    }
    if (char === '' || !'bfnrt\\/"'.includes(char)) this.fail(pos, 'in string escape code');
    return pos;
  }
}

/** A JSON value without the blanks between its tokens. */
export function compactJson(json: string): string {
  if (!/\s/.test(json)) return json;
  let compact = '';
  for (let pos = 0; pos < json.length; ) {
    const char = json.charAt(pos);
    if (char === '"') {
      const end = stringEnd(json, pos);
      compact += json.slice(pos, end);
      pos = end;
    } else {
      if (STRUCTURE.test(char) || !/\s/.test(char)) compact += char;
      pos++;
    }
  }
  return compact;
}

function stringEnd(json: string, from: number): number {
  let pos = from + 1;
  while (json.charAt(pos) !== '"') pos += json.charAt(pos) === '\\' ? 2 : 1;
  return pos + 1;
}
