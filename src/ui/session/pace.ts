/** How far behind the asked speed a lab may be before the page says so. */
const NOTICEABLE = 0.85;
/** Real ms over which the reached speed is averaged. */
const WINDOW_MS = 1000;
/** More real ms behind than this are given up, not caught up: time never races after a hiccup. */
const CATCH_UP_MS = 250;

/**
 * Where virtual time should be at a real instant, for a lab that plays at `speed`. When the machine cannot
 * keep up it lets the backlog go and knows the speed that was really reached.
 */
export class Pace {
  #realAnchor = 0;
  #virtualAnchor = 0;
  #speed = 1;
  #windowReal = 0;
  #windowVirtual = 0;
  #reached: number | undefined;

  /** Real ms, virtual ms. */
  restart(real: number, virtual: number, speed: number): void {
    this.#realAnchor = real;
    this.#virtualAnchor = virtual;
    this.#speed = speed;
    this.#windowReal = real;
    this.#windowVirtual = virtual;
    this.#reached = undefined;
  }

  /** The virtual instant that is due. */
  due(real: number): number {
    return Math.floor(this.#virtualAnchor + (real - this.#realAnchor) * this.#speed);
  }

  /** Tells where virtual time really is after a turn. */
  observe(real: number, virtual: number): void {
    if (this.due(real) - virtual > CATCH_UP_MS * this.#speed) {
      this.#realAnchor = real;
      this.#virtualAnchor = virtual;
    }
    const span = real - this.#windowReal;
    if (span < WINDOW_MS) return;
    const speed = (virtual - this.#windowVirtual) / span;
    this.#reached = speed < this.#speed * NOTICEABLE ? speed : undefined;
    this.#windowReal = real;
    this.#windowVirtual = virtual;
  }

  /** The speed reached over the last second, when it is noticeably below the one asked for. */
  get reached(): number | undefined {
    return this.#reached;
  }
}

/**
 * The size of the next piece of virtual time to run at one go, so that a piece takes a few real ms whatever
 * happens in it: a quiet hour and an endless loop both leave the worker able to answer.
 */
export class Slice {
  #size = 4;
  readonly #largest: number;

  constructor(largest: number) {
    this.#largest = largest;
  }

  /** Virtual ms, at least 1. */
  get size(): number {
    return this.#size;
  }

  /** Tells how many real ms the last piece took. */
  took(real: number): void {
    if (real < 1) this.#size = Math.min(this.#largest, this.#size * 2);
    else if (real > 3) this.#size = Math.max(1, this.#size >> 1);
  }
}
