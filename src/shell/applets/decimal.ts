import type { Bytes } from '../../runtime/bytes';

/** A number of bc and dc: `value` / 10^`scale`. */
export interface Decimal {
  readonly value: bigint;
  readonly scale: number;
}

/** What an operation on numbers is refused for, in busybox's words. */
export class ArithmeticFailure {
  readonly message: Bytes;

  constructor(message: Bytes) {
    this.message = message;
  }
}

/** More digits than that are no longer computed. */
const MOST_DIGITS = 100_000;

export const ZERO: Decimal = { value: 0n, scale: 0 };
export const ONE: Decimal = { value: 1n, scale: 0 };

export const whole = (value: number | bigint): Decimal => ({ value: BigInt(value), scale: 0 });

const powerOfTen = (exponent: number): bigint => 10n ** BigInt(exponent);

/** The same number with so many digits behind the point; what does not fit is cut off. */
export function withScale({ value, scale }: Decimal, wanted: number): Decimal {
  if (wanted === scale) return { value, scale };
  if (wanted > scale) return { value: value * powerOfTen(wanted - scale), scale: wanted };
  return { value: value / powerOfTen(scale - wanted), scale: wanted };
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [withScale(a, scale).value, withScale(b, scale).value, scale];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b);
  return { value: left + right, scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, negate(b));
}

export function negate({ value, scale }: Decimal): Decimal {
  return { value: -value, scale };
}

export function compare(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const full = { value: a.value * b.value, scale: a.scale + b.scale };
  return withScale(full, Math.min(full.scale, Math.max(scale, a.scale, b.scale)));
}

export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.value === 0n) throw new ArithmeticFailure('divide by zero');
  const numerator = withScale(a, Math.max(a.scale, b.scale + scale));
  return withScale({ value: numerator.value / b.value, scale: numerator.scale - b.scale }, scale);
}

export function remainder(a: Decimal, b: Decimal, scale: number): Decimal {
  const quotient = divide(a, b, scale);
  const rest = subtract(a, {
    value: quotient.value * b.value,
    scale: quotient.scale + b.scale,
  });
  return withScale(rest, Math.max(scale + b.scale, a.scale));
}

export function power(base: Decimal, exponent: Decimal, scale: number): Decimal {
  if (withScale(exponent, 0).value * powerOfTen(exponent.scale) !== exponent.value) {
    throw new ArithmeticFailure('not an integer');
  }
  const times = withScale(exponent, 0).value;
  const count = Number(times < 0n ? -times : times);
  const digits = base.value.toString().length * count;
  if (digits > MOST_DIGITS) throw new ArithmeticFailure('number too long: must be [1,BC_NUM_MAX]');
  const full = { value: base.value ** BigInt(count), scale: base.scale * count };
  if (times < 0n) return divide(ONE, full, scale);
  return withScale(full, Math.min(full.scale, Math.max(scale, base.scale)));
}

export function squareRoot(a: Decimal, scale: number): Decimal {
  if (a.value < 0n) throw new ArithmeticFailure('negative number');
  const wanted = Math.max(scale, a.scale);
  const square = withScale(a, wanted * 2).value;
  if (square === 0n) return { value: 0n, scale: wanted };
  let root = powerOfTen(Math.ceil(square.toString().length / 2));
  for (;;) {
    const next = (root + square / root) / 2n;
    if (next >= root) return { value: root, scale: wanted };
    root = next;
  }
}

/** The number as an integer, without what stands behind the point. */
export function integer(a: Decimal): number {
  return Number(withScale(a, 0).value);
}

/** Digits of a number, those before the point without leading zeros. */
export function digitCount({ value, scale }: Decimal): number {
  const digits = (value < 0n ? -value : value).toString();
  return value === 0n ? Math.max(scale, 1) : Math.max(digits.length, scale);
}

const DIGITS = '0123456789ABCDEF';

/** Reads digits in a base; a digit above the base counts as its highest, unless it stands alone. */
export function parseDecimal(text: Bytes, base: number): Decimal {
  const [before = '', behind = ''] = text.split('.');
  const scale = behind.length;
  const digits = before + behind;
  if (base === 10 && !/[A-F]/.test(digits)) return { value: BigInt(digits || '0'), scale };
  const highest = digits.length > 1 ? base - 1 : 15;
  let value = 0n;
  for (const digit of digits) {
    value = value * BigInt(base) + BigInt(Math.min(DIGITS.indexOf(digit), highest));
  }
  return divide(whole(value), whole(BigInt(base) ** BigInt(scale)), scale);
}

/** The number in a base from 2 on, as bc prints it: nothing before the point of a fraction. */
export function formatDecimal(number: Decimal, base: number): Bytes {
  const sign = number.value < 0n ? '-' : '';
  const value = number.value < 0n ? -number.value : number.value;
  const one = powerOfTen(number.scale);
  const before = value / one;
  const rest = value % one;
  if (base === 10) {
    const fraction = number.scale === 0 ? '' : `.${rest.toString().padStart(number.scale, '0')}`;
    if (value === 0n) return '0';
    return `${sign}${before === 0n ? '' : before}${fraction}`;
  }
  const wide = base > 16 ? String(base - 1).length : 0;
  const shown = (digit: number): Bytes =>
    wide === 0 ? (DIGITS[digit] ?? '') : ` ${String(digit).padStart(wide, '0')}`;
  let text = '';
  for (let left = before; left > 0n; left /= BigInt(base)) {
    text = shown(Number(left % BigInt(base))) + text;
  }
  if (number.scale > 0) {
    text += '.';
    let left = rest;
    for (let reach = 1n; reach < one; reach *= BigInt(base)) {
      left *= BigInt(base);
      text += shown(Number(left / one));
      left %= one;
    }
  }
  return `${sign}${text === '' ? '0' : text}`;
}

/** Lines of at most `width` characters with a backslash at the end of all but the last; 0: one line. */
export function foldedNumber(text: Bytes, width: number): Bytes {
  if (width < 2) return text;
  let folded = '';
  let rest = text;
  for (; rest.length > width - 1; rest = rest.slice(width - 2)) {
    folded += `${rest.slice(0, width - 2)}\\\n`;
  }
  return folded + rest;
}
