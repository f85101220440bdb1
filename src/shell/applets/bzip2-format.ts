import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { BadArchive, type ByteSource, bytesOf } from './byte-source';
import { crc32BigEndianStep } from './crc32';

export const BZIP2_MAGIC = 'BZh';

const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;
const GROUP_SYMBOLS = 50;
const LONGEST_CODE = 20;
const RUN_A = 0;
const RUN_B = 1;

/** Bytes that the tables of a block take at most, and one group of symbols. */
const TABLES_BYTES = 64 * 1024;
const GROUP_BYTES = 256;

type Emit = (bytes: Bytes) => Call<void>;

interface Code {
  readonly limits: readonly number[];
  readonly bases: readonly number[];
  readonly symbols: readonly number[];
  readonly shortest: number;
}

/** Unpacks bzip2 streams one after the other. Throws BadArchive. */
class Bzip2Unpacker {
  readonly #source: ByteSource;
  readonly #emit: Emit;
  #bits = 0;
  #count = 0;
  total = 0;

  constructor(source: ByteSource, emit: Emit) {
    this.#source = source;
    this.#emit = emit;
  }

  *run(): Call<void> {
    let first = true;
    for (;;) {
      const header = yield* this.#source.take(4);
      if (!header.startsWith(BZIP2_MAGIC) || !/[1-9]/.test(header[3] ?? '')) {
        if (first) throw new BadArchive('invalid magic');
        return;
      }
      first = false;
      yield* this.#stream(Number(header[3]) * 100_000);
    }
  }

  *#stream(blockSize: number): Call<void> {
    let combined = 0;
    for (;;) {
      yield* this.#source.hold(TABLES_BYTES);
      const magic = [this.#take(24), this.#take(24)];
      const expected = (this.#take(16) * 65536 + this.#take(16)) >>> 0;
      if (magic[0] === END_MAGIC[0] && magic[1] === END_MAGIC[1]) {
        if (expected !== combined) throw new BadArchive('crc error');
        this.#count = 0;
        this.#bits = 0;
        return;
      }
      if (magic[0] !== BLOCK_MAGIC[0] || magic[1] !== BLOCK_MAGIC[1]) {
        throw new BadArchive('corrupted data');
      }
      const crc = yield* this.#block(blockSize);
      if (crc !== expected) throw new BadArchive('crc error');
      combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    }
  }

  #take(count: number): number {
    while (this.#count < count) {
      const byte = this.#source.nextHeld();
      if (byte === undefined) throw new BadArchive('unexpected end of file');
      this.#bits = (this.#bits % 2 ** this.#count) * 256 + byte;
      this.#count += 8;
    }
    this.#count -= count;
    return Math.floor(this.#bits / 2 ** this.#count) % 2 ** count;
  }

  *#block(blockSize: number): Call<number> {
    if (this.#take(1) === 1) throw new BadArchive('corrupted data');
    const origin = this.#take(24);
    const used = this.#usedBytes();
    const { codes, selectors } = this.#codes(used.length + 2);
    const last = yield* this.#symbols(used, codes, selectors, blockSize);
    if (origin >= last.length && last.length > 0) throw new BadArchive('corrupted data');
    return yield* this.#output(last, origin);
  }

  #usedBytes(): number[] {
    const ranges = this.#take(16);
    const used: number[] = [];
    for (let range = 0; range < 16; range++) {
      if ((ranges & (0x8000 >> range)) === 0) continue;
      const bytes = this.#take(16);
      for (let i = 0; i < 16; i++) if (bytes & (0x8000 >> i)) used.push(range * 16 + i);
    }
    return used;
  }

