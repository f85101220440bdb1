import type { Kernel } from '../../../kernel/kernel';
import { sleepFully, type Task } from '../../../kernel/task';
import { type Bytes, fromBytes, toBytes } from '../../../runtime/bytes';
import { SysError } from '../../../runtime/errno';
import {
  type HealthAnswer,
  HealthAnswerReader,
  healthCheckCall,
} from '../../../runtime/net/grpc-health';
import { SOCKET_BUFFER_BYTES } from '../../../runtime/net/tcp';
import { tlsClientFinished, tlsClientHello, tlsServerAnswer } from '../../../runtime/net/tls';
import type { ConnectedSocket, NetNamespace, NetUser } from '../../../runtime/open-file';
import { Deadline } from './deadline';
import { type HttpResponse, HttpResponseReader } from './http-response';
import {
  type HttpProbeAnswer,
  HttpProbeRequest,
  PLAIN_ANSWER,
  type ProbeNetwork,
} from './probe-network';

const KUBELET: NetUser = { pid: 0, program: 'kubelet', container: undefined };
const MOST_REDIRECTS = 10;
/** Bodies are read up to here. */
const BODY_BYTES = 10 * 1024;
const READ_BYTES = 65_536;

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
    const deadline = new Deadline(this.#kernel.clock, timeoutMs);
    const connected = yield* this.#connect(host, port, deadline);
    deadline.forget();
    if (connected.socket) {
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
    const deadline = new Deadline(clock, timeoutMs);
    const reader = new HealthAnswerReader();
    const { socket } = yield* this.#connect(host, port, deadline);
    if (socket) {
      const call = healthCheckCall(toBytes(service), `${host}:${port}`, GRPC_USER_AGENT);
      let failure = yield* send(socket, call, deadline);
      while (failure === undefined && !reader.answer && !reader.isForeign) {
        const bytes = yield* read(socket, deadline);
        if (typeof bytes === 'string') reader.add(bytes);
        else ({ failure } = bytes);
      }
      socket.release();
    }
    deadline.forget();
    if (reader.answer) return reader.answer;
    // grpc-go dials again and again until the time is up.
    if (!deadline.passed) yield* sleepFully(clock, deadline.at - clock.now);
    return socket && reader.spoke ? 'late' : 'no connection';
  }

  *httpGet(request: HttpProbeRequest, timeoutMs: number): Task<HttpProbeAnswer> {
    const deadline = new Deadline(this.#kernel.clock, timeoutMs);
    let current = request;
    for (let redirects = 0; ; redirects++) {
      const { scheme, host, port, bytes } = current;
      const greets = scheme === 'http' && bytes.length <= SOCKET_BUFFER_BYTES;
      const { socket, failure } = yield* this.#connect(host, port, deadline, greets ? bytes : '');
      if (!socket) {
        deadline.forget();
        return failed(current, failure === 'deadline' ? TIMED_OUT : dialError(host, port, failure));
      }
      const reader = new HttpResponseReader(BODY_BYTES);
      const problem = yield* exchange(socket, current, greets, reader, deadline);
      socket.release();
      const { response } = reader;
      const next = response && !problem ? redirection(current, response) : undefined;
      if (!next || next.host !== request.host) {
        deadline.forget();
        if (problem) return problem;
        if (!response) return failed(current, 'EOF');
        return { kind: 'answer', status: response.status, body: fromBytes(reader.body) };
      }
      if (redirects + 1 >= MOST_REDIRECTS) {
        deadline.forget();
        const error = `Get "${response?.headers.get('location')}": stopped after 10 redirects`;
        return { kind: 'failed', error };
      }
      current = next;
    }
  }

  *#connect(
    host: string,
    port: number,
    deadline: Deadline,
    greeting: Bytes = '',
  ): Task<
    | { readonly socket: ConnectedSocket; readonly failure?: undefined }
    | { readonly socket?: undefined; readonly failure: Failure }
  > {
    const remainingMs = deadline.at - this.#kernel.clock.now;
    const pending = this.#namespace.connect({ host, port }, KUBELET, remainingMs, greeting);
    while (!pending.result && !deadline.passed) yield deadline.or(pending.changed);
    const { result } = pending;
    if (!result) {
      pending.cancel();
      return { failure: 'deadline' };
    }
    if ('value' in result) return { socket: result.value };
    return { failure: result.error.errno === 'ETIMEDOUT' ? 'deadline' : result.error };
  }
}

