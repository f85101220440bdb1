import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';
import { type CalendarTime, calendarTime, unixTime } from './calendar';
import { strptime } from './strptime';
import type { TimeZone } from './timezone';

const FORMATS = [
  '%R',
  '%T',
  '%m.%d-%R',
  '%m.%d-%T',
  '%Y.%m.%d-%R',
  '%Y.%m.%d-%T',
  '%b %d %T %Y',
  '%Y-%m-%d %R',
  '%Y-%m-%d %T',
  '%Y-%m-%d %R %z',
  '%Y-%m-%d %T %z',
  '%Y-%m-%d %H',
  '%Y-%m-%d',
];

/**
 * The Unix time in seconds that a date text of `date -d` or `touch -d` means; what it leaves open comes from
 * `base`. Models libbb/time.c parse_datestr. Throws Failure.
 */
export function parseDateText(text: Bytes, base: CalendarTime, zone: TimeZone): number {
  for (const format of FORMATS) {
    const time = { ...base };
    const parsed = strptime(text, format, time);
    if (parsed?.rest !== '') continue;
    if (parsed.hasOffset) return unixTime(time, { name: '', offset: time.offset });
    return unixTime(time, zone);
  }
  if (text.startsWith('@')) {
    if (!/^@-?[0-9]+$/.test(text)) throw invalid(text);
    return Number(text.slice(1));
  }
  return unixTime(parseDigits(text, base), zone);
}

function invalid(text: Bytes): Failure {
  return new Failure(`invalid date '${text}'`);
}

/** `[[[[[CC]YY]MM]DD]hh]mm[.ss]`. */
function parseDigits(text: Bytes, base: CalendarTime): CalendarTime {
  const match = /^((?:[0-9]{2}){1,6})(?:\.([0-9]+))?$/.exec(text);
  if (!match) throw invalid(text);
  const digits = match[1] as string;
  const pairs = digits.match(/../g) as string[];
  const time = { ...base, second: Number(match[2] ?? 0) };
  const take = (): number | undefined => {
    const pair = pairs.pop();
    return pair === undefined ? undefined : Number(pair);
  };
  time.minute = take() ?? time.minute;
  time.hour = take() ?? time.hour;
  time.day = take() ?? time.day;
  const month = take();
  if (month !== undefined) time.month = month - 1;
  const year = take();
  const century = take();
  if (century !== undefined) time.year = century * 100 + (year ?? 0);
  else if (year !== undefined) time.year = nearestYear(year, base.year);
  const bad =
    time.second > 60 ||
    time.minute > 59 ||
    time.hour > 23 ||
    time.day > 31 ||
    time.month > 11 ||
    time.month < 0;
  if (bad) throw invalid(text);
  return time;
}

/** The year with these last two digits that is nearest to now. */
function nearestYear(digits: number, now: number): number {
  const year = Math.floor(now / 100) * 100 + digits;
  if (year < now - 50) return year + 100;
  return year > now + 50 ? year - 100 : year;
}

/** Now, as the calendar shows it. */
export function nowIn(zone: TimeZone, nowMs: number): CalendarTime {
  return calendarTime(Math.floor(nowMs / 1000), zone);
}
