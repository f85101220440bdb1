import type { Bytes } from '../../runtime/bytes';

/** Width of a size such as `1023.9M` in columns of ls, df, du. */
export const HUMAN_READABLE_WIDTH = 7;

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** A size in bytes with one fractional digit and a unit: `17`, `1.5K`, `2.0M`. */
export function humanReadable(bytes: number, options: { fraction?: boolean } = {}): Bytes {
  let value = Math.floor(bytes);
  let tenths = 0;
  let unit = 0;
  while (value >= 1024) {
    tenths = Math.floor(((value % 1024) * 10 + 512) / 1024);
    value = Math.floor(value / 1024);
    unit++;
  }
  if (tenths >= 10) {
    value++;
    tenths = 0;
  }
  if (bytes === 0) return '0';
  if (options.fraction === false) return `${value + (tenths >= 5 ? 1 : 0)}${UNITS[unit] || ' '}`;
  return unit === 0 ? String(value) : `${value}.${tenths}${UNITS[unit]}`;
}
