import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markQuoted, unmark } from './marks';
import { Pattern } from './pattern';

/** The obvious matcher for `*`, `?` and plain characters. */
function reference(pattern: string, text: string): boolean {
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === undefined) return text === '';
  if (first === '*') {
    return reference(rest, text) || (text !== '' && reference(pattern, text.slice(1)));
  }
  return text !== '' && (first === '?' || first === text[0]) && reference(rest, text.slice(1));
}

const pattern = fc
  .array(fc.constantFrom('*', '?', 'a', 'b'), { maxLength: 7 })
  .map((parts) => parts.join(''));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 })
  .map((parts) => parts.join(''));

describe('Pattern', () => {
  it.each([
    ['[!a-c]x', 'dx', true],
    ['[!a-c]x', 'bx', false],
    ['[]a]', ']', true],
    ['[[:digit:]_]*', '_1', true],
    ['a[', 'a[', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['[a\\-z]', '-', true],
    ['[a\\-z]', 'm', false],
    ['*.tar.*', 'x.tar.gz', true],
    ['?', '\xc3', true],
  ])('%s and %s: %s', (source, subject, expected) => {
    expect(new Pattern(source).matches(subject)).toBe(expected);
  });

  it('takes quoted characters literally', () => {
    expect(new Pattern(markQuoted('a*[b]')).matches('a*[b]')).toBe(true);
    expect(new Pattern(markQuoted('a*[b]')).matches('axb')).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (literal) => {
        expect(new Pattern(markQuoted(literal)).matches(literal)).toBe(true);
        expect(unmark(markQuoted(literal))).toBe(literal);
      }),
    );
  });

  it('agrees with the obvious matcher', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(new Pattern(source).matches(subject)).toBe(reference(source, subject));
      }),
    );
  });

  it('finds the shortest and longest matches at either end', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const compiled = new Pattern(source);
        const ends = [...subject, '']
          .map((_, end) => end)
          .filter((end) => reference(source, subject.slice(0, end)));
        const starts = [...subject, '']
          .map((_, at) => at)
          .filter((at) => reference(source, subject.slice(at)));
        expect(compiled.matchEnd(subject, 0, false)).toBe(ends[0] ?? -1);
        expect(compiled.matchEnd(subject, 0, true)).toBe(ends.at(-1) ?? -1);
        expect(compiled.matchStart(subject, false)).toBe(starts.at(-1) ?? -1);
        expect(compiled.matchStart(subject, true)).toBe(starts[0] ?? -1);
      }),
    );
  });

  it('does not grow with the number of stars', () => {
    const compiled = new Pattern(`${'*a'.repeat(30)}b`);
    expect(compiled.matches('a'.repeat(20_000))).toBe(false);
    expect(compiled.matchEnd('a'.repeat(5000), 0, true)).toBe(-1);
  });
});
