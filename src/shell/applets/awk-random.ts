const DEGREE = 31;
const SEPARATION = 3;

/** The numbers of random(3) of the GNU C library, which the same seed always makes the same. */
export class AwkRandom {
  #state: number[] = [];
  #front = 0;

  constructor(seed: number) {
    this.seed(seed);
  }

  seed(seed: number): void {
    let word = seed === 0 ? 1 : seed | 0;
    this.#state = [word];
    for (let i = 1; i < DEGREE; i++) {
      const high = Math.trunc(word / 127773);
      const low = word % 127773;
      word = 16807 * low - 2836 * high;
      if (word < 0) word += 2147483647;
      this.#state.push(word);
    }
    this.#front = SEPARATION;
    for (let i = 0; i < 10 * DEGREE; i++) this.next();
  }

  /** 31 random bits. */
  next(): number {
    const rear = (this.#front + DEGREE - SEPARATION) % DEGREE;
    const sum = ((this.#state[this.#front] ?? 0) + (this.#state[rear] ?? 0)) | 0;
    this.#state[this.#front] = sum;
    this.#front = (this.#front + 1) % DEGREE;
    return sum >>> 1;
  }

  /** What rand() of awk gives: at least 0, less than 1. */
  fraction(): number {
    const low = ((this.next() << 16) ^ this.next()) >>> 0;
    const value = (BigInt(this.next()) << 32n) | BigInt(low);
    return Number(value) / 2 ** 63;
  }
}
