import { containerScript } from './adapters/container-script.ts';
import { yaml } from './adapters/yaml.ts';
import type { Adapter, Case, Outcome } from './table.ts';

/** Which adapter runs a table, by the table's name. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  applets: containerScript,
  shell: containerScript,
  wild: containerScript,
  yaml,
};

export function knowsTable(table: string): boolean {
  return Object.hasOwn(ADAPTERS, table);
}

/** Runs one case. Never throws: an unknown table and an error of the product's are failures. */
export function runCase(table: string, testCase: Case): Outcome {
  const adapter = knowsTable(table) ? ADAPTERS[table] : undefined;
  if (!adapter) return { pass: false, difference: `no adapter for the table "${table}"` };
  try {
    return adapter(testCase);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { pass: false, difference: `threw ${text}` };
  }
}
