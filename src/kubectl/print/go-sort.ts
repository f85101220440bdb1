/**
 * Sorts as Go's sort.Sort does. It is not stable, and comparisons that are no true order (kubectl has one)
 * lead to the same result only when they are asked in the same sequence. Models
 * sort/zsortinterface.go of Go 1.26.
 */
export function goSort<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const sorter = new PatternDefeatingSort([...items], less);
  sorter.sort();
  return sorter.items;
}

const MOST_INSERTED = 12;
const SHORTEST_NINTHER = 50;
const SHORTEST_SHIFTING = 50;
const MOST_STEPS = 5;
const MOST_SWAPS = 12;

type Hint = 'unknown' | 'increasing' | 'decreasing';

class PatternDefeatingSort<T> {
  readonly items: T[];
  readonly #isLess: (a: T, b: T) => boolean;
  #swaps = 0;

  constructor(items: T[], less: (a: T, b: T) => boolean) {
    this.items = items;
    this.#isLess = less;
  }

  sort(): void {
    const length = this.items.length;
    if (length > 1) this.#quick(0, length, bitLength(length));
  }

  #less(i: number, j: number): boolean {
    return this.#isLess(this.items[i] as T, this.items[j] as T);
  }

  #swap(i: number, j: number): void {
    const item = this.items[i] as T;
    this.items[i] = this.items[j] as T;
    this.items[j] = item;
  }

  #insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) {
      for (let j = i; j > a && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
    }
  }

  #siftDown(low: number, high: number, first: number): void {
    let root = low;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && this.#less(first + child, first + child + 1)) child++;
      if (!this.#less(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  #heap(a: number, b: number): void {
    const high = b - a;
    for (let i = Math.trunc((high - 1) / 2); i >= 0; i--) this.#siftDown(i, high, a);
    for (let i = high - 1; i >= 0; i--) {
      this.#swap(a, a + i);
      this.#siftDown(0, i, a);
    }
  }

  #quick(from: number, to: number, badChoices: number): void {
    let [a, b, limit] = [from, to, badChoices];
    let balanced = true;
    let partitioned = true;
    for (;;) {
      const length = b - a;
      if (length <= MOST_INSERTED) {
        this.#insertion(a, b);
        return;
      }
      if (limit === 0) {
        this.#heap(a, b);
        return;
      }
      if (!balanced) {
        this.#breakPatterns(a, b);
        limit--;
      }
      let { pivot, hint } = this.#choosePivot(a, b);
      if (hint === 'decreasing') {
        for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j);
        pivot = b - 1 - (pivot - a);
        hint = 'increasing';
      }
      if (balanced && partitioned && hint === 'increasing' && this.#partialInsertion(a, b)) return;
      if (a > 0 && !this.#less(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const { middle, already } = this.#partition(a, b, pivot);
      partitioned = already;
      const left = middle - a;
      const right = b - middle;
      const threshold = Math.trunc(length / 8);
      if (left < right) {
        balanced = left >= threshold;
        this.#quick(a, middle, limit);
        a = middle + 1;
      } else {
        balanced = right >= threshold;
        this.#quick(middle + 1, b, limit);
        b = middle;
      }
    }
  }

  #partition(a: number, b: number, pivot: number): { middle: number; already: boolean } {
    this.#swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    while (i <= j && this.#less(i, a)) i++;
    while (i <= j && !this.#less(j, a)) j--;
    if (i > j) {
      this.#swap(j, a);
      return { middle: j, already: true };
    }
    this.#swap(i, j);
    i++;
    j--;
    for (;;) {
      while (i <= j && this.#less(i, a)) i++;
      while (i <= j && !this.#less(j, a)) j--;
      if (i > j) break;
      this.#swap(i, j);
      i++;
      j--;
    }
    this.#swap(j, a);
    return { middle: j, already: false };
  }

  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    for (;;) {
      while (i <= j && !this.#less(a, i)) i++;
      while (i <= j && this.#less(a, j)) j--;
      if (i > j) return i;
      this.#swap(i, j);
      i++;
      j--;
    }
  }

  #partialInsertion(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < MOST_STEPS; step++) {
      while (i < b && !this.#less(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < SHORTEST_SHIFTING) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) {
        for (let j = i - 1; j >= 1 && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
      }
      if (b - i >= 2) {
        for (let j = i + 1; j < b && this.#less(j, j - 1); j++) this.#swap(j, j - 1);
      }
    }
    return false;
  }

  #breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const modulus = 1n << BigInt(bitLength(length));
    const index = a + Math.trunc(length / 4) * 2 - 1;
    for (let i = 0; i < 3; i++) {
      random ^= (random << 13n) & 0xffff_ffff_ffff_ffffn;
      random ^= random >> 7n;
      random ^= (random << 17n) & 0xffff_ffff_ffff_ffffn;
      let other = Number(random & (modulus - 1n));
      if (other >= length) other -= length;
      this.#swap(index + i, a + other);
    }
  }

  #choosePivot(a: number, b: number): { pivot: number; hint: Hint } {
    const length = b - a;
    const quarter = Math.trunc(length / 4);
    this.#swaps = 0;
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (length >= 8) {
      if (length >= SHORTEST_NINTHER) {
        i = this.#median(i - 1, i, i + 1);
        j = this.#median(j - 1, j, j + 1);
        k = this.#median(k - 1, k, k + 1);
      }
      j = this.#median(i, j, k);
    }
    if (this.#swaps === 0) return { pivot: j, hint: 'increasing' };
    return { pivot: j, hint: this.#swaps === MOST_SWAPS ? 'decreasing' : 'unknown' };
  }

  #ordered(a: number, b: number): [number, number] {
    if (!this.#less(b, a)) return [a, b];
    this.#swaps++;
    return [b, a];
  }

  #median(first: number, second: number, third: number): number {
    let [a, b] = this.#ordered(first, second);
    [b] = this.#ordered(b, third);
    [a, b] = this.#ordered(a, b);
    return b;
  }
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}
