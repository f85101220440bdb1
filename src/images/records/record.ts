import type { Bytes } from '../../runtime/bytes';

/**
 * What a log collector carries: values as MessagePack and JSON have them. A number with a fraction or from a
 * source of floats is a `Float`, since 1 and 1.0 print differently.
 */
export type Value = Bytes | number | boolean | null | Float | readonly Value[] | LogRecord;

/** A map whose keys keep their order. */
export type LogRecord = ReadonlyMap<Bytes, Value>;

export interface Float {
  readonly float: number;
}

/** When something happened. */
export interface EventTime {
  /** Unix time. */
  readonly seconds: number;
  readonly nanos: number;
}

export interface LogEvent {
  readonly time: EventTime;
  readonly record: LogRecord;
}

export function isRecord(value: Value | undefined): value is LogRecord {
  return value instanceof Map;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isFloat(value: Value | undefined): value is Float {
  return typeof value === 'object' && value !== null && 'float' in value;
}

/** The moment of a Unix time in ms. */
export function eventTime(unixMs: number): EventTime {
  const seconds = Math.floor(unixMs / 1000);
  return { seconds, nanos: Math.round((unixMs - seconds * 1000) * 1_000_000) };
}

/** A value as text, for tags, files and comparisons: strings as they are, others as JSON has them. */
export function textOf(value: Value | undefined): Bytes {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (isFloat(value)) return String(value.float);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return '';
}
