import { parseGoDuration } from './golang/parse-duration';
import { goQuote } from './golang/quote';
import { instantOf, isTimeZone, type WallClock, wallClock } from './time-zone';

/** Schedules of CronJobs. Models github.com/robfig/cron's ParseStandard and SpecSchedule.Next. */

/** A schedule that cannot be read; the message is the library's. */
export class CronScheduleError extends Error {}

export interface CronSchedule {
  /** The first time after an instant, Unix ms; undefined: none within five years. */
  next(unixMs: number): number | undefined;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** A field's values; `any`: it was left open, which matters where two fields say something of the day. */
interface Field {
  readonly values: ReadonlySet<number>;
  readonly any: boolean;
}

const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = {
  min: 1,
  max: 12,
  names: ['', ...'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')],
};
const WEEKDAYS: Bounds = { min: 0, max: 6, names: 'sun mon tue wed thu fri sat'.split(' ') };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const YEARS_AHEAD = 5;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Reads a schedule. `zone`: whose clocks it means; without it the schedule may name one itself. Throws
 * CronScheduleError.
 */
export function parseCronSchedule(text: string, zone?: string): CronSchedule {
  if (text === '') fail('empty spec string');
  // Who gives a zone of his own has it put in front, and only one is taken off.
  if (zone !== undefined) return parseFields(text, zone);
  const prefix = /^(?:CRON_)?TZ=([^ ]*) /.exec(text);
  if (prefix) {
    const named = prefix[1] ?? '';
    if (!isTimeZone(named)) fail(`provided bad location ${named}: unknown time zone ${named}`);
    return parseFields(text.slice(prefix[0].length).trim(), named);
  }
  return parseFields(text, 'UTC');
}

function fail(why: string): never {
  throw new CronScheduleError(why);
}

function parseFields(text: string, zone: string): CronSchedule {
  if (text.startsWith('@')) return parseDescriptor(text, zone);
  const parts = text.split(/\s+/).filter((part) => part !== '');
  const [minute, hour, day, month, weekday] = parts;
  if (parts.length !== 5 || minute === undefined || hour === undefined || day === undefined) {
    fail(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  }
  return new FieldSchedule(
    {
      minute: parseField(minute, MINUTES),
      hour: parseField(hour, HOURS),
      day: parseField(day, DAYS),
      month: parseField(month ?? '', MONTHS),
      weekday: parseField(weekday ?? '', WEEKDAYS),
    },
    zone,
  );
}

const EVERY = '@every ';

function parseDescriptor(text: string, zone: string): CronSchedule {
  const fields = Object.hasOwn(DESCRIPTORS, text) ? DESCRIPTORS[text] : undefined;
  if (fields !== undefined) return parseFields(fields, zone);
  if (!text.startsWith(EVERY)) fail(`unrecognized descriptor: ${text}`);
  const duration = parseGoDuration(text.slice(EVERY.length));
  if (typeof duration === 'string') fail(`failed to parse duration ${text}: ${duration}`);
  const delay = Math.max(SECOND, duration - (duration % SECOND));
  return { next: (unixMs) => unixMs - (unixMs % SECOND) + delay };
}

function parseField(text: string, bounds: Bounds): Field {
  const values = new Set<number>();
  let any = false;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const range = parseRange(part, bounds);
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
    any ||= range.any;
  }
  return { values, any };
}

