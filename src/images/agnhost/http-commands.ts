import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { ChainFor } from '../../runtime/net/tls';
import type { Call, Sys } from '../../runtime/syscalls';
import { httpDate, renderResponse } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';

/** What Go's net/http is told to answer. */
export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly location?: Bytes;
  readonly body: Bytes;
}

export type Answerer = (sys: Sys, request: HttpRequest) => Call<Answer>;

const REASONS: Readonly<Record<number, string>> = { 302: 'Found', 500: 'Internal Server Error' };

class GoHandler implements HttpHandler {
  readonly answersPlainOnTls = true;
  readonly #answer: Answerer;

  constructor(answer: Answerer) {
    this.#answer = answer;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const keepAlive = wantsKeepAlive(request);
    if (request.security === 'plain on a tls port') {
      const body = 'Client sent an HTTP request to an HTTPS server.\n';
      return { bytes: `HTTP/1.0 400 Bad Request\r\n\r\n${body}`, keepAlive: false };
    }
    const { status = 200, body, location, type } = yield* this.#answer(sys, request);
    const headers: [string, Bytes][] = [];
    if (type !== undefined) headers.push(['Content-Type', type]);
    if (location !== undefined) headers.push(['Location', location]);
    headers.push(['Date', httpDate(sys.nowMs)], ['Content-Length', String(body.length)]);
    if (!keepAlive) headers.push(['Connection', 'close']);
    const headOnly = request.method === 'HEAD';
    const bytes = renderResponse(status, headers, body, { headOnly });
    const reason = REASONS[status];
    const first = reason === undefined ? undefined : `HTTP/1.1 ${status} ${reason}`;
    return {
      bytes: first === undefined ? bytes : bytes.replace(/^[^\r]*/, first),
      keepAlive,
    };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    const text =
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';
    return { bytes: text, keepAlive: false };
  }
}

/** Serves on a port until it is killed. The exit code: 1 when the port is taken. */
export function* serve(
  sys: Sys,
  port: number,
  answer: Answerer,
  chainFor?: ChainFor,
): Call<number> {
  let listener: number;
  try {
    listener = sys.listen({ host: '0.0.0.0', port });
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    yield* log(sys, `listen tcp :${port}: bind: ${failure.message.toLowerCase()}`);
    return 1;
  }
  const tls = chainFor ? new Map([[listener, chainFor]]) : undefined;
  yield* new HttpLoop(new GoHandler(answer), tls).run(sys, [listener], () => 'no');
  return 0;
}

/** A line as klog writes it: `I1231 23:59:59.000000       1 log.go:245] text`. */
export function* log(sys: Sys, text: Bytes): Call<void> {
  const [date = '', time = ''] = new Date(sys.nowMs).toISOString().split('T');
  const day = date.slice(5).replace('-', '');
  const pid = String(sys.pid).padStart(7);
  yield* sys.write(2, `I${day} ${time.slice(0, 12)}000 ${pid} log.go:245] ${text}\n`);
}

/** `agnhost liveness`: well for ten seconds, then not any more. */
export function liveness(startedMs: number): Answerer {
  // biome-ignore lint/correctness/useYield: one shape for all answers, though this one never waits
  return function* answer(sys, { target }) {
    const [path = '/', query = ''] = target.split('?');
    const seconds = (sys.nowMs - startedMs) / 1000;
    if (path === '/healthz') {
      if (seconds <= 10) return { body: 'ok', type: 'text/plain; charset=utf-8' };
      return { status: 500, body: `error: ${seconds}` };
    }
    if (path === '/started') return { body: `${seconds}` };
    if (path === '/redirect') return redirect(query, 302);
    return { status: 404, body: '404 page not found\n' };
  };
}

/** http.Redirect of Go's net/http. */
function redirect(query: Bytes, status: number): Answer {
  const location = parameter(query, 'loc') ?? '';
  const body = `<a href="${location.replaceAll('"', '&#34;')}">${REASONS[status]}</a>.\n\n`;
  return { status, location, type: 'text/html; charset=utf-8', body };
}

export function parameter(query: Bytes, name: string): Bytes | undefined {
  for (const pair of query.split('&')) {
    const [key, value = ''] = pair.split('=');
    if (key === name) {
      return value
        .replaceAll('+', ' ')
        .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
    }
  }
  return undefined;
}

/** `agnhost netexec`: a server that tells about itself and about who asks. */
export function* netexec(sys: Sys, { target, method, peer, headers }: HttpRequest): Call<Answer> {
  const [path = '/', query = ''] = target.split('?');
  switch (path) {
    case '/':
      yield* log(sys, 'GET /');
      return { body: `NOW: ${new Date(sys.nowMs).toISOString()}` };
    case '/echo': {
      const message = parameter(query, 'msg') ?? '';
      const code = Number(parameter(query, 'code') ?? 200);
      yield* log(sys, `${method} ${target}`);
      return { body: message, status: code };
    }
    case '/clientip':
      yield* log(sys, 'GET /clientip');
      return { body: `${peer.host}:${peer.port}` };
    case '/header':
      yield* log(sys, 'GET /header');
      return { body: headers.get((parameter(query, 'key') ?? '').toLowerCase()) ?? '' };
    case '/healthz':
      return { body: '' };
    case '/hostname':
    case '/hostName':
      yield* log(sys, `GET ${path}`);
      return { body: sys.hostname };
    case '/exit': {
      const code = Number(parameter(query, 'code') ?? 0);
      yield* log(sys, `GET ${target}`);
      return yield* sys.exit(code);
    }
    case '/redirect':
      yield* log(sys, `GET ${target}`);
      return redirect(query, 302);
    default:
      return { status: 404, body: '404 page not found\n' };
  }
}

/** `agnhost serve-hostname`. */
// biome-ignore lint/correctness/useYield: one shape for all answers, though this one never waits
export function* hostname(sys: Sys): Call<Answer> {
  return { body: sys.hostname };
}

/** `agnhost test-webserver`: the files of the container's own root. */
export function* files(sys: Sys, { target }: HttpRequest): Call<Answer> {
  const path = target.split('?')[0] ?? '/';
  try {
    const { type } = sys.stat(path);
    if (type === 'directory') {
      const names = [...sys.readdir(path)].sort();
      const links = names.map((name) => `<a href="${name}">${name}</a>\n`).join('');
      return { type: 'text/html; charset=utf-8', body: `<pre>\n${links}</pre>\n` };
    }
    const fd = yield* sys.open(path, { read: true });
    let body = '';
    for (;;) {
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '') break;
      body += bytes;
    }
    sys.close(fd);
    return { body };
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return { status: 404, body: '404 page not found\n' };
  }
}
