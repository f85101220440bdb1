import type { Bytes } from '../../runtime/bytes';

const PRIMES: readonly number[] = primes(64);
/** The first 32 bits of the fractional part of a root. */
const fraction = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Bytes): string {
  const state = Uint32Array.from(START);
  const padded = withPadding(bytes);
  const words = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) {
      const from = at + i * 4;
      words[i] =
        (byte(padded, from) << 24) |
        (byte(padded, from + 1) << 16) |
        (byte(padded, from + 2) << 8) |
        byte(padded, from + 3);
    }
    mix(state, words);
  }
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

const byte = (bytes: Bytes, at: number) => bytes.charCodeAt(at);

function withPadding(bytes: Bytes): Bytes {
  const zeros = (119 - (bytes.length % 64)) % 64;
  let length = '';
  const bits = BigInt(bytes.length) * 8n;
  for (let shift = 56n; shift >= 0n; shift -= 8n) {
    length += String.fromCharCode(Number((bits >> shift) & 255n));
  }
  return `${bytes}\x80${'\0'.repeat(zeros)}${length}`;
}

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));

function mix(state: Uint32Array, words: Uint32Array): void {
  const w = (i: number) => words[i] as number;
  for (let i = 16; i < 64; i++) {
    const s0 = turn(w(i - 15), 7) ^ turn(w(i - 15), 18) ^ (w(i - 15) >>> 3);
    const s1 = turn(w(i - 2), 17) ^ turn(w(i - 2), 19) ^ (w(i - 2) >>> 10);
    words[i] = w(i - 16) + s0 + w(i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + (ROUNDS[i] as number) + w(i)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = (state[i] as number) + word;
  });
}
