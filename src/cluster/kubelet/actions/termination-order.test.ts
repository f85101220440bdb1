import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../../../api/stored-objects';
import { createKernel } from '../../../kernel/kernel';
import { hasSidecar, TerminationOrder } from './termination-order';

const one = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: 'app',
  ...more,
});
const POD: Pod = {
  metadata: { name: 'web', namespace: 'default', uid: 'u1' },
  spec: {
    initContainers: [
      one('init'),
      one('first', { restartPolicy: 'Always' }),
      one('second', { restartPolicy: 'Always' }),
    ],
    containers: [one('a'), one('b')],
  },
};

/** Ends the containers at these times, s; returns when each came to its turn and what it had waited. */
function run(ends: Record<string, number>, running: readonly string[], graceSeconds = 100) {
  const { clock, start } = createKernel({ seed: 1, epochMs: 0 });
  const order = new TerminationOrder(clock, POD, new Set(running));
  const turns: Record<string, [number, number]> = {};
  for (const name of running) {
    start(order.waitForTurn(name, graceSeconds), (waited) => {
      turns[name] = [clock.now / 1000, waited];
      const stops = ends[name];
      if (stops !== undefined) clock.after(stops * 1000, () => order.containerEnded(name));
    });
  }
  clock.runUntil(1_000_000);
  return turns;
}

describe('TerminationOrder', () => {
  it('ends regular containers at once, then sidecars from the last to the first', () => {
    const all = ['a', 'b', 'first', 'second'];
    expect(run({ a: 2, b: 5, second: 3, first: 1 }, all)).toEqual({
      a: [0, 0],
      b: [0, 0],
      second: [5, 5],
      first: [8, 8],
    });
  });

  it('does not wait for what does not run', () => {
    expect(run({ first: 1 }, ['first'])).toEqual({ first: [0, 0] });
  });

  it('waits no longer than the grace period', () => {
    expect(run({ a: 60 }, ['a', 'second'], 10)).toEqual({ a: [0, 0], second: [10, 10] });
  });

  it('is needed only where there are sidecars', () => {
    expect(hasSidecar(POD)).toBe(true);
    const spec = { ...POD.spec, initContainers: [one('init')] };
    expect(hasSidecar({ ...POD, spec })).toBe(false);
  });
});
