import type { Bytes } from '../../runtime/bytes';
import { daysFromEpoch } from './day-numbers';
import { offsetOf, type TimeZone } from './timezone';

/** A moment as clocks and calendars show it (struct tm). */
export interface CalendarTime {
  year: number;
  /** 0 to 11. */
  month: number;
  /** From 1. */
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 is Sunday. */
  weekday: number;
  /** From 0. */
  yearDay: number;
  /** Seconds east of Greenwich. */
  offset: number;
  zone: Bytes;
}

/** The calendar time of a Unix time in seconds. */
export function calendarTime(seconds: number, zone: TimeZone): CalendarTime {
  const { offset, name } = offsetOf(zone, seconds);
  const local = Math.floor(seconds) + offset;
  const days = Math.floor(local / 86400);
  const rest = local - days * 86400;
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = (fromMarch + 2) % 12;
  const year = yearOfEra + era * 400 + (month < 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysFromEpoch(year, 0, 1),
    offset,
    zone: name,
  };
}

/** The Unix time in seconds of a calendar time, whose fields may be out of range (mktime(3)). */
export function unixTime(time: CalendarTime, zone: TimeZone): number {
  const local =
    daysFromEpoch(time.year, time.month, time.day) * 86400 +
    time.hour * 3600 +
    time.minute * 60 +
    time.second;
  const guess = local - offsetOf(zone, local).offset;
  return local - offsetOf(zone, guess).offset;
}
