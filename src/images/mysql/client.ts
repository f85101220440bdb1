import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { typeOf } from '../files';
import { MessageStream } from '../message-stream';
import { MYSQL_PORT, SOCKET } from './server';
import { type MysqlAnswer, type MysqlError, type Packet, packet, readPacket } from './wire';

const ERRNO_NUMBERS: Readonly<Record<string, number>> = {
  ECONNREFUSED: 111,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
};

export interface MysqlTarget {
  host: Bytes;
  port: number;
  user: Bytes;
  password: Bytes | undefined;
  database: Bytes;
}

/** The options that mysql, mysqladmin and mysqldump share; what is left over comes back as `rest`. */
export function readTarget(
  sys: Sys,
  args: readonly Bytes[],
): { target: MysqlTarget; rest: readonly Bytes[]; warns: boolean } {
  const target: MysqlTarget = {
    host: sys.env.get('MYSQL_HOST') ?? 'localhost',
    port: MYSQL_PORT,
    user: 'root',
    password: sys.env.get('MYSQL_PWD'),
    database: '',
  };
  const rest: Bytes[] = [];
  let warns = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    const [, long, given] = /^--(host|port|user|password|database)(?:=(.*))?$/s.exec(word) ?? [];
    const short = /^-[hPuD]/.test(word) && !word.startsWith('--') ? word.slice(0, 2) : undefined;
    const value = () => (short && word.length > 2 ? word.slice(2) : (given ?? args[++i] ?? ''));
    if (short === '-h' || long === 'host') target.host = value();
    else if (short === '-P' || long === 'port') target.port = Number(value());
    else if (short === '-u' || long === 'user') target.user = value();
    else if (short === '-D' || long === 'database') target.database = value();
    else if (long === 'password' || (word.startsWith('-p') && !word.startsWith('--'))) {
      const password = long ? given : word.slice(2);
      if (password) {
        target.password = password;
        warns = true;
      }
    } else rest.push(word);
  }
  return { target, rest, warns };
}

/** A client that has logged in. */
export class MysqlClient {
  readonly #sys: Sys;
  readonly #fd: number;
  readonly #messages: MessageStream<Packet>;

  constructor(sys: Sys, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
    this.#messages = new MessageStream(sys, fd, readPacket);
  }

  /** The next packet; undefined at the end of the connection. */
  *receive(): Call<Bytes | undefined> {
    return (yield* this.#messages.receive())?.payload;
  }

  *ask(payload: Bytes): Call<MysqlAnswer | undefined> {
    if (!(yield* this.#messages.send(packet(0, payload)))) return undefined;
    const answer = yield* this.receive();
    if (answer === undefined) return undefined;
    try {
      return JSON.parse(answer) as MysqlAnswer;
    } catch {
      // Whoever answers here is no server of this kind.
      return undefined;
    }
  }

  close(): void {
    this.#sys.close(this.#fd);
  }
}

/** Connects and logs in, or says why not. */
export function* connectMysql(sys: Sys, target: MysqlTarget): Call<MysqlClient | MysqlError> {
  const { host, port, user, password, database } = target;
  const local = host === 'localhost';
  const failure = (number: number, message: Bytes) => ({ number, state: 'HY000', message });
  if (local && typeOf(sys, SOCKET) === undefined) {
    return failure(2002, `Can't connect to local MySQL server through socket '${SOCKET}' (2)`);
  }
  const address = local ? '127.0.0.1' : yield* resolveHost(sys, host);
  if (address === undefined) return failure(2005, `Unknown MySQL server host '${host}' (-2)`);
  let fd: number;
  try {
    fd = yield* sys.connect({ host: address, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = ERRNO_NUMBERS[error.errno] ?? 2;
    return local
      ? failure(2002, `Can't connect to local MySQL server through socket '${SOCKET}' (${number})`)
      : failure(2003, `Can't connect to MySQL server on '${host}:${port}' (${number})`);
  }
  const client = new MysqlClient(sys, fd);
  const lost = failure(
    2013,
    "Lost connection to MySQL server at 'reading initial communication packet', system error: 0",
  );
  if ((yield* client.receive()) === undefined) return lost;
  const answer = yield* client.ask(JSON.stringify({ user, password, database }));
  if (!answer) return lost;
  if ('error' in answer) {
    client.close();
    return answer.error;
  }
  return client;
}
