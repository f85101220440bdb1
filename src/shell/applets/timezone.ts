import type { Bytes } from '../../runtime/bytes';
import { daysFromEpoch } from './day-numbers';

/** When daylight saving begins or ends: week (5: the last) and weekday of a month, or a day of the year. */
type ChangeRule =
  | {
      readonly kind: 'week';
      readonly month: number;
      readonly week: number;
      readonly weekday: number;
      readonly at: number;
    }
  | {
      readonly kind: 'day';
      readonly day: number;
      readonly countsLeapDay: boolean;
      readonly at: number;
    };

/** A time zone as the TZ variable describes it; names of the zone database are not known (there is none). */
export interface TimeZone {
  readonly name: Bytes;
  /** Seconds east of Greenwich. */
  readonly offset: number;
  readonly daylight?: {
    readonly name: Bytes;
    readonly offset: number;
    readonly from: ChangeRule;
    readonly to: ChangeRule;
  };
}

export const UTC: TimeZone = { name: 'UTC', offset: 0 };

/** Reads TZ as glibc does without a zone database: undefined is UTC, '' is called Universal. */
export function parseTimeZone(text: Bytes | undefined): TimeZone {
  if (text === undefined) return UTC;
  const body = text.replace(/^:/, '');
  if (body === '') return { name: 'Universal', offset: 0 };
  const standard = readName(body);
  if (!standard) return UTC;
  const offset = readOffset(standard.rest);
  if (!offset) return { name: standard.name, offset: 0 };
  const zone: TimeZone = { name: standard.name, offset: -offset.seconds };
  const daylight = readName(offset.rest);
  if (!daylight) return zone;
  const shifted = readOffset(daylight.rest);
  const rules = (shifted?.rest ?? daylight.rest).split(',').slice(1);
  return {
    ...zone,
    daylight: {
      name: daylight.name,
      offset: shifted ? -shifted.seconds : zone.offset + 3600,
      from: readRule(rules[0] ?? 'M3.2.0'),
      to: readRule(rules[1] ?? 'M11.1.0'),
    },
  };
}

/** What holds in a zone at a Unix time in seconds. */
export function offsetOf(
  zone: TimeZone,
  seconds: number,
): { readonly offset: number; readonly name: Bytes } {
  const { daylight } = zone;
  if (!daylight) return zone;
  const year = yearOf(seconds + zone.offset);
  const from = instantOf(daylight.from, year) - zone.offset;
  const to = instantOf(daylight.to, year) - daylight.offset;
  const summer = from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
  return summer ? daylight : zone;
}

function readName(text: Bytes): { name: Bytes; rest: Bytes } | undefined {
  const match = /^(?:<([A-Za-z0-9+-]{3,})>|([A-Za-z]{3,}))/.exec(text);
  if (!match) return undefined;
  return { name: (match[1] ?? match[2]) as Bytes, rest: text.slice(match[0].length) };
}

function readOffset(text: Bytes): { seconds: number; rest: Bytes } | undefined {
  const match = /^([+-]?)([0-9]{1,2})(?::([0-9]{2}))?(?::([0-9]{2}))?/.exec(text);
  if (!match) return undefined;
  const size = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  return { seconds: match[1] === '-' ? -size : size, rest: text.slice(match[0].length) };
}

function readRule(text: Bytes): ChangeRule {
  const [date = '', time] = text.split('/');
  const at = time === undefined ? 7200 : (readOffset(time)?.seconds ?? 7200);
  const week = /^M([0-9]+)\.([0-9]+)\.([0-9]+)$/.exec(date);
  if (week) {
    return {
      kind: 'week',
      month: Number(week[1]) - 1,
      week: Number(week[2]),
      weekday: Number(week[3]),
      at,
    };
  }
  const julian = /^J([0-9]+)$/.exec(date);
  if (julian) return { kind: 'day', day: Number(julian[1]) - 1, countsLeapDay: false, at };
  return { kind: 'day', day: Number(date) || 0, countsLeapDay: true, at };
}

function yearOf(local: number): number {
  const days = Math.floor(local / 86400);
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysFromEpoch(year, 0, 1) > days) year--;
  while (daysFromEpoch(year + 1, 0, 1) <= days) year++;
  return year;
}

/** Local time of a change, in seconds as if the zone were UTC. */
function instantOf(rule: ChangeRule, year: number): number {
  if (rule.kind === 'day') {
    const leap = daysFromEpoch(year + 1, 0, 1) - daysFromEpoch(year, 0, 1) === 366;
    const skip = leap && !rule.countsLeapDay && rule.day >= 59 ? 1 : 0;
    return (daysFromEpoch(year, 0, 1) + rule.day + skip) * 86400 + rule.at;
  }
  const first = daysFromEpoch(year, rule.month, 1);
  const weekday = (((first + 4) % 7) + 7) % 7;
  let day = first + ((rule.weekday - weekday + 7) % 7) + (rule.week - 1) * 7;
  if (day >= daysFromEpoch(year, rule.month + 1, 1)) day -= 7;
  return day * 86400 + rule.at;
}