  #codes(symbolCount: number): { codes: Code[]; selectors: number[] } {
    const tables = this.#take(3);
    const selectorCount = this.#take(15);
    if (tables < 2 || tables > 6 || selectorCount === 0) throw new BadArchive('corrupted data');
    const order = Array.from({ length: tables }, (_, i) => i);
    const selectors: number[] = [];
    for (let i = 0; i < selectorCount; i++) {
      let place = 0;
      while (this.#take(1) === 1) place++;
      const table = order[place];
      if (table === undefined) throw new BadArchive('corrupted data');
      order.splice(place, 1);
      order.unshift(table);
      selectors.push(table);
    }
    const codes = Array.from({ length: tables }, () => this.#code(symbolCount));
    return { codes, selectors };
  }

  #code(symbolCount: number): Code {
    const lengths: number[] = [];
    let length = this.#take(5);
    for (let i = 0; i < symbolCount; i++) {
      while (this.#take(1) === 1) length += this.#take(1) === 0 ? 1 : -1;
      if (length < 1 || length > LONGEST_CODE) throw new BadArchive('corrupted data');
      lengths.push(length);
    }
    const shortest = Math.min(...lengths);
    const symbols = [...lengths.keys()].sort(
      (a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b,
    );
    const limits: number[] = [];
    const bases: number[] = [];
    let code = 0;
    let index = 0;
    for (let bits = shortest; bits <= LONGEST_CODE; bits++) {
      bases[bits] = index - code;
      const count = lengths.filter((each) => each === bits).length;
      code += count;
      index += count;
      limits[bits] = code;
      code *= 2;
    }
    return { limits, bases, symbols, shortest };
  }

  #symbol({ limits, bases, symbols, shortest }: Code): number {
    let code = this.#take(shortest);
    for (let bits = shortest; bits <= LONGEST_CODE; bits++) {
      if (code < (limits[bits] as number)) return symbols[code + (bases[bits] as number)] as number;
      code = code * 2 + this.#take(1);
    }
    throw new BadArchive('corrupted data');
  }

  /** The last column of the sorted block. */
  *#symbols(
    used: readonly number[],
    codes: readonly Code[],
    selectors: readonly number[],
    blockSize: number,
  ): Call<number[]> {
    const recent = [...used];
    const end = used.length + 1;
    const last: number[] = [];
    let run = 0;
    let weight = 1;
    for (let group = 0, left = 0, code = codes[0] as Code; ; left--) {
      if (left === 0) {
        const selector = selectors[group++];
        if (selector === undefined) throw new BadArchive('corrupted data');
        code = codes[selector] as Code;
        left = GROUP_SYMBOLS;
        yield* this.#source.hold(GROUP_BYTES);
      }
      const symbol = this.#symbol(code);
      if (symbol === RUN_A || symbol === RUN_B) {
        run += weight * (symbol + 1);
        weight *= 2;
        if (run > blockSize) throw new BadArchive('corrupted data');
        continue;
      }
      if (run > 0) {
        for (let i = 0; i < run; i++) last.push(recent[0] as number);
        run = 0;
        weight = 1;
      }
      if (symbol === end) return last;
      const byte = recent.splice(symbol - 1, 1)[0] as number;
      recent.unshift(byte);
      last.push(byte);
      if (last.length > blockSize) throw new BadArchive('corrupted data');
    }
  }

  /** Puts a sorted block in its order again and takes runs of four and more apart; its CRC. */
  *#output(last: readonly number[], origin: number): Call<number> {
    const counts = new Uint32Array(257);
    for (const byte of last) counts[byte + 1] = (counts[byte + 1] as number) + 1;
    for (let i = 1; i < 257; i++) counts[i] = (counts[i] as number) + (counts[i - 1] as number);
    const next = new Uint32Array(last.length);
    for (const [index, byte] of last.entries()) {
      const place = counts[byte] as number;
      next[place] = index;
      counts[byte] = place + 1;
    }
    let crc = 0xffffffff;
    let text: number[] = [];
    const put = (byte: number, times: number) => {
      for (let i = 0; i < times; i++) {
        crc = crc32BigEndianStep(crc, byte);
        text.push(byte);
      }
    };
    let at = next[origin] ?? 0;
    let previous = -1;
    let repeated = 0;
    for (let i = 0; i < last.length; i++) {
      const byte = last[at] as number;
      at = next[at] as number;
      if (repeated === 4) {
        put(previous, byte);
        repeated = 0;
        previous = -1;
      } else {
        repeated = byte === previous ? repeated + 1 : 1;
        previous = byte;
        put(byte, 1);
      }
      if (text.length >= 32 * 1024) {
        yield* this.#write(text);
        text = [];
      }
    }
    yield* this.#write(text);
    return ~crc >>> 0;
  }

  *#write(text: readonly number[]): Call<void> {
    this.total += text.length;
    yield* this.#emit(bytesOf(Uint8Array.from(text), 0, text.length));
  }
}

/** Unpacks bzip2 streams; the number of bytes that came out. Throws BadArchive. */
export function* bunzip2Stream(source: ByteSource, emit: Emit): Call<number> {
  const unpacker = new Bzip2Unpacker(source, emit);
  yield* unpacker.run();
  return unpacker.total;
}
