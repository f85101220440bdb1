/** A map that a forked shell shares with its parent until one of the two writes; most never do. */
export class ForkedMap<K, V> {
  #entries: Map<K, V> | undefined;
  #shared = false;

  /** A map with the same entries for a child. */
  fork(): ForkedMap<K, V> {
    const copy = new ForkedMap<K, V>();
    copy.#entries = this.#entries;
    copy.#shared = true;
    this.#shared = true;
    return copy;
  }

  get(key: K): V | undefined {
    return this.#entries?.get(key);
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false;
  }

  set(key: K, value: V): void {
    this.#own().set(key, value);
  }

  delete(key: K): boolean {
    return this.has(key) && this.#own().delete(key);
  }

  clear(): void {
    this.#entries = undefined;
  }

  keys(): IterableIterator<K> {
    return (this.#entries ?? new Map<K, V>()).keys();
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return (this.#entries ?? new Map<K, V>()).entries();
  }

  /** The entries for writing. */
  #own(): Map<K, V> {
    if (this.#entries === undefined || this.#shared) {
      this.#entries = new Map(this.#entries);
      this.#shared = false;
    }
    return this.#entries;
  }
}
