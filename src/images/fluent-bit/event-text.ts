import type { Bytes } from '../../runtime/bytes';
import { toJson } from '../records/json';
import { type EventTime, isFloat, isList, type LogEvent, type Value } from '../records/record';
import { formatTime } from '../records/time-format';

/** How outputs write the time of an event into JSON. */
export interface DateSettings {
  /** Undefined: not at all. */
  readonly key: Bytes | undefined;
  readonly format: Bytes;
}

/** A value as msgpack_object_print writes it: `{"log"=>"line"}`. */
export function printed(value: Value): Bytes {
  if (value === null) return 'nil';
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isFloat(value)) return value.float.toFixed(6);
  if (isList(value)) return `[${value.map(printed).join(', ')}]`;
  return `{${[...value].map(([key, member]) => `"${key}"=>${printed(member)}`).join(', ')}}`;
}

/** `1767225604.123000000`. */
export function secondsAndNanos({ seconds, nanos }: EventTime): Bytes {
  return `${seconds}.${String(nanos).padStart(9, '0')}`;
}

/** The JSON value of a time (json_date_format). */
function dateValue(time: EventTime, format: Bytes): Bytes {
  switch (format) {
    case 'iso8601':
      return `"${formatTime(time, '%Y-%m-%dT%H:%M:%S')}.${micros(time)}Z"`;
    case 'java_sql_timestamp':
      return `"${formatTime(time, '%Y-%m-%d %H:%M:%S')}.${micros(time)}"`;
    case 'epoch':
      return String(time.seconds);
    case 'epoch_ms':
      return String(time.seconds * 1000 + Math.floor(time.nanos / 1_000_000));
    default:
      return doubleText(time);
  }
}

function micros({ nanos }: EventTime): string {
  return String(Math.floor(nanos / 1000)).padStart(6, '0');
}

/** `1767225604.123`, `1767225604.0`: a double with the digits that it needs. */
export function doubleText({ seconds, nanos }: EventTime): Bytes {
  const fraction = String(Math.floor(nanos / 1000))
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${seconds}.${fraction === '' ? '0' : fraction}`;
}

/** An event as one JSON object, its date first. */
export function eventJson({ time, record }: LogEvent, date: DateSettings): Bytes {
  const body = toJson(record);
  if (date.key === undefined) return body;
  const dated = `${toJson(date.key)}:${dateValue(time, date.format)}`;
  return record.size === 0 ? `{${dated}}` : `{${dated},${body.slice(1)}`;
}

/** Events in one of the JSON formats of outputs. */
export function eventsJson(
  events: readonly LogEvent[],
  format: 'json' | 'json_lines' | 'json_stream',
  date: DateSettings,
): Bytes {
  const objects = events.map((event) => eventJson(event, date));
  if (format === 'json') return `[${objects.join(',')}]`;
  return objects.map((object) => object + (format === 'json_lines' ? '\n' : '')).join('');
}
