import { describe, expect, it } from 'vitest';
import { BadRegex, Regex } from './regex';

function found(pattern: string, text: string, extended = true) {
  const match = new Regex(pattern, { extended }).find(text);
  return match && text.slice(match.start, match.end);
}

describe('Regex', () => {
  it('takes the longest of the leftmost matches, as POSIX asks for', () => {
    expect(found('a|ab|abc', 'xabcd')).toBe('abc');
    expect(found('(a|ab)(c|bcd)', 'abcd')).toBe('abcd');
  });

  it('knows which signs are special in basic and in extended expressions', () => {
    expect(found('a+', 'aa+', false)).toBe('a+');
    expect(found('a\\+', 'aa+', false)).toBe('aa');
    expect(found('a+', 'aa+')).toBe('aa');
    expect(found('a\\{2\\}', 'aaa', false)).toBe('aa');
    expect(found('\\(a\\)\\1', 'baab', false)).toBe('aa');
  });

  it('knows classes, ranges and brackets inside of brackets', () => {
    expect(found('[[:digit:]]+', 'ab12c')).toBe('12');
    expect(found('[]a]+', 'x]a]')).toBe(']a]');
    expect(found('[^]a]', ']ab')).toBe('b');
  });

  it('matches at word boundaries only', () => {
    expect(found('\\<foo\\>', 'foobar foo')).toBe('foo');
    expect(found('\\<bar', 'foobar')).toBeUndefined();
  });

  it('refuses what regcomp refuses', () => {
    expect(() => new Regex('[a', { extended: true })).toThrow(BadRegex);
    expect(() => new Regex('(a', { extended: true })).toThrow(BadRegex);
    expect(() => new Regex('\\(a')).toThrow(BadRegex);
  });

  it('ends on a pattern that would keep a backtracking matcher busy for ever', () => {
    expect(found('(a*)*b|(a|aa)+$', 'a'.repeat(3000))).toBe('a'.repeat(3000));
  });
});
