import type { Bytes } from '../../runtime/bytes';

/**
 * PostgreSQL's protocol, version 3: messages of a letter, a length and fields. Passwords go in the clear here
 * (AuthenticationCleartextPassword), where a real server asks for SCRAM.
 */

/** Protocol 3.0, as a client's first message names it. */
export const PROTOCOL = 196_608;
/** What a client sends first if it would like TLS. */
export const SSL_REQUEST = 80_877_103;
const HEADER_BYTES = 5;
const FIRST_HEADER_BYTES = 4;
const LONGEST_FIRST_MESSAGE = 10_000;

export interface Message {
  readonly type: string;
  readonly body: Bytes;
}

export function int32(value: number): Bytes {
  return String.fromCharCode(
    (value >>> 24) & 255,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255,
  );
}

export function int16(value: number): Bytes {
  return String.fromCharCode((value >>> 8) & 255, value & 255);
}

export function readInt32(bytes: Bytes, at: number): number {
  return (
    (bytes.charCodeAt(at) << 24) |
    (bytes.charCodeAt(at + 1) << 16) |
    (bytes.charCodeAt(at + 2) << 8) |
    bytes.charCodeAt(at + 3)
  );
}

export function readInt16(bytes: Bytes, at: number): number {
  return (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);
}

export function message(type: string, body: Bytes): Bytes {
  return type + int32(body.length + 4) + body;
}

/** A message at the beginning of what has come in; `end` is where it stops. */
export interface ReceivedMessage {
  readonly message: Message;
  readonly end: number;
}

/** The next whole message of what has come in; undefined while it is incomplete. */
export function readMessage(bytes: Bytes): ReceivedMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const end = 1 + Math.max(4, readInt32(bytes, 1));
  if (bytes.length < end) return undefined;
  return { message: { type: bytes[0] ?? '', body: bytes.slice(HEADER_BYTES, end) }, end };
}

/** A client's first message has no letter. */
export function firstMessage(body: Bytes): Bytes {
  return int32(body.length + 4) + body;
}

/** The first message of what has come in; `invalid`: whoever sends this is no client. */
export function readFirstMessage(
  bytes: Bytes,
): { body: Bytes; end: number } | 'invalid' | undefined {
  if (bytes.length < FIRST_HEADER_BYTES) return undefined;
  const end = readInt32(bytes, 0);
  if (end < 8 || end > LONGEST_FIRST_MESSAGE) return 'invalid';
  return bytes.length < end ? undefined : { body: bytes.slice(FIRST_HEADER_BYTES, end), end };
}

/** Strings that each end in a zero. */
export function cStrings(...texts: readonly Bytes[]): Bytes {
  return texts.map((text) => `${text}\0`).join('');
}

/** The fields of an error or a notice: severity, SQLSTATE, message and so on, by their letters. */
export function fields(values: Readonly<Record<string, Bytes | undefined>>): Bytes {
  let body = '';
  for (const [letter, value] of Object.entries(values)) {
    if (value !== undefined) body += `${letter}${value}\0`;
  }
  return `${body}\0`;
}

export function readFields(body: Bytes): ReadonlyMap<string, Bytes> {
  const values = body.split('\0').filter((field) => field !== '');
  return new Map(values.map((field) => [field[0] ?? '', field.slice(1)]));
}
