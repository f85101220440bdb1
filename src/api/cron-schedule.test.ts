import { describe, expect, it } from 'vitest';
import { CronScheduleError, parseCronSchedule } from './cron-schedule';
import { formatTimeIn, isTimeZone } from './time-zone';

const at = (text: string) => Date.parse(text);
const next = (schedule: string, from: string, zone?: string) => {
  const time = parseCronSchedule(schedule, zone).next(at(from));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('a cron schedule', () => {
  it('is strictly after the instant', () => {
    expect(next('*/5 * * * *', '2026-01-01T00:05:00Z')).toBe('2026-01-01T00:10:00.000Z');
    expect(next('*/5 * * * *', '2026-01-01T00:04:59Z')).toBe('2026-01-01T00:05:00.000Z');
  });

  it('takes either day where both are given, both where one is open', () => {
    expect(next('0 0 13 * 5', '2026-01-01T00:00:00Z')).toBe('2026-01-02T00:00:00.000Z');
    expect(next('0 0 13 * *', '2026-01-01T00:00:00Z')).toBe('2026-01-13T00:00:00.000Z');
  });

  it('leaves out an hour that the clocks skip', () => {
    const berlin = 'Europe/Berlin';
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', berlin)).toBe('2026-03-30T00:30:00.000Z');
  });

  it('gives up after five years', () => {
    expect(next('0 0 30 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it('is refused in the library’s words', () => {
    expect(() => parseCronSchedule('61 * * * *')).toThrow(
      new CronScheduleError('end of range (61) above maximum (59): 61'),
    );
  });
});

describe('a time zone', () => {
  it('is known by its exact name', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('europe/berlin')).toBe(false);
    expect(isTimeZone('Nowhere/City')).toBe(false);
  });

  it('shows its offset', () => {
    expect(formatTimeIn('Asia/Kolkata', 0)).toBe('1970-01-01T05:30:00+05:30');
    expect(formatTimeIn('', 0)).toBe('1970-01-01T00:00:00Z');
  });
});
