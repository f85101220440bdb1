import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress, Stat, Sys } from '../../runtime/syscalls';
import { httpDate, reasonPhrase, renderResponse } from '../http/message';
import { type HttpHandler, type HttpReply, type HttpRequest, wantsKeepAlive } from '../http/server';
import { readFile } from '../read-file';
import type { Answer } from './answer';
import type { NginxLogs } from './logs';
import { proxy } from './proxy';
import {
  allOf,
  argsOf,
  chooseLocation,
  chooseServer,
  type Scope,
  type Site,
  type VirtualServer,
} from './site';
import { expandVariables, type RequestVariables } from './variables';

/** What stays the same while one request is answered. */
interface Exchange {
  readonly sys: Sys;
  readonly request: HttpRequest;
  readonly server: VirtualServer | undefined;
  readonly variables: RequestVariables;
}

/** Internal redirects (index files, error pages, try_files) that one request may take. */
const MAX_REDIRECTS = 10;

/** Answers requests from a site's configuration. Models ngx_http_core_module and its static module. */
export class NginxHandler implements HttpHandler {
  readonly #site: Site;
  readonly #logs: NginxLogs;
  readonly #version: string;

  constructor(site: Site, logs: NginxLogs, version: string) {
    this.#site = site;
    this.#logs = logs;
    this.#version = version;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const host = request.headers.get('host') ?? '';
    const server = chooseServer(this.#site, request.local.port, host);
    const variables: RequestVariables = { request, status: 0, bodyBytes: 0, unixMs: sys.nowMs };
    const exchange: Exchange = { sys, request, server, variables };
    let answer: Answer;
    let place = server?.scope ?? [];
    if (request.version === '1.1' && host === '') {
      answer = this.#errorAnswer(400);
    } else {
      const path = decodePath(request.target);
      place = (server && chooseLocation(server, path)?.scope) ?? place;
      answer = yield* this.#route(exchange, path, 0);
    }
    const keepAlive = wantsKeepAlive(request) && answer.status !== 400;
    const headOnly = request.method === 'HEAD';
    const reply = this.#render(exchange, answer, keepAlive, place);
    const bodyBytes = headOnly ? 0 : answer.body.length;
    yield* this.#logs.access(sys, place, { ...variables, status: answer.status, bodyBytes });
    return { bytes: reply, keepAlive };
  }

  *reject(sys: Sys, peer: SocketAddress, local: SocketAddress, received: Bytes): Call<HttpReply> {
    const line = (received.split(/\r?\n/)[0] ?? '').slice(0, 200);
    const request: HttpRequest = {
      method: '',
      target: '',
      version: '1.0',
      headers: new Map(),
      line,
      body: '',
      peer,
      local,
    };
    const server = chooseServer(this.#site, local.port, '');
    const scope = server?.scope ?? [];
    const variables: RequestVariables = { request, status: 400, bodyBytes: 0, unixMs: sys.nowMs };
    const answer = this.#errorAnswer(400);
    const bytes = this.#render({ sys, request, server, variables }, answer, false, scope);
    yield* this.#logs.access(sys, scope, { ...variables, bodyBytes: answer.body.length });
    return { bytes, keepAlive: false };
  }

  *#route(exchange: Exchange, path: Bytes, redirects: number): Call<Answer> {
    if (redirects > MAX_REDIRECTS) return this.#errorAnswer(500);
    const { sys, request, server, variables } = exchange;
    const outer = server?.scope ?? [];
    const early = returned(outer.slice(0, 1), variables);
    if (early) return this.#finish(early);
    const location = server && chooseLocation(server, path);
    const scope = location?.scope ?? outer;
    const direct = returned(scope.slice(0, 1), variables);
    if (direct) return this.#finish(direct);
    const has = (directive: string) => scope[0]?.some(({ name }) => name === directive) === true;
    if (has('proxy_pass')) {
      const answer = yield* proxy(sys, request, path, location, this.#site, this.#logs, variables);
      const unreachable = answer.status === 502 || answer.status === 504;
      return unreachable
        ? yield* this.#errorPage(exchange, answer.status, scope, redirects)
        : answer;
    }
    if (has('stub_status')) {
      return {
        status: 200,
        headers: [['Content-Type', 'text/plain']],
        body: this.#logs.stubStatus(),
      };
    }
    const answer = yield* this.#static(exchange, path, scope, redirects);
    if (answer.status < 400) return answer;
    return yield* this.#errorPage(exchange, answer.status, scope, redirects);
  }

  *#static(exchange: Exchange, path: Bytes, scope: Scope, redirects: number): Call<Answer> {
    const { sys, request, variables } = exchange;
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#errorAnswer(405);
    const tries = argsOf(scope.slice(0, 2), 'try_files');
    if (!tries) return yield* this.#file(exchange, path, scope, redirects);
    for (const attempt of tries.slice(0, -1)) {
      const candidate = expandVariables(attempt, variables, path);
      const file = statOrUndefined(sys, fileFor(scope, candidate));
      const wantsDirectory = attempt.endsWith('/');
      if (file && (file.type === 'directory') === wantsDirectory) {
        return yield* this.#file(exchange, candidate, scope, redirects);
      }
    }
    const last = expandVariables(tries.at(-1) ?? '', variables, path);
    if (last.startsWith('=')) return this.#errorAnswer(Number(last.slice(1)));
    return yield* this.#route(exchange, last, redirects + 1);
  }

  *#file(exchange: Exchange, path: Bytes, scope: Scope, redirects: number): Call<Answer> {
    const { sys, request, variables } = exchange;
    const file = fileFor(scope, path);
    try {
      const info = sys.stat(path.endsWith('/') ? file.replace(/\/+$/, '') || '/' : file);
      if (info.type === 'directory') {
        if (path.endsWith('/')) return yield* this.#index(exchange, path, scope, redirects);
        const location = `http://${request.headers.get('host') ?? 'localhost'}${path}/`;
        return this.#finish({ status: 301, headers: [['Location', location]], body: '' });
      }
      const body = yield* readFile(sys, file);
      return { status: 200, headers: this.#fileHeaders(scope, file, info, body), body };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const status = error.errno === 'EACCES' ? 403 : 404;
      const number = error.errno === 'EACCES' ? 13 : error.errno === 'ENOTDIR' ? 20 : 2;
      const message = `open() "${file}" failed (${number}: ${error.message})`;
      yield* this.#logs.error(sys, scope, 'error', message, variables);
      return this.#errorAnswer(status);
    }
  }

  *#index(exchange: Exchange, path: Bytes, scope: Scope, redirects: number): Call<Answer> {
    const { sys, variables } = exchange;
    for (const name of argsOf(scope, 'index') ?? ['index.html']) {
      const candidate = statOrUndefined(sys, fileFor(scope, path + name));
      if (candidate && candidate.type !== 'directory') {
        return yield* this.#route(exchange, path + name, redirects + 1);
      }
    }
    const folder = fileFor(scope, path);
    if (!statOrUndefined(sys, folder)) return this.#errorAnswer(404);
    const message = `directory index of "${folder}" is forbidden`;
    yield* this.#logs.error(sys, scope, 'error', message, variables);
    return this.#errorAnswer(403);
  }

