/**
 * Resource quantities: `500m`, `1Gi`, `2e3`. Models apimachinery's api/resource: exact decimal
 * arithmetic that keeps the notation a value was written in.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** The value is `unscaled` × 10^`scale`. */
export interface Quantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** Kept as a big decimal, as the library does where 64 bits are not enough. */
  readonly big: boolean;
  /** The text it was read from, if that is already canonical. */
  readonly text?: string;
}

/** Text that is no quantity; the message is the library's. */
export class QuantityError extends Error {}

const WRONG_FORMAT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";

const INT64_MAX = 2n ** 63n - 1n;
/** Digits that always fit into 64 bits. */
const SAFE_DIGITS = 18;
const NANO = -9;
/** Beyond this difference of scales values are told apart by their length alone. */
const FAR_APART = 5000;

/** Suffix → power of ten. */
export const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_SUFFIXES: Readonly<Record<string, number>> = {
  Ki: 10,
  Mi: 20,
  Gi: 30,
  Ti: 40,
  Pi: 50,
  Ei: 60,
};

type Suffix = { base: 2 | 10; exponent: number; format: QuantityFormat };

/** Reads a quantity. Throws QuantityError. */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new QuantityError(WRONG_FORMAT);
  if (text === '0') return { unscaled: 0n, scale: 0, format: 'DecimalSI', big: false, text };
  const parts = splitQuantity(text);
  const suffix = readSuffix(parts.suffix);
  return parseSmall(text, parts, suffix) ?? parseBig(parts, suffix);
}

type Parts = { negative: boolean; whole: string; fraction: string; suffix: string };

function splitQuantity(text: string): Parts {
  const match = /^([-+]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)(.*)$/s.exec(text);
  if (match === null) throw new QuantityError(WRONG_FORMAT);
  const [, sign, , digits = '', fraction = '', suffix = '', rest] = match;
  if (rest !== '') throw new QuantityError(WRONG_FORMAT);
  return { negative: sign === '-', whole: digits === '' ? '0' : digits, fraction, suffix };
}

function readSuffix(suffix: string): Suffix {
  const decimal = Object.hasOwn(DECIMAL_SUFFIXES, suffix) ? DECIMAL_SUFFIXES[suffix] : undefined;
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = Object.hasOwn(BINARY_SUFFIXES, suffix) ? BINARY_SUFFIXES[suffix] : undefined;
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  const match = /^[eE]([-+]?[0-9]+)$/.exec(suffix);
  const exponent = BigInt(match?.[1]?.replace('+', '') ?? INT64_MAX + 1n);
  if (exponent > INT64_MAX || exponent < -INT64_MAX - 1n) throw new QuantityError(WRONG_SUFFIX);
  return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'DecimalExponent' };
}

/** The value if it surely fits into 64 bits, without rounding. */
function parseSmall(text: string, parts: Parts, suffix: Suffix): Quantity | undefined {
  const { whole, fraction, negative } = parts;
  const { exponent, format } = suffix;
  let room: number;
  if (format === 'BinarySI') {
    room = fraction === '' ? 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1 : -1;
  } else {
    room = SAFE_DIGITS - whole.length - fraction.length;
  }
  const scale = (format === 'BinarySI' ? 0 : exponent) - fraction.length;
  if (room < 0 || scale < NANO) return undefined;
  const digits = whole + fraction;
  const value = BigInt(digits);
  const size = format === 'BinarySI' ? value << BigInt(exponent) : value;
  if (size > INT64_MAX) return undefined;
  const unscaled = negative ? -size : size;
  const canonical =
    format === 'BinarySI'
      ? (value & 7n) !== 0n
      : scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  const quantity = { unscaled, scale, format, big: false };
  return canonical ? { ...quantity, text } : quantity;
}

