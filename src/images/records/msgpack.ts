import type { Bytes } from '../../runtime/bytes';
import { type EventTime, isFloat, type LogRecord, type Value } from './record';

/** A value of the wire: also what only the forward protocol has. */
export type WireValue = Value | { readonly eventTime: EventTime } | readonly WireValue[];

/** MessagePack, as the forward protocol uses it (map keys are strings; extension 0 is an event's time). */
export function pack(value: WireValue): Bytes {
  if (value === null) return '\xc0';
  if (typeof value === 'boolean') return value ? '\xc3' : '\xc2';
  if (typeof value === 'number') return packInteger(value);
  if (typeof value === 'string') return packString(value);
  if (Array.isArray(value)) {
    const items = value as readonly WireValue[];
    return sized(items.length, 0x90, 0xdc) + items.map(pack).join('');
  }
  if (typeof value === 'object' && 'eventTime' in value) {
    const { seconds, nanos } = value.eventTime;
    return `\xd7\x00${bigEndian(seconds, 4)}${bigEndian(nanos, 4)}`;
  }
  if (isFloat(value as Value)) return packFloat((value as { readonly float: number }).float);
  const map = value as LogRecord;
  let bytes = sized(map.size, 0x80, 0xde);
  for (const [key, member] of map) bytes += packString(key) + pack(member);
  return bytes;
}

function packInteger(value: number): Bytes {
  if (value >= 0) {
    if (value < 0x80) return String.fromCharCode(value);
    if (value < 0x100) return `\xcc${bigEndian(value, 1)}`;
    if (value < 0x10000) return `\xcd${bigEndian(value, 2)}`;
    if (value < 0x100000000) return `\xce${bigEndian(value, 4)}`;
    return `\xcf${bigEndian(value, 8)}`;
  }
  if (value >= -32) return String.fromCharCode(0x100 + value);
  if (value >= -0x80) return `\xd0${bigEndian(0x100 + value, 1)}`;
  if (value >= -0x8000) return `\xd1${bigEndian(0x10000 + value, 2)}`;
  if (value >= -0x80000000) return `\xd2${bigEndian(0x100000000 + value, 4)}`;
  return packFloat(value);
}

function packString(text: Bytes): Bytes {
  const { length } = text;
  if (length < 32) return String.fromCharCode(0xa0 | length) + text;
  if (length < 0x100) return `\xd9${bigEndian(length, 1)}${text}`;
  if (length < 0x10000) return `\xda${bigEndian(length, 2)}${text}`;
  return `\xdb${bigEndian(length, 4)}${text}`;
}

function packFloat(value: number): Bytes {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  let bytes = '\xcb';
  for (let i = 0; i < 8; i++) bytes += String.fromCharCode(view.getUint8(i));
  return bytes;
}

/** Head of an array or map: short, 16 bit, 32 bit. */
function sized(count: number, short: number, long: number): Bytes {
  if (count < 16) return String.fromCharCode(short | count);
  if (count < 0x10000) return String.fromCharCode(long) + bigEndian(count, 2);
  return String.fromCharCode(long + 1) + bigEndian(count, 4);
}

function bigEndian(value: number, width: number): Bytes {
  let bytes = '';
  for (let i = 0; i < width; i++) {
    bytes = String.fromCharCode(value % 256) + bytes;
    value = Math.floor(value / 256);
  }
  return bytes;
}

/** A value read from the front of the bytes. */
export interface Unpacked {
  readonly value: WireValue;
  readonly end: number;
}

/** Bytes that are no MessagePack (or nothing that the forward protocol has). */
export class NotMessagePack {}

/** Nesting beyond this is refused. */
const MAX_DEPTH = 32;

/** Undefined while the value is incomplete; throws NotMessagePack. */
export function unpack(bytes: Bytes, at = 0): Unpacked | undefined {
  const reader = new Reader(bytes, at);
  try {
    const value = reader.value(0);
    return { value, end: reader.at };
  } catch (error) {
    if (error === INCOMPLETE) return undefined;
    throw error;
  }
}

const INCOMPLETE = { incomplete: true };

class Reader {
  at: number;
  readonly #bytes: Bytes;

  constructor(bytes: Bytes, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  value(depth: number): WireValue {
    if (depth > MAX_DEPTH) throw new NotMessagePack();
    const head = this.#number(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    if (head < 0xa0) return this.#list(head & 0x0f, depth);
    if (head < 0xc0) return this.#take(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xd9:
        return this.#take(this.#number(1));
      case 0xc5:
      case 0xda:
        return this.#take(this.#number(2));
      case 0xc6:
      case 0xdb:
        return this.#take(this.#number(4));
      case 0xca:
        return { float: this.#view(4).getFloat32(0) };
      case 0xcb:
        return { float: this.#view(8).getFloat64(0) };
      case 0xcc:
        return this.#number(1);
      case 0xcd:
        return this.#number(2);
      case 0xce:
        return this.#number(4);
      case 0xcf:
        return this.#number(8);
      case 0xd0:
        return this.#view(1).getInt8(0);
      case 0xd1:
        return this.#view(2).getInt16(0);
      case 0xd2:
        return this.#view(4).getInt32(0);
      case 0xd3:
        return Number(this.#view(8).getBigInt64(0));
      case 0xd7:
        return this.#extension();
      case 0xdc:
        return this.#list(this.#number(2), depth);
      case 0xdd:
        return this.#list(this.#number(4), depth);
      case 0xde:
        return this.#map(this.#number(2), depth);
      case 0xdf:
        return this.#map(this.#number(4), depth);
      default:
        throw new NotMessagePack();
    }
  }

  #extension(): WireValue {
    const type = this.#number(1);
    const seconds = this.#number(4);
    const nanos = this.#number(4);
    if (type !== 0) throw new NotMessagePack();
    return { eventTime: { seconds, nanos } };
  }

  #list(count: number, depth: number): WireValue {
    const items: WireValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth + 1));
    return items;
  }

  #map(count: number, depth: number): WireValue {
    const map = new Map<Bytes, Value>();
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') throw new NotMessagePack();
      map.set(key, this.value(depth + 1) as Value);
    }
    return map;
  }

  #take(length: number): Bytes {
    if (this.at + length > this.#bytes.length) throw INCOMPLETE;
    const taken = this.#bytes.slice(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  #number(width: number): number {
    let value = 0;
    for (const char of this.#take(width)) value = value * 256 + char.charCodeAt(0);
    return value;
  }

  #view(width: number): DataView {
    const taken = this.#take(width);
    const view = new DataView(new ArrayBuffer(width));
    for (let i = 0; i < width; i++) view.setUint8(i, taken.charCodeAt(i));
    return view;
  }
}
