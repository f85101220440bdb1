import type { Bytes } from '../../runtime/bytes';

const MOST_SIGNED = 2n ** 63n - 1n;
const LEAST_SIGNED = -(2n ** 63n);
const MOST_UNSIGNED = 2n ** 64n - 1n;

/** A whole text as strtoll(3) with base 0 reads it, undefined if it is none. Models libbb/bb_strtonum.c. */
export function parseSigned(text: Bytes): bigint | undefined {
  const match = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (!match) return undefined;
  const size = sizeOf(match[2] as string);
  const value = match[1] === '-' ? -size : size;
  return value > MOST_SIGNED || value < LEAST_SIGNED ? undefined : value;
}

/** As `parseSigned`, up to 2^64 - 1. */
export function parseUnsigned(text: Bytes): bigint | undefined {
  if (text.startsWith('-')) return parseSigned(text);
  const match = /^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (!match) return undefined;
  const value = sizeOf(match[1] as string);
  return value > MOST_UNSIGNED ? undefined : value;
}

function sizeOf(digits: string): bigint {
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  return BigInt(digits);
}

/** A whole text as a decimal int, undefined if it is none or too large. */
export function parseInt32(text: Bytes): number | undefined {
  if (!/^-?[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) > 2147483648 ? undefined : value;
}

/** A whole text as a decimal number without sign. */
export function parseCount(text: Bytes): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value > 4294967295 ? undefined : value;
}
