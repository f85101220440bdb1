import type { Clock, Timer } from '../../../kernel/clock';
import type { Suspend } from '../../../kernel/task';

/** The instant by which something has to be done, however many waits it takes. */
export class Deadline {
  /** Virtual ms. */
  readonly at: number;
  readonly #clock: Clock;
  readonly #timer: Timer;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock;
    this.at = clock.now + delayMs;
    this.#timer = clock.after(delayMs, () => this.#wake?.());
  }

  get passed(): boolean {
    return this.#clock.now >= this.at;
  }

  /** Waits for something else, but not longer than until the deadline; one task at a time. */
  or(wait: Suspend): Suspend {
    return (wake) => {
      this.#wake = wake;
      return wait(wake);
    };
  }

  /** It no longer matters. */
  forget(): void {
    this.#clock.cancel(this.#timer);
    this.#wake = undefined;
  }
}
