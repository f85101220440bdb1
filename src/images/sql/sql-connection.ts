import type { Bytes } from '../../runtime/bytes';
import { catalogTable } from './catalog-tables';
import { runDelete, runInsert, runUpdate } from './change';
import { alterTable, createTable, describeTable } from './define';
import type { SqlSession } from './evaluate';
import { runSelect, type SqlResult } from './select';
import { SqlError } from './sql-error';
import type { SqlDatabase, SqlServer } from './sql-server';
import type { Statement } from './statement';
import { parseStatement } from './statement-parser';
import type { SqlTable } from './table';

const STATEMENT = { columns: [], rows: [], affected: 0 } as const;

/** One client's session. */
export class SqlConnection {
  readonly #server: SqlServer;
  readonly #user: Bytes;
  #database: Bytes;
  /** The tables as they were when the transaction began. */
  #before: SqlDatabase | undefined;
  #aborted = false;

  /** Throws SqlError when there is no such database; '' is none (MySQL). */
  constructor(server: SqlServer, user: Bytes, database: Bytes) {
    this.#server = server;
    this.#user = user;
    this.#database = database;
    if (database !== '') this.#tablesOf(database);
  }

  get database(): Bytes {
    return this.#database;
  }

  /** `idle`, in a transaction, or in one that has failed. */
  get transaction(): 'none' | 'open' | 'failed' {
    if (!this.#before) return 'none';
    return this.#aborted ? 'failed' : 'open';
  }

  /** Runs one statement; undefined if it is empty. Throws SqlError. */
  execute(sql: Bytes, nowMs: number): SqlResult | undefined {
    const { dialect, version } = this.#server;
    try {
      const statement = parseStatement(sql, dialect);
      if (!statement) return undefined;
      const ends = statement.kind === 'commit' || statement.kind === 'rollback';
      if (this.#aborted && !ends) throw new SqlError({ kind: 'aborted' });
      const database = this.#database;
      return this.#run(statement, { dialect, nowMs, user: this.#user, database, version });
    } catch (error) {
      // PostgreSQL gives up the whole transaction, MySQL only the statement.
      if (error instanceof SqlError && this.#before && dialect === 'postgres') this.#aborted = true;
      throw error;
    }
  }

  #run(statement: Statement, session: SqlSession): SqlResult {
    switch (statement.kind) {
      case 'select':
        return runSelect(statement, session, ({ table, at }) => this.#table(table, at));
      case 'insert':
        return this.#change(
          statement,
          runInsert(statement, this.#table(statement.table, statement.at), session, (select) =>
            runSelect(select, session, ({ table, at }) => this.#table(table, at)),
          ),
        );
      case 'update':
        return this.#change(
          statement,
          runUpdate(statement, this.#table(statement.table, statement.at), session),
        );
      case 'delete':
      case 'truncate':
        return this.#change(
          statement,
          runDelete(statement, this.#table(statement.table, statement.at), session),
        );
      case 'create table':
      case 'drop table':
      case 'alter table':
      case 'describe':
      case 'show':
        return this.#define(statement);
      case 'create database':
      case 'drop database':
      case 'use':
        return this.#manage(statement);
      case 'user':
        this.#server.users.set(statement.name, statement.password);
        return { ...STATEMENT, tag: statement.tag };
      case 'begin':
        this.#before ??= new Map(this.#tables());
        return { ...STATEMENT, tag: 'BEGIN' };
      case 'commit':
      case 'rollback':
        return this.#end(statement.kind === 'commit' && !this.#aborted);
      case 'accepted':
        return { ...STATEMENT, tag: statement.tag };
    }
  }

  #change(
    { table }: { readonly table: Bytes },
    { changed, result }: { changed: SqlTable; result: SqlResult },
  ): SqlResult {
    this.#tables().set(table, changed);
    return result;
  }

  #end(keep: boolean): SqlResult {
    if (this.#before && !keep) this.#server.databases.set(this.#database, this.#before);
    this.#before = undefined;
    this.#aborted = false;
    return { ...STATEMENT, tag: keep ? 'COMMIT' : 'ROLLBACK' };
  }

  // Definitions ---------------------------------------------------------------------------------------

  #define(
    statement: Extract<
      Statement,
      { kind: 'create table' | 'drop table' | 'alter table' | 'describe' | 'show' }
    >,
  ): SqlResult {
    switch (statement.kind) {
      case 'create table': {
        const { table, ifMissing } = statement;
        if (this.#tables().has(table)) {
          if (!ifMissing) throw new SqlError({ kind: 'table exists', table });
          const notice = `relation "${table}" already exists, skipping`;
          return { ...STATEMENT, tag: 'CREATE TABLE', notice };
        }
        this.#tables().set(table, createTable(statement));
        return { ...STATEMENT, tag: 'CREATE TABLE' };
      }
      case 'drop table': {
        const { tables, ifThere } = statement;
        const missing = tables.find((table) => !this.#tables().has(table));
        if (missing !== undefined && !ifThere) {
          const database = this.#database;
          throw new SqlError({ kind: 'no table to drop', table: missing, database });
        }
        for (const table of tables) this.#tables().delete(table);
        const skipped =
          missing === undefined ? {} : { notice: `table "${missing}" does not exist, skipping` };
        return { ...STATEMENT, tag: 'DROP TABLE', ...skipped };
      }
      case 'alter table': {
        const table = this.#table(statement.table, statement.at);
        const changed = alterTable(table, statement.changes);
        this.#tables().delete(table.name);
        this.#tables().set(changed.name, changed);
        return { ...STATEMENT, tag: 'ALTER TABLE' };
      }
      case 'describe':
        return describeTable(this.#table(statement.table, statement.at));
      case 'show':
        return this.#show(statement.what);
    }
  }

  #show(what: 'databases' | 'tables'): SqlResult {
    const names =
      what === 'databases' ? [...this.#server.databases.keys()] : [...this.#tables().keys()];
    const name = what === 'databases' ? 'Database' : `Tables_in_${this.#database}`;
    return {
      tag: 'SHOW',
      columns: [{ name, family: 'text' }],
      rows: names.sort().map((one) => [one]),
      affected: names.length,
    };
  }

  #manage(
    statement: Extract<Statement, { kind: 'create database' | 'drop database' | 'use' }>,
  ): SqlResult {
    const { databases } = this.#server;
    const { database } = statement;
    const exists = databases.has(database);
    switch (statement.kind) {
      case 'create database':
        if (exists && !statement.ifMissing) {
          throw new SqlError({ kind: 'database exists', database });
        }
        if (!exists) databases.set(database, new Map());
        return { ...STATEMENT, tag: 'CREATE DATABASE', affected: 1 };
      case 'drop database':
        if (!exists && !statement.ifThere) throw new SqlError({ kind: 'no database', database });
        databases.delete(database);
        return { ...STATEMENT, tag: 'DROP DATABASE' };
      case 'use':
        this.#tablesOf(database);
        this.#database = database;
        return { ...STATEMENT, tag: 'USE' };
    }
  }

  // Names ---------------------------------------------------------------------------------------------

  /** The tables of this session's database, by their names. */
  tables(): ReadonlyMap<Bytes, SqlTable> {
    return this.#tables();
  }

  #tables(): SqlDatabase {
    if (this.#database === '') throw new SqlError({ kind: 'no database selected' });
    return this.#tablesOf(this.#database);
  }

  #tablesOf(database: Bytes): SqlDatabase {
    const tables = this.#server.databases.get(database);
    if (!tables) throw new SqlError({ kind: 'no database', database });
    return tables;
  }

  #table(name: Bytes, at: number): SqlTable {
    const own = this.#database === '' ? undefined : this.#tables().get(name);
    const table = own ?? catalogTable(name, this.#server, this.#database);
    if (table) return table;
    if (this.#database === '') throw new SqlError({ kind: 'no database selected' });
    throw new SqlError({ kind: 'no table', table: name, database: this.#database }, at);
  }
}
