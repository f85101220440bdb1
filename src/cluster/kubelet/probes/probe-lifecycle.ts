import { type ActorRefFrom, createActor } from 'xstate';
import type { ActorClock } from '../machines/kernel-clock';
import { type ProbeMachineEvent, probeMachine } from '../machines/probe-machine';
import { stateName } from '../machines/state-name';
import { type Transition, TransitionLog } from '../machines/transition-log';

/**
 * The lifecycle of one probe. Events wait until somebody asks for the state, and an attempt that has ended
 * gives way to the next one: a probe makes thousands an hour, and mostly nobody looks.
 */
export class ProbeLifecycle {
  readonly #clock: ActorClock;
  /** Made when somebody asks for the first time. */
  #log: TransitionLog<ProbeMachineEvent> | undefined;
  #actor: ActorRefFrom<typeof probeMachine> | undefined;
  #waiting: ProbeMachineEvent[] = [];

  constructor(clock: ActorClock) {
    this.#clock = clock;
  }

  send(event: ProbeMachineEvent): void {
    // From the end of an attempt the next one leads to the same states as from before it.
    if (event.type === 'attempt' && hasEnded(this.#waiting)) this.#waiting.length -= 2;
    this.#waiting.push(event);
    if (event.type === 'verdict' || this.onHold || this.#waiting.length >= MOST_WAITING) {
      this.#catchUp();
    }
  }

  /** Whether no attempt is made any more. Only a verdict leads there, and is sent on at once. */
  get onHold(): boolean {
    return this.#actor?.getSnapshot().value === 'onHold';
  }

  get stateName(): string {
    return stateName(this.#catchUp().actor.getSnapshot().value);
  }

  /** How it came there. */
  get lastTransition(): Transition | undefined {
    return this.#catchUp().log.last;
  }

  #catchUp() {
    this.#actor ??= createActor(probeMachine, { clock: this.#clock }).start();
    this.#log ??= new TransitionLog(this.#actor);
    for (const event of this.#waiting) this.#log.send(event);
    this.#waiting = [];
    return { actor: this.#actor, log: this.#log };
  }
}

const MOST_WAITING = 64;

/** Whether the last two events are an attempt and its result. */
function hasEnded(events: readonly ProbeMachineEvent[]): boolean {
  const result = events.at(-1)?.type;
  return (result === 'success' || result === 'failure') && events.at(-2)?.type === 'attempt';
}
