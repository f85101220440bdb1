import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { connectPostgres } from '../postgres/connection';
import { type Page, portFrom } from './http-app';

/** Where the environment says that PostgreSQL is; user, password and database may be told, too. */
export interface DatabaseAddress {
  readonly host: Bytes;
  readonly port: number;
}

export function databaseAddress({ env }: Sys): DatabaseAddress | undefined {
  const host = env.get('DB_HOST');
  return host === undefined ? undefined : { host, port: portFrom(env.get('DB_PORT'), 5432) };
}

/** Asks the database one question, over a connection of its own. */
export function* databasePage(sys: Sys, { host, port }: DatabaseAddress): Call<Page> {
  const client = yield* connectPostgres(sys, {
    host,
    port,
    user: sys.env.get('DB_USER') ?? 'postgres',
    password: sys.env.get('DB_PASSWORD') ?? 'example',
    database: sys.env.get('DB_NAME') ?? 'app',
  });
  if (typeof client === 'string') return { status: 502, body: `database: ${client}\n` };
  const [result] = (yield* client.query('select version()')) ?? [];
  client.close();
  const problem = result?.error?.get('M') ?? (result ? undefined : 'connection closed');
  return problem === undefined
    ? { body: `database: ${result?.rows[0]?.[0]}\n` }
    : { status: 502, body: `database: ${problem}\n` };
}
