import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TABLE_GROUPS, TABLE_TEXTS } from './table-texts';

interface Row {
  readonly table: string;
  readonly passed: number;
  readonly total: number;
}

const results = JSON.parse(
  readFileSync(new URL('./results.json', import.meta.url), 'utf8'),
) as Record<'tables' | 'recorded', Row[]>;

describe('the fidelity page', () => {
  it('has words for every table whose results it shows', () => {
    const rows = [...results.tables, ...results.recorded];
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ table }) => !TABLE_TEXTS[table])).toEqual([]);
    for (const { passed, total } of rows) expect(passed).toBeLessThanOrEqual(total);
  });

  it('puts each table into a group that it shows', () => {
    for (const { group, title, what } of Object.values(TABLE_TEXTS)) {
      expect(TABLE_GROUPS).toContain(group);
      expect(`${title}${what}`.length).toBeGreaterThan(10);
    }
  });
});
