import type { Bytes } from '../../runtime/bytes';

/**
 * A number in at most `width` columns (4 or 5), right-aligned, with a unit once it does not fit: `9999`,
 * ` 12k`, `9.2m`. Models libbb/human_readable.c smart_ulltoa4 and smart_ulltoa5.
 */
export function scaledNumber(value: number, width: 4 | 5, units: string): Bytes {
  const limit = 10 ** width;
  if (value < limit) return String(Math.floor(value)).padStart(width);
  let tenths = Math.floor(value) * 10;
  let unit = 0;
  do {
    tenths = Math.floor(tenths / 1024);
    unit++;
  } while (tenths >= limit);
  const whole = Math.floor(tenths / 10);
  const short = whole < 10 ** (width - 3);
  const text = short ? `${whole}.${tenths % 10}` : String(whole);
  return text.padStart(width - 1) + (units[unit] ?? ' ');
}
