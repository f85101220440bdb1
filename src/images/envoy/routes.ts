import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import { httpDate } from '../http/message';
import { type HttpHandler, type HttpReply, type HttpRequest, wantsKeepAlive } from '../http/server';
import type { Clusters } from './clusters';
import type { EnvoyListener, EnvoyRoute } from './config';

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, Bytes])[];
  readonly body: Bytes;
  /** Response flag of the access log: UF, UH, UT, NR; `-`: none. */
  readonly flag: string;
  readonly upstream: Bytes;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'server',
  'date',
]);

/** Answers by the routes of the listener that a request came through. */
export class EnvoyHandler implements HttpHandler {
  readonly #listeners: ReadonlyMap<number, EnvoyListener>;
  readonly #clusters: Clusters;

  constructor(listeners: ReadonlyMap<number, EnvoyListener>, clusters: Clusters) {
    this.#listeners = listeners;
    this.#clusters = clusters;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const started = sys.nowMs;
    const listener = this.#listeners.get(request.local.port);
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
    const path = request.target.split('?')[0] ?? '/';
    const route = listener?.routes.find(
      (one) =>
        one.domains.some((domain) => domain === '*' || domain.replace(/:\d+$/, '') === host) &&
        (one.path === undefined ? path.startsWith(one.prefix ?? '/') : path === one.path),
    );
    const answer = yield* this.#answer(sys, request, route);
    const keepAlive = wantsKeepAlive(request);
    const body = request.method === 'HEAD' ? '' : answer.body;
    const took = sys.nowMs - started;
    if (listener?.logs) {
      const header = (name: string) => request.headers.get(name) ?? '-';
      const when = new Date(started).toISOString();
      yield* sys.write(
        1,
        `[${when}] "${request.line}" ${answer.status} ${answer.flag} ${request.body.length} ${body.length} ${took} ${answer.flag === '-' ? took : '-'} "${header('x-forwarded-for')}" "${header('user-agent')}" "-" "${header('host')}" "${answer.upstream}"\n`,
      );
    }
    const lines = [
      `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? ''}`,
      ...answer.headers.map(([name, value]) => `${name}: ${value}`),
      `content-length: ${answer.body.length}`,
      `date: ${httpDate(sys.nowMs)}`,
      'server: envoy',
      ...(answer.flag === '-' ? [`x-envoy-upstream-service-time: ${took}`] : []),
      ...(keepAlive ? [] : ['connection: close']),
    ];
    return { bytes: `${lines.join('\r\n')}\r\n\r\n${body}`, keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    const bytes =
      'HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nBad Request';
    return { bytes, keepAlive: false };
  }

  *#answer(sys: Sys, request: HttpRequest, route: EnvoyRoute | undefined): Call<Answer> {
    if (!route) return { status: 404, headers: [], body: '', flag: 'NR', upstream: '-' };
    if (route.direct) {
      const { status, body } = route.direct;
      return { status, headers: [['content-type', 'text/plain']], body, flag: 'DR', upstream: '-' };
    }
    const reached = yield* this.#clusters.connect(sys, route.cluster ?? '');
    if (reached === 'none') return failure(503, 'no healthy upstream', 'UH');
    if (reached === 'timeout') return failure(503, `${CONNECT_ERROR}connection timeout`, 'UF');
    if (reached instanceof SysError) {
      const reason = `remote connection failure, transport failure reason: delayed connect error: ${reached.message}`;
      return failure(503, CONNECT_ERROR + reason, 'UF');
    }
    try {
      const response = yield* exchange(sys, reached.fd, requestBytes(request, route), {
        headOnly: request.method === 'HEAD',
        deadlineMs: sys.nowMs + route.timeoutMs,
      });
      if (response === 'late') return failure(504, 'upstream request timeout', 'UT');
      if (typeof response === 'string') {
        return failure(503, `${CONNECT_ERROR}connection termination`, 'UC');
      }
      const headers = response.text
        .split(/\r?\n/)
        .slice(1)
        .map(
          (line) =>
            [
              line.split(':')[0]?.toLowerCase() ?? '',
              line.slice(line.indexOf(':') + 1).trim(),
            ] as const,
        )
        .filter(([name]) => name !== '' && !OF_CONNECTION.has(name));
      const { status, body } = response;
      return { status, headers, body, flag: '-', upstream: reached.address };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return failure(503, `${CONNECT_ERROR}connection termination`, 'UC');
    } finally {
      sys.close(reached.fd);
    }
  }
}

const CONNECT_ERROR = 'upstream connect error or disconnect/reset before headers. reset reason: ';

function failure(status: number, body: Bytes, flag: string): Answer {
  return { status, headers: [['content-type', 'text/plain']], body, flag, upstream: '-' };
}

function requestBytes(request: HttpRequest, { prefix, prefixRewrite }: EnvoyRoute): Bytes {
  const target =
    prefixRewrite === undefined
      ? request.target
      : prefixRewrite + request.target.slice(prefix?.length ?? 0);
  let head = `${request.method} ${target} HTTP/1.1\r\n`;
  for (const [name, value] of request.headers) {
    if (name !== 'connection') head += `${name}: ${value}\r\n`;
  }
  return `${head}x-forwarded-proto: http\r\nx-envoy-expected-rq-timeout-ms: 15000\r\nconnection: close\r\n\r\n${request.body}`;
}
