import type { Bytes } from '../../runtime/bytes';

/** A cryptographic digest that is fed piece by piece. */
export interface Digest {
  update(bytes: Bytes): void;
  /** Ends the digest: its value in hexadecimal. */
  hex(): string;
}

/** What the MD family shares: blocks, and padding with the length in bits at the end. */
abstract class BlockDigest implements Digest {
  readonly #block: Uint8Array;
  readonly #lengthBytes: number;
  readonly #bigEndian: boolean;
  #filled = 0;
  #total = 0;

  protected constructor(blockBytes: number, lengthBytes: number, bigEndian: boolean) {
    this.#block = new Uint8Array(blockBytes);
    this.#lengthBytes = lengthBytes;
    this.#bigEndian = bigEndian;
  }

  update(bytes: Bytes): void {
    this.#total += bytes.length;
    for (let i = 0; i < bytes.length; i++) this.#push(bytes.charCodeAt(i));
  }

  hex(): string {
    const bits = BigInt(this.#total) * 8n;
    const size = this.#block.length;
    this.#push(0x80);
    while (this.#filled !== size - this.#lengthBytes) this.#push(0);
    const length = Array.from({ length: this.#lengthBytes }, (_, i) =>
      Number((bits >> BigInt(8 * i)) & 0xffn),
    );
    for (const byte of this.#bigEndian ? length.reverse() : length) this.#push(byte);
    return this.result();
  }

  #push(byte: number): void {
    this.#block[this.#filled++] = byte;
    if (this.#filled < this.#block.length) return;
    this.compress(new DataView(this.#block.buffer));
    this.#filled = 0;
  }

  protected abstract compress(block: DataView): void;
  protected abstract result(): string;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function rotateRight(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

function hex32(words: Iterable<number>): string {
  return [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const MD5_CONSTANTS = Int32Array.from(
  { length: 64 },
  (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0,
);

/** RFC 1321. */
export class Md5 extends BlockDigest {
  readonly #state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);

  constructor() {
    super(64, 8, false);
  }

  protected compress(block: DataView): void {
    let [a, b, c, d] = this.#state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f =
        round === 0
          ? (b & c) | (~b & d)
          : round === 1
            ? (d & b) | (~d & c)
            : round === 2
              ? b ^ c ^ d
              : c ^ (b | ~d);
      const index = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] as number;
      const sum =
        (a + f + (MD5_CONSTANTS[i] as number) + block.getInt32(4 * (index & 15), true)) | 0;
      a = d;
      d = c;
      c = b;
      b = (b + rotateLeft(sum, MD5_SHIFTS[4 * round + (i & 3)] as number)) | 0;
    }
    [a, b, c, d].forEach((value, i) => {
      this.#state[i] = (this.#state[i] as number) + value;
    });
  }

  protected result(): string {
    const swapped = new DataView(new ArrayBuffer(16));
    this.#state.forEach((word, i) => {
      swapped.setInt32(4 * i, word, true);
    });
    return hex32([0, 4, 8, 12].map((at) => swapped.getInt32(at)));
  }
}

/** FIPS 180-4, SHA-1. */
export class Sha1 extends BlockDigest {
  readonly #state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  readonly #words = new Int32Array(80);

  constructor() {
    super(64, 8, true);
  }

  protected compress(block: DataView): void {
    const w = this.#words;
    for (let i = 0; i < 16; i++) w[i] = block.getInt32(4 * i);
    for (let i = 16; i < 80; i++) {
      const mixed = at(w, i - 3) ^ at(w, i - 8) ^ at(w, i - 14) ^ at(w, i - 16);
      w[i] = rotateLeft(mixed, 1);
    }
    let [a, b, c, d, e] = this.#state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const [f, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotateLeft(a, 5) + (f as number) + e + (k as number) + at(w, i)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    [a, b, c, d, e].forEach((value, i) => {
      this.#state[i] = (this.#state[i] as number) + value;
    });
  }

  protected result(): string {
    return hex32(this.#state);
  }
}

/** The first `count` primes. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

/** The first 64 bits of the fraction of a prime's square or cube root. */
function rootFraction(prime: number, root: 2 | 3): bigint {
  const scaled = BigInt(prime) << BigInt(64 * root);
  let low = 0n;
  let high = 1n << 70n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** BigInt(root) <= scaled) low = middle;
    else high = middle - 1n;
  }
  return low & 0xffffffffffffffffn;
}

let roots: { readonly square: readonly bigint[]; readonly cube: readonly bigint[] } | undefined;

function rootConstants() {
  roots ??= {
    square: primes(8).map((prime) => rootFraction(prime, 2)),
    cube: primes(80).map((prime) => rootFraction(prime, 3)),
  };
  return roots;
}

function at(words: Int32Array, i: number): number {
  return words[i] as number;
}

/** FIPS 180-4, SHA-256. */
export class Sha256 extends BlockDigest {
  readonly #state = Int32Array.from(rootConstants().square, (root) => Number(root >> 32n) | 0);
  readonly #constants = Int32Array.from(
    rootConstants().cube.slice(0, 64),
    (root) => Number(root >> 32n) | 0,
  );
  readonly #words = new Int32Array(64);

  constructor() {
    super(64, 8, true);
  }

  protected compress(block: DataView): void {
    const w = this.#words;
    for (let i = 0; i < 16; i++) w[i] = block.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const x = at(w, i - 15);
      const y = at(w, i - 2);
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      w[i] = at(w, i - 16) + s0 + at(w, i - 7) + s1;
    }
    const s = Int32Array.from(this.#state);
    for (let i = 0; i < 64; i++) {
      const a = at(s, 0);
      const e = at(s, 4);
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const choice = (e & at(s, 5)) ^ (~e & at(s, 6));
      const first = (at(s, 7) + s1 + choice + at(this.#constants, i) + at(w, i)) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const majority = (a & at(s, 1)) ^ (a & at(s, 2)) ^ (at(s, 1) & at(s, 2));
      s.copyWithin(1, 0, 7);
      s[4] = at(s, 4) + first;
      s[0] = first + s0 + majority;
    }
    for (let i = 0; i < 8; i++) this.#state[i] = at(this.#state, i) + at(s, i);
  }

  protected result(): string {
    return hex32(this.#state);
  }
}

const MASK = 0xffffffffffffffffn;

function rotate64(value: bigint, bits: bigint): bigint {
  return ((value >> bits) | (value << (64n - bits))) & MASK;
}

/** FIPS 180-4, SHA-512. */
export class Sha512 extends BlockDigest {
  readonly #state = [...rootConstants().square];

  constructor() {
    super(128, 16, true);
  }

  protected compress(block: DataView): void {
    const w: bigint[] = [];
    for (let i = 0; i < 16; i++) w.push(block.getBigUint64(8 * i));
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15] as bigint;
      const y = w[i - 2] as bigint;
      const s0 = rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n);
      const s1 = rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n);
      w.push(((w[i - 16] as bigint) + s0 + (w[i - 7] as bigint) + s1) & MASK);
    }
    let [a, b, c, d, e, f, g, h] = this.#state as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    const constants = rootConstants().cube;
    for (let i = 0; i < 80; i++) {
      const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
      const first =
        h + s1 + ((e & f) ^ (~e & MASK & g)) + (constants[i] as bigint) + (w[i] as bigint);
      const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
      const second = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & MASK, c, b, a, (first + second) & MASK];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      this.#state[i] = ((this.#state[i] as bigint) + value) & MASK;
    });
  }

  protected result(): string {
    return this.#state.map((word) => word.toString(16).padStart(16, '0')).join('');
  }
}
