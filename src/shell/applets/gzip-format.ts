// The build without Node's worker threads: the engine also runs as a module in a page.
import { Deflate } from 'fflate/browser';
import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { BadArchive, type ByteSource, bytesOf } from './byte-source';
import { crc32 } from './crc32';
import { Inflater } from './inflate';

export const GZIP_MAGIC = '\x1f\x8b';

const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;

export type Emit = (bytes: Bytes) => Call<void>;

/** Unpacks gzip members one after the other; what follows them is ignored. Returns how many bytes came out. */
export function* gunzipStream(source: ByteSource, emit: Emit): Call<number> {
  if ((yield* source.take(2)) !== GZIP_MAGIC) throw new BadArchive('invalid magic');
  let total = 0;
  do {
    yield* skipHeader(source);
    let crc = 0;
    let size = 0;
    const inflater = new Inflater(source, function* (bytes) {
      crc = crc32(bytes, crc);
      size += bytes.length;
      yield* emit(bytes);
    });
    yield* inflater.run();
    const trailer = yield* source.take(8);
    if (trailer.length < 8) throw new BadArchive('corrupted data');
    if (wordAt(trailer, 0) !== crc) throw new BadArchive('crc error');
    if (wordAt(trailer, 4) !== size % 2 ** 32) throw new BadArchive('incorrect length');
    total += size;
  } while ((yield* source.take(2)) === GZIP_MAGIC);
  return total;
}

function wordAt(bytes: Bytes, at: number): number {
  let value = 0;
  for (let i = 3; i >= 0; i--) value = value * 256 + bytes.charCodeAt(at + i);
  return value;
}

function word(value: number): Bytes {
  return String.fromCharCode(
    value & 0xff,
    (value >>> 8) & 0xff,
    (value >>> 16) & 0xff,
    value >>> 24,
  );
}

function* skipHeader(source: ByteSource): Call<void> {
  const header = yield* source.take(8);
  const flags = header.charCodeAt(1);
  if (header.length < 8 || header[0] !== '\b') throw new BadArchive('corrupted data');
  if (flags & FLAG_EXTRA) {
    const size = yield* source.take(2);
    yield* source.take(size.charCodeAt(0) + 256 * size.charCodeAt(1));
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) === 0) continue;
    for (let byte = yield* source.next(); byte !== 0; byte = yield* source.next()) {
      if (byte === undefined) throw new BadArchive('corrupted data');
    }
  }
  if (flags & FLAG_HEADER_CRC) yield* source.take(2);
}

export type CompressionLevel = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Packs everything that a source gives into one gzip member. */
export function* gzipStream(
  source: ByteSource,
  emit: Emit,
  level: CompressionLevel = 6,
): Call<void> {
  const ready: Bytes[] = [];
  const deflate = new Deflate({ level }, (chunk) => {
    ready.push(bytesOf(chunk, 0, chunk.length));
  });
  let crc = 0;
  let size = 0;
  yield* emit(`${GZIP_MAGIC}\b\0\0\0\0\0\0\x03`);
  for (;;) {
    const bytes = yield* source.some(32 * 1024);
    crc = crc32(bytes, crc);
    size += bytes.length;
    deflate.push(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
      bytes === '',
    );
    for (const part of ready.splice(0)) yield* emit(part);
    if (bytes === '') break;
  }
  yield* emit(word(crc) + word(size));
}
