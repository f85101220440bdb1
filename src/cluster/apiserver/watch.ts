import type { WatchEvent, WatchStream } from '../../api/client';
import type { KubeObject } from '../../api/types';
import { type Suspend, WaitQueue } from '../../kernel/task';
import type { Change } from './store';

/** How many events may wait in a watch that nobody reads before the server gives it up. */
export const WATCH_BACKLOG = 10_000;

/** One client's watch: the changes of the objects it selects, in order. Models apiserver storage/cacher. */
export class Watch implements WatchStream {
  readonly #selects: (object: KubeObject) => boolean;
  readonly #waiting = new WaitQueue();
  readonly #events: WatchEvent[] = [];
  readonly #onClose: () => void;
  #taken = 0;
  closed = false;

  constructor(selects: (object: KubeObject) => boolean, onClose: () => void) {
    this.#selects = selects;
    this.#onClose = onClose;
  }

  get changed(): Suspend {
    return this.#waiting.wait;
  }

  take(): WatchEvent | undefined {
    const event = this.#events[this.#taken];
    if (!event) return undefined;
    this.#taken++;
    if (this.#taken === this.#events.length) {
      this.#events.length = 0;
      this.#taken = 0;
    }
    return event;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#onClose();
    this.#waiting.wakeAll();
  }

  /** Adds an event as it is. */
  push(event: WatchEvent): void {
    if (this.closed) return;
    this.#events.push(event);
    if (this.#events.length - this.#taken > WATCH_BACKLOG) this.close();
    else this.#waiting.wakeAll();
  }

  /** Adds what a change means for this watch: an object may come into its selection, or leave it. */
  deliver(change: Change): void {
    const before = change.previous !== undefined && this.#selects(change.previous);
    const after = change.type !== 'DELETED' && this.#selects(change.object);
    if (after) this.push({ type: before ? 'MODIFIED' : 'ADDED', object: change.object });
    else if (before) this.push({ type: 'DELETED', object: change.object });
  }
}
