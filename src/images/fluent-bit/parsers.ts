import type { Bytes } from '../../runtime/bytes';
import { parseJsonRecord } from '../records/json';
import { type EventTime, type LogRecord, textOf, type Value } from '../records/record';
import { parseTime } from '../records/time-format';
import { isOn, property, type Section } from './section';

/** A `[PARSER]`: what it makes of a text; undefined when the text is not in its format. */
export interface LogParser {
  readonly name: Bytes;
  parse(text: Bytes, nowMs: number): Parsed | undefined;
}

export interface Parsed {
  readonly record: LogRecord;
  /** Undefined: the text says none. */
  readonly time: EventTime | undefined;
  /** What to log about it. */
  readonly problem: Bytes | undefined;
}

/** Fields that a format found, before types and time. */
type Fields = ReadonlyMap<Bytes, Value>;

/** Makes a parser of its section, or says what is wrong with it. Models src/flb_parser.c. */
export function createParser(section: Section, file: Bytes): LogParser | string {
  const name = property(section, 'name');
  if (name === undefined) return `[parser] no parser 'name' found in file '${file}'`;
  const format = property(section, 'format');
  if (format === undefined) {
    return `[parser] no parser 'format' found for '${name}' in file '${file}'`;
  }
  const read = reader(section, name, format.toLowerCase(), file);
  if (typeof read === 'string') return read;
  const timeKey = property(section, 'time_key') ?? 'time';
  const timeFormat = property(section, 'time_format');
  const keepTime = isOn(property(section, 'time_keep'));
  const types = typesOf(property(section, 'types'));
  return {
    name,
    parse(text, nowMs) {
      const fields = read(text);
      if (!fields) return undefined;
      const record = new Map<Bytes, Value>();
      let time: EventTime | undefined;
      let problem: Bytes | undefined;
      for (const [key, value] of fields) {
        if (key === timeKey && timeFormat !== undefined) {
          time = parseTime(textOf(value), timeFormat, nowMs);
          if (!time) {
            problem = `[parser:${name}] invalid time format ${timeFormat} for '${textOf(value)}'`;
          }
          if (!keepTime) continue;
        }
        record.set(key, convert(value, types.get(key)));
      }
      return { record, time, problem };
    },
  };
}

function reader(
  section: Section,
  name: Bytes,
  format: string,
  file: Bytes,
): ((text: Bytes) => Fields | undefined) | string {
  const skipEmpty = isOn(property(section, 'skip_empty_values'), true);
  switch (format) {
    case 'regex': {
      const source = property(section, 'regex');
      if (source === undefined) {
        return `[parser] no parser 'regex' found for '${name}' in file '${file}`;
      }
      const regex = rubyRegex(source);
      if (!regex) return `[parser:${name}] Invalid regex pattern ${source}`;
      return (text) => groups(regex, text, skipEmpty);
    }
    case 'json':
      return (text) => parseJsonRecord(text);
    case 'logfmt':
      return readLogfmt;
    case 'ltsv':
      return readLtsv;
    default:
      return `[parser:${name}] Invalid format ${format}`;
  }
}

/** A pattern of Ruby's engine (Onigmo) as far as JavaScript has it; `/…/` may surround it. */
export function rubyRegex(source: Bytes): RegExp | undefined {
  const delimited = /^\/([\s\S]*)\/([imx]*)$/.exec(source);
  const pattern = (delimited?.[1] ?? source)
    .replaceAll('\\h', '[0-9a-fA-F]')
    .replaceAll('\\A', '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/\[\[:(\w+):\]\]/g, (whole, name: string) => POSIX_CLASSES[name] ?? whole);
  try {
    return new RegExp(pattern, delimited?.[2]?.includes('i') ? 'i' : '');
  } catch {
    return undefined;
  }
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alpha: '[A-Za-z]',
  digit: '[0-9]',
  alnum: '[A-Za-z0-9]',
  space: '\\s',
  upper: '[A-Z]',
  lower: '[a-z]',
  punct: '[!-/:-@[-`{-~]',
};

export function groups(regex: RegExp, text: Bytes, skipEmpty: boolean): Fields | undefined {
  const match = regex.exec(text);
  if (!match?.groups) return undefined;
  const fields = new Map<Bytes, Value>();
  for (const [key, value] of Object.entries(match.groups)) {
    if (value === undefined || (skipEmpty && value === '')) continue;
    fields.set(key, value);
  }
  return fields.size > 0 ? fields : undefined;
}

function readLogfmt(text: Bytes): Fields | undefined {
  const fields = new Map<Bytes, Value>();
  for (const match of text.matchAll(/([^\s="]+)(?:=("(?:[^"\\]|\\.)*"|\S*))?/g)) {
    const value = match[2];
    if (value === undefined) fields.set(match[1] ?? '', true);
    else if (value.startsWith('"')) {
      fields.set(match[1] ?? '', value.slice(1, -1).replace(/\\(.)/g, '$1'));
    } else fields.set(match[1] ?? '', value);
  }
  return fields.size > 0 ? fields : undefined;
}

function readLtsv(text: Bytes): Fields | undefined {
  const fields = new Map<Bytes, Value>();
  for (const part of text.split('\t')) {
    const colon = part.indexOf(':');
    if (colon > 0) fields.set(part.slice(0, colon), part.slice(colon + 1));
  }
  return fields.size > 0 ? fields : undefined;
}

/** `code:integer size:integer`. */
function typesOf(value: Bytes | undefined): ReadonlyMap<Bytes, string> {
  const types = new Map<Bytes, string>();
  for (const part of (value ?? '').split(/\s+/)) {
    const colon = part.lastIndexOf(':');
    if (colon > 0) types.set(part.slice(0, colon), part.slice(colon + 1).toLowerCase());
  }
  return types;
}

function convert(value: Value, type: string | undefined): Value {
  if (type === undefined || typeof value !== 'string') return value;
  if (type === 'integer') return Number.parseInt(value, 10) || 0;
  if (type === 'hex') return Number.parseInt(value, 16) || 0;
  if (type === 'float') return { float: Number.parseFloat(value) || 0 };
  if (type === 'bool') return value.toLowerCase() === 'true';
  return value;
}
