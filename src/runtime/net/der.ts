import type { Bytes } from '../bytes';

/** An ASN.1 value in DER: its tag byte and what it holds. */
export interface DerValue {
  readonly tag: number;
  readonly content: Bytes;
}

/** Tag bytes, as they stand in DER. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** The values that stand one after the other; undefined when the bytes are no DER. */
export function readDer(bytes: Bytes): readonly DerValue[] | undefined {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes.charCodeAt(at);
    let length = bytes.charCodeAt(at + 1);
    at += 2;
    if (length > 0x80) {
      const octets = length - 0x80;
      if (octets > 4) return undefined;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + bytes.charCodeAt(at++);
    }
    if (!(at + length <= bytes.length)) return undefined;
    values.push({ tag, content: bytes.slice(at, at + length) });
    at += length;
  }
  return values;
}

/** The parts of a constructed value; none when it is not one. */
export function partsOf(value: DerValue | undefined): readonly DerValue[] {
  return (value && readDer(value.content)) ?? [];
}

export function writeDer(tag: number, ...contents: readonly Bytes[]): Bytes {
  const content = contents.join('');
  return String.fromCharCode(tag) + derLength(content.length) + content;
}

function derLength(length: number): Bytes {
  if (length < 0x80) return String.fromCharCode(length);
  let octets = '';
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    octets = String.fromCharCode(rest % 256) + octets;
  }
  return String.fromCharCode(0x80 + octets.length) + octets;
}

/** `2.5.4.3` as the content of an object identifier. */
export function writeObjectIdentifier(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  let content = String.fromCharCode(first * 40 + second);
  for (const arc of rest) {
    let octets = String.fromCharCode(arc % 128);
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      octets = String.fromCharCode(0x80 + (left % 128)) + octets;
    }
    content += octets;
  }
  return writeDer(DER.objectIdentifier, content);
}

/** The content of an object identifier as `2.5.4.3`. */
export function objectIdentifierText(content: Bytes): string {
  const first = content.charCodeAt(0);
  const arcs = [Math.floor(first / 40), first % 40];
  let arc = 0;
  for (let at = 1; at < content.length; at++) {
    const octet = content.charCodeAt(at);
    arc = arc * 128 + (octet % 128);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  return arcs.join('.');
}

/** Unix ms of a UTCTime or GeneralizedTime; NaN when it is none. */
export function derTimeMs({ tag, content }: DerValue): number {
  const short = tag === DER.utcTime;
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(content);
  if (!match) return Number.NaN;
  const [year = 0, month = 1, ...rest] = match.slice(1).map(Number);
  // RFC 5280: two digits mean 1950 to 2049.
  const full = short ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

export function writeDerTime(unixMs: number): Bytes {
  const digits = new Date(unixMs).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return writeDer(DER.utcTime, `${digits.slice(2)}Z`);
}