function parseRange(text: string, bounds: Bounds) {
  const [range = '', stepText, ...moreSlashes] = text.split('/');
  const [low = '', high, ...moreHyphens] = range.split('-');
  const open = low === '*' || low === '?';
  const start = open ? bounds.min : parseNumber(low, bounds.names);
  let end = open ? bounds.max : start;
  if (!open && high !== undefined) {
    if (moreHyphens.length > 0) fail(`too many hyphens: ${text}`);
    end = parseNumber(high, bounds.names);
  }
  if (moreSlashes.length > 0) fail(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (stepText !== undefined && high === undefined) end = bounds.max;
  if (start < bounds.min) {
    fail(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  }
  if (end > bounds.max) fail(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) fail(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) fail(`step of range should be a positive number: ${text}`);
  return { start, end, step, any: open && step === 1 };
}

function parseNumber(text: string, names?: readonly string[]): number {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  if (named >= 0) return named;
  if (!/^[-+]?\d+$/.test(text)) {
    fail(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`,
    );
  }
  const number = Number(text);
  if (!Number.isSafeInteger(number)) {
    const why = `strconv.Atoi: parsing ${goQuote(text)}: value out of range`;
    fail(`failed to parse int from ${text}: ${why}`);
  }
  if (number < 0) fail(`negative number (${number}) not allowed: ${text}`);
  return number;
}

interface Fields {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly month: Field;
  readonly weekday: Field;
}

class FieldSchedule implements CronSchedule {
  readonly #fields: Fields;
  readonly #zone: string;

  constructor(fields: Fields, zone: string) {
    this.#fields = fields;
    this.#zone = zone;
  }

  /**
   * Goes on month by month, then day by day, hour by hour and minute by minute, and begins again whenever a
   * field has wrapped around.
   */
  next(unixMs: number): number | undefined {
    const { minute, hour } = this.#fields;
    let at = Math.floor(unixMs / SECOND) * SECOND + SECOND;
    const lastYear = this.#wall(at).year + YEARS_AHEAD;
    let added = false;
    for (;;) {
      if (this.#wall(at).year > lastYear) return undefined;
      const day = this.#nextDay(at, added);
      ({ at, added } = day);
      if (day.wrapped) continue;
      let wrapped = false;
      while (!wrapped && !hour.values.has(this.#wall(at).hour)) {
        if (!added) at -= this.#intoHour(at);
        added = true;
        at += HOUR;
        wrapped = this.#wall(at).hour === 0;
      }
      while (!wrapped && !minute.values.has(this.#wall(at).minute)) {
        if (!added) at -= at % MINUTE;
        added = true;
        at += MINUTE;
        wrapped = this.#wall(at).minute === 0;
      }
      if (wrapped) continue;
      // Seconds: always 0.
      if (this.#wall(at).second === 0) return at;
      at += MINUTE - (at % MINUTE);
      added = true;
    }
  }

  /** The first instant from `at` on whose month and day fit. */
  #nextDay(at: number, addedBefore: boolean) {
    let added = addedBefore;
    let next = at;
    while (!this.#fields.month.values.has(this.#wall(next).month)) {
      const { year, month } = this.#wall(next);
      added = true;
      next = instantOf(this.#zone, year, month + 1, 1);
      if (this.#wall(next).month === 1) return { at: next, added, wrapped: true };
    }
    while (!this.#dayFits(this.#wall(next))) {
      const { year, month, day } = this.#wall(next);
      added = true;
      next = instantOf(this.#zone, year, month, day + 1);
      // Where the clocks change at midnight the day may begin at another hour.
      const { hour } = this.#wall(next);
      if (hour > 12) next += (24 - hour) * HOUR;
      else if (hour > 0) next -= hour * HOUR;
      if (this.#wall(next).day === 1) return { at: next, added, wrapped: true };
    }
    return { at: next, added, wrapped: false };
  }

  #wall(unixMs: number): WallClock {
    return wallClock(this.#zone, unixMs);
  }

  #intoHour(unixMs: number): number {
    const { year, month, day, hour } = this.#wall(unixMs);
    return unixMs - instantOf(this.#zone, year, month, day, hour);
  }

  #dayFits({ day, weekday }: WallClock): boolean {
    const byDay = this.#fields.day.values.has(day);
    const byWeekday = this.#fields.weekday.values.has(weekday);
    const open = this.#fields.day.any || this.#fields.weekday.any;
    return open ? byDay && byWeekday : byDay || byWeekday;
  }
}
