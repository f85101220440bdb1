import { isRecord, type Outcome, readJson, type Table } from './table.ts';

export interface TableResult {
  readonly table: string;
  readonly passed: number;
  readonly total: number;
  readonly categories: Record<string, { passed: number; total: number }>;
  readonly failed: readonly string[];
  /** What differed in each failed case, by its name. */
  readonly differences: Readonly<Record<string, string>>;
  /** Failed cases that are listed with a reason. They count as failed all the same. */
  readonly known: readonly string[];
  /** With `--min`: how many more cases would have to pass. */
  readonly shortBy?: number;
}

/** Reasons by table and case: where we believe the table to be wrong, or to show a stand-in. */
export type Disagreements = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function summarize(
  table: Table,
  outcomes: ReadonlyMap<number, Outcome>,
  disagreements: Disagreements,
): TableResult {
  const categories: TableResult['categories'] = {};
  const failed: string[] = [];
  const differences: Record<string, string> = {};
  for (const [index, outcome] of [...outcomes].sort(([a], [b]) => a - b)) {
    const testCase = table.cases[index];
    if (!testCase) continue;
    const category = testCase.category ?? '(none)';
    categories[category] ??= { passed: 0, total: 0 };
    categories[category].total++;
    if (outcome.pass) categories[category].passed++;
    else {
      failed.push(testCase.name);
      differences[testCase.name] = outcome.difference ?? '';
    }
  }
  const listed = disagreements[table.name] ?? {};
  return {
    table: table.name,
    passed: outcomes.size - failed.length,
    total: outcomes.size,
    categories,
    failed,
    differences,
    known: failed.filter((name) => Object.hasOwn(listed, name)),
  };
}

/** Reads the least shares, e.g. {"shell": 0.85}. */
export function readMinimum(file: string): Record<string, number> {
  const content = readJson(file);
  if (!isRecord(content)) throw new Error(`${file} is not an object of shares`);
  return Object.fromEntries(
    Object.entries(content).map(([table, share]) => {
      if (typeof share !== 'number' || share < 0 || share > 1) {
        throw new Error(`${file}: the share of ${table} is not a number from 0 to 1`);
      }
      return [table, share];
    }),
  );
}

/** A table without a share must pass whole: a new table cannot slip in unmeasured. */
export function compareWithMinimum(
  result: TableResult,
  minimum: Readonly<Record<string, number>>,
): TableResult {
  const share = minimum[result.table] ?? 1;
  return {
    ...result,
    shortBy: Math.max(0, Math.ceil(share * result.total - 1e-9) - result.passed),
  };
}

export function asText(
  results: readonly TableResult[],
  disagreements: Disagreements,
  verbose: boolean,
): string {
  const lines = results.map(({ table, passed, total }) => `${table} ${passed}/${total}`);
  for (const { table, failed, differences } of results) {
    for (const name of failed) {
      const reason = disagreements[table]?.[name];
      lines.push(`failed ${table}: ${name}${reason ? `   (known disagreement: ${reason})` : ''}`);
      if (verbose && differences[name]) lines.push(differences[name]);
    }
  }
  const known = results.reduce((sum, result) => sum + result.known.length, 0);
  if (known > 0) lines.push(`${known} of the failed cases are known disagreements`);
  for (const { table, shortBy } of results) {
    if (shortBy) lines.push(`${table} is below its minimum: ${shortBy} more must pass`);
  }
  return lines.join('\n');
}
