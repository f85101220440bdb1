import { daysInMonth } from '../time';
import { decodeUtf8 } from './utf8';
import { YamlError } from './yaml-error';

/** A Go value as go-yaml makes it; a bigint is an integer beyond the safe range of a double. */
export type ScalarValue = string | number | bigint | boolean | null;

const TAG = 'tag:yaml.org,2002:';
const INT_MIN = -(2n ** 63n);
const UINT_END = 2n ** 64n;

const NAMED = new Map<string, [tag: string, value: ScalarValue]>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) {
  NAMED.set(word, ['bool', true]);
}
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) {
  NAMED.set(word, ['bool', false]);
}
for (const word of ['', '~', 'null', 'Null', 'NULL']) NAMED.set(word, ['null', null]);
for (const word of ['.nan', '.NaN', '.NAN']) NAMED.set(word, ['float', Number.NaN]);
for (const word of ['.inf', '.Inf', '.INF']) {
  NAMED.set(word, ['float', Number.POSITIVE_INFINITY]);
  NAMED.set(`+${word}`, ['float', Number.POSITIVE_INFINITY]);
  NAMED.set(`-${word}`, ['float', Number.NEGATIVE_INFINITY]);
}

const NUMBER_START = /^[-+.0-9]/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

const RESOLVED_TAGS = ['str', 'bool', 'int', 'float', 'null', 'timestamp'];

/**
 * Finds the value of a scalar from its tag ('' if it has none) and text. Throws YamlError if the
 * text does not fit the tag. Models go-yaml v2's resolve.go: YAML 1.1's words for true and false,
 * octal with a leading 0, underscores in numbers; dates stay strings.
 */
export function resolveScalar(tag: string, text: string): ScalarValue {
  const short = tag.startsWith(TAG) ? tag.slice(TAG.length) : undefined;
  if (tag === '') return fromText(text)[1];
  if (short === 'binary') return decodeBinary(text);
  if (short === undefined || !RESOLVED_TAGS.includes(short) || short === 'str') return text;
  if (short === 'timestamp' && isTimestamp(text)) return text;
  const [found, value] = fromText(text);
  if (found === short) return value;
  if (short === 'float' && found === 'int') return Number(value);
  throw new YamlError(`cannot decode !!${found} \`${text}\` as a !!${short}`);
}

function fromText(text: string): [tag: string, value: ScalarValue] {
  const named = NAMED.get(text);
  if (named !== undefined) return named;
  if (!NUMBER_START.test(text)) return ['str', text];
  if (text.startsWith('.')) {
    const float = FLOAT.test(text) ? parseFloat64(text) : undefined;
    return float === undefined ? ['str', text] : ['float', float];
  }
  const plain = text.replaceAll('_', '');
  const int = parseInteger(plain);
  if (int !== undefined) return ['int', int];
  const float = FLOAT.test(plain) ? parseFloat64(plain) : undefined;
  return float === undefined ? ['str', text] : ['float', float];
}

/** A number that is too large for a double stays a string. */
function parseFloat64(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const RADIX: readonly [RegExp, string][] = [
  [/^0[xX]([0-9a-fA-F]+)$/, '0x'],
  [/^0[bB]([01]+)$/, '0b'],
  [/^0[oO]?([0-7]+)$/, '0o'],
  [/^([1-9][0-9]*|0)$/, ''],
];

/** An integer of at most 64 bits; only numbers without a sign may use the 64th for their value. */
function parseInteger(text: string): number | bigint | undefined {
  const sign = /^[-+]/.test(text) ? text.charAt(0) : '';
  const digits = text.slice(sign.length);
  for (const [pattern, prefix] of RADIX) {
    const match = pattern.exec(digits);
    if (match === null) continue;
    const size = BigInt(prefix + match[1]);
    const value = sign === '-' ? -size : size;
    if (value < INT_MIN || value >= UINT_END || (sign === '+' && value >= -INT_MIN)) {
      return undefined;
    }
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }
  return undefined;
}

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  const clock = [match[4] ?? match[7], match[5] ?? match[8], match[6] ?? match[9]].map((part) =>
    Number(part ?? 0),
  );
  return (clock[0] ?? 0) < 24 && (clock[1] ?? 0) < 60 && (clock[2] ?? 0) < 60;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 to text; bytes that are no UTF-8 become U+FFFD, as JSON has no place for them. */
function decodeBinary(text: string): string {
  const digits = text.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new YamlError('!!binary value contains invalid base64 data');
  }
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits.replace(/=+$/, '')) {
    bits = ((bits << 6) | BASE64.indexOf(digit)) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push((bits >> held) & 0xff);
    }
  }
  return decodeUtf8(bytes);
}
