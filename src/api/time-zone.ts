/** Clocks of time zones, from the zone data of the JavaScript engine. Models what Go's time package does. */

export interface WallClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) formats.set(zone, newFormat(zone));
  return formats.get(zone);
}

function newFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const { timeZone } = format.resolvedOptions();
    // The engine does not mind upper and lower case; a zone's file does.
    const miswritten = timeZone !== zone && timeZone.toLowerCase() === zone.toLowerCase();
    return miswritten ? undefined : format;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether there is a time zone of that name; '' and `UTC` are UTC. */
export function isTimeZone(zone: string): boolean {
  return zone === '' || zone === 'UTC' || formatOf(zone) !== undefined;
}

/** How far the zone's clocks are ahead of UTC at an instant, in ms. */
export function zoneOffsetMs(zone: string, unixMs: number): number {
  if (zone === '' || zone === 'UTC') return 0;
  const format = formatOf(zone);
  if (!format) throw new RangeError(`unknown time zone ${zone}`);
  const second = Math.floor(unixMs / 1000) * 1000;
  const parts = new Map(
    format.formatToParts(second).map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - second;
}

export function wallClock(zone: string, unixMs: number): WallClock {
  const shifted = new Date(unixMs + zoneOffsetMs(zone, unixMs));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
  };
}

/**
 * The instant at which the zone's clocks show a time, Unix ms. Days and months may overflow. Of times that
 * do not exist or exist twice it takes the one that Go's time.Date takes.
 */
export function instantOf(
  zone: string,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number {
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = zoneOffsetMs(zone, wall);
  return offset === 0 ? wall : wall - zoneOffsetMs(zone, wall - offset);
}

/** RFC 3339 with the zone's offset: `2026-01-01T06:00:00+01:00`, or `Z` for UTC. */
export function formatTimeIn(zone: string, unixMs: number): string {
  const offset = zoneOffsetMs(zone, unixMs);
  const text = new Date(unixMs + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${text}Z`;
  const minutes = Math.abs(Math.trunc(offset / 60_000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
