import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { type ChainFor, TlsServerSide } from '../../runtime/net/tls';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import { Strands } from '../strands';
import { headEnd, MAX_HEAD_BYTES, parseRequestHead, type RequestHead } from './message';

/** A request with its body, and who sent it. */
export interface HttpRequest extends RequestHead {
  readonly body: Bytes;
  readonly peer: SocketAddress;
  /** The address it came in at. */
  readonly local: SocketAddress;
  /** It came over TLS, or should have. */
  readonly security?: 'tls' | 'plain on a tls port';
  /** The name that the client asked for in its handshake. */
  readonly serverName?: Bytes;
  /** Number of the connection since the loop started, from 1. */
  readonly connection?: number;
}

/** What goes back over the wire, and whether the connection stays open after it. */
export interface HttpReply {
  readonly bytes: Bytes;
  readonly keepAlive: boolean;
}

export interface HttpHandler {
  /** Answers one request; may make calls that wait, other connections go on meanwhile. */
  handle(sys: Sys, request: HttpRequest): Call<HttpReply>;
  /** Answers what is no HTTP request. */
  reject(sys: Sys, peer: SocketAddress, local: SocketAddress, received: Bytes): Call<HttpReply>;
  /** Whether requests without TLS at a port with TLS come here too; otherwise the connection is closed. */
  readonly answersPlainOnTls?: boolean;
}

/** What a loop has done so far, as status pages show it. */
export interface ConnectionCounts {
  accepted: number;
  requests: number;
  active: number;
  /** Connections with a request that has not been answered. */
  busy: number;
}

export function noConnections(): ConnectionCounts {
  return { accepted: 0, requests: 0, active: 0, busy: 0 };
}

export interface HttpLoopOptions {
  /** Where the loop counts what it does. */
  readonly counts?: ConnectionCounts;
  /** How long a connection may stay without a request, ms; for ever, if it is left out. */
  readonly idleMs?: number;
  /** Starts what else the process does meanwhile. */
  readonly beside?: (strands: Strands) => void;
}

interface Connection {
  readonly fd: number;
  readonly number: number;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
  /** Of connections through a listener with TLS. */
  readonly tls: TlsServerSide | undefined;
  received: Bytes;
  plainOnTls: boolean;
}

/** Virtual CPU time to parse and answer a request, µs. */
const REQUEST_COST_US = 150;
const READ_BYTES = 65_536;

/**
 * Listening sockets and the connections that came in through them: what a worker process of a web server
 * does. Each connection is a strand of its own. Ends when `stop` says so (looked at whenever something
 * happens): `drain` as soon as no request is being answered.
 */
export class HttpLoop {
  readonly #handler: HttpHandler;
  readonly #tls: ReadonlyMap<number, ChainFor>;
  readonly #options: HttpLoopOptions;
  readonly #counts: ConnectionCounts;
  #stopping: 'no' | 'drain' | 'now' = 'no';
  /** The last head and what it says: most clients send the same one again and again. */
  #headText: Bytes = '';
  #head: RequestHead | undefined;

  /** `tls`: the listeners that speak TLS, with what they show for certificates. */
  constructor(
    handler: HttpHandler,
    tls: ReadonlyMap<number, ChainFor> = new Map(),
    options: HttpLoopOptions = {},
  ) {
    this.#handler = handler;
    this.#tls = tls;
    this.#options = options;
    this.#counts = options.counts ?? noConnections();
  }

