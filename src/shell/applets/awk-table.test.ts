import { describe, expect, it } from 'vitest';
import { readNumber, readProgramNumber, toInt } from './awk-number';
import { splitFields } from './awk-split';
import { AwkTable } from './awk-table';
import { substitute } from './awk-text';
import { Regex } from './regex';

describe('AwkTable', () => {
  it('gives keys in the order that scripts see', () => {
    const table = new AwkTable<number>();
    for (const [index, key] of ['web', 'db', 'cache', 'api'].entries()) table.add(key, index);
    expect(table.keys()).toEqual(['cache', 'web', 'api', 'db']);
    table.delete('web');
    expect(table.keys()).toEqual(['cache', 'api', 'db']);
    expect(table.size).toBe(3);
  });

  it('finds everything again after it has grown', () => {
    const table = new AwkTable<number>();
    for (let i = 0; i < 1000; i++) table.add(String(i), i);
    expect(table.get('999')).toBe(999);
    expect(new Set(table.keys()).size).toBe(1000);
  });
});

describe('numbers of awk', () => {
  it('are read as far as they go', () => {
    expect(readNumber('12abc')).toEqual({ value: 12, end: 2 });
    expect(readNumber('0x10').value).toBe(16);
    expect(readNumber('abc')).toEqual({ value: 0, end: 0 });
    expect(readProgramNumber('011', 0).value).toBe(9);
  });

  it('have 32 bits in %d', () => {
    expect(toInt(2147483648)).toBe(-2147483648);
    expect(toInt(-3.99)).toBe(-3);
  });
});

describe('fields', () => {
  const rules = { atNewlines: false, ignoreCase: false };
  const pair = (source: string) => ({
    exact: new Regex(source, { extended: true }),
    ignoringCase: new Regex(source, { extended: true, ignoreCase: true }),
  });

  it('are split at blanks, at a byte, at each byte or at a pattern', () => {
    expect(splitFields('  a  b ', ' ', rules)).toEqual(['a', 'b']);
    expect(splitFields('a::b', ':', rules)).toEqual(['a', '', 'b']);
    expect(splitFields('abc', '', rules)).toEqual(['a', 'b', 'c']);
    expect(splitFields('a--b-', pair('-+'), rules)).toEqual(['a', 'b', '']);
    expect(splitFields('', ':', rules)).toEqual([]);
  });
});

describe('gsub', () => {
  const replaced = (pattern: string, replacement: string, text: string, which = 0) =>
    substitute(text, {
      pattern: new Regex(pattern, { extended: true }),
      replacement,
      which,
      groups: false,
    });

  it('replaces empty matches between characters', () => {
    expect(replaced('x*', '-', 'abc')).toEqual({ text: '-a-b-c-', count: 4 });
  });

  it('puts the match for & and a plain & for \\&', () => {
    expect(replaced('o+', '[&]', 'foo').text).toBe('f[oo]');
    expect(replaced('o', '\\&', 'foo').text).toBe('f&&');
    expect(replaced('o', '0', 'foo', 1)).toEqual({ text: 'f0o', count: 1 });
  });
});
