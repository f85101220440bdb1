import type { Pod } from '../../../api/stored-objects';
import type { Clock, Timer } from '../../../kernel/clock';

export interface ActiveDeadlinesOptions {
  readonly clock: Clock;
  /** When a pod's deadline is over, virtual ms; undefined while it has no start time. */
  readonly dueAt: (pod: Pod) => number | undefined;
  /** The newest version that the API has shown of a pod. */
  readonly newest: (pod: Pod) => Pod;
  readonly onDue: (uid: string) => void;
}

/** Sees to it that a pod with a deadline is looked at when it is over. Models active_deadline.go. */
export class ActiveDeadlines {
  readonly #options: ActiveDeadlinesOptions;
  /** By pod UID. */
  readonly #timers = new Map<string, Timer>();

  constructor(options: ActiveDeadlinesOptions) {
    this.#options = options;
  }

  watch(pod: Pod): void {
    const { clock, dueAt, newest, onDue } = this.#options;
    const { uid } = pod.metadata;
    const seconds = pod.spec.activeDeadlineSeconds;
    if (seconds === undefined || this.#timers.has(uid)) return;
    const timer = clock.at(dueAt(pod) ?? clock.now + seconds * 1000, () => {
      this.#timers.delete(uid);
      const due = dueAt(newest(pod));
      // The pod was given its start time, or more time, meanwhile.
      if (due !== undefined && due > clock.now) this.watch(newest(pod));
      else onDue(uid);
    });
    this.#timers.set(uid, timer);
  }

  forget(uid: string): void {
    const timer = this.#timers.get(uid);
    if (timer) this.#options.clock.cancel(timer);
    this.#timers.delete(uid);
  }

  halt(): void {
    for (const uid of [...this.#timers.keys()]) this.forget(uid);
  }
}
