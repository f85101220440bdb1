// npm run -s conformance -- [DIR] [--json] [--verbose] [--category A,B] [--only NAME] [--min FILE] …

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { expandTable, runCase } from './adapters.ts';
import { inParallel, runTask } from './pool.ts';
import {
  asText,
  compareWithMinimum,
  type Disagreements,
  readMinimum,
  summarize,
  type TableResult,
} from './report.ts';
import { brokenClaims, readResults, writeResults } from './results.ts';
import { findTables, isRecord, readJson, readTable, type Table } from './table.ts';
import { work } from './worker.ts';

const USAGE =
  'usage: conformance [DIR] [--json] [--verbose] [--category A,B] [--only NAME] [--min FILE] [--claims FILE] [--results FILE]\n' +
  '  DIR         a folder of tables, or one table; default: e2e/conformance\n' +
  '  --json      results as JSON, with counts by category\n' +
  '  --verbose   what differs in each failed case\n' +
  '  --category  only the cases of these categories\n' +
  '  --only      one case by its name, with what differs\n' +
  '  --min       the least share of each table; fails only below it\n' +
  '  --claims    what the page says of the tables; fails where they give less\n' +
  '  --results   writes there what the page shall say of the tables';

const ownTables = path.join(process.env.PODLAB_ROOT ?? process.cwd(), 'e2e/conformance');

function readDisagreements(): Disagreements {
  const file = path.join(ownTables, 'known-disagreements.json');
  if (!existsSync(file)) return {};
  const content = readJson(file);
  return isRecord(content) ? (content as Disagreements) : {};
}

function selectIndexes(table: Table, categories: ReadonlySet<string> | undefined): number[] {
  return table.cases.flatMap((testCase, index) =>
    !categories || categories.has(testCase.category ?? '(none)') ? [index] : [],
  );
}

/** Runs every case of that name here, in this thread, and says what differs. */
function runOnly(tables: readonly Table[], name: string): number {
  let found = 0;
  let failed = 0;
  for (const table of tables) {
    for (const testCase of table.cases.filter((candidate) => candidate.name === name)) {
      found++;
      const outcome = runCase(table.name, testCase);
      if (!outcome.pass) failed++;
      console.log(`${outcome.pass ? 'passed' : 'failed'} ${table.name}: ${name}`);
      if (typeof testCase.script === 'string') console.log(testCase.script.replace(/^/gm, '  | '));
      if (outcome.difference) console.log(outcome.difference);
    }
  }
  if (found === 0) console.error(`no case is named ${name}`);
  return found === 0 || failed > 0 ? 1 : 0;
}

async function runTables(
  tables: readonly Table[],
  categories: ReadonlySet<string> | undefined,
): Promise<TableResult[]> {
  const disagreements = readDisagreements();
  const jobs = tables
    .map((table) => ({ table, indexes: selectIndexes(table, categories) }))
    .filter(({ indexes }) => !categories || indexes.length > 0)
    .map(({ table, indexes }) => async () => {
      const task = { name: table.name, file: table.file, indexes };
      const outcomes = await runTask(new URL(import.meta.url), task);
      return summarize(table, outcomes, disagreements);
    });
  return inParallel(jobs, Math.min(4, availableParallelism()));
}

async function main(): Promise<number> {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      category: { type: 'string', multiple: true },
      only: { type: 'string' },
      min: { type: 'string' },
      claims: { type: 'string' },
      results: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (options.help || positionals.length > 1) {
    console.log(USAGE);
    return options.help ? 0 : 2;
  }
  const tables = findTables(positionals[0] ?? ownTables).map((t) =>
    expandTable(readTable(t.name, t.file)),
  );
  if (options.only !== undefined) return runOnly(tables, options.only);

  const categories = options.category && new Set(options.category.join(',').split(','));
  const minimum = options.min === undefined ? undefined : readMinimum(options.min);
  const measured = await runTables(tables, categories);
  const results = minimum ? measured.map((r) => compareWithMinimum(r, minimum)) : measured;
  const isOwn = positionals[0] === undefined || path.resolve(positionals[0]) === ownTables;
  const section = isOwn ? 'tables' : 'recorded';
  if (options.results !== undefined) {
    writeResults(options.results, section, results, readDisagreements());
  }
  const broken =
    options.claims === undefined ? [] : brokenClaims(readResults(options.claims)[section], results);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const total = results.reduce((sum, result) => sum + result.total, 0);
  if (options.json) console.log(JSON.stringify({ passed, total, tables: results }, undefined, 2));
  else console.log(asText(results, readDisagreements(), options.verbose));
  if (total === 0) {
    console.error('no case was run');
    return 1;
  }
  for (const claim of broken) console.error(claim);
  if (broken.length > 0) return 1;
  const fails = (r: TableResult) => (minimum ? (r.shortBy ?? 0) > 0 : r.passed < r.total);
  return results.some(fails) ? 1 : 0;
}

if (isMainThread) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
} else {
  work();
}
