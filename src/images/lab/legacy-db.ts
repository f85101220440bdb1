import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { dial, listenOrSay, type Page, portFrom, serveHttp } from './http-app';
import { labImage } from './lab-image';

const PORT = 5000;

/** The records that a new database has. */
const RECORDS = [
  ['1', 'Ada Lovelace'],
  ['2', 'Grace Hopper'],
  ['3', 'Edsger Dijkstra'],
] as const;

/** `legacy-db`: records behind a protocol of lines, LIST, GET id, PUT id text; every answer ends with END. */
const legacyDb: Program = function* legacyDb(sys) {
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const listener = yield* listenOrSay(sys, 'legacy-db', PORT);
  if (listener === undefined) return 1;
  yield* sys.write(1, `legacy-db: ${RECORDS.length} records, listening on :${PORT}\n`);
  const records = new Map<Bytes, Bytes>(RECORDS);
  const clients = new Map<number, Bytes>();
  for (;;) {
    if (sys.takeSignals().length > 0) return 0;
    try {
      const fds: readonly number[] = [listener, ...clients.keys()];
      const fd: number | undefined = yield* sys.poll(fds.map((one) => ({ fd: one })));
      if (fd === listener) clients.set((yield* sys.accept(listener)).fd, '');
      else if (fd !== undefined) yield* answerClient(sys, fd, clients, records);
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
    }
  }
};

function* answerClient(
  sys: Sys,
  fd: number,
  clients: Map<number, Bytes>,
  records: Map<Bytes, Bytes>,
): Call<void> {
  const bytes = yield* receive(sys, fd);
  const lines = ((clients.get(fd) ?? '') + bytes).split('\n');
  clients.set(fd, lines.pop() ?? '');
  for (const line of lines) {
    yield* sys.write(1, `legacy-db: ${line}\n`);
    yield* sys.write(fd, `${runCommand(line.trim(), records)}END\n`);
  }
  if (bytes === '') {
    clients.delete(fd);
    sys.close(fd);
  }
}

/** What came in; '' when the connection has ended, in whatever way. */
function* receive(sys: Sys, fd: number): Call<Bytes> {
  try {
    return yield* sys.read(fd, 65_536);
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return '';
  }
}

function runCommand(line: Bytes, records: Map<Bytes, Bytes>): Bytes {
  const [, command = '', id = '', text = ''] = /^(\w+)(?: (\w+))?(?: (.*))?$/.exec(line) ?? [];
  switch (command) {
    case 'LIST':
      return [...records].map(([key, value]) => `${key}|${value}\n`).join('');
    case 'GET': {
      const value = records.get(id);
      return value === undefined ? 'ERR no such record\n' : `${id}|${value}\n`;
    }
    case 'PUT':
      if (id === '' || text === '') return 'ERR usage: PUT id text\n';
      records.set(id, text);
      return `${id}|${text}\n`;
    default:
      return 'ERR unknown command\n';
  }
}

export const legacyDbImage = labImage({
  name: 'legacy-db',
  does: 'a database on port 5000 with a protocol of lines: LIST, GET id, PUT id text',
  run: legacyDb,
  port: PORT,
});

/** `db-rest-adapter`: GET /records, GET /records/id, PUT /records/id, each a question to the database. */
const restAdapter: Program = function* restAdapter(sys) {
  const host = sys.env.get('DB_HOST') ?? 'localhost';
  const port = portFrom(sys.env.get('DB_PORT'), PORT);
  yield* sys.write(1, `db-rest-adapter: database at ${host}:${port}\n`);
  return yield* serveHttp(sys, {
    name: 'db-rest-adapter',
    port: 8080,
    *page(_, path, { method, body }) {
      if (path === '/health') return { body: 'ok\n' };
      const [, id] = /^\/records(?:\/(\w+))?\/?$/.exec(path) ?? [];
      if (!path.startsWith('/records')) return json(404, { error: 'not found; try /records' });
      const question =
        method === 'PUT' ? `PUT ${id} ${body.trim()}` : id === undefined ? 'LIST' : `GET ${id}`;
      const answer = yield* askDatabase(sys, host, port, question);
      if ('failure' in answer) {
        yield* sys.write(2, `db-rest-adapter: ${host}:${port}: ${answer.failure}\n`);
        return json(502, { error: `database: ${answer.failure}` });
      }
      return toPage(answer.lines, id !== undefined);
    },
  });
};

function* askDatabase(
  sys: Sys,
  host: Bytes,
  port: number,
  question: Bytes,
): Call<{ readonly lines: readonly Bytes[] } | { readonly failure: string }> {
  const fd = yield* dial(sys, host, port);
  if (typeof fd === 'string') return { failure: fd };
  try {
    yield* sys.write(fd, `${question}\n`);
    let received: Bytes = '';
    while (!/(^|\n)END\n$/.test(received)) {
      const bytes = yield* receive(sys, fd);
      if (bytes === '') return { failure: 'connection closed' };
      received += bytes;
    }
    return { lines: received.split('\n').slice(0, -2) };
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return { failure: failure.message };
  } finally {
    sys.close(fd);
  }
}

function toPage(lines: readonly Bytes[], isOne: boolean): Page {
  const [first = ''] = lines;
  if (first.startsWith('ERR no such')) return json(404, { error: 'no such record' });
  if (first.startsWith('ERR')) return json(400, { error: first.slice('ERR '.length) });
  const records = lines.map((line) => {
    const [id = '', ...rest] = line.split('|');
    return { id, name: rest.join('|') };
  });
  return json(200, isOne ? records[0] : records);
}

function json(status: number, value: unknown): Page {
  return { status, body: `${JSON.stringify(value)}\n`, type: 'application/json' };
}

export const restAdapterImage = labImage({
  name: 'db-rest-adapter',
  does: 'a REST server on port 8080 (/records, /records/id) that asks legacy-db at DB_HOST:DB_PORT',
  run: restAdapter,
  port: 8080,
});
