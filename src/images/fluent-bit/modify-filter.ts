import type { Bytes } from '../../runtime/bytes';
import { type LogEvent, type LogRecord, textOf, type Value } from '../records/record';
import { rubyRegex } from './parsers';
import type { Section } from './section';

type Change = (record: Map<Bytes, Value>) => Map<Bytes, Value>;
type Condition = (record: LogRecord) => boolean;

/** plugins/filter_modify: rules in their order, if all conditions hold. */
export function modifyFilter(
  section: Section,
): ((event: LogEvent) => LogEvent) | { readonly problem: Bytes } {
  const changes: Change[] = [];
  const conditions: Condition[] = [];
  for (const [name, value] of section.properties) {
    const kind = name.toLowerCase();
    if (kind === 'name' || kind === 'match' || kind === 'alias') continue;
    const words = splitWords(value);
    if (kind === 'condition') {
      const condition = conditionOf(words);
      if (!condition) return { problem: `Invalid config for condition : ${value}` };
      conditions.push(condition);
      continue;
    }
    const change = changeOf(kind, words);
    if (!change) return { problem: `Invalid config for operation ${name} : ${value}` };
    changes.push(change);
  }
  return (event) => {
    if (!conditions.every((holds) => holds(event.record))) return event;
    let record = new Map(event.record);
    for (const change of changes) record = change(record);
    return { ...event, record };
  };
}

function splitWords(value: Bytes): Bytes[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

function changeOf(kind: string, words: readonly Bytes[]): Change | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  const two = second !== undefined;
  switch (kind) {
    case 'set':
      return two ? (record) => record.set(first, second) : undefined;
    case 'add':
      return two ? (record) => (record.has(first) ? record : record.set(first, second)) : undefined;
    case 'remove':
      return (record) => without(record, (key) => key === first);
    case 'remove_wildcard': {
      const prefix = first.replace(/\*$/, '');
      return (record) => without(record, (key) => key.startsWith(prefix));
    }
    case 'remove_regex': {
      const regex = rubyRegex(first);
      return regex && ((record) => without(record, (key) => regex.test(key)));
    }
    case 'rename':
    case 'hard_rename':
      return two ? (record) => renamed(record, first, second, kind === 'hard_rename') : undefined;
    case 'copy':
    case 'hard_copy':
      return two ? (record) => copied(record, first, second, kind === 'hard_copy') : undefined;
    default:
      return undefined;
  }
}

function without(record: LogRecord, drop: (key: Bytes) => boolean): Map<Bytes, Value> {
  return new Map([...record].filter(([key]) => !drop(key)));
}

/** The key changes in its place; a key of that name goes only if `hard`. */
function renamed(record: Map<Bytes, Value>, from: Bytes, to: Bytes, hard: boolean) {
  if (!record.has(from) || (record.has(to) && !hard)) return record;
  const entries = [...record].filter(([key]) => key !== to);
  return new Map(entries.map(([key, value]) => [key === from ? to : key, value]));
}

function copied(record: Map<Bytes, Value>, from: Bytes, to: Bytes, hard: boolean) {
  const value = record.get(from);
  if (value === undefined || (record.has(to) && !hard)) return record;
  return record.set(to, value);
}

function conditionOf([kind = '', key, value = '']: readonly Bytes[]): Condition | undefined {
  if (key === undefined) return undefined;
  const keyPattern = rubyRegex(key);
  const pattern = rubyRegex(value);
  switch (kind.toLowerCase()) {
    case 'key_exists':
      return (record) => record.has(key);
    case 'key_does_not_exist':
      return (record) => !record.has(key);
    case 'a_key_matches':
      return keyPattern && ((record) => [...record.keys()].some((name) => keyPattern.test(name)));
    case 'no_key_matches':
      return keyPattern && ((record) => ![...record.keys()].some((name) => keyPattern.test(name)));
    case 'key_value_equals':
      return (record) => textOf(record.get(key)) === value && record.has(key);
    case 'key_value_does_not_equal':
      return (record) => record.has(key) && textOf(record.get(key)) !== value;
    case 'key_value_matches':
      return pattern && ((record) => record.has(key) && pattern.test(textOf(record.get(key))));
    case 'key_value_does_not_match':
      return pattern && ((record) => record.has(key) && !pattern.test(textOf(record.get(key))));
    default:
      return undefined;
  }
}
