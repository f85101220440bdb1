import type { StateValue } from 'xstate';
import { stateName } from './state-name';
import { type Followed, type Transition, TransitionLog } from './transition-log';

/** What restarts or is probed for hours must not gather events without end. */
const MOST_WAITING = 64;

/**
 * A machine that catches up when it is asked: events wait in a list until somebody wants to know the state or
 * one of them is urgent. Hundreds of pods that start at once then cost next to nothing here.
 */
export abstract class Lifecycle<
  Event extends { readonly type: string },
  Actor extends Followed<Event> & { stop(): unknown },
> {
  protected readonly waiting: Event[] = [];
  readonly #start: () => Actor;
  /** Made when the machine catches up for the first time. */
  #actor: Actor | undefined;
  #log: TransitionLog<Event> | undefined;

  constructor(start: () => Actor) {
    this.#start = start;
  }

  send(event: Event): void {
    this.waiting.push(event);
    if (this.isUrgent(event) || this.waiting.length >= MOST_WAITING) this.catchUp();
  }

  /** Where it stands, e.g. `running.ready`. */
  get stateName(): string {
    return stateName(this.catchUp().getSnapshot().value);
  }

  /** How it came there. */
  get lastTransition(): Transition | undefined {
    this.catchUp();
    return this.#log?.last;
  }

  stop(): void {
    this.#actor?.stop();
  }

  /** Whether an event cannot wait: it starts or ends a timer, or others depend on what it leads to. */
  protected abstract isUrgent(event: Event): boolean;

  /** Where it stood when it last caught up. */
  protected get lastValue(): StateValue | undefined {
    return this.#actor?.getSnapshot().value;
  }

  protected catchUp(): Actor {
    this.#actor ??= this.#start();
    this.#log ??= new TransitionLog(this.#actor);
    for (const event of this.waiting) this.#log.send(event);
    this.waiting.length = 0;
    return this.#actor;
  }
}
