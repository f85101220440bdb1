import type { ImageModel } from '../runtime/image';
import type { Call, Program, Sys } from '../runtime/syscalls';
import { httpDate, logDate, renderResponse } from './http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from './http/server';
import { busyboxFiles, program } from './linux-files';

const DEFAULT_PORT = 8080;

/** Serves a page, /health, /ready and /metrics, and logs a line per request. */
const webapp: Program = function* webapp(sys) {
  const port = Number(sys.env.get('PORT') ?? DEFAULT_PORT);
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const listener = sys.listen({ host: '0.0.0.0', port });
  yield* sys.write(1, `webapp: listening on :${port}\n`);
  let stopping = false;
  yield* new HttpLoop(new WebappHandler()).run(sys, [listener], () => {
    stopping ||= sys.takeSignals().length > 0;
    return stopping ? 'now' : 'no';
  });
  yield* sys.write(1, 'webapp: stopped\n');
  return 0;
};

class WebappHandler implements HttpHandler {
  #served = 0;

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    this.#served++;
    const path = request.target.split('?')[0] ?? '/';
    const page = this.#page(sys, path);
    const status = page === undefined ? 404 : 200;
    const body = page ?? 'not found\n';
    const keepAlive = wantsKeepAlive(request);
    yield* sys.write(
      1,
      `${request.peer.host} [${logDate(sys.nowMs)}] "${request.line}" ${status} ${body.length}\n`,
    );
    const headers = [
      ['Date', httpDate(sys.nowMs)],
      ['Content-Type', 'text/plain'],
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

  #page(sys: Sys, path: string): string | undefined {
    if (path === '/' || path === '/index.html') return `webapp on ${sys.hostname}\n`;
    if (path === '/health' || path === '/healthz' || path === '/ready') return 'ok\n';
    if (path === '/metrics')
      return `# TYPE http_requests_total counter\nhttp_requests_total ${this.#served}\n`;
    return undefined;
  }
}

/** The application that the lab's examples are about; it exists nowhere else. */
export function webappImage(): ImageModel {
  return {
    repositories: ['docker.io/library/webapp'],
    sizeBytes: 12_400_000,
    cmd: ['webapp'],
    exposedPorts: [DEFAULT_PORT],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    modelled: 'lab',
    about:
      'Exists only in this lab: an HTTP server on port 8080 with /, /health, /ready and /metrics. A real cluster would answer ErrImagePull.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'BusyBox' }),
        ['/usr/local/bin/webapp', program(webapp, 8_000_000)],
      ]),
  };
}
