import type { Bytes } from '../../runtime/bytes';
import { formatFloat, formatInteger, parseConversion } from './c-format';

const DECIMAL = /[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/y;
const HEXADECIMAL =
  /[ \t\n\v\f\r]*([+-]?)0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP]([+-]?[0-9]+))?/y;
const SPECIAL = /[ \t\n\v\f\r]*([+-]?)(inf(?:inity)?|nan(?:\([0-9a-zA-Z_]*\))?)/iy;

export interface NumberText {
  readonly value: number;
  /** Where the number ends; where it began if there is none. */
  readonly end: number;
}

/** The number that a text begins with. Models strtod(3). */
export function readNumber(text: Bytes, from = 0): NumberText {
  HEXADECIMAL.lastIndex = from;
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal) {
    const [, sign, digits = '', power = '0'] = hexadecimal;
    const [whole = '', fraction = ''] = digits.split('.');
    const size = Number(`0x0${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
    return { value: sign === '-' ? -size : size, end: HEXADECIMAL.lastIndex };
  }
  DECIMAL.lastIndex = from;
  const decimal = DECIMAL.exec(text);
  if (decimal) return { value: Number(decimal[1]), end: DECIMAL.lastIndex };
  SPECIAL.lastIndex = from;
  const special = SPECIAL.exec(text);
  if (!special) return { value: 0, end: from };
  const size = /^n/i.test(special[2] ?? '') ? Number.NaN : Number.POSITIVE_INFINITY;
  return { value: special[1] === '-' ? -size : size, end: SPECIAL.lastIndex };
}

/** A number in a program, where hexadecimal and octal ones are known too. */
export function readProgramNumber(text: Bytes, from: number): NumberText {
  const hexadecimal = /^0[xX][0-9a-fA-F]+/.exec(text.slice(from, from + 40))?.[0];
  if (hexadecimal !== undefined) {
    return { value: Number(clampedToWord(BigInt(hexadecimal))), end: from + hexadecimal.length };
  }
  const octal = /^0[0-7]+(?![0-9.])/.exec(text.slice(from, from + 40))?.[0];
  if (octal !== undefined) {
    return { value: Number(clampedToWord(BigInt(`0o${octal}`))), end: from + octal.length };
  }
  return readNumber(text, from);
}

function clampedToWord(value: bigint): bigint {
  return value > 0xffffffffffffffffn ? 0xffffffffffffffffn : value;
}

/** A double as a C program casts it to a 64-bit integer: out of range is the least one. */
export function toLong(value: number): number {
  return Math.abs(value) < 2 ** 63 ? Math.trunc(value) + 0 : -(2 ** 63);
}

/** A double cast to a 32-bit integer: out of range is the least one. */
export function toInt(value: number): number {
  const whole = Math.trunc(value);
  return whole >= -2147483648 && whole <= 2147483647 ? whole + 0 : -2147483648;
}

/** A double as the unsigned 64-bit operand of the bit functions. */
export function toWord(value: number): bigint {
  if (Number.isNaN(value)) return 1n << 63n;
  if (value >= 0) return value < 2 ** 64 ? BigInt(Math.trunc(value)) : 0n;
  return BigInt.asUintN(64, -toWord(-value));
}

/** One number in a printf format such as CONVFMT; undefined if the format does not end in a conversion. */
export function formatNumber(format: Bytes, value: number): Bytes | undefined {
  const last = format.at(-1) ?? '';
  const whole = 'diouxX'.includes(last) && last !== '';
  if (!whole && !('eEfFgGaA'.includes(last) && last !== '')) return undefined;
  return format.replace(/%%|%[^a-zA-Z%]*[a-zA-Z]/g, (directive) => {
    if (directive === '%%') return '%';
    const conversion = parseConversion(directive);
    if (!conversion) return directive;
    return whole
      ? formatWhole(directive, conversion.letter, toInt(value))
      : formatFloat(conversion, value);
  });
}

/** %d %i of a 32-bit integer, or its bits for %o %u %x. */
export function formatWhole(directive: Bytes, letter: string, value: number): Bytes {
  const conversion = parseConversion(directive);
  if (!conversion) return directive;
  const signed = letter === 'd' || letter === 'i';
  return formatInteger(conversion, signed ? BigInt(value) : BigInt.asUintN(32, BigInt(value)));
}
