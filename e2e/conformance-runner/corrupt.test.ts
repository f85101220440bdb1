import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandTable, runCase } from './adapters.ts';
import { corrupt, seeded } from './corrupt.ts';
import { findTables, readTable } from './table.ts';

const TABLES = findTables(path.join(import.meta.dirname, '../conformance'));
const SHARE = 0.1;
const FEWEST = 3;

/** Far from usual: what a table with many scripts may take on a busy machine. */
const LONGEST_MS = 120_000;

/** A table's cases in an order that the seed decides. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('the runner', () => {
  it.each(TABLES)(
    'reports every expectation of $name that has been corrupted',
    ({ name, file }) => {
      const random = seeded(name.length * 7919 + 36);
      const { cases } = expandTable(readTable(name, file));
      const wanted = Math.max(FEWEST, Math.ceil(cases.length * SHARE));
      let corrupted = 0;
      const unnoticed: string[] = [];
      for (const testCase of shuffled(cases, random)) {
        if (corrupted === Math.min(wanted, cases.length)) break;
        const changed = corrupt(name, testCase, random);
        if (!changed || !runCase(name, testCase).pass) continue;
        corrupted++;
        if (runCase(name, changed.testCase).pass) unnoticed.push(`${testCase.name}: ${changed.at}`);
      }
      expect(corrupted).toBe(Math.min(wanted, cases.length));
      expect(unnoticed).toEqual([]);
    },
    LONGEST_MS,
  );
});
