import type { Bytes } from '../../runtime/bytes';
import { calendarTime, unixTime } from '../../shell/applets/calendar';
import { strftime } from '../../shell/applets/strftime';
import { strptime } from '../../shell/applets/strptime';
import { UTC } from '../../shell/applets/timezone';
import type { EventTime } from './record';

/** Which directive stands for the fraction of a second: Fluent Bit's `%L`, Ruby's `%N` and `%L`. */
const FRACTION = /%[LN]/;

/**
 * The moment that a text gives in a strptime(3) format with a directive for fractions. What the format does
 * not say is taken from `nowMs`; no zone means UTC. Undefined when the text does not match.
 */
export function parseTime(text: Bytes, format: Bytes, nowMs: number): EventTime | undefined {
  const [before = '', after = ''] = format.split(FRACTION);
  const fields = calendarTime(Math.floor(nowMs / 1000), UTC);
  Object.assign(fields, { hour: 0, minute: 0, second: 0, offset: 0 });
  const first = strptime(text, withoutColon(before), fields);
  if (!first) return undefined;
  let { hasOffset } = first;
  let { rest } = first;
  let nanos = 0;
  if (FRACTION.test(format)) {
    // `%L` reads the point too when the format has none.
    const fraction = /^[.,]?(\d{1,9})/.exec(rest);
    if (!fraction) return undefined;
    nanos = Number((fraction[1] ?? '').padEnd(9, '0'));
    rest = rest.slice(fraction[0].length);
    if (after !== '') {
      const second = strptime(rest, withoutColon(after), fields);
      if (!second) return undefined;
      hasOffset ||= second.hasOffset;
      rest = second.rest;
    }
  }
  if (rest.trim() !== '') return undefined;
  if (first.unix !== undefined) return { seconds: first.unix, nanos };
  return { seconds: unixTime(fields, UTC) - (hasOffset ? fields.offset : 0), nanos };
}

function withoutColon(format: Bytes): Bytes {
  return format.replaceAll('%:z', '%z');
}

/** strftime(3) of a moment in UTC; `%L` is milliseconds, `%N` nanoseconds. */
export function formatTime({ seconds, nanos }: EventTime, format: Bytes): Bytes {
  const filled = format
    .replace(/%3?L/g, () => String(Math.floor(nanos / 1_000_000)).padStart(3, '0'))
    .replace(/%(\d?)N/g, (_, width: string) =>
      String(nanos)
        .padStart(9, '0')
        .slice(0, width === '' ? 9 : Number(width)),
    )
    .replaceAll('%:z', '+00:00');
  return strftime(filled, calendarTime(seconds, UTC));
}