/** Any value: rounded up to nano, binary ones capped. */
function parseBig({ negative, whole, fraction }: Parts, suffix: Suffix): Quantity {
  let unscaled = BigInt(whole + fraction);
  let scale = -fraction.length;
  let { format } = suffix;
  if (suffix.base === 10) scale += suffix.exponent;
  else unscaled <<= BigInt(suffix.exponent);
  if (unscaled !== 0n && scale < NANO) ({ unscaled, scale } = roundedUp(unscaled, scale, NANO));
  if (format === 'BinarySI') {
    const value = { unscaled, scale };
    if (compareValues(value, { unscaled: INT64_MAX, scale: 0 }) > 0) {
      unscaled = INT64_MAX;
      scale = 0;
    }
    if (unscaled > 0n && compareValues(value, { unscaled: 1n, scale: 0 }) < 0) {
      format = 'DecimalSI';
    }
  }
  return { unscaled: negative ? -unscaled : unscaled, scale, format, big: true };
}

/**
 * Reads a quantity as JSON has it: a string, in which blanks around it are allowed, a number's text
 * or null, which is zero.
 */
export function parseJsonQuantity(json: string): Quantity {
  if (json === 'null') return parseQuantity('0');
  const quoted = json.length >= 2 && json.startsWith('"') && json.endsWith('"');
  return parseQuantity((quoted ? json.slice(1, -1) : json).trim());
}

type Value = { unscaled: bigint; scale: number };

function power10(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** The value at a coarser scale, rounded away from zero. */
function roundedUp(unscaled: bigint, scale: number, to: number): Value & { exact: boolean } {
  if (scale >= to) return { unscaled, scale, exact: true };
  const sign = unscaled < 0n ? -1n : 1n;
  if (to - scale > FAR_APART) return { unscaled: sign, scale: to, exact: false };
  const divisor = power10(to - scale);
  const exact = unscaled % divisor === 0n;
  return { unscaled: unscaled / divisor + (exact ? 0n : sign), scale: to, exact };
}

function compareValues(a: Value, b: Value): number {
  if (a.unscaled === 0n || b.unscaled === 0n || a.unscaled < 0n !== b.unscaled < 0n) {
    return Number(a.unscaled > b.unscaled) - Number(a.unscaled < b.unscaled);
  }
  const distance = a.scale - b.scale;
  if (Math.abs(distance) > FAR_APART) return distance > 0 === a.unscaled > 0n ? 1 : -1;
  const x = distance > 0 ? a.unscaled * power10(distance) : a.unscaled;
  const y = distance < 0 ? b.unscaled * power10(-distance) : b.unscaled;
  return Number(x > y) - Number(x < y);
}

export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return compareValues(a, b) as -1 | 0 | 1;
}

export function isZero(quantity: Quantity): boolean {
  return quantity.unscaled === 0n;
}

export function signOf(quantity: Quantity): -1 | 0 | 1 {
  if (quantity.unscaled === 0n) return 0;
  return quantity.unscaled > 0n ? 1 : -1;
}

function fits(value: bigint): boolean {
  return value <= INT64_MAX && value >= -INT64_MAX - 1n;
}

/** The sum; a zero takes over the other's notation. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const format = isZero(a) ? b.format : a.format;
  const small = !a.big && !b.big;
  if (small && isZero(b)) return { ...bare(a), format };
  if (small && isZero(a)) return { ...bare(b), format };
  const scale = Math.min(a.scale, b.scale);
  const parts = [a, b].map((part) => part.unscaled * power10(part.scale - scale));
  const unscaled = (parts[0] ?? 0n) + (parts[1] ?? 0n);
  return { unscaled, scale, format, big: !(small && parts.every(fits) && fits(unscaled)) };
}

export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { ...bare(b), unscaled: -b.unscaled });
}

/** The product; `exact` is false where the library's result no longer fits into 64 bits. */
export function multiplyQuantity(
  quantity: Quantity,
  times: bigint,
): { result: Quantity; exact: boolean } {
  const { scale, format } = quantity;
  const unscaled = quantity.unscaled * times;
  const shifted = scale > 0 && scale < FAR_APART ? unscaled * power10(scale) : unscaled;
  if (!quantity.big && (unscaled === 0n || (fits(unscaled) && fits(shifted)))) {
    const reset = unscaled === 0n && quantity.unscaled !== 0n;
    return { result: { unscaled, scale: reset ? 0 : scale, format, big: false }, exact: true };
  }
  return { result: { unscaled, scale, format, big: true }, exact: fits(unscaled) };
}

