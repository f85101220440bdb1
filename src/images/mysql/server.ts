import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, SocketAddress, Sys } from '../../runtime/syscalls';
import { writeFile } from '../files';
import { DataFolder } from '../sql/data-folder';
import { SqlConnection } from '../sql/sql-connection';
import { describeError, SqlError } from '../sql/sql-error';
import { SqlServer } from '../sql/sql-server';
import { splitStatements } from '../sql/tokens';
import { textOf } from '../sql/types';
import { type MysqlAnswer, type MysqlLogin, packet, readPacket } from './wire';

export const MYSQL_PORT = 3306;
export const SOCKET = '/var/run/mysqld/mysqld.sock';
export const DATA_FOLDER = '/var/lib/mysql';
/** Virtual CPU time of a statement, µs. */
const STATEMENT_COST_US = 400;

/** A line as mysqld logs it to standard error. */
export function* serverLog(sys: Sys, thread: number, code: string, text: string): Call<void> {
  const time = new Date(sys.nowMs).toISOString().replace('Z', '000Z');
  yield* sys.write(2, `${time} ${thread} [System] [${code}] ${text}\n`);
}

interface Client {
  readonly fd: number;
  readonly peer: SocketAddress;
  received: Bytes;
  session: SqlConnection | undefined;
}

/** mysqld: databases in memory, kept in the data folder. */
export function mysqlServer(version: string, edition: string): Program {
  return function* mysqld(sys) {
    const self = `[Server] ${sys.argv[0] ?? 'mysqld'}`;
    if (sys.uid === 0) {
      const time = new Date(sys.nowMs).toISOString().replace('Z', '000Z');
      yield* sys.write(
        2,
        `${time} 0 [ERROR] [MY-010123] [Server] Fatal error: Please read "Security" section of the manual to find out how to run mysqld as root!\n`,
      );
      return 1;
    }
    const port = portOf(sys.argv);
    yield* serverLog(
      sys,
      0,
      'MY-010116',
      `${self} (mysqld ${version}) starting as process ${sys.pid}`,
    );
    yield* serverLog(sys, 1, 'MY-013576', '[InnoDB] InnoDB initialization has started.');
    yield* serverLog(sys, 1, 'MY-013577', '[InnoDB] InnoDB initialization has ended.');
    let listener: number;
    try {
      listener = sys.listen({ host: '0.0.0.0', port });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const time = new Date(sys.nowMs).toISOString().replace('Z', '000Z');
      yield* sys.write(
        2,
        `${time} 0 [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: ${error.message}\n${time} 0 [ERROR] [MY-010257] [Server] Do you already have another mysqld server running on port: ${port} ?\n${time} 0 [ERROR] [MY-010119] [Server] Aborting\n`,
      );
      return 1;
    }
    const server = new SqlServer('mysql', version, []);
    const folder = new DataFolder(sys, DATA_FOLDER);
    if (!(yield* folder.load(server))) {
      yield* serverLog(sys, 0, 'MY-010334', '[Server] Failed to initialize DD Storage Engine');
      return 1;
    }
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) sys.signalAction(signal, 'catch');
    yield* writeFile(sys, SOCKET, '', 0o777);
    yield* serverLog(
      sys,
      0,
      'MY-010931',
      `${self}: ready for connections. Version: '${version}'  socket: '${SOCKET}'  port: ${port}  ${edition}.`,
    );
    yield* new Mysqld(sys, server, folder).serve(listener);
    yield* serverLog(
      sys,
      0,
      'MY-013172',
      `[Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${version}).`,
    );
    yield* serverLog(
      sys,
      0,
      'MY-010910',
      `${self}: Shutdown complete (mysqld ${version})  ${edition}.`,
    );
    return 0;
  };
}

function portOf(argv: readonly Bytes[]): number {
  const given = argv.map((word) => /^--port=(\d+)$/.exec(word)?.[1]).find(Boolean);
  return Number(given ?? MYSQL_PORT);
}

