import type { Clock, Timer } from './clock';

/**
 * What a task yields to wait: a function that is given a waker and returns how to take it back. Wakers may
 * fire without need, so a task always looks again at what it waits for (`while (!done) yield queue.wait`).
 */
export type Suspend = (wake: () => void) => () => void;

/** A computation in virtual time: a generator that yields whenever it has to wait. */
export type Task<T = void> = Generator<Suspend, T, void>;

/** A task that has been started. */
export interface RunningTask {
  readonly done: boolean;
  /** Wakes the task although what it waits for has not happened (a signal has come in, say). */
  interrupt(): void;
  /** Drops the task where it stands; no line of it runs again, `onDone` is not called. */
  kill(): void;
  /** Holds the task (true) or lets it go on (false); wakers that fire meanwhile are remembered. */
  hold(held: boolean): void;
  /** Puts another task in this one's place; it starts at the current instant. */
  replace<T>(task: Task<T>, onDone: (result: T) => void): void;
}

/** Starts a task at the current instant. An exception that leaves the task goes to `onError`. */
export function startTask<T>(
  clock: Clock,
  task: Task<T>,
  onDone: (result: T) => void = () => {},
  onError: (error: unknown) => void = rethrow,
): RunningTask {
  return new Driver(clock, task as Task<unknown>, onDone as (result: unknown) => void, onError);
}

function rethrow(error: unknown): never {
  throw error;
}

class Driver implements RunningTask {
  done = false;
  #task: Task<unknown>;
  #onDone: (result: unknown) => void;
  readonly #onError: (error: unknown) => void;
  readonly #clock: Clock;
  #cancelWait: (() => void) | null = null;
  #resume: Timer | null = null;
  #held = false;
  #wokenWhileHeld = false;
  /** Counts waits, so that the waker of an earlier wait cannot end a later one. */
  #wait = 0;

  constructor(
    clock: Clock,
    task: Task<unknown>,
    onDone: (result: unknown) => void,
    onError: (error: unknown) => void,
  ) {
    this.#clock = clock;
    this.#task = task;
    this.#onDone = onDone;
    this.#onError = onError;
    this.#schedule();
  }

  interrupt(): void {
    if (!this.done) this.#schedule();
  }

  kill(): void {
    this.done = true;
    this.#forgetWait();
    if (this.#resume) this.#clock.cancel(this.#resume);
    this.#resume = null;
  }

  hold(held: boolean): void {
    this.#held = held;
    if (!held && this.#wokenWhileHeld) {
      this.#wokenWhileHeld = false;
      this.#schedule();
    }
  }

  replace<T>(task: Task<T>, onDone: (result: T) => void): void {
    this.#forgetWait();
    this.#task = task as Task<unknown>;
    this.#onDone = onDone as (result: unknown) => void;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#held) {
      this.#wokenWhileHeld = true;
      return;
    }
    if (this.#resume) return;
    if (this.#cancelWait) this.#forgetWait();
    else this.#wait++;
    this.#resume = this.#clock.after(0, this.#turn);
  }

  #forgetWait(): void {
    this.#wait++;
    const cancel = this.#cancelWait;
    this.#cancelWait = null;
    cancel?.();
  }

  readonly #turn = (): void => {
    this.#resume = null;
    if (this.done) return;
    if (this.#held) {
      this.#wokenWhileHeld = true;
      return;
    }
    const task = this.#task;
    try {
      const turn = task.next();
      // The turn itself may have ended or replaced the task (exec, a process that kills itself).
      if (this.done || this.#task !== task) return;
      if (turn.done) {
        this.done = true;
        this.#onDone(turn.value);
        return;
      }
      const wait = ++this.#wait;
      const cancel = turn.value(() => {
        if (wait === this.#wait && !this.done) this.#schedule();
      });
      if (wait === this.#wait) this.#cancelWait = cancel;
      else cancel();
    } catch (error) {
      if (this.#task !== task) throw error;
      this.done = true;
      this.#onError(error);
    }
  };
}

/** Waits `ms` of virtual time. An interrupt ends the wait early; callers that care look at the clock. */
export function sleep(clock: Clock, ms: number): Suspend {
  return (wake) => {
    const timer = clock.after(ms, wake);
    return () => clock.cancel(timer);
  };
}

/** Sleeps the whole of `ms`, whatever wakes the task meanwhile. */
export function* sleepFully(clock: Clock, ms: number): Task {
  const until = clock.now + ms;
  while (clock.now < until) yield sleep(clock, until - clock.now);
}

/** Those who wait for something to change. */
export class WaitQueue {
  /** Who has waited longest: most queues never see more than one. */
  #first: (() => void) | undefined;
  #others: Set<() => void> | undefined;

  /** Yield this to wait for the next `wakeAll`. */
  readonly wait: Suspend = (wake) => {
    // Each wait is an entry of its own, even if the same function waits twice.
    const waker = () => wake();
    if (this.size === 0) this.#first = waker;
    else {
      this.#others ??= new Set();
      this.#others.add(waker);
    }
    return () => {
      if (this.#first === waker) this.#first = undefined;
      else this.#others?.delete(waker);
    };
  };

  get size(): number {
    return (this.#first ? 1 : 0) + (this.#others?.size ?? 0);
  }

  wakeAll(): void {
    const first = this.#first;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    first?.();
    if (others) for (const wake of others) wake();
  }
}

/** Waits until any of several things happens. */
export function anyOf(...waits: readonly Suspend[]): Suspend {
  return (wake) => {
    const cancels = waits.map((wait) => wait(wake));
    return () => {
      for (const cancel of cancels) cancel();
    };
  };
}
