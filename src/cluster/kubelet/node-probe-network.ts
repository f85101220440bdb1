import type { Kernel } from '../../kernel/kernel';
import { anyOf, sleep, type Task } from '../../kernel/task';
import { fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { ConnectedSocket, NetNamespace, NetUser } from '../../runtime/open-file';
import { type HttpResponse, HttpResponseReader } from './http-response';
import type { HttpProbeAnswer, HttpProbeRequest, ProbeNetwork } from './probe-network';

const KUBELET: NetUser = { pid: 0, program: 'kubelet', container: undefined };
const MOST_REDIRECTS = 10;
/** Bodies are read up to here. */
const BODY_BYTES = 10 * 1024;

/** Ended by the deadline, or by what the socket said. */
type Failure = 'deadline' | SysError | 'EOF' | { readonly malformed: string };

/** Probes over the node's network namespace. Models net/http's client as far as probes show it. */
export class NodeProbeNetwork implements ProbeNetwork {
  readonly #kernel: Kernel;
  readonly #namespace: NetNamespace;

  constructor(kernel: Kernel, namespace: NetNamespace) {
    this.#kernel = kernel;
    this.#namespace = namespace;
  }

  *tcpConnect(host: string, port: number, timeoutMs: number): Task<string | undefined> {
    const deadline = this.#kernel.clock.now + timeoutMs;
    const connected = yield* this.#connect(host, port, deadline);
    if ('socket' in connected) {
      connected.socket.release();
      return undefined;
    }
    return dialError(host, port, connected.failure);
  }

  *httpGet(request: HttpProbeRequest): Task<HttpProbeAnswer> {
    const deadline = this.#kernel.clock.now + request.timeoutMs;
    let current = request;
    for (let redirects = 0; ; redirects++) {
      const answer = yield* this.#get(current, deadline);
      if (answer.kind !== 'response') return answer;
      const { status, headers, body } = answer.response;
      const location = headers.get('location');
      const redirected = status >= 300 && status < 400 && location !== undefined;
      const next = redirected ? follow(current, location) : undefined;
      if (!next || next.host !== request.host) return { kind: 'answer', status, body };
      if (redirects + 1 >= MOST_REDIRECTS) {
        return { kind: 'failed', error: `Get "${location}": stopped after 10 redirects` };
      }
      current = next;
    }
  }

  *#get(
    request: HttpProbeRequest,
    deadline: number,
  ): Task<
    | Extract<HttpProbeAnswer, { kind: 'failed' | 'broken' }>
    | { readonly kind: 'response'; readonly response: HttpResponse & { body: string } }
  > {
    const { host, port } = request;
    const url = `${request.scheme}://${host}:${port}${request.path}`;
    const failed = (why: string) => ({ kind: 'failed' as const, error: `Get "${url}": ${why}` });
    const connected = yield* this.#connect(host, port, deadline);
    if (!('socket' in connected)) {
      return failed(
        connected.failure === 'deadline' ? TIMED_OUT : dialError(host, port, connected.failure),
      );
    }
    const { socket } = connected;
    try {
      const secure = request.scheme === 'https';
      const text = secure ? CLIENT_HELLO : requestText(request);
      const sent = yield* this.#send(socket, text, deadline);
      if (sent !== undefined) return failed(exchangeError(socket, sent));
      const reader = new HttpResponseReader(BODY_BYTES);
      const failure = yield* this.#receive(socket, reader, deadline);
      if (secure) {
        const plain = reader.headersComplete || !failure;
        return failed(plain ? PLAIN_ANSWER : exchangeError(socket, failure));
      }
      if (failure) {
        return reader.headersComplete
          ? { kind: 'broken', error: 'unexpected EOF' }
          : failed(exchangeError(socket, failure));
      }
      const { response } = reader;
      if (!response) return failed('EOF');
      return { kind: 'response', response: { ...response, body: fromBytes(reader.body) } };
    } finally {
      socket.release();
    }
  }

  *#connect(
    host: string,
    port: number,
    deadline: number,
  ): Task<{ readonly socket: ConnectedSocket } | { readonly failure: Failure }> {
    const { clock } = this.#kernel;
    const pending = this.#namespace.connect({ host, port }, KUBELET, deadline - clock.now);
    while (!pending.result && clock.now < deadline) {
      yield anyOf(pending.changed, sleep(clock, deadline - clock.now));
    }
    const { result } = pending;
    if (!result) {
      pending.cancel();
      return { failure: 'deadline' };
    }
    if ('value' in result) return { socket: result.value };
    return { failure: result.error.errno === 'ETIMEDOUT' ? 'deadline' : result.error };
  }

  *#send(socket: ConnectedSocket, text: string, deadline: number): Task<Failure | undefined> {
    const { clock } = this.#kernel;
    try {
      for (let rest = text; rest !== ''; ) {
        const taken = socket.tryWrite(rest);
        rest = rest.slice(taken);
        if (taken > 0) continue;
        if (clock.now >= deadline) return 'deadline';
        yield anyOf(socket.changed, sleep(clock, deadline - clock.now));
      }
      return undefined;
    } catch (error) {
      if (error instanceof SysError) return error;
      throw error;
    }
  }

  *#receive(
    socket: ConnectedSocket,
    reader: HttpResponseReader,
    deadline: number,
  ): Task<Failure | undefined> {
    const { clock } = this.#kernel;
    try {
      for (;;) {
        const bytes = socket.tryRead(65_536);
        if (bytes === '') return reader.end() ? undefined : 'EOF';
        if (bytes !== undefined) {
          const malformed = reader.add(bytes);
          if (malformed !== undefined) return { malformed };
          if (reader.complete) return undefined;
          continue;
        }
        if (clock.now >= deadline) return 'deadline';
        yield anyOf(socket.changed, sleep(clock, deadline - clock.now));
      }
    } catch (error) {
      if (error instanceof SysError) return error;
      throw error;
    }
  }
}

