import type { StateValue } from 'xstate';
import { stateName } from './state-name';

/** How a machine came to stand where it stands. */
export interface Transition {
  readonly from: string;
  /** Undefined: a delay ran out. */
  readonly event: string | undefined;
  readonly to: string;
}

/** What of an actor is followed. */
export interface Followed<Event extends { readonly type: string }> {
  getSnapshot(): { readonly value: StateValue };
  subscribe(observer: (snapshot: { readonly value: StateValue }) => void): unknown;
  send(event: Event): void;
}

/** Remembers the last transition of a machine from one state to another. */
export class TransitionLog<Event extends { readonly type: string }> {
  last: Transition | undefined;
  readonly #actor: Followed<Event>;
  #state: string;
  #event: string | undefined;

  constructor(actor: Followed<Event>) {
    this.#actor = actor;
    this.#state = stateName(actor.getSnapshot().value);
    actor.subscribe(({ value }) => this.#note(stateName(value)));
  }

  send(event: Event): void {
    this.#event = event.type;
    this.#actor.send(event);
    this.#event = undefined;
  }

  #note(to: string): void {
    if (to !== this.#state) this.last = { from: this.#state, event: this.#event, to };
    this.#state = to;
  }
}
