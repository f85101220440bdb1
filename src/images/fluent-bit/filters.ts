import type { Bytes } from '../../runtime/bytes';
import { isRecord, type LogEvent, type LogRecord, textOf, type Value } from '../records/record';
import { modifyFilter } from './modify-filter';
import { type LogParser, rubyRegex } from './parsers';
import { isOn, property, type Section } from './section';

/** What a filter makes of an event; undefined: the event is left out. */
export type Filter = (event: LogEvent) => LogEvent | undefined;

export interface FilterContext {
  readonly parsers: ReadonlyMap<Bytes, LogParser>;
  readonly nowMs: () => number;
}

/** Why a filter cannot be made. */
export interface FilterProblem {
  readonly problem: Bytes;
}

/** Makes a filter of its section. */
export function createFilter(section: Section, context: FilterContext): Filter | FilterProblem {
  switch (property(section, 'name')?.toLowerCase()) {
    case 'grep':
      return grepFilter(section);
    case 'modify':
      return modifyFilter(section);
    case 'record_modifier':
      return recordModifierFilter(section);
    case 'parser':
      return parserFilter(section, context);
    default:
      return (event) => event;
  }
}

/** The value at `key` or at `$a['b']['c']` (flb_record_accessor). */
export function lookUp(record: LogRecord, key: Bytes): Value | undefined {
  if (!key.startsWith('$')) return record.get(key);
  const [first = '', ...rest] = key.slice(1).split(/\['|'\]\['|'\]|\./);
  let value: Value | undefined = record.get(first);
  for (const part of rest) {
    if (part === '') continue;
    value = isRecord(value) ? value.get(part) : undefined;
  }
  return value;
}

/** plugins/filter_grep: all Regex must match and no Exclude may. */
function grepFilter(section: Section): Filter | FilterProblem {
  const rules: { keep: boolean; key: Bytes; regex: RegExp }[] = [];
  for (const [name, value] of section.properties) {
    const kind = name.toLowerCase();
    if (kind !== 'regex' && kind !== 'exclude') continue;
    const [, key = '', pattern = ''] = /^(\S+)\s+([\s\S]+)$/.exec(value) ?? [];
    const regex = rubyRegex(pattern);
    if (key === '' || !regex) return { problem: `could not compile regex pattern '${pattern}'` };
    rules.push({ keep: kind === 'regex', key, regex });
  }
  const operation = property(section, 'logical_op')?.toLowerCase() ?? 'legacy';
  const matches = (event: LogEvent, { key, regex }: (typeof rules)[number]) => {
    const value = lookUp(event.record, key);
    return value !== undefined && regex.test(textOf(value));
  };
  return (event) => {
    if (operation === 'and' || operation === 'or') {
      const hit =
        operation === 'and'
          ? rules.every((rule) => matches(event, rule))
          : rules.some((rule) => matches(event, rule));
      return hit === (rules[0]?.keep ?? true) ? event : undefined;
    }
    return rules.every((rule) => matches(event, rule) === rule.keep) ? event : undefined;
  };
}

/** plugins/filter_record_modifier. */
function recordModifierFilter(section: Section): Filter {
  const values = (key: string) =>
    section.properties.filter(([name]) => name.toLowerCase() === key).map(([, value]) => value);
  const added = values('record').map((value) => {
    const [, key = value, text = ''] = /^(\S+)\s+([\s\S]+)$/.exec(value) ?? [];
    return [key, text] as const;
  });
  const removed = new Set(values('remove_key'));
  const allowed = new Set([...values('allowlist_key'), ...values('whitelist_key')]);
  return (event) => {
    const record = new Map<Bytes, Value>();
    for (const [key, value] of event.record) {
      if (!removed.has(key) && (allowed.size === 0 || allowed.has(key))) record.set(key, value);
    }
    for (const [key, value] of added) record.set(key, value);
    return { ...event, record };
  };
}

/** plugins/filter_parser. */
function parserFilter(section: Section, context: FilterContext): Filter | FilterProblem {
  const keyName = property(section, 'key_name');
  if (keyName === undefined) return { problem: 'Key "key_name" is missing\n' };
  const parsers: LogParser[] = [];
  for (const [name, value] of section.properties) {
    if (name.toLowerCase() !== 'parser') continue;
    const parser = context.parsers.get(value);
    if (!parser) return { problem: `requested parser '${value}' not found` };
    parsers.push(parser);
  }
  if (parsers.length === 0) return { problem: 'Invalid "parser"' };
  const reserve = isOn(property(section, 'reserve_data'));
  const preserve = isOn(property(section, 'preserve_key'));
  return (event) => {
    const text = event.record.get(keyName);
    if (typeof text !== 'string') return event;
    for (const parser of parsers) {
      const parsed = parser.parse(text, context.nowMs());
      if (!parsed) continue;
      const record = new Map<Bytes, Value>();
      if (reserve || preserve) {
        for (const [key, value] of event.record) {
          if (key === keyName ? preserve : reserve) record.set(key, value);
        }
      }
      for (const [key, value] of parsed.record) record.set(key, value);
      return { time: parsed.time ?? event.time, record };
    }
    return event;
  };
}
