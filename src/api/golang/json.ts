import { wellFormed } from '../yaml/utf8';
import { goJsonNumber } from './numbers';

/** A JSON value whose integers beyond a double's safe range are kept as bigint. */
export type ExactJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | ExactJson[]
  | { [key: string]: ExactJson };

const ESCAPED = /["\\<>&\u2028\u2029\ud800-\udfff]|[^ -~\x80-\uffff]/g;

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * JSON text as Go's encoding/json writes it: keys sorted by their bytes, `<`, `>` and `&` escaped.
 * Throws Error for infinities and NaN, which JSON lacks. Go keeps the order of a struct's fields:
 * `keepOrder` does the same for all objects.
 */
export function goJson(value: ExactJson, keepOrder = false): string {
  switch (typeof value) {
    case 'string':
      return goJsonString(value);
    case 'number':
      if (!Number.isFinite(value)) {
        const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
        throw new Error(`json: unsupported value: ${name}`);
      }
      return goJsonNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => goJson(item, keepOrder)).join(',')}]`;
  const keys = Object.keys(value);
  if (!keepOrder) keys.sort(compareCodePoints);
  const members = keys.map(
    (key) => `${goJsonString(key)}:${goJson(value[key] as ExactJson, keepOrder)}`,
  );
  return `{${members.join(',')}}`;
}

export function goJsonString(text: string): string {
  if (!ESCAPED.test(text)) return `"${text}"`;
  ESCAPED.lastIndex = 0;
  return `"${wellFormed(text).replace(ESCAPED, escapeCharacter)}"`;
}

function escapeCharacter(char: string): string {
  const code = char.charCodeAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return char;
  if (code === 0x7f) return char;
  return SHORT[char] ?? `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Order of UTF-8 bytes, which is that of code points and not of UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const astral = (code: number) => code >= 0xd800 && code < 0xe000;
    if (astral(x) !== astral(y)) return astral(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
