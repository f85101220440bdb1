import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { BadArchive, type ByteSource, bytesOf } from './byte-source';

const WINDOW = 32 * 1024;
const LONGEST_CODE = 15;

/** Bytes that the lengths of a block's codes take at most, and one step in a block. */
const CODES_BYTES = 1024;
const STEP_BYTES = 16;

const LENGTH_BASES = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const LENGTH_EXTRA = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** The order in which the lengths of the code-length code stand. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A canonical Huffman code: how many codes of each length, and their symbols in order. */
interface HuffmanCode {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function huffmanCode(lengths: readonly number[]): HuffmanCode {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  let left = 1;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    left = left * 2 - (counts[length] as number);
    if (left < 0) throw new BadArchive('corrupted data');
  }
  const offsets = new Uint16Array(LONGEST_CODE + 2);
  for (let length = 1; length <= LONGEST_CODE; length++) {
    offsets[length + 1] = (offsets[length] as number) + (counts[length] as number);
  }
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const place = offsets[length] as number;
    symbols[place] = symbol;
    offsets[length] = place + 1;
  }
  return { counts, symbols };
}

const FIXED_LENGTHS = huffmanCode(
  Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = huffmanCode(Array.from({ length: 30 }, () => 5));

/** Unpacks one deflate stream (RFC 1951); the source is left at the first byte behind it. */
export class Inflater {
  readonly #source: ByteSource;
  readonly #emit: (bytes: Bytes) => Call<void>;
  readonly #window = new Uint8Array(WINDOW);
  #at = 0;
  #total = 0;
  #bits = 0;
  #count = 0;

  constructor(source: ByteSource, emit: (bytes: Bytes) => Call<void>) {
    this.#source = source;
    this.#emit = emit;
  }

  /** Throws BadArchive. */
  *run(): Call<void> {
    let last = false;
    while (!last) {
      yield* this.#source.hold(CODES_BYTES);
      last = this.#take(1) === 1;
      const kind = this.#take(2);
      if (kind === 0) yield* this.#stored();
      else if (kind === 1) yield* this.#compressed(FIXED_LENGTHS, FIXED_DISTANCES);
      else if (kind === 2) {
        const [lengths, distances] = this.#readCodes();
        yield* this.#compressed(lengths, distances);
      } else throw new BadArchive('corrupted data');
    }
    yield* this.#flush();
  }

  #take(count: number): number {
    while (this.#count < count) {
      this.#bits |= this.#nextByte() << this.#count;
      this.#count += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#count -= count;
    return value;
  }

  #nextByte(): number {
    const byte = this.#source.nextHeld();
    if (byte === undefined) throw new BadArchive('unexpected end of file');
    return byte;
  }

  #symbol({ counts, symbols }: HuffmanCode): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      if (this.#count === 0) {
        this.#bits = this.#nextByte();
        this.#count = 8;
      }
      code |= this.#bits & 1;
      this.#bits >>>= 1;
      this.#count--;
      const count = counts[length] as number;
      if (code - count < first) return symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new BadArchive('corrupted data');
  }

  *#stored(): Call<void> {
    this.#bits = 0;
    this.#count = 0;
    const length = this.#take(16);
    const complement = this.#take(16);
    if (length !== (~complement & 0xffff)) throw new BadArchive('corrupted data');
    for (let i = 0; i < length; i++) {
      yield* this.#source.hold(1);
      this.#put(this.#nextByte());
      if (this.#at === WINDOW) yield* this.#flush();
    }
  }

  #readCodes(): readonly [HuffmanCode, HuffmanCode] {
    const lengthCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const codeCount = this.#take(4) + 4;
    if (lengthCount > 286 || distanceCount > 30) throw new BadArchive('corrupted data');
    const codeLengths = new Array<number>(19).fill(0);
    for (const place of CODE_LENGTH_ORDER.slice(0, codeCount)) {
      codeLengths[place] = this.#take(3);
    }
    const code = huffmanCode(codeLengths);
    const lengths: number[] = [];
    while (lengths.length < lengthCount + distanceCount) {
      const symbol = this.#symbol(code);
      if (symbol < 16) {
        lengths.push(symbol);
        continue;
      }
      if (symbol === 16 && lengths.length === 0) throw new BadArchive('corrupted data');
      const repeated = symbol === 16 ? (lengths.at(-1) as number) : 0;
      const [least, bits] = symbol === 16 ? [3, 2] : symbol === 17 ? [3, 3] : [11, 7];
      const times = least + this.#take(bits);
      for (let i = 0; i < times; i++) lengths.push(repeated);
    }
    if (lengths.length > lengthCount + distanceCount) throw new BadArchive('corrupted data');
    return [huffmanCode(lengths.slice(0, lengthCount)), huffmanCode(lengths.slice(lengthCount))];
  }

  *#compressed(lengths: HuffmanCode, distances: HuffmanCode): Call<void> {
    for (;;) {
      yield* this.#source.hold(STEP_BYTES);
      const symbol = this.#symbol(lengths);
      if (symbol === 256) return;
      if (symbol < 256) {
        this.#put(symbol);
        if (this.#at === WINDOW) yield* this.#flush();
        continue;
      }
      const kind = symbol - 257;
      const base = LENGTH_BASES[kind];
      if (base === undefined) throw new BadArchive('corrupted data');
      const length = base + this.#take(LENGTH_EXTRA[kind] as number);
      const far = this.#symbol(distances);
      const start = DISTANCE_BASES[far];
      if (start === undefined) throw new BadArchive('corrupted data');
      const distance = start + this.#take(DISTANCE_EXTRA[far] as number);
      if (distance > this.#total) throw new BadArchive('corrupted data');
      for (let i = 0; i < length; i++) {
        this.#put(this.#window[(this.#at - distance + WINDOW) % WINDOW] as number);
        if (this.#at === WINDOW) yield* this.#flush();
      }
    }
  }

  #put(byte: number): void {
    this.#window[this.#at++] = byte;
    this.#total++;
  }

  *#flush(): Call<void> {
    const bytes = bytesOf(this.#window, 0, this.#at);
    this.#at %= WINDOW;
    if (this.#at === 0 || bytes.length < WINDOW) yield* this.#emit(bytes);
  }
}
