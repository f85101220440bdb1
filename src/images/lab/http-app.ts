import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import { httpDate, logDate, renderResponse } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';

/** What a small server answers. */
export interface Page {
  readonly body: Bytes;
  /** Default 200. */
  readonly status?: number;
  /** Content-Type; default text/plain. */
  readonly type?: string;
}

export interface HttpApp {
  /** How its own log lines begin. */
  readonly name: string;
  readonly port: number;
  /** Answers a path without its query. */
  page(sys: Sys, path: Bytes, request: HttpRequest): Call<Page>;
  /** Where request lines go; default: standard output. */
  log?(sys: Sys, line: Bytes): Call<void>;
}

/** Serves until TERM or INT. The exit code: 1 when the port is taken. */
export function* serveHttp(sys: Sys, app: HttpApp): Call<number> {
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const listener = yield* listenOrSay(sys, app.name, app.port);
  if (listener === undefined) return 1;
  yield* sys.write(1, `${app.name}: listening on :${app.port}\n`);
  let isStopping = false;
  yield* new HttpLoop(new AppHandler(app)).run(sys, [listener], () => {
    isStopping ||= sys.takeSignals().length > 0;
    return isStopping ? 'now' : 'no';
  });
  yield* sys.write(1, `${app.name}: stopped\n`);
  return 0;
}

/**
 * A port that a variable tells. Kubernetes sets variables for Services: beside one that is called `redis`,
 * REDIS_PORT is `tcp://10.96.0.9:6379`, unless the Pod says otherwise.
 */
export function portFrom(variable: Bytes | undefined, fallback: number): number {
  const port = Number(/^(?:tcp:\/\/[^:]+:)?(\d{1,5})$/.exec(variable ?? '')?.[1]);
  return port > 0 && port <= 65_535 ? port : fallback;
}

/** A listening socket on all addresses; without one, a line on standard error says why. */
export function* listenOrSay(sys: Sys, name: string, port: number): Call<number | undefined> {
  try {
    return sys.listen({ host: '0.0.0.0', port });
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    yield* sys.write(2, `${name}: cannot listen on 0.0.0.0:${port}: ${failure.message}\n`);
    return undefined;
  }
}

class AppHandler implements HttpHandler {
  readonly #app: HttpApp;

  constructor(app: HttpApp) {
    this.#app = app;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const path = request.target.split('?')[0] ?? '/';
    const { body, status = 200, type = 'text/plain' } = yield* this.#app.page(sys, path, request);
    const line = `${request.peer.host} [${logDate(sys.nowMs)}] "${request.line}" ${status} ${body.length}\n`;
    if (this.#app.log) yield* this.#app.log(sys, line);
    else yield* sys.write(1, line);
    const keepAlive = wantsKeepAlive(request);
    const headers = [
      ['Date', httpDate(sys.nowMs)],
      ['Content-Type', type],
      ['Content-Length', String(body.length)],
      ['Connection', keepAlive ? 'keep-alive' : 'close'],
    ] as const;
    const headOnly = request.method === 'HEAD';
    return { bytes: renderResponse(status, headers, body, { headOnly }), keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: renderResponse(400, [['Connection', 'close']], ''), keepAlive: false };
  }
}

/** A connected socket, or the reason in strerror's words. */
export function* dial(sys: Sys, host: Bytes, port: number): Call<number | string> {
  const address = yield* resolveHost(sys, host);
  if (address === undefined) return 'Name does not resolve';
  try {
    return yield* sys.connect({ host: address, port }, 5000);
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return failure.message;
  }
}

/** The body behind `http://host[:port]/path`, or why there is none. */
export function* fetchPage(
  sys: Sys,
  url: Bytes,
): Call<{ readonly body: Bytes } | { readonly failure: string }> {
  const [, host = '', port = '80', path = '/'] =
    /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  if (host === '') return { failure: 'unsupported URL' };
  const fd = yield* dial(sys, host, Number(port));
  if (typeof fd === 'string') return { failure: fd };
  try {
    const request = `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`;
    const response = yield* exchange(sys, fd, request);
    if (typeof response === 'string') return { failure: response };
    if (response.status !== 200) return { failure: `HTTP status ${response.status}` };
    return { body: response.body };
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return { failure: failure.message };
  } finally {
    sys.close(fd);
  }
}
