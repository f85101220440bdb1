import type { Bytes } from '../../runtime/bytes';
import { toJson } from '../records/json';
import { isRecord, type LogEvent, type LogRecord, textOf, type Value } from '../records/record';
import { formatTime } from '../records/time-format';
import { ConfigError, child, children, type Element, isTrue, required } from './config';
import { createTextParser } from './parsers';

/** What a filter makes of an event of a tag; undefined: it is left out. */
export type EventFilter = (tag: Bytes, event: LogEvent) => LogEvent | undefined;

export interface FilterServices {
  readonly hostname: Bytes;
  readonly nowMs: () => number;
  /** Prints to stdout. */
  readonly print: (text: Bytes) => void;
}

/** Makes a filter of its section; undefined: no such plugin. Throws ConfigError. */
export function createEventFilter(
  element: Element,
  services: FilterServices,
): EventFilter | undefined {
  switch (element.parameters.get('@type')) {
    case 'grep':
      return grep(element);
    case 'record_transformer':
      return recordTransformer(element, services);
    case 'parser':
      return parser(element, services);
    case 'stdout':
      return (tag, event) => {
        services.print(stdoutLine(tag, event));
        return event;
      };
    default:
      return undefined;
  }
}

/** `2026-01-01 00:00:01.000000000 +0000 tag: {…}`. */
export function stdoutLine(tag: Bytes, { time, record }: LogEvent): Bytes {
  return `${formatTime(time, '%Y-%m-%d %H:%M:%S.%N +0000')} ${tag}: ${toJson(record)}\n`;
}

/** The value at `key` or `$.a.b`. */
function lookUp(record: LogRecord, key: Bytes): Value | undefined {
  if (!key.startsWith('$.')) return record.get(key);
  let value: Value | undefined = record;
  for (const part of key.slice(2).split('.')) value = isRecord(value) ? value.get(part) : undefined;
  return value;
}

function grep(element: Element): EventFilter {
  const conditions = (name: string) =>
    children(element, name).map((inner) => {
      const source = required(inner, 'pattern');
      const delimited = /^\/([\s\S]*)\/(i?)$/.exec(source);
      try {
        const regex = new RegExp(delimited?.[1] ?? source, delimited?.[2]);
        return { key: required(inner, 'key'), regex };
      } catch {
        throw new ConfigError(`'pattern' parameter: invalid regexp: ${source}`);
      }
    });
  const wanted = conditions('regexp');
  const unwanted = conditions('exclude');
  const hits = (record: LogRecord, { key, regex }: (typeof wanted)[number]) =>
    regex.test(textOf(lookUp(record, key)));
  return (_, event) => {
    if (!wanted.every((condition) => hits(event.record, condition))) return undefined;
    return unwanted.some((condition) => hits(event.record, condition)) ? undefined : event;
  };
}

function recordTransformer(element: Element, services: FilterServices): EventFilter {
  const { parameters } = element;
  const section = child(element, 'record');
  const list = (key: string) => (parameters.get(key) ?? '').split(',').map((part) => part.trim());
  const removed = list('remove_keys');
  const kept = list('keep_keys');
  const renew = isTrue(parameters.get('renew_record'));
  return (tag, event) => {
    const record = new Map<Bytes, Value>();
    for (const [key, value] of event.record)
      if (!renew || kept.includes(key)) record.set(key, value);
    for (const [key, template] of section?.parameters ?? []) {
      record.set(key, filled(template, tag, event, services));
    }
    for (const key of removed) record.delete(key);
    return { ...event, record };
  };
}

/** Puts in `${hostname}`, `${tag}`, `${tag_parts[0]}`, `${time}`, `${record["key"]}`. */
function filled(template: Bytes, tag: Bytes, event: LogEvent, services: FilterServices): Value {
  const parts = tag.split('.');
  const resolve = (name: Bytes): Value => {
    if (name === 'hostname') return services.hostname;
    if (name === 'tag') return tag;
    if (name === 'time') return formatTime(event.time, '%Y-%m-%d %H:%M:%S +0000');
    const index = /^tag_parts\[(-?\d+)\]$/.exec(name)?.[1];
    if (index !== undefined) return parts.at(Number(index)) ?? '';
    const key = /^record\[["']?([^"'\]]+)["']?\]$/.exec(name)?.[1];
    return key === undefined ? '' : (event.record.get(key) ?? null);
  };
  const whole = /^\$\{([^}]*)\}$/.exec(template)?.[1];
  if (whole !== undefined) return resolve(whole.trim());
  return template.replace(/\$\{([^}]*)\}/g, (_, name: Bytes) => textOf(resolve(name.trim())));
}

function parser(element: Element, services: FilterServices): EventFilter {
  const key = required(element, 'key_name');
  const section = child(element, 'parse');
  if (!section) throw new ConfigError('<parse> section is required.');
  const parse = createTextParser(section);
  const reserve = isTrue(element.parameters.get('reserve_data'));
  const dropKey = isTrue(element.parameters.get('remove_key_name_field'));
  return (_, event) => {
    const parsed = parse(textOf(event.record.get(key)), services.nowMs());
    if (!parsed) return reserve ? event : undefined;
    const record = new Map<Bytes, Value>();
    if (reserve) {
      for (const [name, value] of event.record)
        if (!(dropKey && name === key)) record.set(name, value);
    }
    for (const [name, value] of parsed.record) record.set(name, value);
    return { time: parsed.time ?? event.time, record };
  };
}
