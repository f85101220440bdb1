import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, hunksOf, keyOf, linesOf, matchLines } from './diff-lines';

const plain = { ignoreCase: false, ignoreSpaceChange: false, ignoreAllSpace: false };

describe('differences', () => {
  it('turn the old lines into the new ones', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (old, now) => {
        const result: string[] = [];
        let at = 1;
        for (const change of changesOf(matchLines(old, now, false))) {
          result.push(...old.slice(at - 1, change.old[0] - 1));
          result.push(...now.slice(change.now[0] - 1, change.now[1]));
          at = change.old[1] + 1;
        }
        result.push(...old.slice(at - 1));
        expect(result).toEqual(now);
      }),
    );
  });

  it('of texts with much between them are hunks of their own', () => {
    const old = Array.from({ length: 20 }, (_, i) => String(i));
    const now = old.map((line, i) => (i === 2 || i === 15 ? 'x' : line));
    const changes = changesOf(matchLines(old, now, false));
    expect(hunksOf(changes, 3)).toHaveLength(2);
    expect(hunksOf(changes, 6)).toHaveLength(1);
  });

  it('can leave case and white space out', () => {
    expect(keyOf('A  b\n', { ...plain, ignoreAllSpace: true })).toBe('Ab');
    expect(keyOf('A  b\n', { ...plain, ignoreSpaceChange: true })).toBe('A b ');
    expect(keyOf('b', plain)).not.toBe(keyOf('b\n', plain));
    expect(linesOf('a\n\nb')).toEqual(['a\n', '\n', 'b']);
  });
});