/** TLS as far as the server's certificates, which the kubelet does not look at; why it came to nothing. */
function* handshake(
  socket: ConnectedSocket,
  host: string,
  deadline: Deadline,
): Task<string | undefined> {
  const unsent = yield* send(socket, tlsClientHello(toBytes(host)), deadline);
  if (unsent !== undefined) return exchangeError(socket, unsent);
  let received = '';
  for (;;) {
    const bytes = yield* read(socket, deadline);
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
    const failure = yield* send(socket, tlsClientFinished(), deadline);
    return failure === undefined ? undefined : exchangeError(socket, failure);
  }
}

function* send(
  socket: ConnectedSocket,
  bytes: Bytes,
  deadline: Deadline,
): Task<Failure | undefined> {
  try {
    let rest = bytes;
    for (;;) {
      const taken = socket.tryWrite(rest);
      if (taken === rest.length) return undefined;
      rest = rest.slice(taken);
      if (taken > 0) continue;
      if (deadline.passed) return 'deadline';
      yield deadline.or(socket.changed);
    }
  } catch (error) {
    if (error instanceof SysError) return error;
    throw error;
  }
}

/** What comes in next; a failure, also at the end of the connection. */
function* read(
  socket: ConnectedSocket,
  deadline: Deadline,
): Task<Bytes | { readonly failure: Failure }> {
  try {
    for (;;) {
      const bytes = socket.tryRead(READ_BYTES);
      if (bytes === '') return { failure: 'EOF' };
      if (bytes !== undefined) return bytes;
      if (deadline.passed) return { failure: 'deadline' };
      yield deadline.or(socket.changed);
    }
  } catch (error) {
    if (error instanceof SysError) return { failure: error };
    throw error;
  }
}

/** Sends a request, if that has not been done, and reads the answer; returns why that came to nothing. */
function* exchange(
  socket: ConnectedSocket,
  request: HttpProbeRequest,
  isSent: boolean,
  reader: HttpResponseReader,
  deadline: Deadline,
): Task<Extract<HttpProbeAnswer, { kind: 'failed' | 'broken' }> | undefined> {
  if (request.scheme === 'https') {
    const refused = yield* handshake(socket, request.host, deadline);
    if (refused !== undefined) return failed(request, refused);
  }
  if (!isSent) {
    const unsent = yield* send(socket, request.bytes, deadline);
    if (unsent !== undefined) return failed(request, exchangeError(socket, unsent));
  }
  while (!reader.complete) {
    const bytes = yield* read(socket, deadline);
    if (typeof bytes === 'string') {
      const malformed = reader.add(bytes);
      if (malformed !== undefined) return failed(request, exchangeError(socket, { malformed }));
    } else if (bytes.failure === 'EOF' && reader.end()) {
      return undefined;
    } else if (reader.headersComplete) {
      return { kind: 'broken', error: 'unexpected EOF' };
    } else {
      return failed(request, exchangeError(socket, bytes.failure));
    }
  }
  return undefined;
}

function failed(
  request: HttpProbeRequest,
  why: string,
): { readonly kind: 'failed'; readonly error: string } {
  return { kind: 'failed', error: `Get "${request.url}": ${why}` };
}

const TIMED_OUT = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

const GRPC_USER_AGENT = 'kube-probe/1.36 grpc-go/1.72.2';

function redirection(
  from: HttpProbeRequest,
  { status, headers }: HttpResponse,
): HttpProbeRequest | undefined {
  const location = headers.get('location');
  return status >= 300 && status < 400 && location !== undefined
    ? follow(from, location)
    : undefined;
}

/** Where a redirect leads; undefined when it cannot be read or leaves HTTP. */
function follow(from: HttpProbeRequest, location: string): HttpProbeRequest | undefined {
  const to = (scheme: 'http' | 'https', host: string, port: number, path: string) =>
    new HttpProbeRequest(scheme, host, port, path, from.headers);
  if (location.startsWith('/')) return to(from.scheme, from.host, from.port, location);
  const url = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(location);
  if (!url) return undefined;
  const scheme = url[1] === 'https' ? 'https' : 'http';
  const port = url[3] ? Number(url[3]) : scheme === 'https' ? 443 : 80;
  return to(scheme, url[2] ?? from.host, port, url[4] ?? '/');
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
