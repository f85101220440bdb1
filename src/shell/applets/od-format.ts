import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';

/** How od shows the values that bytes make. */
export interface OdFormat {
  /** Bytes of one value. */
  readonly size: number;
  /** Columns of one value, the blank before it included. */
  readonly fieldWidth: number;
  /** Shows the value at an offset, with the blank before it. */
  readonly show: (bytes: Bytes, at: number) => Bytes;
  /** `z`: the bytes as text at the end of the line. */
  readonly trailer: boolean;
}

const SIZES: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8 };
const FLOAT_SIZES: Readonly<Record<string, number>> = { F: 4, D: 8, L: 16 };

/** Digits of the longest value, by kind and size. */
const DIGITS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
};

/** Parses a type string of -t such as `x1z` or `cu2`. Throws Failure. */
export function decodeFormats(text: Bytes): OdFormat[] {
  const formats: OdFormat[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^(?:([doux])([CSIL]|[0-9]+)?|(f)([FDL]|[0-9]+)?|([ac]))(z?)/.exec(rest);
    if (!match) {
      throw new Failure(`invalid character '${rest[0]}' in type string '${text}'`);
    }
    rest = rest.slice(match[0].length);
    const trailer = match[6] === 'z';
    const [, integer, size, float, floatSize, character] = match;
    if (integer !== undefined) formats.push({ ...integerFormat(integer, size, text), trailer });
    else if (float !== undefined) formats.push({ ...floatFormat(floatSize, text), trailer });
    else {
      const show = character === 'a' ? namedCharacter : escapedCharacter;
      formats.push({
        size: 1,
        fieldWidth: 4,
        show: (bytes, at) => show(bytes.charCodeAt(at)),
        trailer,
      });
    }
  }
  return formats;
}

function integerFormat(
  kind: string,
  sizeText: string | undefined,
  text: Bytes,
): Omit<OdFormat, 'trailer'> {
  const size = sizeText === undefined ? 4 : (SIZES[sizeText] ?? Number(sizeText));
  const digits = DIGITS[kind]?.[size];
  if (digits === undefined) {
    throw new Failure(`invalid type string '${text}'; ${size}-byte integral type is not supported`);
  }
  const pad = kind === 'o' || kind === 'x' ? '0' : ' ';
  const radix = { d: 10, u: 10, o: 8, x: 16 }[kind] ?? 10;
  const show = (bytes: Bytes, at: number): Bytes => {
    const value = littleEndian(bytes, at, size);
    const shown = kind === 'd' ? BigInt.asIntN(size * 8, value) : value;
    return ` ${shown.toString(radix).padStart(digits, pad)}`;
  };
  return { size, fieldWidth: digits + 1, show };
}

function littleEndian(bytes: Bytes, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes.charCodeAt(at + i));
  return value;
}

function floatFormat(sizeText: string | undefined, text: Bytes): Omit<OdFormat, 'trailer'> {
  const size = sizeText === undefined ? 8 : (FLOAT_SIZES[sizeText] ?? Number(sizeText));
  if (size !== 4 && size !== 8) {
    throw new Failure(
      `invalid type string '${text}'; ${size}-byte floating point type is not supported`,
    );
  }
  const digits = size === 4 ? 7 : 15;
  const view = new DataView(new ArrayBuffer(8));
  const show = (bytes: Bytes, at: number): Bytes => {
    for (let i = 0; i < size; i++) view.setUint8(i, bytes.charCodeAt(at + i));
    const value = size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
    const shown = value.toExponential(digits).replace(/e([+-])([0-9])$/, 'e$10$2');
    return ` ${shown.padStart(digits + 8)}`;
  };
  return { size, fieldWidth: digits + 9, show };
}

const CONTROL_NAMES = [
  'nul',
  'soh',
  'stx',
  'etx',
  'eot',
  'enq',
  'ack',
  'bel',
  'bs',
  'ht',
  'nl',
  'vt',
  'ff',
  'cr',
  'so',
  'si',
  'dle',
  'dc1',
  'dc2',
  'dc3',
  'dc4',
  'nak',
  'syn',
  'etb',
  'can',
  'em',
  'sub',
  'esc',
  'fs',
  'gs',
  'rs',
  'us',
  'sp',
];

function namedCharacter(code: number): Bytes {
  const masked = code & 0x7f;
  if (masked === 0x7f) return ' del';
  return ` ${(CONTROL_NAMES[masked] ?? String.fromCharCode(masked)).padStart(3)}`;
}

/** Control characters that are shown as C writes them, by their code. */
export const ESCAPES: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

function escapedCharacter(code: number): Bytes {
  if (code >= 32 && code < 127) return `   ${String.fromCharCode(code)}`;
  const escaped = ESCAPES[code];
  return escaped === undefined ? ` ${code.toString(8).padStart(3, '0')}` : `  ${escaped}`;
}
