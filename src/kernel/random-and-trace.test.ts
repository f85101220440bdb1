import { describe, expect, it } from 'vitest';
import { Random } from './random';
import { Trace } from './trace';

describe('Random', () => {
  it('repeats itself for the same seed', () => {
    const draw = () =>
      Array.from(
        { length: 5 },
        (
          (r) => () =>
            r.uint32()
        )(new Random(7)),
      );
    expect(draw()).toEqual(draw());
  });

  it('gives each stream numbers of its own, whatever others draw', () => {
    const random = new Random(7);
    const before = random.stream('probe').uint32();
    random.stream('back-off').uint32();
    expect(random.stream('probe').uint32()).toBe(before);
    expect(random.stream('back-off').uint32()).not.toBe(before);
  });

  it('stays within its bounds', () => {
    const random = new Random(1);
    const draws = Array.from({ length: 1000 }, () => random.below(3));
    expect(new Set(draws)).toEqual(new Set([0, 1, 2]));
  });

  it('makes version 4 UUIDs', () => {
    expect(new Random(3).uuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('Trace', () => {
  const filled = (texts: readonly string[]) => {
    const trace = new Trace(() => 5);
    for (const text of texts) trace.emit('log', { text });
    return trace;
  };

  it('has the same hash for the same records, however often it is asked', () => {
    const asked = new Trace(() => 5);
    asked.emit('log', { text: 'a' });
    expect(asked.hash).toMatch(/^[0-9a-f]{16}$/);
    asked.emit('log', { text: 'b' });
    expect(asked.hash).toBe(filled(['a', 'b']).hash);
  });

  it('has another hash for another order', () => {
    expect(filled(['a', 'b']).hash).not.toBe(filled(['b', 'a']).hash);
  });
});
