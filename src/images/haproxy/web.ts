import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import { exchange, type HttpResponse } from '../http/client';
import { type HttpHandler, type HttpReply, type HttpRequest, wantsKeepAlive } from '../http/server';
import type { Backend } from './backend';
import { acceptDate, type HaproxyLogs } from './logs';
import { type Frontend, reach } from './session';
import { statsPage } from './stats';

/** The pages that haproxy answers with itself. */
const PAGES: Readonly<Record<number, readonly [reason: string, text: string]>> = {
  400: ['Bad request', 'Your browser sent an invalid request.'],
  401: ['Unauthorized', 'You need a valid user and password to access this content.'],
  403: ['Forbidden', 'Request forbidden by administrative rules.'],
  404: ['Not Found', 'The resource could not be found.'],
  429: ['Too Many Requests', 'You have sent too many requests in a given amount of time.'],
  502: ['Bad Gateway', 'The server returned an invalid or incomplete response.'],
  503: ['Service Unavailable', 'No server is available to handle this request.'],
  504: ['Gateway Time-out', "The server didn't respond in time."],
};

interface Outcome {
  readonly bytes: Bytes;
  readonly status: number;
  readonly backend?: Backend | undefined;
  readonly server?: Bytes;
  readonly state: string;
  readonly connectMs: number;
  readonly retries: number;
}

/** Finds what is at work at a port. */
export interface Wiring {
  frontend(port: number): Frontend | undefined;
  backend(name: Bytes | undefined): Backend | undefined;
  readonly backends: readonly Backend[];
}

/** Answers requests of HTTP frontends. Models http_ana.c. */
export class HaproxyHandler implements HttpHandler {
  readonly #wiring: Wiring;
  readonly #logs: HaproxyLogs;

  constructor(wiring: Wiring, logs: HaproxyLogs) {
    this.#wiring = wiring;
    this.#logs = logs;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const started = sys.nowMs;
    const frontend = this.#wiring.frontend(request.local.port);
    if (!frontend) return { bytes: '', keepAlive: false };
    frontend.connections++;
    frontend.total++;
    const outcome = yield* this.#answer(sys, request, frontend);
    yield* this.#log(sys, frontend, request.peer, `"${request.line}"`, started, outcome);
    frontend.connections--;
    return { bytes: outcome.bytes, keepAlive: wantsKeepAlive(request) && outcome.state === '--' };
  }

  *reject(sys: Sys, peer: SocketAddress, local: SocketAddress): Call<HttpReply> {
    const frontend = this.#wiring.frontend(local.port);
    const outcome = { ...page(400), state: 'PR' };
    if (frontend) yield* this.#log(sys, frontend, peer, '"<BADREQ>"', sys.nowMs, outcome);
    return { bytes: outcome.bytes, keepAlive: false };
  }

  *#answer(sys: Sys, given: HttpRequest, frontend: Frontend): Call<Outcome> {
    const { config } = frontend;
    if (config.statsUri !== undefined && given.target.startsWith(config.statsUri)) {
      return { ...statsPage(this.#wiring.backends), server: '<STATS>', state: 'LR' };
    }
    const headers = new Map(given.headers);
    let target = given.target;
    const subject = () => ({
      request: { ...given, headers, target },
      source: given.peer.host,
      port: given.local.port,
    });
    for (const { action, args, condition } of config.rules) {
      if (!condition(subject())) continue;
      if (action === 'deny' || action === 'reject') {
        const at = args.findIndex((word) => word === 'deny_status' || word === 'status');
        return { ...page(at < 0 ? 403 : Number(args[at + 1])), state: 'PR' };
      }
      if (action === 'allow') break;
      if (action === 'redirect') return redirect(given, args);
      if (action === 'set-header' || action === 'add-header') {
        headers.set((args[0] ?? '').toLowerCase(), logFormat(args[1] ?? '', given));
      }
      if (action === 'del-header') headers.delete((args[0] ?? '').toLowerCase());
      if (action === 'set-path') target = args[0] ?? target;
      if (action === 'replace-path') {
        target = target.replace(
          new RegExp(args[0] ?? ''),
          (args[1] ?? '').replace(/\\(\d)/g, '$$$1'),
        );
      }
    }
    const use = config.uses.find(({ condition }) => condition(subject()));
    const backend =
      config.kind === 'listen'
        ? this.#wiring.backend(config.name)
        : this.#wiring.backend(use?.backend ?? config.defaultBackend);
    if (!backend) return { ...page(503), state: 'SC' };
    if (config.forwardFor || backend.config.forwardFor)
      headers.set('x-forwarded-for', given.peer.host);
    return yield* this.#forward(sys, { ...given, headers, target }, backend);
  }

  *#forward(sys: Sys, request: HttpRequest, backend: Backend): Call<Outcome> {
    const started = sys.nowMs;
    backend.total++;
    backend.connections++;
    const { fd, server, retries, state } = yield* reach(
      sys,
      backend,
      request.peer.host,
      request.local.port,
    );
    backend.connections--;
    const common = { backend, server: server?.config.name ?? '<NOSRV>', retries };
    if (fd === undefined || !server)
      return { ...page(state === 'sC' ? 504 : 503), ...common, state };
    const connectMs = sys.nowMs - started;
    server.connections++;
    try {
      const limit = backend.config.timeouts.server;
      const answer = yield* exchange(sys, fd, requestBytes(request), {
        headOnly: request.method === 'HEAD',
        ...(limit !== undefined && { deadlineMs: sys.nowMs + limit }),
      });
      if (answer === 'late') return { ...page(504), ...common, state: 'sH', connectMs };
      if (typeof answer === 'string') return { ...page(502), ...common, state: 'SH', connectMs };
      const bytes = responseBytes(answer, request.method === 'HEAD');
      return { bytes, status: answer.status, ...common, state: '--', connectMs };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return { ...page(502), ...common, state: 'SH', connectMs };
    } finally {
      server.connections--;
      sys.close(fd);
    }
  }