const TIMED_OUT = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
const PLAIN_ANSWER = 'http: server gave HTTP response to HTTPS client';

/** How a TLS handshake begins; no server of the lab speaks TLS, so it never gets further. */
const CLIENT_HELLO = '\x16\x03\x01\x00\xf1\x01\x00\x00\xed\x03\x03\x5d\x0a\x0a';

function requestText(request: HttpProbeRequest): string {
  const own = request.headers.find(([name]) => name === 'Host');
  const host = own?.[1] ?? `${request.host}:${request.port}`;
  const userAgent = request.headers.filter(([name]) => name === 'User-Agent');
  const rest = request.headers.filter(([name]) => name !== 'Host' && name !== 'User-Agent');
  const lines = [
    `GET ${request.path} HTTP/1.1`,
    `Host: ${host}`,
    ...userAgent.map(([name, value]) => `${name}: ${value}`),
    ...rest.map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  return toBytes(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Where a redirect leads; undefined when it cannot be read or leaves HTTP. */
function follow(from: HttpProbeRequest, location: string): HttpProbeRequest | undefined {
  if (location.startsWith('/')) return { ...from, path: location };
  const url = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(location);
  if (!url) return undefined;
  const scheme = url[1] === 'https' ? 'https' : 'http';
  const port = url[3] ? Number(url[3]) : scheme === 'https' ? 443 : 80;
  return { ...from, scheme, host: url[2] ?? from.host, port, path: url[4] ?? '/' };
}

/** Go's words for what went wrong while connecting. */
function dialError(host: string, port: number, failure: Failure): string {
  const where = `dial tcp ${host}:${port}`;
  if (failure === 'deadline') return `${where}: i/o timeout`;
  if (failure instanceof SysError) return `${where}: connect: ${failure.message.toLowerCase()}`;
  return where;
}

/** Go's words for what went wrong on an open connection. */
function exchangeError(socket: ConnectedSocket, failure: Failure): string {
  if (failure === 'deadline') return TIMED_OUT;
  if (failure === 'EOF') return 'EOF';
  if (!(failure instanceof SysError)) {
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response "${failure.malformed}"`;
  }
  const { local, peer } = socket;
  return `read tcp ${local.host}:${local.port}->${peer.host}:${peer.port}: read: ${failure.message.toLowerCase()}`;
}
