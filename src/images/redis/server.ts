import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { clockTime, monthName } from '../http/message';
import { Database } from './database';
import { encodeReply, error, OK, parseCommand, type Reply } from './resp';

const DEFAULT_PORT = 6379;
/** Virtual CPU time per command, µs. */
const COMMAND_COST_US = 30;

interface Settings {
  port: number;
  bind: Bytes;
  password: Bytes | undefined;
}

/** redis-server: strings, lists, sets and hashes in memory; its log as Redis 7 writes it. */
export function redisServer(version: string): Program {
  return function* redisServer(sys) {
    const settings = parseSettings(sys.argv.slice(1));
    const log = (role: 'C' | 'M', mark: '#' | '*', text: string) =>
      sys.write(1, `${sys.pid}:${role} ${timestamp(sys.nowMs)} ${mark} ${text}\n`);
    const oldStyle = Number(version.split('.')[0]) < 7;
    yield* log('C', oldStyle ? '#' : '*', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
    yield* log(
      'C',
      oldStyle ? '#' : '*',
      `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${sys.pid}, just started`,
    );
    if (sys.argv.length < 2) {
      yield* log(
        'C',
        '#',
        'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
      );
    }
    let listener: number;
    try {
      listener = sys.listen({ host: settings.bind, port: settings.port });
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
      yield* log(
        'M',
        '#',
        `Warning: Could not create server TCP listening socket *:${settings.port}: bind: ${failure.message}`,
      );
      yield* log('M', '#', `Failed listening on port ${settings.port} (TCP), aborting.`);
      return 1;
    }
    for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
    yield* log('M', '*', `Running mode=standalone, port=${settings.port}.`);
    if (oldStyle) yield* log('M', '#', 'Server initialized');
    else yield* log('M', '*', 'Server initialized');
    yield* log(
      'M',
      '*',
      oldStyle ? 'Ready to accept connections' : 'Ready to accept connections tcp',
    );
    const server = new Server(settings, version);
    const signal = yield* server.serve(sys, listener);
    if (signal !== undefined) {
      yield* sys.write(
        1,
        `${sys.pid}:signal-handler (${Math.floor(sys.nowMs / 1000)}) Received SIG${signal} scheduling shutdown...\n`,
      );
    }
    yield* log('M', oldStyle ? '#' : '*', 'User requested shutdown...');
    yield* log('M', '*', 'Saving the final RDB snapshot before exiting.');
    if (!(yield* saveDump(sys))) {
      yield* log('M', '#', "Error trying to save the DB, can't exit.");
      // Redis stays up rather than lose its data; only KILL ends it now.
      for (;;) yield* sys.wait(() => () => {});
    }
    yield* log('M', '*', 'DB saved on disk');
    yield* log('M', oldStyle ? '#' : '*', 'Redis is now ready to exit, bye bye...');
    return 0;
  };
}

class Server {
  readonly #database = new Database();
  readonly #clients = new Map<number, { received: Bytes; authenticated: boolean }>();
  readonly #settings: Settings;
  readonly #version: string;
  #commands = 0;
  #shutdown = false;

  constructor(settings: Settings, version: string) {
    this.#settings = settings;
    this.#version = version;
  }

  /** Serves until a signal (its name is returned) or SHUTDOWN. */
  *serve(sys: Sys, listener: number): Call<string | undefined> {
    for (;;) {
      const [signal] = sys.takeSignals();
      if (signal !== undefined || this.#shutdown) return signal;
      const fds = [listener, ...this.#clients.keys()].map((fd) => ({ fd }));
      let ready: number | undefined;
      try {
        ready = yield* sys.poll(fds);
      } catch (failure) {
        if (!(failure instanceof SysError)) throw failure;
        continue;
      }
      if (ready === listener) {
        const { fd } = yield* sys.accept(listener);
        this.#clients.set(fd, {
          received: '',
          authenticated: this.#settings.password === undefined,
        });
      } else if (ready !== undefined) {
        yield* this.#receive(sys, ready);
      }
    }
  }

  *#receive(sys: Sys, fd: number): Call<void> {
    const client = this.#clients.get(fd);
    if (!client) return;
    try {
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '') {
        this.#drop(sys, fd);
        return;
      }
      client.received += bytes;
      for (;;) {
        const parsed = parseCommand(client.received);
        if (parsed === undefined) return;
        if (parsed === 'malformed') {
          yield* sys.write(fd, encodeReply(error('ERR Protocol error')));
          this.#drop(sys, fd);
          return;
        }
        client.received = client.received.slice(parsed.end);
        if (parsed.value.length === 0) continue;
        sys.spend(COMMAND_COST_US);
        yield* sys.write(fd, encodeReply(this.#answer(parsed.value, client, sys)));
        if ((parsed.value[0] ?? '').toLowerCase() === 'quit') {
          this.#drop(sys, fd);
          return;
        }
      }
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
      this.#drop(sys, fd);
    }
  }

  #answer(words: readonly Bytes[], client: { authenticated: boolean }, sys: Sys): Reply {
    this.#commands++;
    const name = (words[0] ?? '').toLowerCase();
    if (name === 'auth') {
      if (this.#settings.password === undefined) {
        return error(
          'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
        );
      }
      client.authenticated = words.at(-1) === this.#settings.password;
      return client.authenticated
        ? OK
        : error('WRONGPASS invalid username-password pair or user is disabled.');
    }
    if (!client.authenticated) return error('NOAUTH Authentication required.');
    if (name === 'quit') return OK;
    if (name === 'shutdown') {
      this.#shutdown = true;
      return OK;
    }
    if (name === 'info') return { kind: 'bulk', value: this.#info(sys) };
    if (name === 'save' || name === 'bgsave') {
      this.#database.changes = 0;
      return name === 'save' ? OK : { kind: 'status', text: 'Background saving started' };
    }
    const reply = this.#database.run(words, sys.nowMs);
    if (reply) return reply;
    const args = words.slice(1).map((word) => `'${word}' `);
    return error(`ERR unknown command '${words[0]}', with args beginning with: ${args.join('')}`);
  }

  #info(sys: Sys): Bytes {
    return [
      '# Server',
      `redis_version:${this.#version}`,
      'redis_mode:standalone',
      `process_id:${sys.pid}`,
      `tcp_port:${this.#settings.port}`,
      '',
      '# Clients',
      `connected_clients:${this.#clients.size}`,
      '',
      '# Stats',
      `total_commands_processed:${this.#commands}`,
      '',
      '# Replication',
      'role:master',
      'connected_slaves:0',
      '',
      '# Keyspace',
      ...(this.#database.size > 0 ? [`db0:keys=${this.#database.size},expires=0,avg_ttl=0`] : []),
      '',
    ].join('\r\n');
  }

  #drop(sys: Sys, fd: number): void {
    this.#clients.delete(fd);
    sys.close(fd);
  }
}

function parseSettings(args: readonly Bytes[]): Settings {
  const settings: Settings = { port: DEFAULT_PORT, bind: '0.0.0.0', password: undefined };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--port') settings.port = Number(args[++i]);
    else if (args[i] === '--bind') settings.bind = args[++i] ?? settings.bind;
    else if (args[i] === '--requirepass') settings.password = args[++i];
  }
  return settings;
}

/** `01 Jan 2026 00:00:04.123`. */
function timestamp(unixMs: number): string {
  const date = new Date(unixMs);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const ms = String(date.getUTCMilliseconds()).padStart(3, '0');
  return `${day} ${monthName(unixMs)} ${date.getUTCFullYear()} ${clockTime(unixMs)}.${ms}`;
}

/** Redis writes its dump into the working folder; without that it refuses to end. */
function* saveDump(sys: Sys): Call<boolean> {
  try {
    const fd = yield* sys.open('dump.rdb', { write: true, create: true, truncate: true }, 0o644);
    yield* sys.write(fd, 'REDIS0011\xfa');
    sys.close(fd);
    return true;
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return false;
  }
}
