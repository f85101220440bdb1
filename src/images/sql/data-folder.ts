import type { Bytes } from '../../runtime/bytes';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { makeDirectories, writeFile } from '../files';
import type { SqlDatabase, SqlServer } from './sql-server';
import type { ColumnDefinition, SqlValue } from './statement';
import { SqlTable, type UniqueKey } from './table';

interface StoredTable {
  readonly name: Bytes;
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly UniqueKey[];
  readonly rows: readonly (readonly SqlValue[])[];
  readonly counters: readonly (readonly [Bytes, number])[];
}

interface StoredServer {
  readonly users: readonly (readonly [Bytes, Bytes | null])[];
  readonly databases: readonly (readonly [Bytes, readonly StoredTable[]])[];
}

const FILE = 'base/lab.json';

/**
 * What a server keeps in its data folder, so that a new container on the same volume finds it again. The
 * format is the lab's own. Only what has changed since the last time is written.
 */
export class DataFolder {
  readonly #sys: Sys;
  readonly #path: Bytes;
  #written: readonly (readonly [Bytes, SqlDatabase])[] = [];
  #writtenTables: readonly SqlTable[] = [];
  #users = 0;

  constructor(sys: Sys, path: Bytes) {
    this.#sys = sys;
    this.#path = path;
  }

  /** Reads what is there; false if somebody has damaged it. */
  *load(server: SqlServer): Call<boolean> {
    const text = yield* readIfThere(this.#sys, `${this.#path}/${FILE}`);
    if (text === undefined) return true;
    let stored: StoredServer;
    try {
      stored = JSON.parse(text) as StoredServer;
    } catch {
      return false;
    }
    for (const [name, password] of stored.users) server.users.set(name, password ?? undefined);
    for (const [name, tables] of stored.databases) {
      server.databases.set(
        name,
        new Map(
          tables.map((table) => [
            table.name,
            new SqlTable({ ...table, counters: new Map(table.counters) }),
          ]),
        ),
      );
    }
    this.#remember(server);
    return true;
  }

  /** Writes what has changed. SysError when the volume takes no more. */
  *save(server: SqlServer): Call<void> {
    if (!this.#changed(server)) return;
    const stored: StoredServer = {
      users: [...server.users].map(([name, password]) => [name, password ?? null]),
      databases: [...server.databases].map(([name, tables]) => [
        name,
        [...tables.values()].map((table) => ({
          name: table.name,
          columns: table.columns,
          keys: table.keys,
          rows: table.rows,
          counters: [...table.counters],
        })),
      ]),
    };
    makeDirectories(this.#sys, `${this.#path}/base`);
    yield* writeFile(this.#sys, `${this.#path}/${FILE}`, JSON.stringify(stored), 0o600);
    this.#remember(server);
  }

  #changed(server: SqlServer): boolean {
    const tables = tablesOf(server);
    return (
      server.users.size !== this.#users ||
      server.databases.size !== this.#written.length ||
      tables.length !== this.#writtenTables.length ||
      tables.some((table, index) => table !== this.#writtenTables[index])
    );
  }

  #remember(server: SqlServer): void {
    this.#users = server.users.size;
    this.#written = [...server.databases];
    this.#writtenTables = tablesOf(server);
  }
}

function tablesOf(server: SqlServer): SqlTable[] {
  return [...server.databases.values()].flatMap((tables) => [...tables.values()]);
}
