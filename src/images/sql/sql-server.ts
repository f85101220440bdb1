import type { Bytes } from '../../runtime/bytes';
import type { Dialect } from './sql-error';
import type { SqlTable } from './table';

/** Tables by name. They are values: a database changes by getting another table under the name. */
export type SqlDatabase = Map<Bytes, SqlTable>;

/** The databases of a server, in memory. */
export class SqlServer {
  readonly dialect: Dialect;
  readonly version: Bytes;
  readonly databases = new Map<Bytes, SqlDatabase>();
  /** Users with their passwords; undefined: none. */
  readonly users = new Map<Bytes, Bytes | undefined>();

  constructor(dialect: Dialect, version: Bytes, databases: readonly Bytes[]) {
    this.dialect = dialect;
    this.version = version;
    for (const name of databases) this.databases.set(name, new Map());
  }
}
