import { describe, expect, it } from 'vitest';
import { calendarTime, unixTime } from './calendar';
import { strftime } from './strftime';
import { parseTimeZone, UTC } from './timezone';

describe('dates', () => {
  it('show a time in UTC', () => {
    const time = calendarTime(1714557601, UTC);
    expect(strftime('%Y-%m-%d %H:%M:%S %Z %j %a %b', time)).toBe(
      '2024-05-01 10:00:01 UTC 122 Wed May',
    );
    expect(strftime('%e|%-d|%s|%%', calendarTime(0, UTC))).toBe(' 1|1|0|%');
  });

  it('go back and forth across leap days', () => {
    for (const seconds of [0, 951782400, 951868799, 4107542400, -86401]) {
      expect(unixTime(calendarTime(seconds, UTC), UTC)).toBe(seconds);
    }
  });

  it('know zones with and without daylight saving', () => {
    const zone = parseTimeZone('CET-1CEST,M3.5.0,M10.5.0/3');
    expect(strftime('%H %Z', calendarTime(1714557601, zone))).toBe('12 CEST');
    expect(strftime('%H %Z', calendarTime(1704103201, zone))).toBe('11 CET');
  });
});
