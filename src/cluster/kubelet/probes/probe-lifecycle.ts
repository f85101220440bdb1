import { type ActorRefFrom, createActor } from 'xstate';
import type { ActorClock } from '../machines/kernel-clock';
import { Lifecycle } from '../machines/lifecycle';
import { type ProbeMachineEvent, probeMachine } from '../machines/probe-machine';

/**
 * The lifecycle of one probe. An attempt that has ended gives way to the next one: a probe makes thousands an
 * hour, and mostly nobody looks.
 */
export class ProbeLifecycle extends Lifecycle<
  ProbeMachineEvent,
  ActorRefFrom<typeof probeMachine>
> {
  constructor(clock: ActorClock) {
    super(() => createActor(probeMachine, { clock }).start());
  }

  override send(event: ProbeMachineEvent): void {
    // From the end of an attempt the next one leads to the same states as from before it.
    if (event.type === 'attempt' && hasEnded(this.waiting)) this.waiting.length -= 2;
    super.send(event);
  }

  /** Whether no attempt is made any more. Only a verdict leads there, and is sent on at once. */
  get onHold(): boolean {
    return this.lastValue === 'onHold';
  }

  protected override isUrgent({ type }: ProbeMachineEvent): boolean {
    return type === 'verdict' || this.onHold;
  }
}

/** Whether the last two events are an attempt and its result. */
function hasEnded(events: readonly ProbeMachineEvent[]): boolean {
  const result = events.at(-1)?.type;
  return (result === 'success' || result === 'failure') && events.at(-2)?.type === 'attempt';
}
