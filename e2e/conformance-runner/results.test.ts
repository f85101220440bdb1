import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandTable } from './adapters.ts';
import { readMinimum } from './report.ts';
import { brokenClaims, readResults } from './results.ts';
import { findTables, isRecord, readJson, readTable } from './table.ts';

const FOLDER = path.join(import.meta.dirname, '../conformance');
const RESULTS = path.join(import.meta.dirname, '../../src/ui/fidelity/results.json');

/** How many of a table's cases may be known disagreements. */
const MOST_KNOWN = 0.02;

describe('what the page says of the tables', () => {
  const { tables } = readResults(RESULTS);
  const minimum = readMinimum(path.join(FOLDER, 'minimum.json'));
  const own = findTables(FOLDER).map(({ name, file }) => expandTable(readTable(name, file)));

  it('is of these tables', () => {
    expect(tables.map(({ table, total }) => [table, total])).toEqual(
      own.map(({ name, cases }) => [name, cases.length]),
    );
  });

  it.each(tables)('keeps $table above its minimum', ({ table, passed, total }) => {
    expect(passed).toBeGreaterThanOrEqual(Math.ceil((minimum[table] ?? 1) * total - 1e-9));
  });

  it('names disagreements that there are, with their reasons', () => {
    const listed = readJson(path.join(FOLDER, 'known-disagreements.json'));
    const known = Object.entries(isRecord(listed) ? listed : {}).flatMap(([table, cases]) =>
      Object.entries(isRecord(cases) ? cases : {}).map(([name, reason]) => [table, name, reason]),
    );
    for (const [table, name, reason] of known) {
      const cases = own.find((one) => one.name === table)?.cases;
      if (cases) expect(cases.map((one) => one.name)).toContain(name);
      expect(String(reason).length).toBeGreaterThan(20);
    }
    for (const { name, cases } of own) {
      const count = known.filter(([table]) => table === name).length;
      expect(count).toBeLessThan(Math.max(2, cases.length * MOST_KNOWN));
    }
  });
});

it('finds claims that do not hold', () => {
  const measured = {
    table: 'a',
    passed: 3,
    total: 4,
    categories: {},
    failed: [],
    differences: {},
    known: [],
  };
  const claim = { table: 'a', passed: 3, total: 4, known: {} };
  expect(brokenClaims([claim], [measured])).toEqual([]);
  expect(brokenClaims([{ ...claim, passed: 2 }], [measured])).toEqual([]);
  expect(brokenClaims([{ ...claim, passed: 4 }], [measured])).toHaveLength(1);
  expect(brokenClaims([{ ...claim, total: 5 }], [measured])).toHaveLength(1);
  expect(brokenClaims([], [measured])).toHaveLength(1);
});
