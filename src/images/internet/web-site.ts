import type { Bytes } from '../../runtime/bytes';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { httpDate, renderResponse } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import { labChainFor } from '../tls/lab-certificates';

/** What a site answers to a request. */
export interface SiteAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body: Bytes;
  readonly headers?: readonly (readonly [string, Bytes])[];
}

/** Answers a request; `https` says how it came in. */
export type Site = (sys: Sys, request: HttpRequest, https: boolean) => SiteAnswer;

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** A web server of the lab's internet; `https`: it also speaks TLS, with the lab authority's certificates. */
export function siteServer(site: Site, https: boolean): Program {
  return function* siteServer(sys) {
    const listeners = [sys.listen({ host: '0.0.0.0', port: HTTP_PORT })];
    if (https) listeners.push(sys.listen({ host: '0.0.0.0', port: HTTPS_PORT }));
    const tls = new Map(listeners.slice(1).map((fd) => [fd, labChainFor] as const));
    yield* new HttpLoop(new SiteHandler(site), tls).run(sys, listeners, () => 'no');
    return 0;
  };
}

class SiteHandler implements HttpHandler {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const answer = this.#site(sys, request, request.security === 'tls');
    const keepAlive = wantsKeepAlive(request);
    const headers = [
      ['Date', httpDate(sys.nowMs)],
      ['Content-Type', answer.type ?? 'text/html'],
      ['Content-Length', String(answer.body.length)],
      ...(answer.headers ?? []),
      ['Connection', keepAlive ? 'keep-alive' : 'close'],
    ] as const;
    const headOnly = request.method === 'HEAD';
    return { bytes: renderResponse(answer.status, headers, answer.body, { headOnly }), keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: renderResponse(400, [['Connection', 'close']], ''), keepAlive: false };
  }
}

/** The path of a request, without its query. */
export function pathOf({ target }: HttpRequest): Bytes {
  return target.split('?')[0] ?? '/';
}

/** A site of one page in the lab's own words. */
export function pageSite(title: string, text: string): Site {
  const body = `<!doctype html>
<html>
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`;
  return (_, request) => {
    const path = pathOf(request);
    if (path === '/' || path === '/index.html') return { status: 200, body };
    return { status: 404, body: `<!doctype html>\n<title>404 Not Found</title>\n` };
  };
}

/** The same, but plain HTTP is sent on to HTTPS, as most sites do. */
export function httpsOnly(host: string, site: Site): Site {
  return (sys, request, https) =>
    https
      ? site(sys, request, https)
      : {
          status: 301,
          body: '',
          headers: [['Location', `https://${host}${request.target}`]],
        };
}