/** Rounds away from zero so that no digits below 10^scale are left. */
export function roundUpQuantity(
  quantity: Quantity,
  scale: number,
): { result: Quantity; exact: boolean } {
  if (quantity.scale >= scale) return { result: quantity, exact: true };
  const { exact, ...value } = roundedUp(quantity.unscaled, quantity.scale, scale);
  return { result: { ...bare(quantity), ...value }, exact };
}

/** The value in units of 10^scale, rounded up. */
export function scaledValue(quantity: Quantity, scale: number): bigint {
  const distance = quantity.scale - scale;
  if (distance >= 0) {
    const value = quantity.unscaled * power10(distance);
    // A value that does not fit is lost, one way or the other.
    return quantity.big ? BigInt.asIntN(64, value) : fits(value) ? value : 0n;
  }
  if (!quantity.big) return roundedUp(quantity.unscaled, quantity.scale, scale).unscaled;
  const divisor = power10(-distance);
  const floor = quantity.unscaled / divisor;
  const rest = quantity.unscaled % divisor;
  // Big decimals divide towards minus infinity and then add one.
  if (rest === 0n) return BigInt.asIntN(64, floor);
  return BigInt.asIntN(64, rest < 0n ? floor : floor + 1n);
}

/** The value as an integer if it is one that fits into 64 bits and is held so. */
export function asInt64(quantity: Quantity): bigint | undefined {
  if (quantity.big || quantity.scale < 0) return undefined;
  const value = quantity.unscaled * power10(quantity.scale);
  return fits(value) ? value : undefined;
}

/** The value as a double. */
export function asNumber(quantity: Quantity): number {
  const base = Number(quantity.unscaled);
  if (quantity.scale === 0) return base;
  return base * Number(`1e${quantity.scale}`);
}

function bare({ unscaled, scale, format, big }: Quantity): Quantity {
  return { unscaled, scale, format, big };
}

/** Text as the API shows it: as it was written where the library takes that for canonical. */
export function quantityText(quantity: Quantity): string {
  return quantity.text ?? canonicalText(quantity);
}

/** Canonical text: the largest unit that leaves no fraction. */
export function canonicalText(quantity: Quantity): string {
  if (isZero(quantity)) return '0';
  const binary = quantity.format === 'BinarySI' ? binaryText(quantity) : undefined;
  if (binary !== undefined) return binary;
  let { unscaled, scale } = quantity;
  while (unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale++;
  }
  while (scale % 3 !== 0) {
    unscaled *= 10n;
    scale--;
  }
  if (quantity.format === 'DecimalExponent') {
    return scale === 0 ? String(unscaled) : `${unscaled}e${scale}`;
  }
  return unscaled + suffixFor(DECIMAL_SUFFIXES, scale);
}

/** Text with a binary unit; undefined for small or fractional values, which are written decimally. */
function binaryText(quantity: Quantity): string | undefined {
  const small = { unscaled: 1024n, scale: 0 };
  const size = {
    ...quantity,
    unscaled: quantity.unscaled < 0n ? -quantity.unscaled : quantity.unscaled,
  };
  if (compareValues(size, small) < 0) return undefined;
  const rounded = roundedUp(quantity.unscaled, quantity.scale, 0);
  if (!rounded.exact) return undefined;
  let value = rounded.unscaled * power10(rounded.scale);
  let exponent = 0;
  while (value % 1024n === 0n) {
    value /= 1024n;
    exponent += 10;
  }
  return value + suffixFor(BINARY_SUFFIXES, exponent);
}

/** Exponents without a unit are lost, as in the library. */
function suffixFor(suffixes: Readonly<Record<string, number>>, exponent: number): string {
  return Object.keys(suffixes).find((suffix) => suffixes[suffix] === exponent) ?? '';
}

/** The exact decimal value, for people and tests. */
export function decimalText({ unscaled, scale }: Quantity): string {
  if (scale >= 0) return String(unscaled * power10(scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(1 - scale, '0');
  const whole = digits.slice(0, scale);
  const fraction = digits.slice(scale).replace(/0+$/, '');
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A quantity from an integer. */
export function quantityOf(value: bigint | number, format: QuantityFormat): Quantity {
  return { unscaled: BigInt(value), scale: 0, format, big: false };
}
