import type { Pod } from '../../api/stored-objects';
import type { Timer } from '../../kernel/clock';
import type { Kernel } from '../../kernel/kernel';

const INITIAL_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 10_000;
/** A pod that could not be placed is tried again after this even if nothing has changed … */
const UNSCHEDULABLE_MS = 300_000;
/** … which is looked at this often. */
const FLUSH_MS = 30_000;

/** Models component-helpers' PodPriority: admission has resolved a class to a number. */
export function podPriority(pod: Pod): number {
  return pod.spec.priority ?? 0;
}

interface Entry {
  pod: Pod;
  attempts: number;
  lastTryMs: number;
  place: 'active' | 'backing off' | 'unschedulable' | 'in flight';
  timer: Timer | undefined;
  readonly sequence: number;
}

/**
 * Pods that have no node yet. Models pkg/scheduler/backend/queue/scheduling_queue.go: those to be tried,
 * those whose back-off runs, and those that wait for the cluster to change.
 */
export class SchedulingQueue {
  readonly #kernel: Kernel;
  readonly #onActive: () => void;
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they are tried; those before `#head` have been taken. */
  readonly #active: Entry[] = [];
  #head = 0;
  readonly #startedMs: number;
  #sequence = 0;
  /** Something has changed while a pod was being tried, so it is not to wait for it. */
  #movedDuringFlight = false;

  constructor(kernel: Kernel, onActive: () => void) {
    this.#kernel = kernel;
    this.#onActive = onActive;
    this.#startedMs = kernel.clock.now;
  }

  get empty(): boolean {
    return this.#head === this.#active.length;
  }

  /** A pod without a node has come, or has been changed. */
  put(pod: Pod): void {
    const { uid } = pod.metadata;
    const known = this.#entries.get(uid);
    if (known) {
      const changed =
        known.pod.spec !== pod.spec || known.pod.metadata.labels !== pod.metadata.labels;
      known.pod = pod;
      if (changed && known.place === 'unschedulable') this.#retry(known);
      return;
    }
    const entry: Entry = {
      pod,
      attempts: 0,
      lastTryMs: 0,
      place: 'active',
      timer: undefined,
      sequence: this.#sequence++,
    };
    this.#entries.set(uid, entry);
    this.#activate(entry);
  }

  remove(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#entries.delete(uid);
    if (entry.timer) this.#kernel.clock.cancel(entry.timer);
    const at = entry.place === 'active' ? this.#active.indexOf(entry, this.#head) : -1;
    if (at >= 0) this.#active.splice(at, 1);
  }

  /** The next pod to try: highest priority first, then who came first. */
  pop(): Pod | undefined {
    const entry = this.#active[this.#head];
    if (!entry) return undefined;
    this.#head++;
    if (this.#head === this.#active.length) {
      this.#active.length = 0;
      this.#head = 0;
    }
    entry.place = 'in flight';
    entry.attempts++;
    entry.lastTryMs = this.#kernel.clock.now;
    this.#movedDuringFlight = false;
    return entry.pod;
  }

  /** The pod could not be placed: it waits until something changes. */
  giveBack(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    if (this.#movedDuringFlight) {
      this.#retry(entry);
      return;
    }
    entry.place = 'unschedulable';
    const { clock } = this.#kernel;
    const due = entry.lastTryMs + UNSCHEDULABLE_MS;
    const late = (due - this.#startedMs) % FLUSH_MS;
    entry.timer = clock.at(late === 0 ? due : due + FLUSH_MS - late, () => this.#activate(entry));
  }

  /** The cluster has changed in a way that may help pods that wait. */
  moveAll(): void {
    this.#movedDuringFlight = true;
    for (const entry of this.#entries.values()) {
      if (entry.place === 'unschedulable') this.#retry(entry);
    }
  }

  /** Tries again as soon as the pod's back-off is over. */
  #retry(entry: Entry): void {
    const { clock } = this.#kernel;
    if (entry.timer) clock.cancel(entry.timer);
    const backOff = Math.min(INITIAL_BACK_OFF_MS * 2 ** (entry.attempts - 1), LONGEST_BACK_OFF_MS);
    const until = entry.lastTryMs + backOff;
    if (until <= clock.now) {
      this.#activate(entry);
      return;
    }
    entry.place = 'backing off';
    entry.timer = clock.at(until, () => this.#activate(entry));
  }

  #activate(entry: Entry): void {
    if (entry.timer) this.#kernel.clock.cancel(entry.timer);
    entry.timer = undefined;
    entry.place = 'active';
    let at = this.#active.length;
    while (at > this.#head && before(entry, this.#active[at - 1] as Entry)) at--;
    this.#active.splice(at, 0, entry);
    this.#onActive();
  }
}

function before(a: Entry, b: Entry): boolean {
  const difference = podPriority(a.pod) - podPriority(b.pod);
  return difference === 0 ? a.sequence < b.sequence : difference > 0;
}
