import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { httpDate, renderResponse } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import { exposition, type MetricFamily, TEXT_FORMAT } from './exposition';
import { goErrorText, parseListenAddress } from './go-program';

/** What an exporter serves beside its metrics. */
export interface ExporterPages {
  readonly metricsPath: Bytes;
  /** Gathers what is told at this scrape. */
  scrape(sys: Sys, request: HttpRequest): Call<readonly MetricFamily[]>;
  /** Other paths: status, type, body; undefined: not found. */
  page(sys: Sys, path: Bytes, request: HttpRequest): readonly [number, string, Bytes] | undefined;
}

/** Listens, or says in Go's words why not: `listen tcp :9113: bind: address already in use`. */
export function openPort(sys: Sys, address: Bytes): number | { readonly error: Bytes } {
  try {
    return sys.listen(parseListenAddress(address));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { error: `listen tcp ${address}: ${goErrorText(error)}` };
  }
}

/** An exporter's HTTP server, with promhttp's own metrics. Runs until `stop`. */
export function serveMetrics(
  sys: Sys,
  listener: number,
  pages: ExporterPages,
  stop: () => boolean,
): Call<void> {
  const loop = new HttpLoop(new ExporterHandler(pages));
  return loop.run(sys, [listener], () => (stop() ? 'now' : 'no'));
}

class ExporterHandler implements HttpHandler {
  readonly #pages: ExporterPages;
  readonly #scrapes = new Map<string, number>([
    ['200', 0],
    ['500', 0],
    ['503', 0],
  ]);

  constructor(pages: ExporterPages) {
    this.#pages = pages;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const path = request.target.split('?')[0] ?? '/';
    const [status, type, body] =
      path === this.#pages.metricsPath
        ? ([200, TEXT_FORMAT, yield* this.#metrics(sys, request)] as const)
        : (this.#pages.page(sys, path, request) ?? [
            404,
            'text/plain; charset=utf-8',
            '404 page not found\n',
          ]);
    const headers = [
      ['Content-Type', type],
      ['Date', httpDate(sys.nowMs)],
      ['Content-Length', String(body.length)],
    ] as const;
    const headOnly = request.method === 'HEAD';
    const keepAlive = wantsKeepAlive(request);
    return { bytes: renderResponse(status, headers, body, { headOnly }), keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    const bytes =
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';
    return { bytes, keepAlive: false };
  }

  *#metrics(sys: Sys, request: HttpRequest): Call<Bytes> {
    const families = yield* this.#pages.scrape(sys, request);
    const text = exposition([
      ...families,
      {
        name: 'promhttp_metric_handler_requests_in_flight',
        help: 'Current number of scrapes being served.',
        type: 'gauge',
        samples: [{ labels: [], value: 1 }],
      },
      {
        name: 'promhttp_metric_handler_requests_total',
        help: 'Total number of scrapes by HTTP status code.',
        type: 'counter',
        samples: [...this.#scrapes].map(([code, value]) => ({ labels: [['code', code]], value })),
      },
    ]);
    this.#scrapes.set('200', (this.#scrapes.get('200') ?? 0) + 1);
    return text;
  }
}

/** The page at `/` that exporter-toolkit makes. */
export function landingPage(name: Bytes, description: Bytes, metricsPath: Bytes): Bytes {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <title>${name}</title>
  </head>
  <body>
    <header><h1>${name}</h1></header>
    <main>
      <h2>${description}</h2>
      <ul><li><a href="${metricsPath}">Metrics</a></li></ul>
    </main>
  </body>
</html>
`;
}
