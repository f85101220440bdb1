import { printerOf } from '../../../src/cluster/apiserver/printers/table.ts';
import { resourceOfKind } from '../../../src/cluster/apiserver/resources.ts';
import { outcomeOf } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

interface PrintedRow {
  readonly cells: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
  readonly conditions: readonly object[];
}

function printed(given: unknown, { options, now }: Case, alwaysShown: readonly string[]) {
  if (!isRecord(given)) throw new Error('the case has no object');
  const wide = isRecord(options) && options.wide === true;
  if (isRecord(options)) refuseUnknown('option', options, ['wide']);
  const info = resourceOfKind(String(given.apiVersion), String(given.kind));
  if (!info) throw new Error(`no resource holds ${String(given.apiVersion)} ${String(given.kind)}`);
  const printer = printerOf(info.resource);
  const row = printer.row(given as never, { nowMs: Date.parse(String(now)), wide });
  const shown = printer.columns.flatMap(({ name, priority }, index) =>
    wide || (priority ?? 0) === 0 || alwaysShown.includes(name) ? [{ name, index }] : [],
  );
  const result: PrintedRow = {
    columns: shown.map(({ name }) => name),
    cells: Object.fromEntries(shown.map(({ name, index }) => [name, row.cells[index]])),
    conditions: row.conditions ?? [],
  };
  return result;
}

const POD_COLUMNS: Readonly<Record<string, string>> = {
  name: 'Name',
  ready: 'Ready',
  status: 'Status',
  restarts: 'Restarts',
  age: 'Age',
  ip: 'IP',
  node: 'Node',
  nominated: 'Nominated Node',
  gates: 'Readiness Gates',
};

/** Table printers: a pod's row. */
export function printers(testCase: Case): Outcome {
  refuseUnknown('field', testCase, ['name', 'upstream', 'now', 'pod', 'options', 'expect']);
  const { expect } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  const { rowConditions, ...wanted } = expect;
  const row = printed(testCase.pod, testCase, []);
  const cells = Object.entries(wanted).map(([key, value]) => {
    const column = POD_COLUMNS[key];
    if (column === undefined) throw new Error(`unknown cell ${key}`);
    return jsonDifference(column, value, row.cells[column]);
  });
  return outcomeOf([
    ...cells,
    rowConditions === undefined
      ? undefined
      : jsonDifference('conditions of the row', rowConditions, row.conditions),
  ]);
}

/** The cell that rows of volumes and claims hold without -o wide too. */
const HIDDEN_BY_KUBECTL = 'VolumeMode';

/** Table printers_other: rows of other kinds. */
export function printersOther(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'upstream', 'note', 'now', 'object', 'options', 'columns', 'expectCells'],
  ]);
  const { columns, expectCells, object } = testCase;
  const wanted = Array.isArray(columns) ? columns.map(String) : [];
  const always = wanted.includes(HIDDEN_BY_KUBECTL) ? [HIDDEN_BY_KUBECTL] : [];
  const row = printed(object, testCase, always);
  return outcomeOf([
    jsonDifference('columns', wanted.map(plainName), row.columns.map(plainName)),
    jsonDifference('cells', expectCells, Object.values(row.cells)),
  ]);
}

/** Tables name their columns as the headers of `kubectl get` are read: blanks and hyphens alike. */
function plainName(column: string): string {
  return column.replaceAll('-', ' ').toLowerCase();
}
