import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { type ChainFor, TlsServerSide } from '../../runtime/net/tls';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import { headEnd, MAX_HEAD_BYTES, parseRequestHead, type RequestHead } from './message';

/** A request with its body, and who sent it. */
export interface HttpRequest extends RequestHead {
  readonly body: Bytes;
  readonly peer: SocketAddress;
  /** The address it came in at. */
  readonly local: SocketAddress;
  /** It came over TLS, or should have. */
  readonly security?: 'tls' | 'plain on a tls port';
}

/** What goes back over the wire, and whether the connection stays open after it. */
export interface HttpReply {
  readonly bytes: Bytes;
  readonly keepAlive: boolean;
}

export interface HttpHandler {
  /** Answers one request; may make calls that wait. */
  handle(sys: Sys, request: HttpRequest): Call<HttpReply>;
  /** Answers what is no HTTP request. */
  reject(sys: Sys, peer: SocketAddress, local: SocketAddress, received: Bytes): Call<HttpReply>;
  /** Whether requests without TLS at a port with TLS come here too; otherwise the connection is closed. */
  readonly answersPlainOnTls?: boolean;
}

interface Connection {
  readonly fd: number;
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
  /** Of connections through a listener with TLS. */
  readonly tls: TlsServerSide | undefined;
  received: Bytes;
  plainOnTls: boolean;
}

/** Virtual CPU time to parse and answer a request, µs. */
const REQUEST_COST_US = 150;

/**
 * An event loop over listening sockets and the connections that came in through them: what a worker
 * process of a web server does. Ends when `stop` says so (looked at whenever something happens).
 */
export class HttpLoop {
  readonly #handler: HttpHandler;
  readonly #connections = new Map<number, Connection>();
  readonly #tls: ReadonlyMap<number, ChainFor>;

  /** `tls`: the listeners that speak TLS, with what they show for certificates. */
  constructor(handler: HttpHandler, tls: ReadonlyMap<number, ChainFor> = new Map()) {
    this.#handler = handler;
    this.#tls = tls;
  }

  *run(sys: Sys, listeners: readonly number[], stop: () => 'no' | 'drain' | 'now'): Call<void> {
    for (;;) {
      const stopping = stop();
      if (stopping === 'now' || (stopping === 'drain' && this.#connections.size === 0)) return;
      const watched = stopping === 'no' ? [...listeners] : [];
      for (const fd of this.#connections.keys()) watched.push(fd);
      const fd = yield* this.#next(sys, watched);
      if (fd === undefined) continue;
      if (listeners.includes(fd)) yield* this.#accept(sys, fd);
      else yield* this.#receive(sys, fd, stopping);
    }
  }

  *#next(sys: Sys, fds: readonly number[]): Call<number | undefined> {
    try {
      return yield* sys.poll(fds.map((fd) => ({ fd })));
    } catch (error) {
      // A caught signal ends the wait: the loop asks `stop` again.
      if (error instanceof SysError && error.errno === 'EINTR') return undefined;
      throw error;
    }
  }

  *#accept(sys: Sys, listener: number): Call<void> {
    const { fd, peer } = yield* sys.accept(listener);
    const chainFor = this.#tls.get(listener);
    this.#connections.set(fd, {
      fd,
      peer,
      local: sys.socketName(fd),
      tls: chainFor && new TlsServerSide(chainFor),
      received: '',
      plainOnTls: false,
    });
  }

  *#receive(sys: Sys, fd: number, stopping: 'no' | 'drain' | 'now'): Call<void> {
    const connection = this.#connections.get(fd);
    if (!connection) return;
    let bytes: Bytes;
    try {
      bytes = yield* sys.read(fd, 65_536);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      bytes = '';
    }
    if (bytes === '') {
      this.#close(sys, fd);
      return;
    }
    if (!(yield* this.#take(sys, connection, bytes))) {
      this.#close(sys, fd);
      return;
    }
    for (;;) {
      const reply = yield* this.#answer(sys, connection);
      if (!reply) return;
      try {
        yield* sys.write(fd, reply.bytes);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        this.#close(sys, fd);
        return;
      }
      if (!reply.keepAlive || stopping !== 'no') {
        this.#close(sys, fd);
        return;
      }
    }
  }

  /** Takes in what has come; false when the connection cannot go on. */
  *#take(sys: Sys, connection: Connection, bytes: Bytes): Call<boolean> {
    if (!connection.tls || connection.plainOnTls) {
      connection.received += bytes;
      return true;
    }
    const { reply, data, failure } = connection.tls.receive(bytes);
    if (reply !== '') yield* trySend(sys, connection.fd, reply);
    connection.received += data;
    if (failure === undefined) return true;
    connection.plainOnTls = failure === 'plain' && this.#handler.answersPlainOnTls === true;
    return connection.plainOnTls;
  }

  /** Undefined while the request is incomplete. */
  *#answer(sys: Sys, connection: Connection): Call<HttpReply | undefined> {
    const { received, peer, local } = connection;
    const end = headEnd(received);
    if (end < 0) {
      const cannotBeHttp =
        /^[^A-Z\r\n]/.test(received) ||
        (/^[^\r\n]*\n/.test(received) && !/^[A-Z-]+ \S+ HTTP\/1\.[01]\r?\n/.test(received));
      if (!cannotBeHttp && received.length < MAX_HEAD_BYTES) return undefined;
      connection.received = '';
      return yield* this.#handler.reject(sys, peer, local, received);
    }
    const head = parseRequestHead(received.slice(0, end).replace(/(\r?\n)+$/, ''));
    if (!head) {
      connection.received = '';
      return yield* this.#handler.reject(sys, peer, local, received);
    }
    const length = Number(head.headers.get('content-length') ?? '0') || 0;
    if (received.length < end + length) return undefined;
    const body = received.slice(end, end + length);
    connection.received = received.slice(end + length);
    sys.spend(REQUEST_COST_US);
    const security = connection.plainOnTls ? 'plain on a tls port' : connection.tls && 'tls';
    return yield* this.#handler.handle(sys, {
      ...head,
      body,
      peer,
      local,
      ...(security && { security }),
    });
  }

  #close(sys: Sys, fd: number): void {
    this.#connections.delete(fd);
    sys.close(fd);
  }
}

function* trySend(sys: Sys, fd: number, bytes: Bytes): Call<void> {
  try {
    yield* sys.write(fd, bytes);
  } catch (error) {
    // The client has gone: the next read says so.
    if (!(error instanceof SysError)) throw error;
  }
}

/** Whether the client expects the connection to stay open. */
export function wantsKeepAlive(request: RequestHead): boolean {
  const connection = request.headers.get('connection')?.toLowerCase() ?? '';
  return request.version === '1.1'
    ? !connection.includes('close')
    : connection.includes('keep-alive');
}
