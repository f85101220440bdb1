import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sys } from '../../runtime/syscalls';
import { sortInPieces } from './merge-sort';

/** Counts the time that is spent, and how often the process could give way. */
function counting() {
  const counted = { microseconds: 0, breaths: 0 };
  const sys = {
    spend: (microseconds: number) => {
      counted.microseconds += microseconds;
    },
    breathe: () => {
      counted.breaths++;
      return [];
    },
  } as unknown as Sys;
  return { sys, counted };
}

function sorted(lines: readonly string[], compare: (a: string, b: string) => number) {
  const { sys, counted } = counting();
  const task = sortInPieces(sys, lines, compare, 1000);
  let turn = task.next();
  while (!turn.done) turn = task.next();
  return { lines: turn.value, ...counted };
}

const byLength = (a: string, b: string) => a.length - b.length;

describe('sortInPieces', () => {
  it('sorts as Array.sort does, equal lines in their order', () => {
    const lines = fc
      .array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 40 })
      .chain((few) => fc.nat(400).map((times) => Array.from({ length: times }, () => few).flat()));
    fc.assert(
      fc.property(lines, (all) => {
        const numbered = all.map((line, index) => `${line}${index % 7}`);
        expect(sorted(numbered, byLength).lines).toEqual([...numbered].sort(byLength));
      }),
      { numRuns: 30 },
    );
  });

  it('gives way within a big sort, and spends what it was told', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => String((index * 7919) % 20_000));
    const result = sorted(lines, (a, b) => Number(a) - Number(b));
    expect(result.lines.slice(0, 3)).toEqual(['0', '1', '2']);
    expect(result.microseconds).toBeCloseTo(1000);
    expect(result.breaths).toBeGreaterThan(40);
  });
});
