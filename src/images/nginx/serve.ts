import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, SocketAddress, Stat, Sys } from '../../runtime/syscalls';
import { httpDate, reasonPhrase, renderResponse } from '../http/message';
import {
  type ConnectionCounts,
  type HttpHandler,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import type { Answer } from './answer';
import { type Report, refuse } from './auth';
import { errorNumber } from './errors';
import { limitRequest } from './limits';
import type { NginxLogs } from './logs';
import { proxy } from './proxy';
import { type Rewritten, rewrite } from './rewrite';
import { allOf, argsOf, type Scope } from './scope';
import { chooseLocation, chooseServer, type Location, type Site, type VirtualServer } from './site';
import { expandVariables, type RequestVariables } from './variables';

/** What stays the same while one request is answered. */
interface Exchange {
  readonly sys: Sys;
  readonly request: HttpRequest;
  readonly server: VirtualServer | undefined;
  readonly variables: RequestVariables;
  /** Where the request has ended up, for logs and added headers. */
  place: Scope;
  /** `limit_req` has counted it: internal redirects are not counted again. */
  limited: boolean;
  /** An error page is being fetched: its own errors have none. */
  readonly inErrorPage: boolean;
}

/** Internal redirects (index files, error pages, try_files) that one request may take. */
const MAX_REDIRECTS = 10;
/** A request without TLS at a port that wants it; nginx's own number, seen by nobody as such. */
const PLAIN_ON_TLS = 497;
/** The connection is closed without an answer. */
const NO_ANSWER = 444;
const DEFAULT_BODY_LIMIT = '1m';

/** Answers requests from a site's configuration. Models ngx_http_core_module and its phases. */
export class NginxHandler implements HttpHandler {
  readonly answersPlainOnTls = true;
  readonly #site: Site;
  readonly #logs: NginxLogs;
  readonly #version: string;
  readonly #counts: ConnectionCounts;

  constructor(site: Site, logs: NginxLogs, version: string, counts: ConnectionCounts) {
    this.#site = site;
    this.#logs = logs;
    this.#version = version;
    this.#counts = counts;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const host = request.headers.get('host') ?? '';
    const exchange = this.#exchange(sys, request, host);
    const answer = yield* this.#answer(exchange, host);
    const { variables, place } = exchange;
    const keepAlive = wantsKeepAlive(request) && answer.status !== 400;
    const headOnly = request.method === 'HEAD';
    const bodyBytes = headOnly ? 0 : answer.body.length;
    const { status } = answer;
    yield* this.#logs.access(sys, place, { ...variables, status, bodyBytes, unixMs: sys.nowMs });
    if (status === NO_ANSWER) return { bytes: '', keepAlive: false };
    return { bytes: this.#render(exchange, answer, keepAlive), keepAlive };
  }

  *reject(sys: Sys, peer: SocketAddress, local: SocketAddress, received: Bytes): Call<HttpReply> {
    const line = (received.split(/\r?\n/)[0] ?? '').slice(0, 200);
    const headers = new Map<string, Bytes>();
    const request: HttpRequest = {
      method: '',
      target: '',
      version: '1.0',
      headers,
      line,
      body: '',
      peer,
      local,
    };
    const exchange = this.#exchange(sys, request, '');
    const answer = this.#errorAnswer(400, exchange.place);
    const bodyBytes = answer.body.length;
    const variables = { ...exchange.variables, status: 400, bodyBytes };
    yield* this.#logs.access(sys, exchange.place, variables);
    return { bytes: this.#render(exchange, answer, false), keepAlive: false };
  }

  #exchange(sys: Sys, request: HttpRequest, host: Bytes): Exchange {
    const server = chooseServer(this.#site, request.local.port, host);
    const variables: RequestVariables = {
      request,
      status: 0,
      bodyBytes: 0,
      unixMs: sys.nowMs,
      startedMs: sys.nowMs,
      server,
      values: new Map([['hostname', sys.hostname]]),
      maps: this.#site.maps,
      tries: [],
      version: this.#version,
    };
    return {
      sys,
      request,
      server,
      variables,
      place: server?.scope ?? [],
      limited: false,
      inErrorPage: false,
    };
  }

  *#answer(exchange: Exchange, host: Bytes): Call<Answer> {
    const { request } = exchange;
    if (request.security === 'plain on a tls port') {
      return this.#errorAnswer(PLAIN_ON_TLS, exchange.place);
    }
    if (request.version === '1.1' && host === '') return this.#errorAnswer(400, exchange.place);
    return this.#finish(exchange, yield* this.#route(exchange, decodePath(request.target), 0));
  }

  #report({ sys, variables }: Exchange, scope: Scope): Report {
    return (severity, message) => this.#logs.error(sys, scope, severity, message, variables);
  }

  *#route(exchange: Exchange, from: Bytes, redirects: number): Call<Answer> {
    if (redirects > MAX_REDIRECTS) {
      const message = `rewrite or internal redirection cycle while internally redirecting to "${from}"`;
      yield* this.#report(exchange, exchange.place)('error', message);
      return bare(500);
    }
    const { sys, server, variables } = exchange;
    const outer = server?.scope ?? [];
    const first = rewrite(sys, outer[0] ?? [], variables, from);
    if (first.answer) return yield* this.#withErrorPage(exchange, first.answer, outer, redirects);
    const { path } = first;
    const location = server && chooseLocation(server, path);
    const own = location?.scope ?? outer;
    // Without a location the server's block has been gone through already.
    const moved = location ? rewrite(sys, own[0] ?? [], variables, path) : first;
    if (moved.again) return yield* this.#route(exchange, moved.path, redirects + 1);
    const scope: Scope = moved.inside.length > 0 ? [...moved.inside, ...own] : own;
    exchange.place = scope;
    const isInternal = own[0]?.some(({ name }) => name === 'internal') === true;
    // Rewriting comes before limits and access rules: a `return` asks nobody for a password.
    let answer = isInternal && redirects === 0 ? bare(404) : moved.answer;
    answer ??= yield* this.#restrict(exchange, scope);
    answer ??= yield* this.#content(exchange, moved, path, location, scope, redirects);
    return yield* this.#withErrorPage(exchange, answer, scope, redirects);
  }

  /** Limits and access rules: an answer for those who may not go on. */
  *#restrict(exchange: Exchange, scope: Scope): Call<Answer | undefined> {
    const { sys, request, variables } = exchange;
    const report = this.#report(exchange, scope);
    const limit = bytesOfSize(argsOf(scope, 'client_max_body_size')?.[0] ?? DEFAULT_BODY_LIMIT);
    if (limit > 0 && request.body.length > limit) {
      yield* report(
        'error',
        `client intended to send too large body: ${request.body.length} bytes`,
      );
      return bare(413);
    }
    if (!exchange.limited) {
      exchange.limited = allOf(scope, 'limit_req').length > 0;
      const verdict = limitRequest(scope, this.#site.zones, sys.nowMs, (key) =>
        expandVariables(key, variables),
      );
      if (verdict.kind === 'refuse') {
        const { excess, zone } = verdict;
        yield* report('error', `limiting requests, excess: ${excess} by zone "${zone}"`);
        return bare(Number(argsOf(scope, 'limit_req_status')?.[0] ?? 503));
      }
      if (verdict.kind === 'delay') {
        const { excess, zone, ms } = verdict;
        yield* report('warn', `delaying request, excess: ${excess}, by zone "${zone}"`);
        yield* sys.sleep(ms);
      }
    }
    return yield* refuse(sys, scope, request, report);
  }

  *#content(
    exchange: Exchange,
    moved: Rewritten,
    original: Bytes,
    location: Location | undefined,
    scope: Scope,
    redirects: number,
  ): Call<Answer> {
    const { sys, request, variables } = exchange;
    const { path, query } = moved;
    const own = scope.slice(0, moved.inside.length + 1);
    const has = (directive: string) => allOf(own, directive).length > 0;
    if (has('proxy_pass')) {
      return yield* proxy({
        sys,
        request,
        site: this.#site,
        location,
        scope: [own.flat(), ...scope],
        path,
        query,
        rewritten: path !== original,
        variables,
        report: (severity, message, upstream) =>
          this.#logs.error(sys, scope, severity, message, variables, upstream),
      });
    }
    if (has('stub_status')) {
      return { status: 200, headers: [['Content-Type', 'text/plain']], body: this.#stubStatus() };
    }
    return yield* this.#static(exchange, path, scope, redirects);
  }

  /** What `stub_status` shows. Models ngx_http_stub_status_module.c. */
  #stubStatus(): Bytes {
    const { accepted, requests, active, busy } = this.#counts;
    return `Active connections: ${active} \nserver accepts handled requests\n ${accepted} ${accepted} ${requests} \nReading: 0 Writing: ${busy} Waiting: ${active - busy} \n`;
  }

  *#static(exchange: Exchange, path: Bytes, scope: Scope, redirects: number): Call<Answer> {
    const { sys, request, variables } = exchange;
    if (request.method !== 'GET' && request.method !== 'HEAD') return bare(405);
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
    if (last.startsWith('=')) return bare(Number(last.slice(1)));
    if (last.startsWith('@')) return yield* this.#named(exchange, last, redirects);
    return yield* this.#route(exchange, last, redirects + 1);
  }

  *#file(exchange: Exchange, path: Bytes, scope: Scope, redirects: number): Call<Answer> {
    const { sys, request, variables } = exchange;
    const file = fileFor(scope, path);
    try {
      const info = sys.stat(path.endsWith('/') ? file.replace(/\/+$/, '') || '/' : file);
      if (info.type === 'directory') {
        if (path.endsWith('/')) return yield* this.#index(exchange, path, scope, redirects);
        const scheme = request.security === 'tls' ? 'https' : 'http';
        const location = `${scheme}://${request.headers.get('host') ?? 'localhost'}${path}/`;
        return { status: 301, headers: [['Location', location]], body: '' };
      }
      const body = yield* readFile(sys, file);
      return { status: 200, headers: this.#fileHeaders(scope, file, info, body), body };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const status = error.errno === 'EACCES' ? 403 : 404;
      const message = `open() "${file}" failed (${errorNumber(error)}: ${error.message})`;
      yield* this.#logs.error(sys, scope, 'error', message, variables);
      return bare(status);
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
    if (!statOrUndefined(sys, folder)) return bare(404);
    const message = `directory index of "${folder}" is forbidden`;
    yield* this.#logs.error(sys, scope, 'error', message, variables);
    return bare(403);
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

  /** A location that only the configuration can go to. */
  *#named(exchange: Exchange, name: Bytes, redirects: number): Call<Answer> {
    const location = exchange.server?.locations.find(
      ({ kind, pattern }) => kind === 'named' && pattern === name,
    );
    if (!location) return bare(500);
    const { sys, request, variables } = exchange;
    const path = decodePath(request.target);
    exchange.place = location.scope;
    const moved = rewrite(sys, location.scope[0] ?? [], variables, path);
    if (moved.answer) return moved.answer;
    return yield* this.#content(exchange, moved, path, location, location.scope, redirects + 1);
  }

  /** What the configuration has instead of an error, if it has anything. */
  *#withErrorPage(
    exchange: Exchange,
    answer: Answer,
    scope: Scope,
    redirects: number,
  ): Call<Answer> {
    const { status } = answer;
    const intercepts = argsOf(scope, 'proxy_intercept_errors')?.[0] === 'on';
    if (status < 300 || (answer.isProxied && !intercepts) || answer.body !== '') return answer;
    const page = allOf(scope, 'error_page').find(({ args }) =>
      args.slice(0, -1).some((code) => code === String(status)),
    );
    const target = page?.args.at(-1);
    if (target === undefined || exchange.inErrorPage) return answer;
    const replaced = page?.args.find((arg) => /^=\d*$/.test(arg))?.slice(1);
    if (/^https?:/.test(target)) return { status: 302, headers: [['Location', target]], body: '' };
    const request = { ...exchange.request, method: 'GET' };
    const inner = { ...exchange, request, inErrorPage: true };
    const shown = target.startsWith('@')
      ? yield* this.#named(inner, target, redirects)
      : yield* this.#route(inner, target, redirects + 1);
    if (target.startsWith('@') || replaced === '') return shown;
    if (replaced !== undefined) return { ...shown, status: Number(replaced) };
    return shown.status === 200 ? { ...shown, status } : answer;
  }

  /** A redirect or error without a body of its own gets nginx's page. */
  #finish(exchange: Exchange, answer: Answer): Answer {
    if (answer.isText) {
      const type = argsOf(exchange.place, 'default_type')?.[0] ?? 'text/plain';
      return { ...answer, headers: [['Content-Type', type], ...answer.headers] };
    }
    if (answer.body !== '' || answer.isProxied || answer.status === NO_ANSWER) return answer;
    if (answer.status < 300 || answer.status === 304) return answer;
    const page = this.#errorAnswer(answer.status, exchange.place);
    return { ...page, headers: [...page.headers, ...answer.headers] };
  }

  #signature(scope: Scope): string {
    const hidden = argsOf(scope, 'server_tokens')?.[0] === 'off';
    return hidden ? 'nginx' : `nginx/${this.#version}`;
  }

  #errorAnswer(code: number, scope: Scope): Answer {
    const plain = code === PLAIN_ON_TLS;
    const status = plain ? 400 : code;
    const why = 'The plain HTTP request was sent to HTTPS port';
    const heading = `${status} ${PAGE_TITLES[status] ?? reasonPhrase(status)}`;
    const title = plain ? `400 ${why}` : heading;
    const detail = plain ? `<center>${why}</center>\r\n` : '';
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${heading}</h1></center>\r\n${detail}<hr><center>${this.#signature(scope)}</center>\r\n</body>\r\n</html>\r\n`;
    return { status, headers: [['Content-Type', 'text/html']], body };
  }

  #render({ sys, request, variables, place }: Exchange, answer: Answer, keepAlive: boolean): Bytes {
    const headOnly = request.method === 'HEAD' || answer.status === 304;
    const isType = ([name]: readonly [string, Bytes]) => name.toLowerCase() === 'content-type';
    const isTime = ([name]: readonly [string, Bytes]) => name.toLowerCase() === 'last-modified';
    const others = answer.headers.filter((header) => !isType(header) && !isTime(header));
    const added = allOf(place, 'add_header')
      .filter(({ args }) => args[2] === 'always' || ADDED_TO.has(answer.status))
      .map(({ args }) => [args[0] ?? '', expandVariables(args[1] ?? '', variables)] as const)
      .filter(([, value]) => value !== '');
    const hasLength = answer.status !== 204 && answer.status !== 304;
    return renderResponse(
      answer.status,
      [
        ['Server', this.#signature(place)],
        ['Date', httpDate(sys.nowMs)],
        ...answer.headers.filter(isType),
        ...(hasLength ? [['Content-Length', String(answer.body.length)] as const] : []),
        ...answer.headers.filter(isTime),
        ['Connection', keepAlive ? 'keep-alive' : 'close'],
        ...others,
        ...added,
      ],
      answer.body,
      { headOnly },
    );
  }
}

/** Pages that nginx heads with other words than its status line. */
const PAGE_TITLES: Readonly<Record<number, string>> = {
  302: 'Found',
  401: 'Authorization Required',
};

/** Statuses that `add_header` without `always` adds to. */
const ADDED_TO = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** A status whose page is made later. */
function bare(status: number): Answer {
  return { status, headers: [], body: '' };
}

const SIZES: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function bytesOfSize(text: Bytes): number {
  const match = /^(\d+)([kmg]?)$/i.exec(text);
  return Number(match?.[1] ?? 0) * (SIZES[match?.[2]?.toLowerCase() ?? ''] ?? 1);
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
