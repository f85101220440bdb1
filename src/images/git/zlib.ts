import type { Bytes } from '../../runtime/bytes';

/** Bytes that one stored block of a deflate stream may hold. */
const STORED_BLOCK_BYTES = 65_535;
/** The sums of Adler-32 are taken modulo this prime. */
const ADLER_MODULUS = 65_521;
const HEADER_BYTES = 2;
const CHECKSUM_BYTES = 4;
const BLOCK_HEADER_BYTES = 5;

/** A valid zlib stream (RFC 1950) of stored blocks: repositories here are too small to be worth packing. */
export function zlibStore(bytes: Bytes): Bytes {
  let stream = '\x78\x01';
  let at = 0;
  do {
    const block = bytes.slice(at, at + STORED_BLOCK_BYTES);
    at += block.length;
    const last = at >= bytes.length ? '\x01' : '\0';
    stream += last + littleEndian(block.length) + littleEndian(~block.length & 0xffff) + block;
  } while (at < bytes.length);
  return stream + bigEndian(adler32(bytes));
}

/** Reads a stream made by `zlibStore`; undefined if it is anything else. `end` lies behind it. */
export function zlibRead(stream: Bytes, from: number): { bytes: Bytes; end: number } | undefined {
  let at = from + HEADER_BYTES;
  let bytes = '';
  for (;;) {
    const kind = stream.charCodeAt(at);
    if (kind !== 0 && kind !== 1) return undefined;
    const length = stream.charCodeAt(at + 1) | (stream.charCodeAt(at + 2) << 8);
    const start = at + BLOCK_HEADER_BYTES;
    bytes += stream.slice(start, start + length);
    at = start + length;
    if (kind === 1) break;
  }
  const end = at + CHECKSUM_BYTES;
  return stream.slice(at, end) === bigEndian(adler32(bytes)) ? { bytes, end } : undefined;
}

export function bigEndian(value: number): Bytes {
  return String.fromCharCode(
    (value >>> 24) & 0xff,
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  );
}

function littleEndian(value: number): Bytes {
  return String.fromCharCode(value & 0xff, value >>> 8);
}

function adler32(bytes: Bytes): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes.charCodeAt(i)) % ADLER_MODULUS;
    b = (b + a) % ADLER_MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
