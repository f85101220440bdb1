import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, SocketAddress, Sys } from '../../runtime/syscalls';
import { writeFile } from '../files';
import { DataFolder } from '../sql/data-folder';
import type { SqlResult } from '../sql/select';
import { SqlConnection } from '../sql/sql-connection';
import { describeError, SqlError } from '../sql/sql-error';
import { SqlServer } from '../sql/sql-server';
import { splitStatements } from '../sql/tokens';
import { textOf } from '../sql/types';
import { logLine } from './log';
import {
  cStrings,
  fields,
  int16,
  int32,
  message,
  PROTOCOL,
  readFirstMessage,
  readInt32,
  readMessage,
  SSL_REQUEST,
} from './wire';

export const POSTGRES_PORT = 5432;
export const SOCKET_FOLDER = '/var/run/postgresql';
/** Virtual CPU time of a statement, µs, and of each row that it yields. */
const STATEMENT_COST_US = 300;
const ROW_COST_US = 5;
const TEXT_OID = 25;
const NUMERIC_OID = 1700;

interface Client {
  readonly fd: number;
  readonly peer: SocketAddress;
  /** Of the server process that a real server would fork for it. */
  readonly pid: number;
  received: Bytes;
  startup: ReadonlyMap<Bytes, Bytes> | undefined;
  session: SqlConnection | undefined;
}

export interface PostgresSettings {
  readonly port: number;
  readonly dataFolder: Bytes;
  readonly trustsAll: boolean;
}

/** postgres: one process that serves all its clients, where a real server forks one for each. */
export function postgresServer(version: string): Program {
  return function* postgres(sys) {
    const dataFolder = sys.env.get('PGDATA') ?? '/var/lib/postgresql/data';
    const settings: PostgresSettings = {
      port: portOf(sys.argv.slice(1)),
      dataFolder,
      trustsAll: sys.env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust',
    };
    if (sys.uid === 0) {
      yield* sys.write(2, ROOT_REFUSED);
      return 1;
    }
    const started = `starting PostgreSQL ${version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit`;
    yield* logLine(sys, sys.pid, 'LOG', started);
    const listener = yield* listen(sys, settings.port);
    if (listener === undefined) return 1;
    const server = new SqlServer('postgres', `PostgreSQL ${version} on x86_64-pc-linux-gnu`, []);
    const folder = new DataFolder(sys, dataFolder);
    if (!(yield* folder.load(server))) {
      const text = 'could not locate a valid checkpoint record';
      yield* logLine(sys, sys.pid, 'PANIC', text);
      return 1;
    }
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) sys.signalAction(signal, 'catch');
    yield* writeFile(sys, `${SOCKET_FOLDER}/.s.PGSQL.${settings.port}`, '', 0o777);
    yield* logLine(sys, sys.pid, 'LOG', 'database system is ready to accept connections');
    const signal = yield* new Postgres(sys, server, folder, settings).serve(listener);
    const kind = signal === 'TERM' ? 'smart' : signal === 'INT' ? 'fast' : 'immediate';
    yield* logLine(sys, sys.pid, 'LOG', `received ${kind} shutdown request`);
    yield* logLine(sys, sys.pid, 'LOG', 'shutting down');
    yield* logLine(sys, sys.pid, 'LOG', 'database system is shut down');
    return 0;
  };
}

const ROOT_REFUSED = `"root" execution of the PostgreSQL server is not permitted.
The server must be started under an unprivileged user ID to prevent
possible system security compromise.  See the documentation for
more information on how to properly start the server.
`;

function portOf(args: readonly Bytes[]): number {
  for (const [index, word] of args.entries()) {
    if (word === '-p') return Number(args[index + 1]);
    const setting = /^(?:--)?port=(\d+)$/.exec(word);
    if (setting) return Number(setting[1]);
  }
  return POSTGRES_PORT;
}

function* listen(sys: Sys, port: number): Call<number | undefined> {
  try {
    const fd = sys.listen({ host: '0.0.0.0', port });
    yield* logLine(sys, sys.pid, 'LOG', `listening on IPv4 address "0.0.0.0", port ${port}`);
    yield* logLine(sys, sys.pid, 'LOG', `listening on IPv6 address "::", port ${port}`);
    const socket = `${SOCKET_FOLDER}/.s.PGSQL.${port}`;
    yield* logLine(sys, sys.pid, 'LOG', `listening on Unix socket "${socket}"`);
    return fd;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const say = (level: string, text: string) => logLine(sys, sys.pid, level, text);
    yield* say('LOG', `could not bind IPv4 address "0.0.0.0": ${error.message}`);
    yield* say(
      'HINT',
      `Is another postmaster already running on port ${port}? If not, wait a few seconds and retry.`,
    );
    yield* say('WARNING', 'could not create listen socket for "*"');
    yield* say('FATAL', 'could not create any TCP/IP sockets');
    yield* say('LOG', 'database system is shut down');
    return undefined;
  }
}