  #fileHeaders(scope: Scope, file: Bytes, info: Stat, body: Bytes): (readonly [string, Bytes])[] {
    const extension = /\.([^./]+)$/.exec(file)?.[1] ?? '';
    const type =
      this.#site.types.get(extension) ?? argsOf(scope, 'default_type')?.[0] ?? 'text/plain';
    const seconds = Math.floor(info.modifiedMs / 1000);
    return [
      ['Content-Type', type],
      ['Last-Modified', httpDate(info.modifiedMs)],
      ['ETag', `"${seconds.toString(16)}-${body.length.toString(16)}"`],
      ['Accept-Ranges', 'bytes'],
    ];
  }

  /** The page that the configuration names for a status, or nginx's own. */
  *#errorPage(exchange: Exchange, status: number, scope: Scope, redirects: number): Call<Answer> {
    const page = allOf(scope, 'error_page').find(({ args }) =>
      args.slice(0, -1).some((code) => code === String(status)),
    );
    const target = page?.args.at(-1);
    if (target === undefined || redirects > 0) return this.#errorAnswer(status);
    const request = { ...exchange.request, method: 'GET' };
    const answer = yield* this.#route({ ...exchange, request }, target, redirects + 1);
    return answer.status === 200 ? { ...answer, status } : this.#errorAnswer(status);
  }

  /** A redirect or error without a body of its own gets nginx's page. */
  #finish(answer: Answer): Answer {
    if (answer.body !== '' || answer.status < 300) return answer;
    const page = this.#errorAnswer(answer.status);
    return { ...page, headers: [...page.headers, ...answer.headers] };
  }

  #errorAnswer(status: number): Answer {
    const title = `${status} ${reasonPhrase(status)}`;
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.#version}</center>\r\n</body>\r\n</html>\r\n`;
    return { status, headers: [['Content-Type', 'text/html']], body };
  }

  #render(
    { sys, request, variables }: Exchange,
    answer: Answer,
    keepAlive: boolean,
    scope: Scope,
  ): Bytes {
    const headOnly = request.method === 'HEAD';
    const [type, ...others] = answer.headers;
    const added =
      answer.status < 400
        ? allOf(scope, 'add_header').map(
            ({ args }) => [args[0] ?? '', expandVariables(args[1] ?? '', variables)] as const,
          )
        : [];
    return renderResponse(
      answer.status,
      [
        [
          'Server',
          argsOf(scope, 'server_tokens')?.[0] === 'off' ? 'nginx' : `nginx/${this.#version}`,
        ],
        ['Date', httpDate(sys.nowMs)],
        ...(type ? [type] : []),
        ['Content-Length', String(answer.body.length)],
        ...others.filter(([name]) => name === 'Last-Modified'),
        ['Connection', keepAlive ? 'keep-alive' : 'close'],
        ...others.filter(([name]) => name !== 'Last-Modified'),
        ...added,
      ],
      answer.body,
      { headOnly },
    );
  }
}

