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
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mix(this.#state);
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
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
    const codes = new Array<number>(UUID_FORM.length);
    // Put together in one piece: a string of pieces keeps all of them for as long as it lives.
    for (let i = 0, digit = 0; i < codes.length; i++) {
      codes[i] = UUID_FORM[i] === '-' ? DASH : (digits[digit++] as number);
    }
    return String.fromCharCode(...codes);
  }

  #codes(length: number, alphabet: string): number[] {
    const codes = new Array<number>(length);
    for (let i = 0; i < length; i++) codes[i] = alphabet.charCodeAt(this.below(alphabet.length));
    return codes;
  }
}

const UUID_FORM = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';
const DASH = 45;

function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
