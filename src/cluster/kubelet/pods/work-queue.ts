import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';

/** How often the kubelet looks which pods are due. */
const SYNC_TICK_MS = 1000;

/**
 * Pods that are to be synced at a later time. They come up with the kubelet's sync ticker, which is
 * carried out only when one is due. Models pkg/kubelet/util/queue and syncLoop's ticker.
 */
export class WorkQueue {
  readonly #kernel: Kernel;
  readonly #startedMs: number;
  readonly #onDue: (uid: string) => void;
  readonly #due = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(kernel: Kernel, onDue: (uid: string) => void) {
    this.#kernel = kernel;
    this.#startedMs = kernel.clock.now;
    this.#onDue = onDue;
  }

  /** Replaces what the pod had in the queue. */
  enqueue(uid: string, delayMs: number): void {
    const at = this.#kernel.clock.now + delayMs;
    this.#due.set(uid, at);
    this.#arm(at);
  }

  /** When the pod comes up at the earliest, virtual ms. */
  dueAt(uid: string): number | undefined {
    return this.#due.get(uid);
  }

  remove(uid: string): void {
    this.#due.delete(uid);
  }

  halt(): void {
    if (this.#timer) this.#kernel.clock.cancel(this.#timer);
    this.#timer = undefined;
    this.#due.clear();
  }

  /** Sees to it that the first tick at or after `at` is carried out. */
  #arm(at: number): void {
    const { clock } = this.#kernel;
    const late = (at - this.#startedMs) % SYNC_TICK_MS;
    const tick = late === 0 ? at : at + SYNC_TICK_MS - late;
    if (this.#timer) {
      if (this.#timer.at <= tick) return;
      clock.cancel(this.#timer);
    }
    this.#timer = clock.at(tick, () => {
      this.#timer = undefined;
      this.#tick();
    });
  }

  #tick(): void {
    const { now } = this.#kernel.clock;
    const due: string[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [uid, at] of this.#due) {
      if (at <= now) due.push(uid);
      else if (at < next) next = at;
    }
    for (const uid of due) this.#due.delete(uid);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const uid of due) this.#onDue(uid);
  }
}
