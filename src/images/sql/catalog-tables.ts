import type { Bytes } from '../../runtime/bytes';
import type { SqlServer } from './sql-server';
import type { SqlValue } from './statement';
import { SqlTable } from './table';

/**
 * The few tables about tables that scripts and clients ask: pg_database, pg_tables, pg_roles, pg_indexes, and
 * information_schema's tables and columns. Undefined for any other name.
 */
export function catalogTable(
  name: Bytes,
  server: SqlServer,
  database: Bytes,
): SqlTable | undefined {
  const own = [...(server.databases.get(database)?.values() ?? [])];
  const owner = [...server.users.keys()][0] ?? '';
  switch (name.toLowerCase()) {
    case 'pg_database':
      return view(
        name,
        ['datname'],
        [...server.databases.keys()].sort().map((one) => [one]),
      );
    case 'schemata':
      return view(
        name,
        ['schema_name'],
        [...server.databases.keys()].sort().map((one) => [one]),
      );
    case 'pg_roles':
    case 'pg_user': {
      const column = name.toLowerCase() === 'pg_user' ? 'usename' : 'rolname';
      return view(
        name,
        [column],
        [...server.users.keys()].map((one) => [one]),
      );
    }
    case 'pg_tables':
      return view(
        name,
        ['schemaname', 'tablename', 'tableowner'],
        own.map((table) => ['public', table.name, owner]),
      );
    case 'tables':
      return view(
        name,
        ['table_schema', 'table_name', 'table_type'],
        own.map((table) => [schema(server, database), table.name, 'BASE TABLE']),
      );
    case 'pg_indexes':
      return view(name, ['tablename', 'indexname', 'indexdef'], own.flatMap(indexes));
    case 'columns':
      return view(
        name,
        COLUMNS,
        own.flatMap((table) => columnsOf(table, schema(server, database))),
      );
    default:
      return undefined;
  }
}

const COLUMNS = [
  'table_schema',
  'table_name',
  'column_name',
  'ordinal_position',
  'data_type',
  'is_nullable',
  'column_default',
];

function schema(server: SqlServer, database: Bytes): Bytes {
  return server.dialect === 'postgres' ? 'public' : database;
}

function columnsOf(table: SqlTable, schemaName: Bytes): SqlValue[][] {
  return table.columns.map(({ name, type, notNull, serial, defaultValue }, index) => [
    schemaName,
    table.name,
    name,
    index + 1,
    type,
    notNull ? 'NO' : 'YES',
    serial ? `nextval('${table.name}_${name}_seq'::regclass)` : defaultText(defaultValue),
  ]);
}

function defaultText(expression: SqlTable['columns'][number]['defaultValue']): SqlValue {
  if (expression === undefined) return null;
  if (expression.kind === 'call') return `${expression.name}()`;
  if (expression.kind !== 'value') return null;
  const { value } = expression;
  return typeof value === 'string' ? `'${value}'::text` : String(value);
}

function indexes(table: SqlTable): SqlValue[][] {
  return table.keys.map(({ name, columns }) => {
    const kind = name.endsWith('_pkey') ? 'PRIMARY KEY' : 'UNIQUE CONSTRAINT';
    return [table.name, name, `${kind}, btree (${columns.join(', ')})`];
  });
}

function view(name: Bytes, columns: readonly Bytes[], rows: SqlValue[][]): SqlTable {
  return new SqlTable({
    name,
    columns: columns.map((column) => ({
      name: column,
      type: column === 'ordinal_position' ? 'integer' : 'text',
      notNull: false,
      unique: false,
      primaryKey: false,
      serial: false,
      defaultValue: undefined,
    })),
    keys: [],
    rows,
  });
}
