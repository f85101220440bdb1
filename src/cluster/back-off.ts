interface Entry {
  backOffMs: number;
  lastUpdateMs: number;
}

export interface BackOffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** After how long without trouble an entry counts as forgotten; default twice `maxMs`. */
  readonly expiresAfterMs?: number;
}

/**
 * Delays that double with each failure. Models client-go util/flowcontrol Backoff; the kubelet keeps one
 * for container restarts and one for image pulls.
 */
export class BackOff {
  readonly #now: () => number;
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #expiresAfterMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(now: () => number, options: BackOffOptions) {
    this.#now = now;
    this.#initialMs = options.initialMs;
    this.#maxMs = options.maxMs;
    this.#expiresAfterMs = options.expiresAfterMs ?? options.maxMs * 2;
  }

  /** The delay that stands for a key, in ms; 0 without an entry. */
  get(key: string): number {
    return this.#entries.get(key)?.backOffMs ?? 0;
  }

  /** Moves a key on to its next delay. `eventMs`: when the failure happened. */
  next(key: string, eventMs: number): void {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, eventMs)) {
      this.#entries.set(key, { backOffMs: this.#initialMs, lastUpdateMs: this.#now() });
      return;
    }
    entry.backOffMs = Math.min(entry.backOffMs * 2, this.#maxMs);
    entry.lastUpdateMs = this.#now();
  }

  reset(key: string): void {
    this.#entries.delete(key);
  }

  /** Whether less than the key's delay has passed since `eventMs` (a container's end). */
  isInBackOffSince(key: string, eventMs: number): boolean {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, eventMs)) return false;
    return this.#now() - eventMs < entry.backOffMs;
  }

  /** Whether at `eventMs` less than the key's delay has passed since its last failure. */
  isInBackOffSinceUpdate(key: string, eventMs: number): boolean {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, eventMs)) return false;
    return eventMs - entry.lastUpdateMs < entry.backOffMs;
  }

  /** Forgets entries that have expired. */
  collectGarbage(): void {
    const now = this.#now();
    for (const [key, entry] of this.#entries) {
      if (this.#expired(entry, now)) this.#entries.delete(key);
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  #expired(entry: Entry, eventMs: number): boolean {
    return eventMs - entry.lastUpdateMs > this.#expiresAfterMs;
  }
}
