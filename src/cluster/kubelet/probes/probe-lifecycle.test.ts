import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { createKernel } from '../../../kernel/kernel';
import { actorClock } from '../machines/kernel-clock';
import { type ProbeMachineEvent, probeMachine } from '../machines/probe-machine';
import { stateName } from '../machines/state-name';
import { ProbeLifecycle } from './probe-lifecycle';

const plain = [
  'no container',
  'delayed',
  'gated',
  'attempt',
  'attempt',
  'attempt',
  'thrown away',
  'verdict',
  'new container',
  'stop',
] as const;

const event: fc.Arbitrary<ProbeMachineEvent> = fc.oneof(
  fc.constantFrom(...plain).map((type) => ({ type })),
  fc.record({ type: fc.constantFrom('success' as const, 'failure' as const), run: fc.nat(9) }),
);

describe('ProbeLifecycle', () => {
  it('is at any time in the state of the machine that is sent every event', () => {
    const asked = fc.array(fc.tuple(event, fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(asked, (steps) => {
        const clock = actorClock(createKernel({ seed: 1, epochMs: 0 }));
        const lifecycle = new ProbeLifecycle(clock);
        const machine = createActor(probeMachine, { clock }).start();
        for (const [next, looks] of steps) {
          lifecycle.send(next);
          machine.send(next);
          const { value } = machine.getSnapshot();
          expect(lifecycle.onHold).toBe(value === 'onHold');
          if (looks) expect(lifecycle.stateName).toBe(stateName(value));
        }
        expect(lifecycle.stateName).toBe(stateName(machine.getSnapshot().value));
      }),
    );
  });
});
