import type { Bytes } from '../../runtime/bytes';

/**
 * Packets as MySQL frames them (three bytes of length, one of sequence), with contents of the lab's own: the
 * server greets first, then the client logs in and asks. Nothing is encrypted.
 */

const HEADER_BYTES = 4;

export interface MysqlError {
  readonly number: number;
  readonly state: string;
  readonly message: Bytes;
}

export interface MysqlRows {
  readonly columns: readonly Bytes[];
  /** Whether a column stands to the right. */
  readonly numeric: readonly boolean[];
  readonly rows: readonly (readonly (Bytes | null)[])[];
  readonly affected: number;
}

/** A packet at the beginning of what has come in; `end` is where it stops. */
export interface Packet {
  readonly payload: Bytes;
  readonly end: number;
}

/** What a server answers to a login or a statement. */
export type MysqlAnswer = { readonly error: MysqlError } | { readonly result: MysqlRows };

export interface MysqlLogin {
  readonly user: Bytes;
  readonly password: Bytes | undefined;
  readonly database: Bytes;
}

export function packet(sequence: number, payload: Bytes): Bytes {
  const { length } = payload;
  return (
    String.fromCharCode(length & 255, (length >> 8) & 255, (length >> 16) & 255, sequence & 255) +
    payload
  );
}

export function readPacket(bytes: Bytes): Packet | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = bytes.charCodeAt(0) | (bytes.charCodeAt(1) << 8) | (bytes.charCodeAt(2) << 16);
  const end = HEADER_BYTES + length;
  return bytes.length < end ? undefined : { payload: bytes.slice(HEADER_BYTES, end), end };
}
