/** A finite number without its sign, as mantissa · 2^exponent. */
interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Digits behind the point beyond which every double is exact. */
const MOST_DIGITS = 1100;

const view = new DataView(new ArrayBuffer(8));

function decompose(value: number): Binary {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: exponent - 1075 };
}

/** value · 10^power as a whole number; halves go to the even neighbour, as the C library rounds. */
function scaled({ mantissa, exponent }: Binary, power: number): bigint {
  let above = mantissa;
  let below = 1n;
  if (power >= 0) above *= 10n ** BigInt(power);
  else below *= 10n ** BigInt(-power);
  if (exponent >= 0) above <<= BigInt(exponent);
  else below <<= BigInt(-exponent);
  const quotient = above / below;
  const twice = (above % below) * 2n;
  return twice > below || (twice === below && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** Digits of %f, without sign; `size` is finite and not negative. */
export function fixedDigits(size: number, precision: number): string {
  const places = Math.min(precision, MOST_DIGITS);
  const digits = scaled(decompose(size), places)
    .toString()
    .padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const zeros = '0'.repeat(precision - places);
  return precision === 0 ? whole : `${whole}.${digits.slice(digits.length - places)}${zeros}`;
}

/** Decimal digits and exponent of a number rounded to `count` significant digits. */
function significant(size: number, count: number): { digits: string; exponent: number } {
  if (size === 0) return { digits: '0'.repeat(count), exponent: 0 };
  const binary = decompose(size);
  let exponent = Number(size.toExponential().split('e')[1]);
  let digits = scaled(binary, count - 1 - exponent).toString();
  // The shortest form may have been rounded up to the next power of ten, and so may this one.
  if (digits.length < count) {
    exponent--;
    digits = scaled(binary, count - 1 - exponent).toString();
  }
  if (digits.length > count) {
    exponent++;
    digits = digits.slice(0, count);
  }
  return { digits, exponent };
}

/** Digits of %e, without sign. */
export function exponentialDigits(size: number, precision: number): string {
  const places = Math.min(precision, MOST_DIGITS);
  const { digits, exponent } = significant(size, places + 1);
  const fraction = digits.slice(1) + '0'.repeat(precision - places);
  const sign = exponent < 0 ? '-' : '+';
  const shown = Math.abs(exponent).toString().padStart(2, '0');
  return `${digits[0]}${precision > 0 ? '.' : ''}${fraction}e${sign}${shown}`;
}

/** Digits of %g, without sign; `alternate` (#) keeps zeros at the end. */
export function generalDigits(size: number, precision: number, alternate = false): string {
  const count = Math.max(Math.min(precision, MOST_DIGITS), 1);
  const { exponent } = significant(size, count);
  const text =
    exponent < -4 || exponent >= count
      ? exponentialDigits(size, count - 1)
      : fixedDigits(size, count - 1 - exponent);
  const [mantissa = '', tail] = text.split('e');
  const pointed = mantissa.includes('.');
  const shown = alternate
    ? `${mantissa}${pointed ? '' : '.'}`
    : mantissa.replace(pointed ? /\.?0+$/ : /$^/, '');
  return tail === undefined ? shown : `${shown}e${tail}`;
}

/** Digits of %a, without sign. */
export function hexadecimalDigits(size: number, precision: number | undefined): string {
  if (size === 0) return `0x0${precision ? `.${'0'.repeat(precision)}` : ''}p+0`;
  let { mantissa, exponent } = decompose(size);
  let binaryExponent = exponent + 52;
  if (mantissa < 0x10000000000000n) binaryExponent = -1022;
  if (precision !== undefined && precision < 13) {
    exponent = 4 * (13 - precision);
    const unit = 1n << BigInt(exponent);
    const rest = mantissa % unit;
    mantissa -= rest;
    if (rest * 2n > unit || (rest * 2n === unit && (mantissa / unit) % 2n === 1n)) mantissa += unit;
  }
  const lead = mantissa >> 52n;
  let fraction = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0');
  if (precision === undefined) fraction = fraction.replace(/0+$/, '');
  else fraction = fraction.slice(0, precision).padEnd(precision, '0');
  const sign = binaryExponent < 0 ? '-' : '+';
  return `0x${lead}${fraction === '' ? '' : `.${fraction}`}p${sign}${Math.abs(binaryExponent)}`;
}