  *#log(
    sys: Sys,
    { config, connections }: Frontend,
    peer: SocketAddress,
    request: Bytes,
    started: number,
    outcome: Outcome,
  ): Call<void> {
    if (!config.logs || config.logFormat === 'default') return;
    const total = sys.nowMs - started;
    const { backend, server = '<NOSRV>', connectMs, state, status, bytes, retries } = outcome;
    const reached = connectMs >= 0;
    const bad = request === '"<BADREQ>"';
    const timers = bad
      ? '-1/-1/-1/-1/0'
      : `0/${backend ? 0 : -1}/${connectMs}/${reached ? total - connectMs : -1}/${total}`;
    const path = `${backend?.config.name ?? config.name}/${server}`;
    yield* this.#logs.log(
      sys,
      6,
      `${peer.host}:${peer.port} [${acceptDate(started)}] ${config.name} ${path} ${timers} ${status} ${bytes.length} - - ${state.padEnd(4, '-')} ${connections}/${connections}/0/0/${retries} 0/0 ${request}`,
    );
  }
}

function page(status: number): Outcome {
  const [reason, text] = PAGES[status] ?? [
    'Internal Server Error',
    'An internal server error occurred.',
  ];
  const body = `<html><body><h1>${status} ${reason}</h1>\n${text}\n</body></html>\n`;
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-length: ${body.length}\r\ncache-control: no-cache\r\ncontent-type: text/html\r\n`;
  const closing = status === 400 ? 'connection: close\r\n' : '';
  return { bytes: `${head}${closing}\r\n${body}`, status, state: '--', connectMs: -1, retries: 0 };
}

function redirect(request: HttpRequest, args: readonly Bytes[]): Outcome {
  const [kind = '', where = ''] = args;
  const at = args.indexOf('code');
  const status = at < 0 ? 302 : Number(args[at + 1]);
  const host = request.headers.get('host') ?? '';
  const location =
    kind === 'scheme'
      ? `${where}://${host}${request.target}`
      : kind === 'prefix'
        ? where + request.target
        : where;
  const bytes = `HTTP/1.1 ${status} ${status === 301 ? 'Moved Permanently' : 'Found'}\r\ncontent-length: 0\r\nlocation: ${location}\r\ncache-control: no-cache\r\n\r\n`;
  return { bytes, status, state: 'LR', connectMs: -1, retries: 0 };
}

/** The samples of log-format strings that headers are usually made of. */
function logFormat(text: Bytes, request: HttpRequest): Bytes {
  return text
    .replace(/%\[src\]|%ci/g, request.peer.host)
    .replace(/%\[dst_port\]|%fp/g, String(request.local.port))
    .replace(
      /%\[req\.hdr\(([^)]*)\)\]/g,
      (_, name: string) => request.headers.get(name.toLowerCase()) ?? '',
    );
}

function requestBytes(request: HttpRequest): Bytes {
  let head = `${request.method} ${request.target} HTTP/1.1\r\n`;
  for (const [name, value] of request.headers) {
    if (name !== 'connection' && name !== 'keep-alive') head += `${name}: ${value}\r\n`;
  }
  return `${head}connection: close\r\n\r\n${request.body}`;
}

const OF_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

function responseBytes(response: HttpResponse, headOnly: boolean): Bytes {
  let head = `HTTP/1.1 ${response.status} ${response.reason}\r\n`;
  for (const line of response.text.split(/\r?\n/).slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !OF_CONNECTION.has(name)) head += `${name}:${line.slice(colon + 1)}\r\n`;
  }
  const length = headOnly
    ? (response.headers.get('content-length') ?? '0')
    : String(response.body.length);
  return `${head}content-length: ${length}\r\n\r\n${response.body}`;
}
