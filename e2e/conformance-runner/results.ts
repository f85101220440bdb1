import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Disagreements, TableResult } from './report.ts';
import { isRecord, readJson } from './table.ts';

/** What the tables were made from. */
const TRUTH = { kubernetes: '1.36', kubectl: '1.36', busybox: '1.37' } as const;

/** One table as the page shows it. */
export interface ClaimedTable {
  readonly table: string;
  readonly passed: number;
  readonly total: number;
  /** Failed cases that are listed with a reason. */
  readonly known: Readonly<Record<string, string>>;
}

/** How true the lab is, for its users: what each table of the repository and of the recordings gave. */
export interface FidelityResults {
  readonly truth: typeof TRUTH;
  /** Tables that lie in the repository and run with its tests. */
  readonly tables: readonly ClaimedTable[];
  /** Recordings of a cluster that hold text by others and are kept elsewhere. */
  readonly recorded: readonly ClaimedTable[];
}

function claimed(result: TableResult, disagreements: Disagreements): ClaimedTable {
  const reasons = disagreements[result.table] ?? {};
  const known = Object.fromEntries(result.known.map((name) => [name, reasons[name] ?? '']));
  return { table: result.table, passed: result.passed, total: result.total, known };
}

export function readResults(file: string): FidelityResults {
  const content = existsSync(file) ? readJson(file) : undefined;
  if (isRecord(content)) return content as unknown as FidelityResults;
  return { truth: TRUTH, tables: [], recorded: [] };
}

/** Writes what was measured into its section of the file; the other one stays. */
export function writeResults(
  file: string,
  section: 'tables' | 'recorded',
  results: readonly TableResult[],
  disagreements: Disagreements,
): void {
  const before = readResults(file);
  const rows = results.map((result) => claimed(result, disagreements));
  const after: FidelityResults = { ...before, truth: TRUTH, [section]: rows };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(after, undefined, 2)}\n`);
}

/** Tables that do not give what the page says of them, in words. To be better than said is no fault. */
export function brokenClaims(
  claims: readonly ClaimedTable[],
  measured: readonly TableResult[],
): string[] {
  return measured.flatMap(({ table, passed, total }) => {
    const claim = claims.find((one) => one.table === table);
    if (!claim) return [`the page does not know the table ${table}`];
    if (claim.total !== total) return [`${table} has ${total} cases, the page says ${claim.total}`];
    if (claim.passed <= passed) return [];
    return [`${table} passes ${passed} cases, the page says ${claim.passed}`];
  });
}
