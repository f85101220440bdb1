/** A callback that the clock will run at a virtual instant. */
export interface Timer {
  /** The instant it is due, in virtual ms since the run's start. */
  readonly at: number;
}

interface Entry extends Timer {
  readonly sequence: number;
  callback: (() => void) | null;
}

/** How many timers may fire at one instant before the clock concludes that time no longer moves. */
export const TURNS_PER_INSTANT = 2_000_000;

/** So many timers that have fired may stay in the queue. */
const QUEUE_SLACK = 1024;

/**
 * Virtual time: timers ordered by (instant, order of scheduling). Those of later instants lie in a heap, those
 * of this instant in a queue: whatever time has brought here was scheduled before them. Nothing here reads real time;
 * the clock moves only when somebody calls `runUntil` or `step`. How a run is cut into calls never changes
 * what happens in it, because timers fire in the same order whatever the size of the step.
 */
export class Clock {
  /** Virtual ms since the run's start; always an integer. A field, not a getter: everybody reads it all the time. */
  readonly now: number = 0;
  #sequence = 0;
  #turns = 0;
  readonly #heap: Entry[] = [];
  /** Scheduled at this instant for this instant, in order. Kept when it has run empty: it is filled again at once. */
  readonly #due: Entry[] = [];
  /** How many of these there are; what lies behind them is of earlier instants. */
  #queued = 0;
  /** How many of these have fired. */
  #fired = 0;

  /** The instant of the next timer, or undefined when nothing is scheduled. */
  get nextAt(): number | undefined {
    for (let i = this.#fired; i < this.#queued; i++) {
      if (this.#due[i]?.callback) return this.now;
    }
    while (this.#heap[0]?.callback === null) this.#pop();
    return this.#heap[0]?.at;
  }

  /** Runs `callback` after `delayMs` (rounded up to whole ms, never negative). */
  after(delayMs: number, callback: () => void): Timer {
    const sequence = this.#sequence++;
    if (delayMs > 0) {
      const entry: Entry = { at: this.now + Math.ceil(delayMs), sequence, callback };
      this.#push(entry);
      return entry;
    }
    const entry: Entry = { at: this.now, sequence, callback };
    this.#due[this.#queued++] = entry;
    return entry;
  }

  /** Runs `callback` at the instant `at`, or now if that has passed. */
  at(at: number, callback: () => void): Timer {
    return this.after(at - this.now, callback);
  }

  /** Forgets a timer; harmless when it has fired already. */
  cancel(timer: Timer): void {
    (timer as Entry).callback = null;
  }

  /** Fires the next timer. Returns false when none is left. */
  step(): boolean {
    const entry = this.#takeNext(Number.POSITIVE_INFINITY);
    if (!entry) return false;
    this.#fire(entry);
    return true;
  }

  /** Fires every timer due up to and including `until`, then stands at `until`. */
  runUntil(until: number): void {
    for (;;) {
      const entry = this.#takeNext(until);
      if (!entry) break;
      this.#fire(entry);
    }
    if (until > this.now) this.#moveTo(until);
  }

  #moveTo(instant: number): void {
    (this as { now: number }).now = instant;
    this.#turns = 0;
  }

  #fire(entry: Entry): void {
    if (entry.at > this.now) this.#moveTo(entry.at);
    else if (++this.#turns > TURNS_PER_INSTANT) {
      throw new Error(
        `more than ${TURNS_PER_INSTANT} turns at t=${this.now} ms: virtual time no longer moves`,
      );
    }
    const callback = entry.callback as () => void;
    entry.callback = null;
    callback();
  }

  /** Takes out what fires next up to `until`, and cancelled timers on the way. */
  #takeNext(until: number): Entry | undefined {
    const heap = this.#heap;
    for (;;) {
      const first = heap.length > 0 ? heap[0] : undefined;
      let entry: Entry | undefined;
      if (this.#fired < this.#queued && !(first && first.at <= this.now)) {
        if (this.now > until) return undefined;
        entry = this.#due[this.#fired++];
        if (this.#fired === this.#queued) {
          this.#fired = 0;
          this.#queued = 0;
          if (this.#due.length > QUEUE_SLACK) this.#due.length = 0;
        } else if (this.#fired === QUEUE_SLACK) this.#forgetFired();
      } else {
        if (!first || first.at > until) return undefined;
        entry = first;
        this.#pop();
      }
      if (entry?.callback) return entry;
    }
  }

  /** Forgets those at the queue's front that have fired. */
  #forgetFired(): void {
    this.#due.splice(0, this.#fired);
    this.#queued -= this.#fired;
    this.#fired = 0;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    // Nothing was scheduled after it: among those of its instant it is the last.
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry;
      if (above.at <= entry.at) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    const size = heap.length;
    if (size === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && earlier(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      const below = heap[child] as Entry;
      if (!earlier(below, last)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
  }
}

function earlier(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
