import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** One case of a table. What else it holds depends on the table; see the README beside the tables. */
export interface Case {
  readonly name: string;
  readonly category?: string;
  readonly [field: string]: unknown;
}

/** What came of one case: `difference` shows, for people, where it went another way. */
export interface Outcome {
  readonly pass: boolean;
  readonly difference?: string;
}

/** Runs one case in the product. May throw: that is a failure too. */
export type Adapter = (testCase: Case) => Outcome;

export interface Table {
  /** The file's name without `.json`: it decides the adapter. */
  readonly name: string;
  readonly file: string;
  readonly cases: readonly Case[];
  /** What several cases work on, where the table keeps it apart from them. */
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** Files that lie beside the tables and are none. */
const NOT_TABLES = new Set(['minimum.json', 'known-disagreements.json']);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The tables of a folder (or the one in a file), by name. */
export function findTables(folder: string): { name: string; file: string }[] {
  if (!existsSync(folder)) throw new Error(`no such folder: ${folder}`);
  const isFolder = statSync(folder).isDirectory();
  const names = isFolder ? readdirSync(folder).sort() : [path.basename(folder)];
  const directory = isFolder ? folder : path.dirname(folder);
  return names
    .filter((name) => name.endsWith('.json') && !NOT_TABLES.has(name))
    .map((name) => ({ name: name.slice(0, -'.json'.length), file: path.join(directory, name) }));
}

/** Reads a table: a list of cases, or an object whose `cases` are one. */
export function readTable(name: string, file: string): Table {
  const content = readJson(file);
  const list = isRecord(content) ? content.cases : content;
  if (!Array.isArray(list)) throw new Error(`${file} holds no list of cases`);
  const cases = list.map((entry: unknown, index) => {
    if (!isRecord(entry)) throw new Error(`${file}: case ${index} is not an object`);
    return { ...entry, name: String(entry.name ?? `#${index}`) };
  });
  const inputs = isRecord(content) && isRecord(content.inputs) ? content.inputs : undefined;
  return inputs ? { name, file, cases, inputs } : { name, file, cases };
}
