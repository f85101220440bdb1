import type { Bytes } from '../../runtime/bytes';

const FIRST_SIZE = 61;
const LATER_SIZES = [251, 1021, 4093, 16381, 65521];

/** Entries per bucket on average before the table grows. */
const LOAD = 8;

interface Entry<T> {
  readonly key: Bytes;
  readonly value: T;
}

function hashOf(key: Bytes): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) {
    const byte = key.charCodeAt(i);
    hash = (Math.imul(hash, 63) + (byte > 127 ? byte - 256 : byte)) >>> 0;
  }
  return hash;
}

/**
 * A table of names whose order is that of busybox awk's: by hash, the newest of a bucket first. Scripts see
 * it in `for (key in array)`.
 */
export class AwkTable<T> {
  readonly #entries = new Map<Bytes, Entry<T>>();
  #buckets: Entry<T>[][] = AwkTable.#emptyBuckets<T>(FIRST_SIZE);
  #growths = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Bytes): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Adds a key that is not there yet. */
  add(key: Bytes, value: T): T {
    const entry = { key, value };
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#buckets.length * LOAD) this.#grow();
    this.#bucketOf(key).push(entry);
    return value;
  }

  delete(key: Bytes): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    const bucket = this.#bucketOf(key);
    bucket.splice(bucket.indexOf(entry), 1);
  }

  /** Forgets everything, but keeps the size it has grown to. */
  clear(): void {
    this.#entries.clear();
    for (const bucket of this.#buckets) bucket.length = 0;
  }

  keys(): Bytes[] {
    return this.#buckets.flatMap((bucket) => bucket.map(({ key }) => key).reverse());
  }

  values(): T[] {
    return this.#buckets.flatMap((bucket) => bucket.map(({ value }) => value).reverse());
  }

  static #emptyBuckets<T>(size: number): Entry<T>[][] {
    return Array.from({ length: size }, () => []);
  }

  #bucketOf(key: Bytes): Entry<T>[] {
    return this.#buckets[hashOf(key) % this.#buckets.length] as Entry<T>[];
  }

  #grow(): void {
    const size = LATER_SIZES[this.#growths];
    if (size === undefined) return;
    this.#growths++;
    const before = this.#buckets;
    this.#buckets = AwkTable.#emptyBuckets<T>(size);
    for (const bucket of before) {
      for (const entry of bucket.reverse()) this.#bucketOf(entry.key).push(entry);
    }
  }
}
