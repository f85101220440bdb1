import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress, Stat, Sys } from '../../runtime/syscalls';
import { httpDate, reasonPhrase, renderResponse } from '../http/message';
import { type HttpHandler, type HttpReply, type HttpRequest, wantsKeepAlive } from '../http/server';
import { readFile } from '../read-file';
import type { Answer } from './answer';
import type { NginxLogs } from './logs';
import { proxy } from './proxy';
import { allOf, argsOf, chooseLocation, chooseServer, type Scope, type Site } from './site';
import { expandVariables, type RequestVariables } from './variables';

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
    const scope = server?.scope ?? [];
    const variables: RequestVariables = { request, status: 0, bodyBytes: 0, unixMs: sys.nowMs };
    let answer: Answer;
    let place = scope;
    if (request.version === '1.1' && host === '') {
      answer = this.#errorAnswer(400);
    } else {
      const path = decodePath(request.target);
      place = (server && chooseLocation(server, path)?.scope) ?? scope;
      answer = yield* this.#route(sys, request, path, scope, variables, 0);
    }
    const keepAlive = wantsKeepAlive(request) && answer.status !== 400;
    const headOnly = request.method === 'HEAD';
    const reply = this.#render(sys, answer, keepAlive, headOnly, place, variables);
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
    const scope = chooseServer(this.#site, local.port, '')?.scope ?? [];
    const variables: RequestVariables = { request, status: 400, bodyBytes: 0, unixMs: sys.nowMs };
    const answer = this.#errorAnswer(400);
    const bytes = this.#render(sys, answer, false, false, scope, variables);
    yield* this.#logs.access(sys, scope, { ...variables, bodyBytes: answer.body.length });
    return { bytes, keepAlive: false };
  }

  *#route(
    sys: Sys,
    request: HttpRequest,
    path: Bytes,
    serverScope: Scope,
    variables: RequestVariables,
    redirects: number,
  ): Call<Answer> {
    if (redirects > MAX_REDIRECTS) return this.#errorAnswer(500);
    const early = returned(serverScope.slice(0, 1), variables);
    if (early) return this.#finish(early);
    const server = chooseServer(this.#site, request.local.port, request.headers.get('host') ?? '');
    const location = server && chooseLocation(server, path);
    const scope = location?.scope ?? serverScope;
    const direct = returned(scope.slice(0, 1), variables);
    if (direct) return this.#finish(direct);
    if (scope[0]?.some(({ name }) => name === 'proxy_pass')) {
      const answer = yield* proxy(sys, request, path, location, this.#site, this.#logs, variables);
      return answer.status === 502 || answer.status === 504
        ? yield* this.#withErrorPage(
            sys,
            request,
            answer.status,
            scope,
            serverScope,
            variables,
            redirects,
          )
        : answer;
    }
    if (scope[0]?.some(({ name }) => name === 'stub_status')) {
      return {
        status: 200,
        headers: [['Content-Type', 'text/plain']],
        body: this.#logs.stubStatus(),
      };
    }
    const answer = yield* this.#static(
      sys,
      request,
      path,
      scope,
      serverScope,
      variables,
      redirects,
    );
    if (answer.status < 400) return answer;
    return yield* this.#withErrorPage(
      sys,
      request,
      answer.status,
      scope,
      serverScope,
      variables,
      redirects,
    );
  }

  *#static(
    sys: Sys,
    request: HttpRequest,
    path: Bytes,
    scope: Scope,
    serverScope: Scope,
    variables: RequestVariables,
    redirects: number,
  ): Call<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#errorAnswer(405);
    const tries = argsOf(scope.slice(0, 2), 'try_files');
    if (tries) {
      for (const attempt of tries.slice(0, -1)) {
        const candidate = expandVariables(attempt, variables, path);
        const file = statOrUndefined(sys, fileFor(scope, candidate));
        const wantsDirectory = attempt.endsWith('/');
        if (file && (file.type === 'directory') === wantsDirectory) {
          return yield* this.#file(
            sys,
            request,
            candidate,
            scope,
            serverScope,
            variables,
            redirects,
          );
        }
      }
      const last = expandVariables(tries.at(-1) ?? '', variables, path);
      if (last.startsWith('=')) return this.#errorAnswer(Number(last.slice(1)));
      return yield* this.#route(sys, request, last, serverScope, variables, redirects + 1);
    }
    return yield* this.#file(sys, request, path, scope, serverScope, variables, redirects);
  }

  *#file(
    sys: Sys,
    request: HttpRequest,
    path: Bytes,
    scope: Scope,
    serverScope: Scope,
    variables: RequestVariables,
    redirects: number,
  ): Call<Answer> {
    const file = fileFor(scope, path);
    try {
      const info = sys.stat(path.endsWith('/') ? file.replace(/\/+$/, '') || '/' : file);
      if (info.type === 'directory') {
        if (!path.endsWith('/')) {
          const location = `http://${request.headers.get('host') ?? 'localhost'}${path}/`;
          return this.#finish({ status: 301, headers: [['Location', location]], body: '' });
        }
        return yield* this.#index(sys, request, path, scope, serverScope, variables, redirects);
      }
      const body = yield* readFile(sys, file);
      return { status: 200, headers: this.#fileHeaders(scope, file, info, body), body };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const status = error.errno === 'EACCES' ? 403 : 404;
      const number = error.errno === 'EACCES' ? 13 : error.errno === 'ENOTDIR' ? 20 : 2;
      yield* this.#logs.error(
        sys,
        scope,
        'error',
        `open() "${file}" failed (${number}: ${error.message})`,
        variables,
      );
      return this.#errorAnswer(status);
    }
  }

  *#index(
    sys: Sys,
    request: HttpRequest,
    path: Bytes,
    scope: Scope,
    serverScope: Scope,
    variables: RequestVariables,
    redirects: number,
  ): Call<Answer> {
    for (const name of argsOf(scope, 'index') ?? ['index.html']) {
      const candidate = statOrUndefined(sys, fileFor(scope, path + name));
      if (candidate && candidate.type !== 'directory') {
        return yield* this.#route(sys, request, path + name, serverScope, variables, redirects + 1);
      }
    }
    const folder = fileFor(scope, path);
    if (!statOrUndefined(sys, folder)) return this.#errorAnswer(404);
    yield* this.#logs.error(
      sys,
      scope,
      'error',
      `directory index of "${folder}" is forbidden`,
      variables,
    );
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

  *#withErrorPage(
    sys: Sys,
    request: HttpRequest,
    status: number,
    scope: Scope,
    serverScope: Scope,
    variables: RequestVariables,
    redirects: number,
  ): Call<Answer> {
    const page = allOf(scope, 'error_page').find(({ args }) =>
      args.slice(0, -1).some((code) => code === String(status)),
    );
    const target = page?.args.at(-1);
    if (target === undefined || redirects > 0) return this.#errorAnswer(status);
    const answer = yield* this.#route(
      sys,
      { ...request, method: 'GET' },
      target,
      serverScope,
      variables,
      redirects + 1,
    );
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
    sys: Sys,
    answer: Answer,
    keepAlive: boolean,
    headOnly: boolean,
    scope: Scope,
    variables: RequestVariables,
  ): Bytes {
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