class Postgres {
  readonly #sys: Sys;
  readonly #server: SqlServer;
  readonly #folder: DataFolder;
  readonly #settings: PostgresSettings;
  readonly #clients = new Map<number, Client>();
  #nextPid: number;

  constructor(sys: Sys, server: SqlServer, folder: DataFolder, settings: PostgresSettings) {
    this.#sys = sys;
    this.#server = server;
    this.#folder = folder;
    this.#settings = settings;
    this.#nextPid = sys.pid + 60;
  }

  /** Serves until a signal. TERM waits for the clients to go, as PostgreSQL's smart shutdown does. */
  *serve(listener: number): Call<string | undefined> {
    const sys = this.#sys;
    let stopping: string | undefined;
    for (;;) {
      for (const signal of sys.takeSignals()) stopping = signal;
      if (stopping !== undefined && (stopping !== 'TERM' || this.#clients.size === 0)) {
        return stopping;
      }
      const listening = stopping === undefined ? [listener] : [];
      const fds = [...listening, ...this.#clients.keys()].map((fd) => ({ fd }));
      let ready: number | undefined;
      try {
        ready = yield* sys.poll(fds);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        continue;
      }
      if (ready === listener) yield* this.#accept(listener);
      else if (ready !== undefined) yield* this.#receive(ready);
    }
  }

  *#accept(listener: number): Call<void> {
    const { fd, peer } = yield* this.#sys.accept(listener);
    const pid = this.#nextPid++;
    this.#clients.set(fd, {
      fd,
      peer,
      pid,
      received: '',
      startup: undefined,
      session: undefined,
    });
  }

  *#receive(fd: number): Call<void> {
    const client = this.#clients.get(fd);
    if (!client) return;
    try {
      const bytes = yield* this.#sys.read(fd, 65_536);
      client.received += bytes;
      const open = bytes !== '' && (yield* this.#takeMessages(client));
      if (!open) this.#drop(fd);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      this.#drop(fd);
    }
  }

  /** False when the connection is to be closed. */
  *#takeMessages(client: Client): Call<boolean> {
    for (;;) {
      if (!client.startup) {
        const first = readFirstMessage(client.received);
        if (!first) return true;
        if (first === 'invalid') {
          yield* logLine(this.#sys, client.pid, 'LOG', 'invalid length of startup packet');
          return false;
        }
        client.received = client.received.slice(first.end);
        if (!(yield* this.#start(client, first.body))) return false;
        continue;
      }
      const next = readMessage(client.received);
      if (!next) return true;
      client.received = client.received.slice(next.end);
      const { type, body } = next.message;
      if (type === 'X') return false;
      if (type === 'p' && !client.session) {
        if (!(yield* this.#authenticate(client, body.replace(/\0$/, '')))) return false;
      } else if (type === 'Q' && client.session) {
        yield* this.#query(client, client.session, body.replace(/\0$/, ''));
      } else return false;
    }
  }

  // Logging in ----------------------------------------------------------------------------------------

  *#start(client: Client, body: Bytes): Call<boolean> {
    const code = readInt32(body, 0);
    if (code === SSL_REQUEST) {
      yield* this.#sys.write(client.fd, 'N');
      return true;
    }
    if (code !== PROTOCOL) {
      yield* logLine(this.#sys, client.pid, 'LOG', 'invalid length of startup packet');
      return false;
    }
    const words = body.slice(4).split('\0');
    const startup = new Map<Bytes, Bytes>();
    for (let i = 0; i + 1 < words.length; i += 2) startup.set(words[i] ?? '', words[i + 1] ?? '');
    client.startup = startup;
    const local = client.peer.host.startsWith('127.');
    if (local || this.#settings.trustsAll) return yield* this.#authenticate(client, undefined);
    yield* this.#sys.write(client.fd, message('R', int32(3)));
    return true;
  }

  /** `password` undefined: who comes from this host is trusted. */
  *#authenticate(client: Client, password: Bytes | undefined): Call<boolean> {
    const user = client.startup?.get('user') ?? '';
    const { users } = this.#server;
    if (password !== undefined && (!users.has(user) || users.get(user) !== password)) {
      const text = `password authentication failed for user "${user}"`;
      yield* this.#refuse(client, '28P01', text);
      const detail = users.has(user)
        ? `Connection matched file "${this.#settings.dataFolder}/pg_hba.conf" line 128: "host all all all scram-sha-256"`
        : `Role "${user}" does not exist.`;
      yield* logLine(this.#sys, client.pid, 'DETAIL', detail);
      return false;
    }
    if (!users.has(user))
      return yield* this.#refuse(client, '28000', `role "${user}" does not exist`);
    const database = client.startup?.get('database') ?? user;
    try {
      client.session = new SqlConnection(this.#server, user, database);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const { state, message: text } = describeError(error.problem, 'postgres');
      return yield* this.#refuse(client, state, text);
    }
    const parameters = [
      ['server_version', this.#server.version.split(' ')[1] ?? ''],
      ['server_encoding', 'UTF8'],
      ['client_encoding', 'UTF8'],
    ] as const;
    const told = parameters.map(([name, value]) => message('S', cStrings(name, value))).join('');
    yield* this.#sys.write(client.fd, message('R', int32(0)) + told + message('Z', 'I'));
    return true;
  }

  *#refuse(client: Client, state: string, text: Bytes): Call<false> {
    yield* this.#sys.write(client.fd, message('E', fields({ S: 'FATAL', C: state, M: text })));
    yield* logLine(this.#sys, client.pid, 'FATAL', text);
    return false;
  }

  // Queries -------------------------------------------------------------------------------------------

  *#query(client: Client, session: SqlConnection, sql: Bytes): Call<void> {
    const { statements, rest } = splitStatements(sql);
    let answer = '';
    let empty = true;
    for (const statement of [...statements, rest]) {
      this.#sys.spend(STATEMENT_COST_US);
      const pause = /^\s*select\s+pg_sleep\s*\(\s*([\d.]+)\s*\)/i.exec(statement);
      if (pause) yield* this.#sys.sleep(Number(pause[1]) * 1000);
      try {
        const result = session.execute(statement, this.#sys.nowMs);
        if (!result) continue;
        empty = false;
        answer += encodeResult(result);
        this.#sys.spend(ROW_COST_US * result.rows.length);
        if (session.transaction === 'none') yield* this.#folder.save(this.#server);
      } catch (error) {
        if (!(error instanceof SqlError) && !(error instanceof SysError)) throw error;
        answer += yield* this.#failure(client, error, statement);
        empty = false;
        break;
      }
    }
    if (empty) answer += message('I', '');
    const state = { none: 'I', open: 'T', failed: 'E' }[session.transaction];
    yield* this.#sys.write(client.fd, answer + message('Z', state));
  }

  *#failure(client: Client, error: SqlError | SysError, statement: Bytes): Call<Bytes> {
    const report: { state: string; message: Bytes; detail?: Bytes } =
      error instanceof SqlError
        ? describeError(error.problem, 'postgres')
        : { state: '53100', message: `could not write to file "base": ${error.message}` };
    const at = error instanceof SqlError ? error.position : undefined;
    const text = statement.trim();
    const position =
      at === undefined ? undefined : at - (statement.length - statement.trimStart().length) + 1;
    const place = position === undefined ? '' : ` at character ${position}`;
    yield* logLine(this.#sys, client.pid, 'ERROR', `${report.message}${place}`);
    if (report.detail !== undefined) {
      yield* logLine(this.#sys, client.pid, 'DETAIL', report.detail);
    }
    yield* logLine(this.#sys, client.pid, 'STATEMENT', text.replace(/\n/g, '\n\t'));
    return message(
      'E',
      fields({
        S: 'ERROR',
        C: report.state,
        M: report.message,
        D: report.detail,
        P: position === undefined ? undefined : String(position),
        q: text,
      }),
    );
  }

  #drop(fd: number): void {
    this.#clients.delete(fd);
    this.#sys.close(fd);
  }
}

function encodeResult({ tag, columns, rows, notice }: SqlResult): Bytes {
  let bytes = '';
  if (notice !== undefined) {
    bytes += message('N', fields({ S: 'NOTICE', C: '00000', M: notice }));
  }
  if (columns.length > 0) {
    const described = columns.map(({ name, family }) => {
      const type = family === 'number' ? NUMERIC_OID : TEXT_OID;
      return `${name}\0${int32(0)}${int16(0)}${int32(type)}${int16(-1)}${int32(-1)}${int16(0)}`;
    });
    bytes += message('T', int16(columns.length) + described.join(''));
    for (const row of rows) {
      const values = row.map((value) => {
        if (value === null) return int32(-1);
        const text = textOf(value, 'postgres');
        return int32(text.length) + text;
      });
      bytes += message('D', int16(row.length) + values.join(''));
    }
  }
  return bytes + message('C', cStrings(tag));
}
