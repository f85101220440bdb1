import type { Bytes } from '../../runtime/bytes';
import {
  compare,
  evaluate,
  hasAggregate,
  NO_COLUMNS,
  resultFamily,
  type Scope,
  type SqlSession,
  truth,
} from './evaluate';
import { SqlError } from './sql-error';
import type { Expression, Select, SelectItem, SqlValue, TableReference } from './statement';
import type { SqlTable } from './table';

export interface ResultColumn {
  readonly name: Bytes;
  readonly family: 'number' | 'text';
}

/** What a statement yields: rows, or how many it has touched. */
export interface SqlResult {
  /** `SELECT 2`, `INSERT 0 1`, `CREATE TABLE`. */
  readonly tag: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly SqlValue[])[];
  readonly affected: number;
  /** Said beside the result, e.g. `table "x" does not exist, skipping`. */
  readonly notice?: Bytes;
}

/** A table of a query with the row that is looked at; undefined: a left join found none. */
interface Bound {
  readonly alias: Bytes;
  readonly table: SqlTable;
  readonly row: readonly SqlValue[] | undefined;
}

/** The columns of one row of each table. */
export function scopeOf(bound: readonly Bound[], group?: readonly Scope[]): Scope {
  return {
    column(table, name) {
      for (const one of bound) {
        if (table !== undefined && one.alias !== table && one.table.name !== table) continue;
        const index = one.table.indexOf(name);
        if (index >= 0) return one.row?.[index] ?? null;
      }
      return undefined;
    },
    ...(group ? { group } : {}),
  };
}

/** Runs a SELECT over tables that `find` knows. */
export function runSelect(
  select: Select,
  session: SqlSession,
  find: (reference: TableReference) => SqlTable,
): SqlResult {
  const tables = select.from.map((reference) => ({ reference, table: find(reference) }));
  const joined = joinTables(tables, session);
  const matching = joined.filter(
    (bound) =>
      select.where === undefined ||
      truth(evaluate(select.where, scopeOf(bound), session, 'where clause')),
  );
  const empty = tables.map(({ reference, table }) => ({
    alias: reference.alias,
    table,
    row: undefined,
  }));
  const items = expandStars(select.items, empty);
  const scopes = groupRows(select, items, matching, empty, session).filter(
    (scope) =>
      select.having === undefined ||
      truth(evaluate(select.having, scope, session, 'having clause')),
  );
  // Names and types are looked at even if no row is: a wrong column is an error in an empty table, too.
  if (scopes.length === 0)
    for (const { expression } of items) evaluate(expression, scopeOf(empty, []), session);
  let rows = scopes.map((scope) => ({
    scope,
    values: items.map(({ expression }) => evaluate(expression, scope, session)),
  }));
  sortRows(rows, select, items, session);
  if (select.distinct) {
    const seen = new Set<string>();
    rows = rows.filter(({ values }) => {
      const key = JSON.stringify(values);
      return !seen.has(key) && seen.add(key);
    });
  }
  const count = (expression: Expression | undefined) =>
    expression === undefined ? undefined : Number(evaluate(expression, NO_COLUMNS, session));
  const start = count(select.offset) ?? 0;
  const limit = count(select.limit);
  rows = rows.slice(start, limit === undefined ? undefined : start + limit);
  const typeOf = (table: Bytes | undefined, name: Bytes) =>
    empty
      .filter(({ alias }) => table === undefined || alias === table)
      .map((one) => one.table.columns[one.table.indexOf(name)]?.type)
      .find((type) => type !== undefined);
  return {
    tag: `SELECT ${rows.length}`,
    columns: items.map(({ name, expression }) => ({
      name,
      family: resultFamily(expression, typeOf),
    })),
    rows: rows.map(({ values }) => values),
    affected: rows.length,
  };
}

