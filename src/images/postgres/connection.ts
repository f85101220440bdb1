import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { typeOf } from '../files';
import { PostgresClient } from './client';
import { POSTGRES_PORT, SOCKET_FOLDER } from './server';

/** Where a client connects to, and as whom. */
export interface ConnectionTarget {
  /** Undefined: the local socket. */
  host: Bytes | undefined;
  port: number;
  user: Bytes;
  password: Bytes | undefined;
  database: Bytes | undefined;
}

/** What the environment says: PGHOST and so on. */
export function targetFromEnvironment(sys: Sys): ConnectionTarget {
  const { env } = sys;
  return {
    host: env.get('PGHOST'),
    port: Number(env.get('PGPORT') ?? POSTGRES_PORT),
    user: env.get('PGUSER') ?? (sys.uid === 0 ? 'root' : 'postgres'),
    password: env.get('PGPASSWORD'),
    database: env.get('PGDATABASE'),
  };
}

/** Takes `postgres://user:password@host:port/database?…` apart; undefined if it is no such URL. */
export function readPostgresUrl(url: Bytes): Partial<ConnectionTarget> | undefined {
  const match =
    /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?/.exec(url);
  if (!match) return undefined;
  const [, user, password, host, port, database] = match;
  const plain = (text: Bytes) =>
    text.replace(/%([0-9a-fA-F]{2})/g, (_, digits) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  return {
    ...(user ? { user: plain(user) } : {}),
    ...(password === undefined ? {} : { password: plain(password) }),
    ...(host ? { host } : {}),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(database ? { database } : {}),
  };
}

/** A client that has logged in, or libpq's words for why not. */
export function* connectPostgres(sys: Sys, target: ConnectionTarget): Call<PostgresClient | Bytes> {
  const { host, port, user, password, database } = target;
  const socket = `${SOCKET_FOLDER}/.s.PGSQL.${port}`;
  let where = `on socket "${socket}"`;
  let address: Bytes | undefined = '127.0.0.1';
  if (host !== undefined) {
    address = yield* resolveHost(sys, host);
    if (address === undefined) {
      return `could not translate host name "${host}" to address: Name or service not known`;
    }
    where = `at "${host}"${address === host ? '' : ` (${address})`}, port ${port}`;
  } else if (typeOf(sys, socket) === undefined) {
    return `connection to server ${where} failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?`;
  }
  let fd: number;
  try {
    fd = yield* sys.connect({ host: address, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const hint =
      host === undefined
        ? 'Is the server running locally and accepting connections on that socket?'
        : 'Is the server running on that host and accepting TCP/IP connections?';
    return `connection to server ${where} failed: ${error.message}\n\t${hint}`;
  }
  const client = new PostgresClient(sys, fd);
  const failure = yield* client.logIn(user, database ?? user, password);
  if (!failure) return client;
  client.close();
  if (failure.kind === 'no password') {
    return `connection to server ${where} failed: fe_sendauth: no password supplied`;
  }
  if (failure.kind === 'closed') {
    return `connection to server ${where} failed: ${SERVER_GONE}`;
  }
  return `connection to server ${where} failed: FATAL:  ${failure.fields.get('M')}`;
}

export const SERVER_GONE = `server closed the connection unexpectedly
\tThis probably means the server terminated abnormally
\tbefore or while processing the request.`;
