import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXAMPLE_TEXTS } from './example-texts';

const names = (folder: string) =>
  readdirSync(new URL(`../../../lessons/examples/${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace('.yaml', ''))
    .sort();

it('has a title and a sentence for each of the notes’ 22 manifests', () => {
  expect(EXAMPLE_TEXTS).toHaveLength(22);
  expect(EXAMPLE_TEXTS.map(({ id }) => id).sort()).toEqual(names(''));
  expect(new Set(EXAMPLE_TEXTS.map(({ title }) => title)).size).toBe(22);
});

it('uses every companion file, and has all that it uses', () => {
  const used = EXAMPLE_TEXTS.flatMap(({ companions = [] }) => companions.map(({ file }) => file));
  expect([...new Set(used)].sort()).toEqual(names('then'));
});
