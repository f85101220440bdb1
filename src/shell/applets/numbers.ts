import type { Bytes } from '../../runtime/bytes';
import { Failure, UsageFailure } from './applet';

/** A suffix and what it multiplies by. */
export type Suffixes = Readonly<Record<string, bigint>>;

/** `b`, `k`, `m`: blocks of 512, KiB, MiB (head, tail, split …). */
export const BLOCK_SUFFIXES: Suffixes = { b: 512n, k: 1024n, m: 1048576n };

const LONG_MAX = 9223372036854775807n;

export interface NumberRange {
  readonly least?: bigint | number;
  readonly most?: bigint | number;
  readonly suffixes?: Suffixes;
}

/** A decimal integer within a range, with busybox's two complaints. Throws Failure. */
export function parseInteger(text: Bytes, range: NumberRange = {}): number {
  return Number(parseBigInteger(text, range));
}

/** As `parseInteger`, in full 64 bits. */
export function parseBigInteger(text: Bytes, range: NumberRange = {}): bigint {
  const least = BigInt(range.least ?? -LONG_MAX);
  const most = BigInt(range.most ?? LONG_MAX);
  const match = /^([+-]?)([0-9]+)(.*)$/s.exec(text);
  const suffix = match?.[3] ?? '';
  const factor = suffix === '' ? 1n : range.suffixes?.[suffix];
  if (!match || factor === undefined || (match[1] !== '' && least >= 0n)) {
    throw new Failure(`invalid number '${text}'`);
  }
  const size = BigInt(match[2] as string) * factor;
  const value = match[1] === '-' ? -size : size;
  if (size > LONG_MAX) throw new Failure(`invalid number '${text}'`);
  if (value < least || value > most) {
    throw new Failure(`number ${text} is not in ${least}..${most} range`);
  }
  return value;
}

const DURATION_SUFFIXES: Suffixes = { s: 1n, m: 60n, h: 3600n, d: 86400n };

/**
 * A duration such as `30`, `0.5`, `1m` in ms. Throws Failure or UsageFailure. Models libbb/duration.c, down
 * to its complaint about `1.5x`, which shows only `1x`.
 */
export function parseDuration(text: Bytes): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text) * 1000;
  if (!text.includes('.')) {
    return Number(parseBigInteger(text, { least: 0, suffixes: DURATION_SUFFIXES })) * 1000;
  }
  const digits = /^[0-9.]*/.exec(text)?.[0] ?? '';
  const number = Number(digits);
  if (digits === '' || digits === '.' || Number.isNaN(number)) throw new UsageFailure();
  const unit = parseInteger(`1${text.slice(digits.length)}`, {
    least: 0,
    suffixes: DURATION_SUFFIXES,
  });
  return number * unit * 1000;
}
