import { ApiError } from '../../api/status';
import type { Timer } from '../../kernel/clock';
import type { Kernel } from '../../kernel/kernel';
import { type Task, WaitQueue } from '../../kernel/task';
import type { ControllerContext } from './controller-context';
import { controllerRateLimiter, type RateLimiter } from './rate-limiters';

/** A sync that did not get through and is to be tried again; the message is what upstream would log. */
export class SyncError extends Error {}

/**
 * Brings the object of that key (`namespace/name`) in order. What it throws, if it is a SyncError or an
 * answer of the API server, puts the key back with the limiter's delay.
 */
export type SyncHandler = (key: string) => void;

export interface WorkQueueOptions {
  /** After so many failures in a row a key is dropped; default: never. */
  readonly maxRetries?: number;
}

/**
 * The keys that a controller has to look at, each at most once, and the worker that does it. Models
 * client-go util/workqueue (a delaying queue with a rate limiter) and the controllers' processNextWorkItem.
 */
export class WorkQueue {
  readonly #kernel: Kernel;
  readonly #latencyMs: number;
  readonly #sync: SyncHandler;
  readonly #limiter: RateLimiter;
  readonly #maxRetries: number;
  /** In the queue, or on its way into it. */
  readonly #queued = new Set<string>();
  #ready: string[] = [];
  readonly #delayed = new Map<string, Timer>();
  readonly #added = new WaitQueue();

  constructor(
    { kernel, latency }: ControllerContext,
    sync: SyncHandler,
    options: WorkQueueOptions = {},
  ) {
    this.#kernel = kernel;
    this.#latencyMs = latency.watchMs;
    this.#sync = sync;
    this.#limiter = controllerRateLimiter(() => kernel.clock.now);
    this.#maxRetries = options.maxRetries ?? Number.POSITIVE_INFINITY;
    this.#kernel.start(this.#work());
  }

  /** The object, or something it depends on, has changed; its controller hears of it a little later. */
  add(key: string): void {
    this.#enter(key, this.#latencyMs);
  }

  /** Looks at the key after `delayMs`; of several such wishes the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) {
      this.#enter(key, 0);
      return;
    }
    const { clock } = this.#kernel;
    const before = this.#delayed.get(key);
    if (before) {
      if (before.at <= clock.now + delayMs) return;
      clock.cancel(before);
    }
    const timer = clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.#enter(key, 0);
    });
    this.#delayed.set(key, timer);
  }

  addRateLimited(key: string): void {
    this.addAfter(key, this.#limiter.when(key));
  }

  forget(key: string): void {
    this.#limiter.forget(key);
  }

  #enter(key: string, delayMs: number): void {
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    this.#kernel.clock.after(delayMs, () => {
      this.#ready.push(key);
      this.#added.wakeAll();
    });
  }

  *#work(): Task {
    for (;;) {
      const batch = this.#ready;
      if (batch.length === 0) {
        yield this.#added.wait;
        continue;
      }
      this.#ready = [];
      for (const key of batch) this.#process(key);
    }
  }

  #process(key: string): void {
    this.#queued.delete(key);
    try {
      this.#sync(key);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof SyncError)) throw error;
      if (this.#limiter.requeues(key) < this.#maxRetries) {
        this.addRateLimited(key);
        return;
      }
    }
    this.#limiter.forget(key);
  }
}
