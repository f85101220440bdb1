import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { type ByteSource, bytesOf } from './byte-source';
import { BZIP2_MAGIC } from './bzip2-format';
import { crc32BigEndianStep } from './crc32';

const GROUP_SYMBOLS = 50;

/** A symbol's code is never longer; codes of this length are the same for all symbols. */
const LONGEST_CODE = 17;

/** Collects bits, the highest first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  put(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#bits = (this.#bits << 1) | (Math.floor(value / 2 ** bit) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#bits);
      this.#bits = 0;
      this.#count = 0;
    }
  }

  /** The whole bytes so far. */
  drain(): Bytes {
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes.length = 0;
    return bytesOf(bytes, 0, bytes.length);
  }

  finish(): Bytes {
    while (this.#count > 0) this.put(0, 1);
    return this.drain();
  }
}

/** Packs everything that a source gives into one bzip2 stream. */
export function* bzip2Stream(
  source: ByteSource,
  emit: (bytes: Bytes) => Call<void>,
  level = 9,
): Call<void> {
  const writer = new BitWriter();
  let combined = 0;
  yield* emit(`${BZIP2_MAGIC}${level}`);
  for (;;) {
    const { block, crc } = yield* readBlock(source, level * 100_000 - 20);
    if (block.length === 0) break;
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    writeBlock(writer, block, crc);
    yield* emit(writer.drain());
  }
  writer.put(0x177245, 24);
  writer.put(0x385090, 24);
  writer.put(combined, 32);
  yield* emit(writer.finish());
}

/** The next block, runs of four to 259 bytes written as four and a count. */
function* readBlock(
  source: ByteSource,
  most: number,
): Call<{ readonly block: number[]; readonly crc: number }> {
  const block: number[] = [];
  let crc = 0xffffffff;
  while (block.length < most) {
    const byte = yield* source.next();
    if (byte === undefined) break;
    let times = 1;
    crc = crc32BigEndianStep(crc, byte);
    while (times < 255) {
      const next = yield* source.next();
      if (next !== byte) {
        if (next !== undefined) source.putBack(String.fromCharCode(next));
        break;
      }
      crc = crc32BigEndianStep(crc, byte);
      times++;
    }
    for (let i = 0; i < Math.min(times, 4); i++) block.push(byte);
    if (times >= 4) block.push(times - 4);
  }
  return { block, crc: ~crc >>> 0 };
}

function writeBlock(writer: BitWriter, block: readonly number[], crc: number): void {
  const order = sortedRotations(block);
  const last = order.map((start) => block[(start + block.length - 1) % block.length] as number);
  const used = [...new Set(block)].sort((a, b) => a - b);
  const symbols = moveToFront(last, used);
  writer.put(0x314159, 24);
  writer.put(0x265359, 24);
  writer.put(crc, 32);
  writer.put(0, 1);
  writer.put(order.indexOf(0), 24);
  const ranges = Array.from({ length: 16 }, (_, range) =>
    used.some((byte) => byte >> 4 === range) ? 1 : 0,
  );
  for (const present of ranges) writer.put(present, 1);
  for (const [range, present] of ranges.entries()) {
    if (!present) continue;
    for (let i = 0; i < 16; i++) writer.put(used.includes(range * 16 + i) ? 1 : 0, 1);
  }
  writeSymbols(writer, symbols, used.length + 2);
}

/** The starts of all rotations in sorted order, by doubling the length that is compared. */
function sortedRotations(block: readonly number[]): number[] {
  const size = block.length;
  let ranks = Int32Array.from(block);
  let order = [...block.keys()];
  for (let length = 1; ; length *= 2) {
    const key = (start: number) => ranks[(start + length) % size] as number;
    const current = ranks;
    order = order.sort(
      (a, b) => (current[a] as number) - (current[b] as number) || key(a) - key(b) || a - b,
    );
    const next = new Int32Array(size);
    let rank = 0;
    for (let i = 1; i < size; i++) {
      const [a, b] = [order[i - 1] as number, order[i] as number];
      if (current[a] !== current[b] || key(a) !== key(b)) rank++;
      next[b] = rank;
    }
    ranks = next;
    if (rank === size - 1 || length >= size) return order;
  }
}

/** Bytes as places in the list of recent ones, runs of the first place as binary numbers. */
function moveToFront(last: readonly number[], used: readonly number[]): number[] {
  const recent = [...used];
  const symbols: number[] = [];
  let run = 0;
  const endRun = () => {
    for (let rest = run; rest > 0; rest = (rest - 1) >> 1) symbols.push(rest % 2 === 1 ? 0 : 1);
    run = 0;
  };
  for (const byte of last) {
    const place = recent.indexOf(byte);
    if (place === 0) {
      run++;
      continue;
    }
    endRun();
    recent.splice(place, 1);
    recent.unshift(byte);
    symbols.push(place + 1);
  }
  endRun();
  symbols.push(used.length + 1);
  return symbols;
}

/** Writes the symbols with one code, given twice because a block has at least two tables. */
function writeSymbols(writer: BitWriter, symbols: readonly number[], kinds: number): void {
  const lengths = codeLengths(symbols, kinds);
  const groups = Math.ceil(symbols.length / GROUP_SYMBOLS);
  writer.put(2, 3);
  writer.put(groups, 15);
  for (let i = 0; i < groups; i++) writer.put(0, 1);
  for (let table = 0; table < 2; table++) {
    let current = lengths[0] as number;
    writer.put(current, 5);
    for (const length of lengths) {
      for (; current < length; current++) writer.put(0b10, 2);
      for (; current > length; current--) writer.put(0b11, 2);
      writer.put(0, 1);
    }
  }
  const codes = canonicalCodes(lengths);
  for (const symbol of symbols) writer.put(codes[symbol] as number, lengths[symbol] as number);
}

function canonicalCodes(lengths: readonly number[]): number[] {
  const codes: number[] = [];
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    for (const [symbol, own] of lengths.entries()) if (own === length) codes[symbol] = code++;
    code *= 2;
  }
  return codes;
}

/** Lengths of a Huffman code for how often each symbol comes; flattened until none is too long. */
function codeLengths(symbols: readonly number[], kinds: number): number[] {
  let weights = new Array<number>(kinds).fill(1);
  for (const symbol of symbols) weights[symbol] = (weights[symbol] as number) + 1;
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (Math.max(...lengths) <= LONGEST_CODE) return lengths;
    weights = weights.map((weight) => 1 + (weight >> 1));
  }
}

function huffmanLengths(weights: readonly number[]): number[] {
  const lengths = new Array<number>(weights.length).fill(0);
  const heap = weights.map((weight, symbol) => ({ weight, symbols: [symbol] }));
  while (heap.length > 1) {
    heap.sort((a, b) => b.weight - a.weight);
    const [a, b] = [heap.pop(), heap.pop()] as const;
    if (!a || !b) break;
    const joined = [...a.symbols, ...b.symbols];
    for (const symbol of joined) lengths[symbol] = (lengths[symbol] as number) + 1;
    heap.push({ weight: a.weight + b.weight, symbols: joined });
  }
  return lengths;
}
