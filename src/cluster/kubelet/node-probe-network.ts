import type { Kernel } from '../../kernel/kernel';
import { anyOf, sleep, sleepFully, type Task } from '../../kernel/task';
import { fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import {
  type HealthAnswer,
  HealthAnswerReader,
  healthCheckCall,
} from '../../runtime/net/grpc-health';
import { tlsClientFinished, tlsClientHello, tlsServerAnswer } from '../../runtime/net/tls';
import type { ConnectedSocket, NetNamespace, NetUser } from '../../runtime/open-file';
import { type HttpResponse, HttpResponseReader } from './http-response';
import {
  type HttpProbeAnswer,
  type HttpProbeRequest,
  PLAIN_ANSWER,
  type ProbeNetwork,
} from './probe-network';

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

  *grpcHealth(
    host: string,
    port: number,
    service: string,
    timeoutMs: number,
  ): Task<HealthAnswer | 'no connection' | 'late'> {
    const { clock } = this.#kernel;
    const deadline = clock.now + timeoutMs;
    const reader = new HealthAnswerReader();
    const connected = yield* this.#connect(host, port, deadline);
    if ('socket' in connected) {
      const { socket } = connected;
      const call = healthCheckCall(toBytes(service), `${host}:${port}`, GRPC_USER_AGENT);
      let failure = yield* this.#send(socket, call, deadline);
      while (failure === undefined && !reader.answer && !reader.isForeign) {
        const bytes = yield* this.#read(socket, deadline);
        if (typeof bytes === 'string') reader.add(bytes);
        else ({ failure } = bytes);
      }
      socket.release();
    }
    if (reader.answer) return reader.answer;
    // grpc-go dials again and again until the time is up.
    if (clock.now < deadline) yield* sleepFully(clock, deadline - clock.now);
    return 'socket' in connected && reader.spoke ? 'late' : 'no connection';
  }

  /** What comes in next; a failure, also at the end of the connection. */
  *#read(socket: ConnectedSocket, deadline: number): Task<string | { readonly failure: Failure }> {
    const { clock } = this.#kernel;
    try {
      for (;;) {
        const bytes = socket.tryRead(65_536);
        if (bytes === '') return { failure: 'EOF' };
        if (bytes !== undefined) return bytes;
        if (clock.now >= deadline) return { failure: 'deadline' };
        yield anyOf(socket.changed, sleep(clock, deadline - clock.now));
      }
    } catch (error) {
      if (error instanceof SysError) return { failure: error };
      throw error;
    }
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
      if (request.scheme === 'https') {
        const refused = yield* this.#handshake(socket, host, deadline);
        if (refused !== undefined) return failed(refused);
      }
      const sent = yield* this.#send(socket, requestText(request), deadline);
      if (sent !== undefined) return failed(exchangeError(socket, sent));
      const reader = new HttpResponseReader(BODY_BYTES);
      const failure = yield* this.#receive(socket, reader, deadline);
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

  /** TLS as far as the server's certificates, which the kubelet does not look at; why it came to nothing. */
  *#handshake(socket: ConnectedSocket, host: string, deadline: number): Task<string | undefined> {
    const sent = yield* this.#send(socket, tlsClientHello(toBytes(host)), deadline);
    if (sent !== undefined) return exchangeError(socket, sent);
    let received = '';
    for (;;) {
      const bytes = yield* this.#read(socket, deadline);
      if (typeof bytes !== 'string') return exchangeError(socket, bytes.failure);
      received += bytes;
      const answer = tlsServerAnswer(received);
      if (!answer) continue;
      if (answer.kind === 'plain') {
        return received.startsWith('HTTP/')
          ? PLAIN_ANSWER
          : 'tls: first record does not look like a TLS handshake';
      }
      if (answer.kind === 'alert') return 'remote error: tls: handshake failure';
      const accepted = yield* this.#send(socket, tlsClientFinished(), deadline);
      return accepted === undefined ? undefined : exchangeError(socket, accepted);
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

const GRPC_USER_AGENT = 'kube-probe/1.36 grpc-go/1.72.2';

function requestText(request: HttpProbeRequest): string {
  const own = request.headers.find(([name]) => name === 'Host');
  const host = own?.[1] ?? `${request.host}:${request.port}`;
  let userAgent = '';
  let rest = '';
  for (const [name, value] of request.headers) {
    if (name === 'User-Agent') userAgent += `${name}: ${value}\r\n`;
    else if (name !== 'Host') rest += `${name}: ${value}\r\n`;
  }
  const line = `GET ${request.path} HTTP/1.1\r\nHost: ${host}\r\n`;
  return toBytes(`${line}${userAgent}${rest}Connection: close\r\n\r\n`);
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
