/**
 * How long a failed item waits before it is tried again. Models client-go util/workqueue
 * default_rate_limiters.go. Times are virtual ms and may have a fraction.
 */
export interface RateLimiter {
  /** How long the item has to wait; it counts as a failure. */
  when(item: string): number;
  forget(item: string): void;
  /** How often the item has failed since it was last forgotten. */
  requeues(item: string): number;
}

/** base × 2^failures, up to a bound. */
export class ExponentialRateLimiter implements RateLimiter {
  readonly #failures = new Map<string, number>();
  readonly #baseMs: number;
  readonly #maxMs: number;

  constructor(baseMs: number, maxMs: number) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
  }

  when(item: string): number {
    const failures = this.requeues(item);
    this.#failures.set(item, failures + 1);
    return Math.min(this.#baseMs * 2 ** failures, this.#maxMs);
  }

  forget(item: string): void {
    this.#failures.delete(item);
  }

  requeues(item: string): number {
    return this.#failures.get(item) ?? 0;
  }
}

/** Some quick tries, then slow ones. */
export class FastSlowRateLimiter implements RateLimiter {
  readonly #failures = new Map<string, number>();
  readonly #fastMs: number;
  readonly #slowMs: number;
  readonly #maxFast: number;

  constructor(fastMs: number, slowMs: number, maxFast: number) {
    this.#fastMs = fastMs;
    this.#slowMs = slowMs;
    this.#maxFast = maxFast;
  }

  when(item: string): number {
    const failures = this.requeues(item) + 1;
    this.#failures.set(item, failures);
    return failures <= this.#maxFast ? this.#fastMs : this.#slowMs;
  }

  forget(item: string): void {
    this.#failures.delete(item);
  }

  requeues(item: string): number {
    return this.#failures.get(item) ?? 0;
  }
}

/** All items together: so many a second, with a burst. Models golang.org/x/time/rate behind BucketRateLimiter. */
export class BucketRateLimiter implements RateLimiter {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, burst: number, nowMs: () => number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#nowMs = nowMs;
    this.#tokens = burst;
    this.#atMs = nowMs();
  }

  when(): number {
    const now = this.#nowMs();
    const refilled = this.#tokens + ((now - this.#atMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, refilled) - 1;
    this.#atMs = now;
    if (this.#tokens >= 0) return 0;
    // Whole nanoseconds, cut off as Go does.
    return Math.trunc((-this.#tokens / this.#perSecond) * 1e9) / 1e6;
  }

  forget(): void {}

  requeues(): number {
    return 0;
  }
}

/** The slowest of several. */
export class MaxOfRateLimiter implements RateLimiter {
  readonly #limiters: readonly RateLimiter[];

  constructor(...limiters: readonly RateLimiter[]) {
    this.#limiters = limiters;
  }

  when(item: string): number {
    return Math.max(0, ...this.#limiters.map((limiter) => limiter.when(item)));
  }

  forget(item: string): void {
    for (const limiter of this.#limiters) limiter.forget(item);
  }

  requeues(item: string): number {
    return Math.max(0, ...this.#limiters.map((limiter) => limiter.requeues(item)));
  }
}

/** Another limiter's waits, cut to a bound. */
export class MaxWaitRateLimiter implements RateLimiter {
  readonly #limiter: RateLimiter;
  readonly #maxMs: number;

  constructor(limiter: RateLimiter, maxMs: number) {
    this.#limiter = limiter;
    this.#maxMs = maxMs;
  }

  when(item: string): number {
    return Math.min(this.#limiter.when(item), this.#maxMs);
  }

  forget(item: string): void {
    this.#limiter.forget(item);
  }

  requeues(item: string): number {
    return this.#limiter.requeues(item);
  }
}

/** Ten items a second over all, and 5 ms doubling to 1000 s for each. */
export function controllerRateLimiter(nowMs: () => number): RateLimiter {
  return new MaxOfRateLimiter(
    new ExponentialRateLimiter(5, 1_000_000),
    new BucketRateLimiter(10, 100, nowMs),
  );
}
