import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOnly, diffLines } from './diff-lines';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((lines) => lines.join('\n'));

describe('diffLines', () => {
  it('marks what comes and goes', () => {
    expect(diffLines('a\nb\nc\n', 'a\nx\nc\n')).toEqual([
      { sign: ' ', line: 'a' },
      { sign: '-', line: 'b' },
      { sign: '+', line: 'x' },
      { sign: ' ', line: 'c' },
    ]);
  });

  it('holds both texts', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const side = (sign: '+' | '-') =>
          lines.filter((one) => one.sign !== sign).map(({ line }) => line);
        expect(side('+')).toEqual(before.replace(/\n$/, '').split('\n'));
        expect(side('-')).toEqual(after.replace(/\n$/, '').split('\n'));
      }),
    );
  });
});

describe('changesOnly', () => {
  it('leaves out what is far from any change', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh';
    const shown = changesOnly(diffLines(before, before.replace('h', 'x')));
    expect(shown.map((one) => one?.line)).toEqual([undefined, 'f', 'g', 'h', 'x']);
    expect(changesOnly(diffLines('a', 'a'))).toEqual([undefined]);
  });
});