  *run(sys: Sys, listeners: readonly number[], stop: () => 'no' | 'drain' | 'now'): Call<void> {
    const strands = new Strands();
    for (const listener of listeners) strands.start(this.#accept(sys, strands, listener));
    this.#options.beside?.(strands);
    const ended = () => {
      this.#stopping = stop();
      if (this.#stopping === 'now') return true;
      return this.#stopping === 'drain' && this.#counts.busy === 0;
    };
    // `stop` takes the signals itself.
    yield* strands.run(sys, ended);
  }

  *#accept(sys: Sys, strands: Strands, listener: number): Call<void> {
    const polled = [{ fd: listener }];
    for (;;) {
      try {
        yield* sys.poll(polled);
        if (this.#stopping !== 'no') return;
        const { fd, peer } = yield* sys.accept(listener);
        const chainFor = this.#tls.get(listener);
        const number = ++this.#counts.accepted;
        const local = sys.socketName(fd);
        const tls = chainFor && new TlsServerSide(chainFor);
        const connection = { fd, number, peer, local, tls, received: '', plainOnTls: false };
        strands.start(this.#serve(sys, connection));
      } catch (error) {
        // A caught signal ends the wait: whoever runs the strands asks `stop`.
        if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
      }
    }
  }

  *#serve(sys: Sys, connection: Connection): Call<void> {
    this.#counts.active++;
    try {
      while (yield* this.#receive(sys, connection));
    } catch (error) {
      // A client that has gone ends its connection and nothing else.
      if (!(error instanceof SysError)) throw error;
    }
    this.#counts.active--;
    sys.close(connection.fd);
  }

  /** Takes in what comes next and answers what is complete; false when the connection is over. */
  *#receive(sys: Sys, connection: Connection): Call<boolean> {
    const { fd } = connection;
    const { idleMs } = this.#options;
    if (idleMs !== undefined && !(yield* waitForBytes(sys, fd, idleMs))) return false;
    const bytes = yield* sys.read(fd, READ_BYTES);
    if (bytes === '') return false;
    if (!connection.tls || connection.plainOnTls) connection.received += bytes;
    else if (!(yield* this.#decrypt(sys, connection, connection.tls, bytes))) return false;
    for (;;) {
      this.#counts.busy++;
      let reply: HttpReply | undefined;
      try {
        reply = yield* this.#answer(sys, connection);
        if (reply) yield* sys.write(fd, reply.bytes);
      } finally {
        this.#counts.busy--;
      }
      if (!reply) return true;
      if (!reply.keepAlive || this.#stopping !== 'no') return false;
    }
  }

  /** Takes in what has come over TLS; false when the connection cannot go on. */
  *#decrypt(sys: Sys, connection: Connection, tls: TlsServerSide, bytes: Bytes): Call<boolean> {
    const { reply, data, failure } = tls.receive(bytes);
    if (reply !== '') yield* sys.write(connection.fd, reply);
    connection.received += data;
    if (failure === undefined) return true;
    connection.plainOnTls = failure === 'plain' && this.#handler.answersPlainOnTls === true;
    return connection.plainOnTls;
  }

  /** Undefined while the request is incomplete. */
  *#answer(sys: Sys, connection: Connection): Call<HttpReply | undefined> {
    const { received, peer, local, tls, number } = connection;
    if (received === '') return undefined;
    const end = headEnd(received);
    const head = end < 0 ? undefined : this.#parse(received.slice(0, end));
    if (!head) {
      if (end < 0 && received.length < MAX_HEAD_BYTES && mayBecomeHttp(received)) return undefined;
      connection.received = '';
      this.#counts.requests++;
      return yield* this.#handler.reject(sys, peer, local, received);
    }
    const length = Number(head.headers.get('content-length') ?? '0') || 0;
    if (received.length < end + length) return undefined;
    connection.received = received.slice(end + length);
    this.#counts.requests++;
    sys.spend(REQUEST_COST_US);
    const { method, target, version, headers, line } = head;
    const body = received.slice(end, end + length);
    const request = {
      method,
      target,
      version,
      headers,
      line,
      body,
      peer,
      local,
      connection: number,
    };
    if (!tls) return yield* this.#handler.handle(sys, request);
    const security = connection.plainOnTls ? 'plain on a tls port' : 'tls';
    const serverName = tls.serverName ?? '';
    return yield* this.#handler.handle(sys, { ...request, security, serverName });
  }

  #parse(text: Bytes): RequestHead | undefined {
    if (text !== this.#headText) {
      this.#head = parseRequestHead(text);
      this.#headText = text;
    }
    return this.#head;
  }
}

/** False when nothing has come for too long. */
function* waitForBytes(sys: Sys, fd: number, idleMs: number): Call<boolean> {
  const until = sys.nowMs + idleMs;
  for (;;) {
    try {
      return (yield* sys.poll([{ fd }], Math.max(until - sys.nowMs, 0))) !== undefined;
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
}

/** Whether bytes without the end of a head can still be the beginning of a request. */
function mayBecomeHttp(received: Bytes): boolean {
  if (/^[^A-Z\r\n]/.test(received)) return false;
  return !/^[^\r\n]*\n/.test(received) || /^[A-Z-]+ \S+ HTTP\/1\.[01]\r?\n/.test(received);
}

/** Whether the client expects the connection to stay open. */
export function wantsKeepAlive(request: RequestHead): boolean {
  const connection = request.headers.get('connection')?.toLowerCase() ?? '';
  return request.version === '1.1'
    ? !connection.includes('close')
    : connection.includes('keep-alive');
}