/** `return CODE [TEXT | URL];` of a block. */
function returned(scope: Scope, variables: RequestVariables): Answer | undefined {
  const args = allOf(scope, 'return')[0]?.args;
  if (!args) return undefined;
  const first = args[0] ?? '';
  if (!/^\d+$/.test(first)) return { status: 302, headers: [['Location', first]], body: '' };
  const status = Number(first);
  const text = expandVariables(args[1] ?? '', variables);
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  if (isRedirect) return { status, headers: [['Location', text]], body: '' };
  const type = argsOf(scope, 'default_type')?.[0] ?? 'text/plain';
  return { status, headers: [['Content-Type', type]], body: text };
}

function fileFor(scope: Scope, path: Bytes): Bytes {
  const alias = argsOf(scope.slice(0, 1), 'alias')?.[0];
  if (alias !== undefined) return alias + path.slice(aliasPrefix(scope, path).length);
  const root = argsOf(scope, 'root')?.[0] ?? 'html';
  const absolute = root.startsWith('/') ? root : `/etc/nginx/${root}`;
  return absolute.replace(/\/+$/, '') + path;
}

/** The part of the path that the location's own prefix covers. */
function aliasPrefix(scope: Scope, path: Bytes): Bytes {
  const owner = scope[1]?.find(({ name, block }) => name === 'location' && block === scope[0]);
  const prefix = owner?.args.at(-1) ?? '';
  return path.startsWith(prefix) ? prefix : '';
}

function statOrUndefined(sys: Sys, path: Bytes): Stat | undefined {
  try {
    return sys.stat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** The path of a request target: without query, unescaped, `.` and `..` resolved. */
export function decodePath(target: Bytes): Bytes {
  const raw = target.replace(/^https?:\/\/[^/]*/, '').split('?')[0] ?? '/';
  const unescaped = raw.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const parts: Bytes[] = [];
  for (const part of unescaped.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const path = `/${parts.join('/')}`;
  return path !== '/' && unescaped.endsWith('/') ? `${path}/` : path;
}
