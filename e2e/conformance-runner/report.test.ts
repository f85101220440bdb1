import { expect, it } from 'vitest';
import { readContainerCase } from './adapters/container-case.ts';
import { runCase } from './adapters.ts';
import { outcomeOf, textDifference } from './difference.ts';
import { asText, compareWithMinimum, summarize } from './report.ts';

const table = {
  name: 'made',
  file: 'made.json',
  cases: [
    { name: 'a', category: 'x' },
    { name: 'b', category: 'x' },
    { name: 'c', category: 'y' },
  ],
};
const outcomes = new Map([
  [0, { pass: true }],
  [1, { pass: false }],
  [2, { pass: false }],
]);
const result = summarize(table, outcomes, { made: { c: 'the recording differs' } });

it('counts by category and names what failed', () => {
  expect(result).toMatchObject({ passed: 1, total: 3, failed: ['b', 'c'], known: ['c'] });
  expect(result.categories).toEqual({ x: { passed: 1, total: 2 }, y: { passed: 0, total: 1 } });
});

it('holds a table to its least share, and one without a share to all', () => {
  expect(compareWithMinimum(result, { made: 1 / 3 }).shortBy).toBe(0);
  expect(compareWithMinimum(result, { made: 0.5 }).shortBy).toBe(1);
  expect(compareWithMinimum(result, {}).shortBy).toBe(2);
});

it('prints a line per table, then the failing cases', () => {
  const lines = asText([result], { made: { c: 'the recording differs' } }, false).split('\n');
  expect(lines[0]).toBe('made 1/3');
  expect(lines[1]).toBe('failed made: b');
  expect(lines[2]).toContain('known disagreement: the recording differs');
});

it('fails a case of an unknown table, of an unknown field or without expectation', () => {
  expect(runCase('no-such-table', { name: 'a' }).pass).toBe(false);
  expect(runCase('toString', { name: 'a' }).pass).toBe(false);
  expect(runCase('shell', { name: 'a', script: 'true' }).pass).toBe(false);
  const odd = { name: 'a', script: 'true', moon: 'full', expect: {} };
  expect(runCase('shell', odd).difference).toContain('unknown field moon');
});

it('shows the lines that differ', () => {
  expect(textDifference('stdout', 'a\nb\n', 'a\nb\n')).toBeUndefined();
  const difference = textDifference('stdout', 'a\nb\nd\n', 'a\nc\nd\n');
  expect(difference?.split('\n').slice(1)).toEqual(['    a↵', '  - b↵', '  + c↵']);
  expect(outcomeOf([undefined, difference]).pass).toBe(false);
});

it('reads how a script of the tables is started', () => {
  const inline = readContainerCase({ name: 'a', script: 'echo', args: ['x'] });
  expect(inline.argv).toEqual(['sh', '-c', 'echo', 'sh', 'x']);
  const file = readContainerCase({
    name: 'b',
    script: 'echo',
    invocation: 'file',
    args: ['x'],
    user: '1000:3000',
    files: { d: { dir: true, mode: '711' }, '/tmp/l': { link: 'd' } },
  });
  expect(file.argv).toEqual(['sh', 'script.sh', 'x']);
  expect(file).toMatchObject({ uid: 1000, gid: 3000 });
  expect(file.files.map(({ path, kind, mode }) => [path, kind, mode])).toEqual([
    ['/w/script.sh', 'file', 0o644],
    ['/w/d', 'directory', 0o711],
    ['/tmp/l', 'link', 0o777],
  ]);
});
