/**
 * Seeded randomness. Each user of chance takes a stream of its own by name, so that a draw added in one
 * place does not shift the draws of all others.
 */
export class Random {
  readonly #seed: number;
  #state: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** An independent stream, the same for the same seed and name. */
  stream(name: string): Random {
    let hash = this.#seed ^ 0x811c9dc5;
    for (let i = 0; i < name.length; i++) {
      hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    }
    return new Random(mix(hash >>> 0));
  }

  /** A 32-bit unsigned integer. */
  uint32(): number {
    this.#state = (this.#state + STEP) >>> 0;
    return mix(this.#state);
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.uint32() / RANGE;
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string {
    return String.fromCharCode(...this.#codes(length, alphabet));
  }

  /** A version 4 UUID. */
  uuid(): string {
    const digits = this.#codes(32, '0123456789abcdef');
    digits[12] = '4'.charCodeAt(0);
    digits[16] = '89ab'.charCodeAt(this.below(4));
    const codes = new Array<number>(UUID_LENGTH);
    // Put together in one piece: a string of pieces keeps all of them for as long as it lives.
    for (let i = 0, digit = 0; i < codes.length; i++) {
      const isDash = i === 8 || i === 13 || i === 18 || i === 23;
      codes[i] = isDash ? DASH : (digits[digit++] as number);
    }
    return String.fromCharCode(...codes);
  }

  #codes(length: number, alphabet: string): number[] {
    const codes = new Array<number>(length);
    const bound = alphabet.length;
    // As `below`, written out: a pod's identifiers take hundreds of draws.
    let state = this.#state;
    for (let i = 0; i < length; i++) {
      state = (state + STEP) >>> 0;
      codes[i] = alphabet.charCodeAt(Math.floor((mix(state) / RANGE) * bound));
    }
    this.#state = state;
    return codes;
  }
}

const UUID_LENGTH = 36;
const DASH = 45;
const STEP = 0x9e3779b9;
const RANGE = 0x1_0000_0000;

function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
