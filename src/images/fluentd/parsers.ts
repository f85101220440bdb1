import type { Bytes } from '../../runtime/bytes';
import { parseJsonRecord } from '../records/json';
import { type EventTime, isFloat, type LogRecord, textOf, type Value } from '../records/record';
import { parseTime } from '../records/time-format';
import { ConfigError, type Element, isTrue } from './config';

export interface ParsedText {
  readonly record: LogRecord;
  readonly time: EventTime | undefined;
}

/** What a `<parse>` section makes of a text; undefined: it does not match. */
export type TextParser = (text: Bytes, nowMs: number) => ParsedText | undefined;

const ACCESS = String.raw`(?<user>\S*) \[(?<time>[^\]]*)\] "(?<method>\S+)(?: +(?<path>[^" ]*)[^"]*)?" (?<code>\S+) (?<size>\S+)`;
const NGINX = new RegExp(
  `^(?<remote>\\S*) (?<host>\\S*) ${ACCESS}(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)"(?:\\s+"?(?<http_x_forwarded_for>[^"]*)"?)?)?$`,
);
const APACHE2 = new RegExp(
  `^(?<host>\\S*) \\S* ${ACCESS}(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)")?$`,
);
const ACCESS_TIME = '%d/%b/%Y:%H:%M:%S %z';

/** Makes a parser of its section. Models lib/fluent/plugin/parser_*.rb. Throws ConfigError. */
export function createTextParser(element: Element): TextParser {
  const { parameters } = element;
  const type = parameters.get('@type');
  if (type === undefined) throw new ConfigError("Missing '@type' parameter on <parse> directive");
  const timeFormat = parameters.get('time_format');
  const keep = isTrue(parameters.get('keep_time_key'));
  switch (type) {
    case 'none': {
      const key = parameters.get('message_key') ?? 'message';
      return (text) => ({ record: new Map([[key, text]]), time: undefined });
    }
    case 'json':
      return withTime(parseJsonRecord, element, timeFormat, keep);
    case 'regexp':
      return withTime(byRegex(expression(element)), element, timeFormat, keep);
    case 'nginx':
      return withTime(byRegex(NGINX), element, timeFormat ?? ACCESS_TIME, keep);
    case 'apache2':
      return withTime(apache2Record, element, timeFormat ?? ACCESS_TIME, keep);
    case 'ltsv':
      return withTime(ltsvRecord, element, timeFormat, keep);
    default:
      throw new ConfigError(
        `Unknown parser plugin '${type}'. Run 'gem search -rd fluent-plugin' to find plugins`,
        'Fluent::NotFoundPluginError',
      );
  }
}

function expression(element: Element): RegExp {
  const source = element.parameters.get('expression');
  if (source === undefined) throw new ConfigError("'expression' parameter is required");
  const delimited = /^\/([\s\S]*)\/([imx]*)$/.exec(source);
  try {
    const regex = new RegExp(
      (delimited?.[1] ?? source).replaceAll('\\h', '[0-9a-fA-F]'),
      delimited?.[2]?.includes('i') ? 'i' : '',
    );
    if (!regex.source.includes('(?<')) {
      throw new ConfigError(
        "No named captures in 'expression' parameter. The regexp must have at least one named capture",
      );
    }
    return regex;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`Invalid regexp in expression: ${source}`);
  }
}

type Reader = (text: Bytes) => LogRecord | undefined;

function byRegex(regex: RegExp): Reader {
  return (text) => {
    const match = regex.exec(text);
    if (!match?.groups) return undefined;
    const record = new Map<Bytes, Value>();
    for (const [key, value] of Object.entries(match.groups)) {
      if (value !== undefined) record.set(key, value);
    }
    return record;
  };
}

/** Numbers are numbers here, and `-` is nil. */
function apache2Record(text: Bytes): LogRecord | undefined {
  const found = byRegex(APACHE2)(text);
  if (!found) return undefined;
  const record = new Map(found);
  for (const key of ['user', 'size', 'referer', 'agent', 'path']) {
    if (record.get(key) === '-') record.set(key, null);
  }
  for (const key of ['code', 'size']) {
    const value = record.get(key);
    if (typeof value === 'string') record.set(key, Number(value) || null);
  }
  return record;
}

function ltsvRecord(text: Bytes): LogRecord | undefined {
  const record = new Map<Bytes, Value>();
  for (const part of text.split('\t')) {
    const colon = part.indexOf(':');
    if (colon > 0) record.set(part.slice(0, colon), part.slice(colon + 1));
  }
  return record;
}

function withTime(
  read: Reader,
  element: Element,
  format: Bytes | undefined,
  keep: boolean,
): TextParser {
  const { parameters } = element;
  const timeKey = parameters.get('time_key') ?? 'time';
  const types = typesOf(parameters.get('types'));
  return (text, nowMs) => {
    const found = read(text);
    if (!found) return undefined;
    const record = new Map<Bytes, Value>();
    let time: EventTime | undefined;
    for (const [key, value] of found) {
      if (key === timeKey) {
        time = timeOf(value, format, nowMs);
        // A time that cannot be read fails the line.
        if (!time) return undefined;
        if (!keep) continue;
      }
      record.set(key, converted(value, types.get(key)));
    }
    return { record, time };
  };
}

function timeOf(value: Value, format: Bytes | undefined, nowMs: number): EventTime | undefined {
  if (typeof value === 'number') return { seconds: value, nanos: 0 };
  if (isFloat(value)) {
    const seconds = Math.floor(value.float);
    return { seconds, nanos: Math.round((value.float - seconds) * 1e9) };
  }
  const text = textOf(value);
  if (format !== undefined) return parseTime(text, format, nowMs);
  const candidates = ['%Y-%m-%dT%H:%M:%S.%N%z', '%Y-%m-%dT%H:%M:%S%z', '%Y-%m-%d %H:%M:%S %z'];
  for (const candidate of candidates) {
    const time = parseTime(text.replace(/Z$/, '+0000'), candidate, nowMs);
    if (time) return time;
  }
  return undefined;
}

function typesOf(value: Bytes | undefined): ReadonlyMap<Bytes, Bytes> {
  const pairs = (value ?? '').split(',').map((part) => part.trim().split(':'));
  return new Map(pairs.map(([key = '', type = '']) => [key, type]));
}

function converted(value: Value, type: Bytes | undefined): Value {
  if (typeof value !== 'string') return value;
  if (type === 'integer') return Number.parseInt(value, 10) || 0;
  if (type === 'float') return { float: Number.parseFloat(value) || 0 };
  if (type === 'bool') return /^(true|yes|1)$/.test(value);
  return value;
}
