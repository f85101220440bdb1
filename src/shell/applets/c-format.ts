import type { Bytes } from '../../runtime/bytes';
import { exponentialDigits, fixedDigits, generalDigits, hexadecimalDigits } from './float-format';

/** A conversion of printf(3): `%-08.3f` and its like. */
export interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  /** d i o u x X e E f F g G a A c s */
  readonly letter: string;
}

/** Widths and precisions beyond this are cut: nobody can look at so much padding. */
const MOST_WIDTH = 1_000_000;

/** Reads a conversion from `%` to its letter, length modifiers not included; undefined if it is none. */
export function parseConversion(text: Bytes): Conversion | undefined {
  const match = /^%([-+ #0]*)([0-9]*)(?:\.(-?[0-9]*))?([a-zA-Z])$/.exec(text);
  if (!match) return undefined;
  const [, flags = '', width = '', precision, letter = ''] = match;
  const places = Number(precision === '' ? 0 : precision);
  return {
    flags,
    width: Math.min(Number(width), MOST_WIDTH),
    precision: precision === undefined || places < 0 ? undefined : Math.min(places, MOST_WIDTH),
    letter,
  };
}

/** %s and %c. */
export function formatText({ flags, width, precision, letter }: Conversion, text: Bytes): Bytes {
  const shown = letter === 's' && precision !== undefined ? text.slice(0, precision) : text;
  return flags.includes('-') ? shown.padEnd(width) : shown.padStart(width);
}

/** %d %i %u %o %x %X; for the unsigned ones the value is not negative. */
export function formatInteger(conversion: Conversion, value: bigint): Bytes {
  const { flags, precision, letter } = conversion;
  const size = value < 0n ? -value : value;
  const base = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  let digits = size.toString(base);
  if (letter === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) {
    digits = precision === 0 && size === 0n ? '' : digits.padStart(precision, '0');
  }
  let prefix = letter === 'd' || letter === 'i' ? signOf(flags, value < 0n) : '';
  if (flags.includes('#')) {
    if (base === 16 && size !== 0n) prefix = `0${letter}`;
    if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  }
  return padNumber(conversion, prefix, digits, precision === undefined);
}

/** %e %f %g %a and their capitals. */
export function formatFloat(conversion: Conversion, value: number): Bytes {
  const { flags, letter } = conversion;
  const prefix = signOf(flags, value < 0 || Object.is(value, -0));
  const size = Math.abs(value);
  const digits = Number.isFinite(size)
    ? floatDigits(conversion, size)
    : Number.isNaN(size)
      ? 'nan'
      : 'inf';
  const shown = letter === letter.toUpperCase() ? digits.toUpperCase() : digits;
  if (letter.toLowerCase() === 'a' && Number.isFinite(size)) {
    return padNumber(conversion, prefix + shown.slice(0, 2), shown.slice(2), true);
  }
  return padNumber(conversion, prefix, shown, Number.isFinite(size));
}

function floatDigits({ flags, letter, precision }: Conversion, size: number): string {
  const alternate = flags.includes('#');
  const places = precision ?? 6;
  switch (letter.toLowerCase()) {
    case 'a':
      return hexadecimalDigits(size, precision);
    case 'f':
      return fixedDigits(size, places) + (alternate && places === 0 ? '.' : '');
    case 'e': {
      const digits = exponentialDigits(size, places);
      return alternate && places === 0 ? digits.replace('e', '.e') : digits;
    }
    default:
      return generalDigits(size, places, alternate);
  }
}

function signOf(flags: string, negative: boolean): string {
  if (negative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

/** Pads a number; zeros go between its sign or prefix and its digits. */
function padNumber(conversion: Conversion, prefix: string, digits: string, zeros: boolean): Bytes {
  const { flags, width } = conversion;
  if (flags.includes('-')) return (prefix + digits).padEnd(width);
  if (zeros && flags.includes('0')) return prefix + digits.padStart(width - prefix.length, '0');
  return (prefix + digits).padStart(width);
}