class Mysqld {
  readonly #sys: Sys;
  readonly #server: SqlServer;
  readonly #folder: DataFolder;
  readonly #clients = new Map<number, Client>();

  constructor(sys: Sys, server: SqlServer, folder: DataFolder) {
    this.#sys = sys;
    this.#server = server;
    this.#folder = folder;
  }

  /** Serves until a signal. */
  *serve(listener: number): Call<void> {
    const sys = this.#sys;
    while (sys.takeSignals().length === 0) {
      let ready: number | undefined;
      try {
        ready = yield* sys.poll([listener, ...this.#clients.keys()].map((fd) => ({ fd })));
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        continue;
      }
      if (ready === listener) {
        const { fd, peer } = yield* sys.accept(listener);
        this.#clients.set(fd, { fd, peer, received: '', session: undefined });
        yield* sys.write(fd, packet(0, `\x0a${this.#server.version}\0`));
      } else if (ready !== undefined) yield* this.#receive(ready);
    }
  }

  *#receive(fd: number): Call<void> {
    const client = this.#clients.get(fd);
    if (!client) return;
    try {
      const bytes = yield* this.#sys.read(fd, 65_536);
      client.received += bytes;
      for (let next = readPacket(client.received); next; next = readPacket(client.received)) {
        client.received = client.received.slice(next.end);
        const answer = client.session
          ? yield* this.#query(client.session, next.payload)
          : this.#logIn(client, next.payload);
        yield* this.#sys.write(fd, packet(1, JSON.stringify(answer)));
      }
      if (bytes !== '') return;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    this.#clients.delete(fd);
    this.#sys.close(fd);
  }

  #logIn(client: Client, payload: Bytes): MysqlAnswer {
    let login: MysqlLogin;
    try {
      login = JSON.parse(payload) as MysqlLogin;
    } catch {
      return { error: { number: 1043, state: '08S01', message: 'Bad handshake' } };
    }
    const { user, password, database } = login;
    const { users } = this.#server;
    const from = client.peer.host.startsWith('127.') ? 'localhost' : client.peer.host;
    if (!users.has(user) || (users.get(user) ?? '') !== (password ?? '')) {
      const using = password === undefined || password === '' ? 'NO' : 'YES';
      const message = `Access denied for user '${user}'@'${from}' (using password: ${using})`;
      return { error: { number: 1045, state: '28000', message } };
    }
    try {
      client.session = new SqlConnection(this.#server, user, database);
    } catch (error) {
      return this.#failure(error);
    }
    return { result: { columns: [], numeric: [], rows: [], affected: 0 } };
  }

  *#query(session: SqlConnection, sql: Bytes): Call<MysqlAnswer> {
    this.#sys.spend(STATEMENT_COST_US);
    const pause = /^\s*select\s+sleep\s*\(\s*([\d.]+)\s*\)/i.exec(sql);
    if (pause) yield* this.#sys.sleep(Number(pause[1]) * 1000);
    try {
      const { statements, rest } = splitStatements(sql);
      const result = session.execute(statements[0] ?? rest, this.#sys.nowMs);
      if (session.transaction === 'none') yield* this.#folder.save(this.#server);
      return {
        result: {
          columns: result?.columns.map(({ name }) => name) ?? [],
          numeric: result?.columns.map(({ family }) => family === 'number') ?? [],
          rows:
            result?.rows.map((row) =>
              row.map((value) => (value === null ? null : textOf(value, 'mysql'))),
            ) ?? [],
          affected: result?.affected ?? 0,
        },
      };
    } catch (error) {
      return this.#failure(error);
    }
  }

  #failure(error: unknown): MysqlAnswer {
    if (error instanceof SqlError) return { error: describeError(error.problem, 'mysql') };
    if (!(error instanceof SysError)) throw error;
    return { error: { number: 1021, state: 'HY000', message: `Disk full (${error.message})` } };
  }
}
