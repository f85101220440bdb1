import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff';

const lines = (...all: (string | number)[]) => all.join('\n');

describe('lineDiff', () => {
  it('says nothing of equal texts', () => {
    expect(lineDiff('a\nb', 'a\nb')).toBe('');
  });

  it('shows three lines around a change', () => {
    const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(lineDiff(before, before.replace('5', 'five'))).toBe(
      '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
  });

  it('keeps changes that are far apart in hunks of their own', () => {
    const all = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = all.map((line, index) => (index === 1 || index === 18 ? 'new' : line));
    const hunks = lineDiff(all.join('\n'), after.join('\n')).match(/^@@.*@@$/gm);
    expect(hunks).toEqual(['@@ -1,5 +1,5 @@', '@@ -16,5 +16,5 @@']);
  });

  it('counts from the line before where nothing was', () => {
    expect(lineDiff(lines('a', 'b'), lines('a', 'x', 'b'))).toBe('@@ -1,2 +1,3 @@\n a\n+x\n b\n');
  });

  it('does not align long texts by lines that stand everywhere', () => {
    const filler = Array.from({ length: 120 }, (_, index) => [`key ${index}`, '}']).flat();
    const before = lines(...filler, 'old', '}');
    const after = lines(...filler, '}');
    expect(lineDiff(before, after)).toBe('@@ -238,5 +238,4 @@\n }\n key 119\n }\n-old\n-}\n+}\n');
  });
});
