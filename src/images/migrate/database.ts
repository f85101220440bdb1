import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readResolverConfig, resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { PostgresClient } from '../postgres/client';
import { readPostgresUrl } from '../postgres/connection';
import { firstMessage, int32, SSL_REQUEST } from '../postgres/wire';

/** Where the database stands: no version yet, or one that was reached or given up (`dirty`). */
export interface SchemaVersion {
  readonly version: number | undefined;
  readonly dirty: boolean;
}

/** A database that migrations are applied to. */
export interface MigrationDatabase {
  version(): Call<SchemaVersion>;
  setVersion(version: number | undefined, dirty: boolean): Call<void>;
  /** Runs a file's statements; the error's text if one has failed. */
  run(sql: Bytes): Call<Bytes | undefined>;
  drop(): Call<void>;
}

const TABLE = 'schema_migrations';

/** Opens the database of a URL, or says why not as Go's drivers do. */
export function* openDatabase(sys: Sys, url: Bytes): Call<MigrationDatabase | Bytes> {
  if (url === '') return 'URL cannot be empty';
  const scheme = /^([A-Za-z][\w+.-]*):/.exec(url)?.[1];
  if (scheme === undefined) return 'no scheme';
  if (!/^(postgres|postgresql)$/.test(scheme)) {
    return `database driver: unknown driver ${scheme} (forgotten import?)`;
  }
  return yield* openPostgres(sys, url);
}

function* openPostgres(sys: Sys, url: Bytes): Call<MigrationDatabase | Bytes> {
  const target = readPostgresUrl(url);
  const {
    host = 'localhost',
    port = 5432,
    user = sys.uid === 0 ? 'root' : 'postgres',
    password,
    database,
  } = target ?? {};
  const fd = yield* dial(sys, host, port);
  if (typeof fd === 'string') return fd;
  // The driver insists on TLS unless it is told not to; the lab's server has none.
  const mode = /[?&]sslmode=([\w-]+)/.exec(url)?.[1] ?? 'require';
  if (mode !== 'disable' && mode !== 'allow' && mode !== 'prefer') {
    yield* sys.write(fd, firstMessage(int32(SSL_REQUEST)));
    yield* sys.read(fd, 1);
    sys.close(fd);
    return 'pq: SSL is not enabled on the server';
  }
  const client = new PostgresClient(sys, fd);
  const failure = yield* client.logIn(user, database ?? user, password ?? '');
  if (!failure) return new PostgresMigrations(client);
  client.close();
  return failure.kind === 'error' ? `pq: ${failure.fields.get('M')}` : 'EOF';
}

/** A connected socket, or Go's words for why there is none. */
export function* dial(sys: Sys, host: Bytes, port: number): Call<number | Bytes> {
  const address = yield* resolveHost(sys, host);
  if (address === undefined) {
    const [server = '127.0.0.1'] = (yield* readResolverConfig(sys)).servers;
    return `dial tcp: lookup ${host} on ${server}:53: no such host`;
  }
  try {
    return yield* sys.connect({ host: address, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return `dial tcp ${address}:${port}: connect: ${error.message.toLowerCase()}`;
  }
}

class PostgresMigrations implements MigrationDatabase {
  readonly #client: PostgresClient;

  constructor(client: PostgresClient) {
    this.#client = client;
  }

  *version(): Call<SchemaVersion> {
    yield* this.#client.query(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (version bigint not null primary key, dirty boolean not null)`,
    );
    const results = yield* this.#client.query(`SELECT version, dirty FROM ${TABLE} LIMIT 1`);
    const row = results?.[0]?.rows[0];
    if (!row) return { version: undefined, dirty: false };
    return { version: Number(row[0]), dirty: row[1] === 't' };
  }

  *setVersion(version: number | undefined, dirty: boolean): Call<void> {
    const insert =
      version === undefined
        ? ''
        : `INSERT INTO ${TABLE} (version, dirty) VALUES (${version}, ${dirty});`;
    yield* this.#client.query(`BEGIN; TRUNCATE ${TABLE}; ${insert} COMMIT;`);
  }

  *run(sql: Bytes): Call<Bytes | undefined> {
    const results = yield* this.#client.query(sql);
    if (!results) return 'driver: bad connection';
    const error = results.find((result) => result.error)?.error;
    if (!error) return undefined;
    const text = error.get('M') ?? '';
    // As lib/pq's errors are wrapped: where it is, the whole file, and the driver's own words.
    return `migration failed: ${text} in line 0: ${sql.replace(/\n$/, '')} (details: pq: ${text})`;
  }

  *drop(): Call<void> {
    const results = yield* this.#client.query('SELECT tablename FROM pg_tables');
    for (const [name] of results?.[0]?.rows ?? []) {
      yield* this.#client.query(`DROP TABLE IF EXISTS "${name}" CASCADE`);
    }
  }
}
