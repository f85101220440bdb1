import { type Bytes, toBytes } from '../../runtime/bytes';
import { isFloat, isList, isRecord, type LogRecord, type Value } from './record';

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** JSON without spaces. Bytes beyond ASCII stay as they are: UTF-8. */
export function toJson(value: Value): Bytes {
  if (value === null) return 'null';
  if (typeof value === 'string') return jsonString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isFloat(value)) {
    return Number.isInteger(value.float) ? value.float.toFixed(1) : String(value.float);
  }
  if (isList(value)) return `[${value.map(toJson).join(',')}]`;
  const members = [...value].map(([key, member]) => `${jsonString(key)}:${toJson(member)}`);
  return `{${members.join(',')}}`;
}

export function jsonString(text: Bytes): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes
  const escaped = text.replace(/["\\\x00-\x1f]/g, (char) => {
    const known = ESCAPES[char];
    return known ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** The value that the text is, or undefined when it is no JSON. */
export function parseJson(text: Bytes): Value | undefined {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    return reader.atEnd ? value : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** The map that the text is; undefined for anything else. */
export function parseJsonRecord(text: Bytes): LogRecord | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

class NotJson {}

/** Nesting beyond this is refused. */
const MAX_DEPTH = 64;

const WORDS: readonly (readonly [Bytes, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

const UNESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Own reader, since keys keep their order and 1.0 is no integer: JSON.parse tells neither. */
class Reader {
  readonly #text: Bytes;
  #at = 0;

  constructor(text: Bytes) {
    this.#text = text;
  }

  get atEnd(): boolean {
    this.#skipBlanks();
    return this.#at >= this.#text.length;
  }

  value(depth: number): Value {
    if (depth > MAX_DEPTH) throw new NotJson();
    this.#skipBlanks();
    const char = this.#text[this.#at];
    if (char === '{') return this.#map(depth);
    if (char === '[') return this.#list(depth);
    if (char === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #map(depth: number): LogRecord {
    const map = new Map<Bytes, Value>();
    this.#at++;
    if (this.#accept('}')) return map;
    do {
      this.#skipBlanks();
      const key = this.#string();
      if (!this.#accept(':')) throw new NotJson();
      map.set(key, this.value(depth + 1));
    } while (this.#accept(','));
    if (!this.#accept('}')) throw new NotJson();
    return map;
  }

  #list(depth: number): Value {
    const items: Value[] = [];
    this.#at++;
    if (this.#accept(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#accept(','));
    if (!this.#accept(']')) throw new NotJson();
    return items;
  }

  #string(): Bytes {
    const match = this.#match(/"((?:[^"\\]|\\.)*)"/y);
    if (match === undefined) throw new NotJson();
    const inner = match.slice(1, -1);
    if (!inner.includes('\\')) return inner;
    return inner.replace(
      /\\u([0-9a-fA-F]{4})(?:\\u([0-9a-fA-F]{4}))?|\\(.)/g,
      (_, unit: string | undefined, second: string | undefined, char: string) => {
        if (unit === undefined) return UNESCAPED[char] ?? char;
        const units = [unit, second].filter((part) => part !== undefined);
        return toBytes(String.fromCharCode(...units.map((part) => Number.parseInt(part, 16))));
      },
    );
  }

  #number(): Value {
    const text = this.#match(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (text === undefined) throw new NotJson();
    return /[.eE]/.test(text) ? { float: Number(text) } : Number(text);
  }

  #match(pattern: RegExp): Bytes | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #accept(char: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}
