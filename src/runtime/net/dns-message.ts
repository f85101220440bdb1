import type { Bytes } from '../bytes';
import type { DnsAnswer, DnsQuestionType } from '../syscalls';

/** Numbers of the record types, RFC 1035 and 3596. */
const TYPE_NUMBERS: Readonly<Record<DnsQuestionType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  ANY: 255,
};

const CLASS_INTERNET = 1;
const HEADER_BYTES = 12;

/** Names in a message that point to each other are followed no further than this. */
const MOST_LABELS = 128;

export interface DnsQuestion {
  readonly id: number;
  readonly name: string;
  /** Undefined for types that are not known here. */
  readonly type: DnsQuestionType | undefined;
  readonly class: number;
  readonly opcode: number;
  readonly isResponse: boolean;
}

function word(value: number): Bytes {
  return String.fromCharCode((value >> 8) & 0xff, value & 0xff);
}

function wordAt(message: Bytes, at: number): number {
  return (message.charCodeAt(at) << 8) | message.charCodeAt(at + 1);
}

export function encodeName(name: string): Bytes {
  const labels = name.split('.').filter((label) => label !== '');
  return `${labels.map((label) => String.fromCharCode(label.length & 63) + label).join('')}\0`;
}

/** A name and where it ends; undefined if the message breaks off. */
function decodeName(
  message: Bytes,
  begin: number,
): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = begin;
  let end: number | undefined;
  for (let count = 0; count < MOST_LABELS && at < message.length; count++) {
    const length = message.charCodeAt(at);
    if (length >= 0xc0) {
      end ??= at + 2;
      at = wordAt(message, at) & 0x3fff;
    } else if (length === 0) {
      return { name: labels.join('.'), end: end ?? at + 1 };
    } else {
      labels.push(message.slice(at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
  return undefined;
}

/** A query for one name, recursion desired. */
export function encodeQuery(id: number, name: string, type: DnsQuestionType): Bytes {
  const header = [id, 0x0100, 1, 0, 0, 0].map(word).join('');
  return header + encodeName(name) + word(TYPE_NUMBERS[type]) + word(CLASS_INTERNET);
}

/** The first question of a message; undefined if there is none. */
export function decodeQuestion(message: Bytes): DnsQuestion | undefined {
  if (message.length < HEADER_BYTES || wordAt(message, 4) === 0) return undefined;
  const name = decodeName(message, HEADER_BYTES);
  if (!name || name.end + 4 > message.length) return undefined;
  const number = wordAt(message, name.end);
  const types = Object.entries(TYPE_NUMBERS) as [DnsQuestionType, number][];
  const flags = wordAt(message, 2);
  return {
    id: wordAt(message, 0),
    name: name.name,
    type: types.find(([, known]) => known === number)?.[0],
    class: wordAt(message, name.end + 2),
    opcode: (flags >> 11) & 15,
    isResponse: (flags & 0x8000) !== 0,
  };
}

/** The response to a query; the query's own bytes are its beginning. `ttl` is in seconds. */
export function encodeResponse(query: Bytes, answer: DnsAnswer, ttl: number): Bytes {
  const name = decodeName(query, HEADER_BYTES);
  if (!name) return '';
  const type = wordAt(query, name.end);
  const records = recordsOf(answer, type).map(
    ([recordType, value]) =>
      word(0xc000 | HEADER_BYTES) +
      word(recordType) +
      word(CLASS_INTERNET) +
      word(ttl >>> 16) +
      word(ttl) +
      word(value.length) +
      value,
  );
  const flags = wordAt(query, 2) | 0x8000 | (answer.authoritative ? 0x0400 : 0x0080) | answer.rcode;
  const header = [wordAt(query, 0), flags, 1, records.length, 0, 0].map(word).join('');
  return header + query.slice(HEADER_BYTES, name.end + 4) + records.join('');
}

function recordsOf(answer: DnsAnswer, type: number): readonly (readonly [number, Bytes])[] {
  if (type === TYPE_NUMBERS.PTR) {
    const { canonicalName } = answer;
    return canonicalName === undefined ? [] : [[type, encodeName(canonicalName)]];
  }
  const records: [number, Bytes][] = [];
  if (answer.canonicalName !== undefined) {
    records.push([TYPE_NUMBERS.CNAME, encodeName(answer.canonicalName)]);
  }
  for (const address of answer.addresses) {
    records.push([TYPE_NUMBERS.A, String.fromCharCode(...address.split('.').map(Number))]);
  }
  return records;
}

/** What a response says; undefined if it is none to the query of this number. */
export function decodeResponse(message: Bytes, id: number): DnsAnswer | undefined {
  const question = decodeQuestion(message);
  if (!question?.isResponse || question.id !== id) return undefined;
  const flags = wordAt(message, 2);
  const addresses: string[] = [];
  let canonicalName: string | undefined;
  let at = (decodeName(message, HEADER_BYTES)?.end ?? 0) + 4;
  for (let left = wordAt(message, 6); left > 0; left--) {
    const owner = decodeName(message, at);
    if (!owner || owner.end + 10 > message.length) return undefined;
    const type = wordAt(message, owner.end);
    const length = wordAt(message, owner.end + 8);
    const value = message.slice(owner.end + 10, owner.end + 10 + length);
    if (type === TYPE_NUMBERS.A && length === 4) {
      addresses.push([...value].map((byte) => byte.charCodeAt(0)).join('.'));
    } else if (type === TYPE_NUMBERS.PTR || type === TYPE_NUMBERS.CNAME) {
      canonicalName = decodeName(message, owner.end + 10)?.name;
    }
    at = owner.end + 10 + length;
  }
  return {
    rcode: flags & 15,
    authoritative: (flags & 0x0400) !== 0,
    addresses,
    ...(canonicalName === undefined ? {} : { canonicalName }),
  };
}
