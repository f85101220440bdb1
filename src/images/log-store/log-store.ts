import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { httpDate, renderResponse } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import { type ForwardMessage, readForward } from '../records/forward-message';
import { parseJson, toJson } from '../records/json';
import { NotMessagePack, pack, unpack, type WireValue } from '../records/msgpack';
import { isList, isRecord, type LogRecord, type Value } from '../records/record';
import { Strands } from '../strands';

const HTTP_PORT = 8080;
const FORWARD_PORT = 24_224;
/** While this file exists, requests are answered with 503 and forwarded messages are not taken. */
const DOWN_FILE = '/tmp/down';
/** Lines that `GET /` shows. */
const KEPT_LINES = 100;

/** Prints the records that log collectors send to it, over HTTP and over Fluentd's forward protocol. */
export const logStore: Program = function* logStore(sys) {
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const listeners: number[] = [];
  for (const port of [HTTP_PORT, FORWARD_PORT]) {
    try {
      listeners.push(sys.listen({ host: '0.0.0.0', port }));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(2, `log-store: cannot listen on port ${port}: ${error.message}\n`);
      return 1;
    }
  }
  const [http = -1, forward = -1] = listeners;
  yield* sys.write(
    1,
    `log-store: takes records over HTTP on :${HTTP_PORT} and over the forward protocol on :${FORWARD_PORT}\n`,
  );
  const store = new Store(sys);
  const strands = new Strands();
  strands.start(new HttpLoop(new StoreHandler(store)).run(sys, [http], () => 'no'));
  strands.start(acceptForward(sys, strands, forward, store));
  let stopping = false;
  yield* strands.run(
    sys,
    () => stopping,
    () => {
      stopping = true;
    },
  );
  yield* sys.write(1, `log-store: stopped after ${store.count} records\n`);
  return 0;
};

class Store {
  readonly lines: Bytes[] = [];
  count = 0;
  readonly #sys: Sys;

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  get down(): boolean {
    return typeof this.#sys.tryStat(DOWN_FILE) !== 'string';
  }

  *take(tag: Bytes, records: readonly Value[]): Call<void> {
    const lines = records.map((record) => `${tag} ${toJson(record)}\n`);
    this.count += lines.length;
    this.lines.push(...lines);
    this.lines.splice(0, Math.max(0, this.lines.length - KEPT_LINES));
    if (lines.length > 0) yield* this.#sys.write(1, lines.join(''));
  }
}

class StoreHandler implements HttpHandler {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const keepAlive = wantsKeepAlive(request);
    const [status, body] = yield* this.#answer(request);
    const headers = [
      ['Date', httpDate(sys.nowMs)],
      ['Content-Type', body.startsWith('{') ? 'application/json' : 'text/plain'],
      ['Content-Length', String(body.length)],
    ] as const;
    const headOnly = request.method === 'HEAD';
    return { bytes: renderResponse(status, headers, body, { headOnly }), keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: renderResponse(400, [['Connection', 'close']], ''), keepAlive: false };
  }

  *#answer(request: HttpRequest): Call<readonly [number, Bytes]> {
    const store = this.#store;
    if (store.down) return [503, 'the log store is down\n'];
    const path = request.target.split('?')[0] ?? '/';
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (path === '/health') return [200, 'ok\n'];
      return [200, `${store.count} records\n${store.lines.join('')}`];
    }
    const isBulk = path.endsWith('/_bulk');
    const records = recordsOf(request.body).filter((record) => !(isBulk && isAction(record)));
    if (records.length === 0) return [400, 'no JSON records\n'];
    const tag = request.headers.get('fluent-tag') ?? request.headers.get('x-tag') ?? path;
    yield* store.take(tag, records);
    return isBulk ? [200, '{"took":1,"errors":false,"items":[]}'] : [200, 'ok\n'];
  }
}

/** A JSON value, a list of them, or one on each line. */
function recordsOf(body: Bytes): readonly Value[] {
  const whole = parseJson(body);
  if (whole !== undefined) return isList(whole) ? whole : [whole];
  return body
    .split('\n')
    .map((line) => parseJson(line))
    .filter((value) => value !== undefined);
}

/** The line of Elasticsearch's bulk API that says what to do with the next one. */
function isAction(value: Value): boolean {
  if (!isRecord(value)) return false;
  return value.size === 1 && (value.has('create') || value.has('index'));
}

function* acceptForward(sys: Sys, strands: Strands, listener: number, store: Store): Call<void> {
  for (;;) {
    const { fd } = yield* sys.accept(listener);
    strands.start(serveForward(sys, fd, store));
  }
}

function* serveForward(sys: Sys, fd: number, store: Store): Call<void> {
  let received: Bytes = '';
  try {
    for (;;) {
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '' || store.down) return;
      received += bytes;
      for (let next = readMessage(received); next; next = readMessage(received)) {
        received = received.slice(next.end);
        const { tag, events, chunk } = next.message;
        const records: LogRecord[] = events.map(({ record }) => record);
        yield* store.take(tag, records);
        if (chunk !== undefined) yield* sys.write(fd, pack(new Map([['ack', chunk]])));
      }
    }
  } catch (error) {
    if (!(error instanceof SysError) && !(error instanceof NotMessagePack)) throw error;
  } finally {
    sys.close(fd);
  }
}

function readMessage(
  received: Bytes,
): { readonly message: ForwardMessage; readonly end: number } | undefined {
  if (received === '') return undefined;
  const unpacked = unpack(received);
  if (!unpacked) return undefined;
  const value: WireValue = unpacked.value;
  const message = readForward(value);
  if (!message) throw new NotMessagePack();
  return { message, end: unpacked.end };
}
