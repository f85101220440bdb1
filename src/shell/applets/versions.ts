import type { Bytes } from '../../runtime/bytes';

/**
 * Compares as strverscmp(3): runs of digits count as numbers; runs that begin with zeros are fractions and
 * come before.
 */
export function compareVersions(a: Bytes, b: Bytes): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  if (i === a.length && i === b.length) return 0;
  let start = i;
  while (start > 0 && isDigit(a, start - 1)) start--;
  const order = a.charCodeAt(i) - b.charCodeAt(i);
  const plain = Number.isNaN(order) ? a.length - b.length : order;
  const digitsA = digitsEnd(a, start);
  const digitsB = digitsEnd(b, start);
  // The difference lies in a number only if both have digits there, or had some just before.
  const inside = start < i;
  if (!inside && !(isDigit(a, i) && isDigit(b, i))) return plain;
  if (inside && !isDigit(a, i) && !isDigit(b, i)) return plain;
  const fractional = a[start] === '0' || b[start] === '0';
  if (fractional) return compareFractions(a, b, start, i, plain);
  if (digitsA !== digitsB) return digitsA - digitsB;
  return plain;
}

function compareFractions(a: Bytes, b: Bytes, start: number, at: number, plain: number): number {
  const zerosA = zerosEnd(a, start);
  const zerosB = zerosEnd(b, start);
  const onlyZeros = at <= Math.min(zerosA, zerosB) && at > start;
  // "0" against "00": the longer run of zeros is the smaller number.
  if (onlyZeros && !isDigit(a, at) && isDigit(b, at)) return 1;
  if (onlyZeros && isDigit(a, at) && !isDigit(b, at)) return -1;
  return plain;
}

function isDigit(text: Bytes, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function digitsEnd(text: Bytes, start: number): number {
  let at = start;
  while (isDigit(text, at)) at++;
  return at;
}

function zerosEnd(text: Bytes, start: number): number {
  let at = start;
  while (text[at] === '0') at++;
  return at;
}