function joinTables(
  tables: readonly { reference: TableReference; table: SqlTable }[],
  session: SqlSession,
): Bound[][] {
  let joined: Bound[][] = [[]];
  for (const { reference, table } of tables) {
    const { alias, on, left } = reference;
    joined = joined.flatMap((before) => {
      const pairs = table.rows
        .map((row) => [...before, { alias, table, row }])
        .filter(
          (bound) => on === undefined || truth(evaluate(on, scopeOf(bound), session, 'on clause')),
        );
      return pairs.length === 0 && left ? [[...before, { alias, table, row: undefined }]] : pairs;
    });
  }
  return joined;
}

interface NamedItem {
  readonly name: Bytes;
  readonly expression: Expression;
}

/** The columns of a result, `*` written out. */
export function expandStars(items: readonly SelectItem[], bound: readonly Bound[]): NamedItem[] {
  return items.flatMap(({ star, expression, alias }): NamedItem[] => {
    if (expression) return [{ name: alias ?? defaultName(expression), expression }];
    const wanted = bound.filter((one) => star?.table === undefined || one.alias === star.table);
    return wanted.flatMap((one) =>
      one.table.columns.map(({ name }) => ({
        name,
        expression: { kind: 'column' as const, table: one.alias, name, at: 0 },
      })),
    );
  });
}

function defaultName(expression: Expression): Bytes {
  if (expression.kind === 'column') return expression.name;
  if (expression.kind === 'call') return expression.name;
  return expression.kind === 'cast' ? defaultName(expression.operand) : '?column?';
}

/** One scope for each row of the result: a row of the tables, or a group of them. */
function groupRows(
  select: Select,
  items: readonly NamedItem[],
  rows: readonly (readonly Bound[])[],
  empty: readonly Bound[],
  session: SqlSession,
): Scope[] {
  const aggregates = items.some(({ expression }) => hasAggregate(expression));
  if (select.groupBy.length === 0 && !aggregates) return rows.map((bound) => scopeOf(bound));
  if (select.groupBy.length === 0) {
    for (const { expression } of items) {
      if (expression.kind === 'column') {
        throw new SqlError({ kind: 'ungrouped', column: expression.name }, expression.at);
      }
    }
    return [
      scopeOf(
        rows[0] ?? empty,
        rows.map((bound) => scopeOf(bound)),
      ),
    ];
  }
  const groups = new Map<string, (readonly Bound[])[]>();
  for (const bound of rows) {
    const key = JSON.stringify(
      select.groupBy.map((one) => evaluate(one, scopeOf(bound), session, 'group statement')),
    );
    const group = groups.get(key);
    if (group) group.push(bound);
    else groups.set(key, [bound]);
  }
  return [...groups.values()].map((group) =>
    scopeOf(
      group[0] ?? empty,
      group.map((bound) => scopeOf(bound)),
    ),
  );
}

function sortRows(
  rows: { scope: Scope; values: readonly SqlValue[] }[],
  select: Select,
  items: readonly NamedItem[],
  session: SqlSession,
): void {
  if (select.orderBy.length === 0) return;
  const keyOf = (row: { scope: Scope; values: readonly SqlValue[] }, expression: Expression) => {
    // A number is the place of a column of the result, a name may be its alias.
    if (expression.kind === 'value' && typeof expression.value === 'number') {
      return row.values[expression.value - 1] ?? null;
    }
    const alias =
      expression.kind === 'column' && expression.table === undefined
        ? items.findIndex(({ name }) => name === expression.name)
        : -1;
    return alias >= 0
      ? (row.values[alias] ?? null)
      : evaluate(expression, row.scope, session, 'order clause');
  };
  rows.sort((a, b) => {
    for (const { expression, descending } of select.orderBy) {
      const order = compareWithNull(keyOf(a, expression), keyOf(b, expression), session);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

/** NULL sorts last in PostgreSQL, first in MySQL. */
function compareWithNull(a: SqlValue, b: SqlValue, { dialect }: SqlSession): number {
  if (a === null || b === null) {
    const sign = dialect === 'postgres' ? 1 : -1;
    return a === b ? 0 : a === null ? sign : -sign;
  }
  return compare(a, b);
}
