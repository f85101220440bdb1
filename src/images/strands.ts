import { type Suspend, WaitQueue } from '../kernel/task';
import type { Signal } from '../runtime/signals';
import type { Call, Sys } from '../runtime/syscalls';

interface Strand {
  readonly task: Call<void>;
  awake: boolean;
  cancel: () => void;
}

/**
 * Several computations of one process that wait independently of each other, as threads or coroutines do: a
 * server that answers while its workers wait for somebody else. Each strand is a task over the process's own
 * system calls.
 */
export class Strands {
  readonly #strands = new Set<Strand>();
  readonly #queue = new WaitQueue();

  /** Adds a strand; it takes its first step when the others have taken theirs. */
  start(task: Call<void>): void {
    this.#strands.add({ task, awake: true, cancel: () => {} });
    this.#queue.wakeAll();
  }

  get size(): number {
    return this.#strands.size;
  }

  /**
   * Runs the strands until `ended` (asked after each round). Caught signals go to `onSignal` before any strand
   * goes on, so that no call of theirs ends with EINTR; without it, `ended` looks after them.
   */
  *run(sys: Sys, ended: () => boolean, onSignal?: (signal: Signal) => void): Call<void> {
    while (!ended()) {
      if (onSignal) for (const signal of sys.takeSignals()) onSignal(signal);
      let moved = false;
      for (const strand of this.#strands) {
        if (!strand.awake) continue;
        moved = true;
        yield* sys.breathe();
        if (onSignal) for (const signal of sys.takeSignals()) onSignal(signal);
        this.#step(strand);
        if (ended()) break;
      }
      if (!moved && !ended() && !(onSignal && sys.signalPending)) yield this.#queue.wait;
    }
    for (const strand of this.#strands) strand.cancel();
  }

  #step(strand: Strand): void {
    strand.awake = false;
    strand.cancel();
    const turn = strand.task.next();
    if (turn.done) {
      this.#strands.delete(strand);
      return;
    }
    const suspend: Suspend = turn.value;
    strand.cancel = suspend(() => {
      strand.awake = true;
      this.#queue.wakeAll();
    });
  }
}
