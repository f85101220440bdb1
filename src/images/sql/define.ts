import type { SqlResult } from './select';
import { SqlError } from './sql-error';
import type { SqlValue, Statement, TableChange } from './statement';
import { SqlTable, type UniqueKey } from './table';

/** A new table; its primary key is `NAME_pkey`, its other keys `NAME_COLUMN_key`. */
export function createTable(statement: Extract<Statement, { kind: 'create table' }>): SqlTable {
  const { table, keys } = statement;
  const primary = new Set(keys.filter((key) => key.primary).flatMap((key) => key.columns));
  const columns = statement.columns.map((column) =>
    primary.has(column.name) ? { ...column, notNull: true } : column,
  );
  const own = columns
    .filter(({ unique }) => unique)
    .map(({ name, primaryKey }) => ({ columns: [name], primary: primaryKey }));
  const named = [...own, ...keys].map(
    (key): UniqueKey => ({
      name: key.primary ? `${table}_pkey` : `${table}_${key.columns.join('_')}_key`,
      columns: key.columns,
    }),
  );
  return new SqlTable({ name: table, columns, keys: named });
}

export function alterTable(table: SqlTable, changes: readonly TableChange[]): SqlTable {
  return changes.reduce(applyChange, table);
}

function applyChange(table: SqlTable, change: TableChange): SqlTable {
  switch (change.kind) {
    case 'add': {
      const { column, ifMissing } = change;
      if (table.indexOf(column.name) >= 0) {
        if (ifMissing) return table;
        throw new SqlError({ kind: 'column exists', column: column.name, table: table.name });
      }
      const value = column.defaultValue?.kind === 'value' ? column.defaultValue.value : null;
      const keys = column.unique
        ? [...table.keys, { name: `${table.name}_${column.name}_key`, columns: [column.name] }]
        : table.keys;
      return table.with({
        columns: [...table.columns, column],
        rows: table.rows.map((row) => [...row, value]),
        keys,
      });
    }
    case 'drop': {
      const index = table.indexOf(change.column);
      if (index < 0) {
        if (change.ifThere) return table;
        throw new SqlError({
          kind: 'no column in table',
          column: change.column,
          table: table.name,
        });
      }
      const without = <T>(items: readonly T[]) => items.filter((_, i) => i !== index);
      return table.with({
        columns: without(table.columns),
        rows: table.rows.map(without<SqlValue>),
        keys: table.keys.filter(({ columns }) => !columns.includes(change.column)),
      });
    }
    case 'rename':
      return table.with({ name: change.to });
    case 'rename column': {
      const index = table.indexOf(change.column);
      if (index < 0) {
        throw new SqlError({
          kind: 'no column in table',
          column: change.column,
          table: table.name,
        });
      }
      const columns = table.columns.map((column, i) =>
        i === index ? { ...column, name: change.to } : column,
      );
      const keys = table.keys.map((key) => ({
        ...key,
        columns: key.columns.map((name) => (name === change.column ? change.to : name)),
      }));
      return table.with({ columns, keys });
    }
    case 'other':
      return table;
  }
}

/** MySQL's DESCRIBE. */
export function describeTable(table: SqlTable): SqlResult {
  const rows = table.columns.map(({ name, type, notNull, unique, primaryKey, serial }) => [
    name,
    type,
    notNull ? 'NO' : 'YES',
    primaryKey || table.keys.some((key) => key.name.endsWith('_pkey') && key.columns.includes(name))
      ? 'PRI'
      : unique
        ? 'UNI'
        : '',
    null,
    serial ? 'auto_increment' : '',
  ]);
  const columns = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'].map((name) => {
    return { name, family: 'text' as const };
  });
  return { tag: 'DESCRIBE', columns, rows, affected: rows.length };
}
