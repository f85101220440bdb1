import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';

/** Bytes that standard output collects before it writes, as in stdio. */
export const OUTPUT_BUFFER = 4096;

/** What formatting one piece of output costs, µs: so that endless output moves the clock. */
const PIECE_US = 1;

/**
 * Buffered output with stdio's habits: a terminal gets whole lines, anything else gets a block when it is
 * full. So what `tail -f log | grep x` prints into a pipe comes late, as it does from the real grep.
 */
export class Output {
  readonly #sys: Sys;
  readonly #fd: number;
  #pending: Bytes = '';
  #lineBuffered: boolean | undefined = undefined;

  constructor(sys: Sys, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
  }

  /** Adds to the buffer and writes it out when it is full. */
  *write(bytes: Bytes): Call<void> {
    this.#pending += bytes;
    this.#sys.spend(PIECE_US);
    if (this.#pending.length >= OUTPUT_BUFFER || (this.#interactive() && bytes.includes('\n'))) {
      yield* this.flush();
    } else {
      yield* this.#sys.breathe();
    }
  }

  *flush(): Call<void> {
    const pending = this.#pending;
    if (pending === '') return;
    this.#pending = '';
    yield* this.#sys.write(this.#fd, pending);
  }

  /** Whether nothing waits to be written. */
  get isEmpty(): boolean {
    return this.#pending === '';
  }

  /** Forgets what has not been written. */
  discard(): void {
    this.#pending = '';
  }

  #interactive(): boolean {
    this.#lineBuffered ??= this.#sys.isatty(this.#fd);
    return this.#lineBuffered;
  }
}
