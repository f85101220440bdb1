import type { Bytes } from '../../runtime/bytes';
import { evaluate, NO_COLUMNS, type SqlSession, truth } from './evaluate';
import { expandStars, type SqlResult, scopeOf } from './select';
import { SqlError } from './sql-error';
import type {
  ColumnDefinition,
  Expression,
  Insert,
  Select,
  SqlValue,
  Statement,
} from './statement';
import type { SqlTable } from './table';
import { convert } from './types';

interface Changed {
  readonly changed: SqlTable;
  readonly result: SqlResult;
}

type Row = readonly SqlValue[];

export function runInsert(
  statement: Insert,
  table: SqlTable,
  session: SqlSession,
  select: (query: Select) => SqlResult,
): Changed {
  const { columns, skipDuplicates, returning } = statement;
  const targets = targetColumns(table, columns);
  const given: readonly (readonly (SqlValue | Expression)[])[] = statement.select
    ? select(statement.select).rows
    : statement.rows;
  const counters = new Map(table.counters);
  const added: Row[] = [];
  for (const [index, values] of given.entries()) {
    const explicit = columns !== undefined || session.dialect === 'mysql';
    if (
      values.length > targets.length ||
      (explicit && values.length < targets.length && values.length > 0)
    ) {
      const more = values.length > targets.length;
      throw new SqlError({ kind: 'column count', more, row: index + 1 });
    }
    const row = newRow(table, targets, values, counters, session);
    try {
      table.check([...table.rows, ...added, row], session.dialect);
    } catch (error) {
      const duplicate = error instanceof SqlError && error.problem.kind === 'duplicate';
      if (!duplicate || !skipDuplicates) throw error;
      continue;
    }
    added.push(row);
  }
  const changed = table.with({ rows: [...table.rows, ...added], counters });
  const empty = [{ alias: table.name, table, row: undefined }];
  const items = expandStars(returning, empty);
  const result: SqlResult = {
    tag: `INSERT 0 ${added.length}`,
    columns: items.map(({ name }) => ({ name, family: 'text' })),
    rows:
      items.length === 0
        ? []
        : added.map((row) => {
            const scope = scopeOf([{ alias: table.name, table, row }]);
            return items.map(({ expression }) => evaluate(expression, scope, session));
          }),
    affected: added.length,
  };
  return { changed, result };
}

function targetColumns(table: SqlTable, names: readonly Bytes[] | undefined): ColumnDefinition[] {
  if (names === undefined) return [...table.columns];
  return names.map((name) => {
    const column = table.columns[table.indexOf(name)];
    if (!column)
      throw new SqlError({ kind: 'no column in table', column: name, table: table.name });
    return column;
  });
}

function newRow(
  table: SqlTable,
  targets: readonly ColumnDefinition[],
  values: readonly (SqlValue | Expression)[],
  counters: Map<Bytes, number>,
  session: SqlSession,
): Row {
  return table.columns.map((column) => {
    const index = targets.indexOf(column);
    const given = values[index];
    const explicit = given !== undefined && !(isExpression(given) && given.kind === 'default');
    if (explicit) {
      const value = isExpression(given) ? evaluate(given, NO_COLUMNS, session) : given;
      const counts = value === null && column.serial && session.dialect === 'mysql';
      if (!counts) {
        const kept = convert(value, column.type, column.name, session.dialect);
        if (column.serial && session.dialect === 'mysql' && typeof kept === 'number') {
          counters.set(column.name, Math.max(counters.get(column.name) ?? 0, kept));
        }
        return kept;
      }
    }
    if (column.serial) {
      const next = (counters.get(column.name) ?? 0) + 1;
      counters.set(column.name, next);
      return next;
    }
    if (column.defaultValue) {
      const value = evaluate(column.defaultValue, NO_COLUMNS, session);
      return convert(value, column.type, column.name, session.dialect);
    }
    if (column.notNull && session.dialect === 'mysql') {
      throw new SqlError({ kind: 'no default', column: column.name });
    }
    return null;
  });
}

function isExpression(value: SqlValue | Expression): value is Expression {
  return typeof value === 'object' && value !== null;
}

export function runUpdate(
  statement: Extract<Statement, { kind: 'update' }>,
  table: SqlTable,
  session: SqlSession,
): Changed {
  for (const { column } of statement.set) {
    if (table.indexOf(column) < 0) {
      throw new SqlError({ kind: 'no column in table', column, table: table.name });
    }
  }
  let touched = 0;
  const rows = table.rows.map((row): Row => {
    const scope = scopeOf([{ alias: table.name, table, row }]);
    if (!matches(statement.where, scope, session)) return row;
    touched++;
    const changed = [...row];
    for (const { column, value } of statement.set) {
      const index = table.indexOf(column);
      const type = table.columns[index]?.type ?? 'text';
      changed[index] = convert(evaluate(value, scope, session), type, column, session.dialect);
    }
    return changed;
  });
  table.check(rows, session.dialect);
  const tag = `UPDATE ${touched}`;
  return {
    changed: table.with({ rows }),
    result: { tag, columns: [], rows: [], affected: touched },
  };
}

export function runDelete(
  statement: Extract<Statement, { kind: 'delete' | 'truncate' }>,
  table: SqlTable,
  session: SqlSession,
): Changed {
  const where = statement.kind === 'delete' ? statement.where : undefined;
  const rows = table.rows.filter(
    (row) => !matches(where, scopeOf([{ alias: table.name, table, row }]), session),
  );
  const gone = table.rows.length - rows.length;
  const truncates = statement.kind === 'truncate';
  return {
    changed: table.with({ rows, ...(truncates ? { counters: new Map() } : {}) }),
    result: {
      tag: truncates ? 'TRUNCATE TABLE' : `DELETE ${gone}`,
      columns: [],
      rows: [],
      affected: truncates ? 0 : gone,
    },
  };
}

function matches(
  where: Expression | undefined,
  scope: ReturnType<typeof scopeOf>,
  session: SqlSession,
): boolean {
  return where === undefined || truth(evaluate(where, scope, session, 'where clause'));
}
