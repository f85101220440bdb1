import type { Bytes } from '../../runtime/bytes';
import { pack, unpack, type WireValue } from './msgpack';
import { type EventTime, isRecord, type LogEvent, type LogRecord, type Value } from './record';

/** What came in over the forward protocol: events of one tag; `chunk` asks for an acknowledgement. */
export interface ForwardMessage {
  readonly tag: Bytes;
  readonly events: readonly LogEvent[];
  readonly chunk: Bytes | undefined;
}

/** A message of the forward protocol in PackedForward mode: the entries as one string. */
export function packForward(tag: Bytes, events: readonly LogEvent[], chunk?: Bytes): Bytes {
  const entries = events.map(packEntry).join('');
  const options = new Map<Bytes, Value>([['size', events.length]]);
  if (chunk !== undefined) options.set('chunk', chunk);
  return pack([tag, entries, options]);
}

export function packEntry({ time, record }: LogEvent): Bytes {
  return pack([{ eventTime: time }, record]);
}

/** Reads a message of any of the protocol's modes; undefined if it is none. */
export function readForward(value: WireValue): ForwardMessage | undefined {
  if (!Array.isArray(value)) return undefined;
  const [tag, second, third, fourth] = value as readonly WireValue[];
  if (typeof tag !== 'string') return undefined;
  const carriesOptions = typeof second === 'string' || Array.isArray(second);
  const options = carriesOptions ? third : fourth;
  const chunk = options instanceof Map ? (options as LogRecord).get('chunk') : undefined;
  const entries = carriesOptions ? entriesOf(second) : [[second, third] as WireValue];
  const events = entries.map(eventOf).filter((event) => event !== undefined);
  return { tag, events, chunk: typeof chunk === 'string' ? chunk : undefined };
}

function entriesOf(entries: WireValue | undefined): readonly WireValue[] {
  if (Array.isArray(entries)) return entries as readonly WireValue[];
  const list: WireValue[] = [];
  let at = 0;
  while (typeof entries === 'string' && at < entries.length) {
    const entry = unpack(entries, at);
    if (!entry) break;
    list.push(entry.value);
    at = entry.end;
  }
  return list;
}

function eventOf(entry: WireValue): LogEvent | undefined {
  if (!Array.isArray(entry)) return undefined;
  const [head, record] = entry as readonly WireValue[];
  // Fluent Bit 2 and later send [[time, metadata], record].
  const time = timeOf(Array.isArray(head) ? (head as readonly WireValue[])[0] : head);
  return time && isRecord(record as Value) ? { time, record: record as LogRecord } : undefined;
}

function timeOf(value: WireValue | undefined): EventTime | undefined {
  if (typeof value === 'number') return { seconds: value, nanos: 0 };
  const isTime = typeof value === 'object' && value !== null && 'eventTime' in value;
  return isTime ? value.eventTime : undefined;
}
