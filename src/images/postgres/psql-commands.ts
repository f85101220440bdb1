import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { PostgresResult } from './client';
import type { ConnectionTarget } from './connection';
import type { PsqlFormat } from './psql-format';

/** What backslash commands need of the psql that runs them. */
export interface Psql {
  readonly options: { readonly target: ConnectionTarget; readonly format: PsqlFormat };
  show(result: PostgresResult, title?: string): Call<void>;
  print(text: Bytes): Call<void>;
  complain(text: Bytes): Call<void>;
  ask(sql: Bytes): Call<PostgresResult | undefined>;
}

export type MetaResult = 'done' | 'failed' | 'quit';

/** A backslash command of psql. */
export function* runMetaCommand(psql: Psql, line: Bytes): Call<MetaResult> {
  const [command = '', argument] = line.replace(/;$/, '').split(/\s+/);
  switch (command) {
    case '\\q':
      return 'quit';
    case '\\dt':
    case '\\d':
    case '\\d+':
    case '\\dt+':
      return argument === undefined || command.startsWith('\\dt')
        ? yield* listTables(psql)
        : yield* describeTable(psql, argument);
    case '\\l':
      return yield* listDatabases(psql);
    case '\\du':
      return yield* listRoles(psql);
    case '\\conninfo': {
      const { target } = psql.options;
      const where =
        target.host === undefined
          ? `via socket in "/var/run/postgresql"`
          : `on host "${target.host}"`;
      const database = target.database ?? target.user;
      yield* psql.print(
        `You are connected to database "${database}" as user "${target.user}" ${where} at port "${target.port}".\n`,
      );
      return 'done';
    }
    case '\\x': {
      const { format } = psql.options;
      format.expanded = !format.expanded;
      yield* psql.print(`Expanded display is ${format.expanded ? 'on' : 'off'}.\n`);
      return 'done';
    }
    case '\\?':
    case '\\h':
      yield* psql.print('podlab: this psql knows \\d \\dt \\l \\du \\conninfo \\x and \\q\n');
      return 'done';
    default:
      yield* psql.complain(`invalid command ${command}\nTry \\? for help.\n`);
      return 'failed';
  }
}

function* listTables(psql: Psql): Call<MetaResult> {
  const tables = yield* psql.ask(
    `SELECT schemaname AS "Schema", tablename AS "Name", 'table' AS "Type", tableowner AS "Owner" FROM pg_tables ORDER BY tablename`,
  );
  if (!tables) return 'failed';
  if (tables.rows.length === 0) yield* psql.complain('Did not find any relations.\n');
  else yield* psql.show({ ...tables, tag: '' }, 'List of relations');
  return 'done';
}

function* describeTable(psql: Psql, name: Bytes): Call<MetaResult> {
  const quoted = name.replace(/^public\./, '').replace(/'/g, "''");
  const columns = yield* psql.ask(
    `SELECT column_name AS "Column", data_type AS "Type", '' AS "Collation", is_nullable AS "Nullable", column_default AS "Default" FROM columns WHERE table_name = '${quoted}' ORDER BY ordinal_position`,
  );
  if (!columns) return 'failed';
  if (columns.rows.length === 0) {
    yield* psql.complain(`Did not find any relation named "${name}".\n`);
    return 'failed';
  }
  const rows = columns.rows.map((row) =>
    row.map((value, index) => (index === 3 ? (value === 'NO' ? 'not null' : '') : value)),
  );
  const indexes = yield* psql.ask(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '${quoted}'`,
  );
  const footer = (indexes?.rows ?? []).map(([index, text]) => `    "${index}" ${text}\n`);
  yield* psql.print(
    tableText({ ...columns, rows }, `Table "public.${quoted}"`) +
      (footer.length > 0 ? `Indexes:\n${footer.join('')}` : '') +
      '\n',
  );
  return 'done';
}

/** A table under a title, without the count of its rows. */
function tableText({ columns, rows }: PostgresResult, title: string): Bytes {
  const widths = columns.map(({ name }, index) =>
    Math.max(name.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const total = widths.reduce((sum, width) => sum + width + 3, -1);
  const pad = (text: Bytes, width: number) => {
    const left = Math.floor((width - text.length) / 2);
    return `${' '.repeat(left)}${text}`.padEnd(width);
  };
  const lines = rows.map(
    (row) =>
      ` ${row.map((value, index) => (value ?? '').padEnd(widths[index] ?? 0)).join(' | ')}\n`,
  );
  const indent = ' '.repeat(Math.max(0, Math.floor((total - title.length) / 2)));
  const head = columns.map(({ name }, index) => pad(name, widths[index] ?? 0)).join(' | ');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  return `${indent}${title}\n ${head} \n${rule}\n${lines.map((line) => line.replace(/(\S) +\n$/, '$1\n')).join('')}`;
}

function* listDatabases(psql: Psql): Call<MetaResult> {
  const databases = yield* psql.ask(
    `SELECT datname AS "Name", '${psql.options.target.user}' AS "Owner", 'UTF8' AS "Encoding", 'libc' AS "Locale Provider", 'en_US.utf8' AS "Collate", 'en_US.utf8' AS "Ctype" FROM pg_database ORDER BY datname`,
  );
  if (!databases) return 'failed';
  yield* psql.show({ ...databases, tag: '' }, 'List of databases');
  return 'done';
}

function* listRoles(psql: Psql): Call<MetaResult> {
  const roles = yield* psql.ask(
    'SELECT rolname AS "Role name", \'\' AS "Attributes" FROM pg_roles',
  );
  if (!roles) return 'failed';
  yield* psql.show({ ...roles, tag: '' }, 'List of roles');
  return 'done';
}
