import type { KubeObject } from '../../api/types';
import type { Clock } from '../../kernel/clock';
import type { Store } from './store';

/** How long an Event stays after its last write, in ms: the server's --event-ttl. */
export const EVENT_TTL_MS = 60 * 60 * 1000;

/**
 * Removes Events when their time is over, as etcd's leases do. All live equally long, so they expire in
 * the order in which they were written: one timer for the oldest is enough.
 */
export class EventExpiry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queue: { readonly at: number; readonly event: KubeObject }[] = [];
  #head = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    store.subscribe('events', ({ type, object }) => {
      if (type === 'DELETED') return;
      this.#queue.push({ at: clock.now + EVENT_TTL_MS, event: object });
      if (this.#queue.length - this.#head === 1) this.#arm();
    });
  }

  #arm(): void {
    const next = this.#queue[this.#head];
    if (next) this.#clock.at(next.at, () => this.#expire());
  }

  #expire(): void {
    for (;;) {
      const next = this.#queue[this.#head];
      if (!next || next.at > this.#clock.now) break;
      this.#head++;
      const { namespace = '', name = '' } = next.event.metadata;
      // A later write has put a newer version, with a later end, into the queue.
      if (this.#store.get('events', namespace, name) === next.event) {
        this.#store.remove('events', namespace, name);
      }
    }
    if (this.#head > 1000) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.#arm();
  }
}
