import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import { readFile } from '../../runtime/read-file';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import { httpDate, logDate } from '../http/message';
import { type HttpHandler, type HttpReply, type HttpRequest, wantsKeepAlive } from '../http/server';
import { decodePath } from '../nginx/serve';
import type { HttpdConfig, HttpdHost } from './config';
import { errorLine } from './httpd-log';

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, Bytes])[];
  readonly body: Bytes;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: '<p>Your browser sent a request that this server could not understand.<br />\n</p>',
  403: "<p>You don't have permission to access this resource.</p>",
  404: '<p>The requested URL was not found on this server.</p>',
  405: '<p>The requested method is not allowed for this URL.</p>',
  503: '<p>The server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\nproblems. Please try again later.</p>',
};

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/** Answers requests: files, aliases, redirects, and what is passed on to others. */
export class HttpdHandler implements HttpHandler {
  readonly #config: HttpdConfig;
  readonly #version: string;

  constructor(config: HttpdConfig, version: string) {
    this.#config = config;
    this.#version = version;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const host = this.#hostFor(request);
    const path = decodePath(request.target);
    const answer = yield* this.#answer(sys, request, host, path);
    const { status } = answer;
    const body = request.method === 'HEAD' ? '' : answer.body;
    yield* this.#log(sys, request, request.peer, request.line, status, body.length);
    const keepAlive = wantsKeepAlive(request);
    return { bytes: this.#render(sys, answer, body, keepAlive), keepAlive };
  }

  *reject(sys: Sys, peer: SocketAddress, _: SocketAddress, received: Bytes): Call<HttpReply> {
    const answer = errorAnswer(400);
    const line = (received.split(/\r?\n/)[0] ?? '').replace(
      /[^\x20-\x7e]/g,
      (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
    yield* this.#log(sys, undefined, peer, line, 400, answer.body.length);
    return { bytes: this.#render(sys, answer, answer.body, false), keepAlive: false };
  }

  #hostFor(request: HttpRequest): HttpdHost | undefined {
    const name = (request.headers.get('host') ?? '').replace(/:\d+$/, '');
    const virtual = this.#config.hosts
      .slice(1)
      .filter(({ port }) => port === undefined || port === request.local.port);
    return virtual.find(({ names }) => names.includes(name)) ?? virtual[0] ?? this.#config.hosts[0];
  }

  *#answer(sys: Sys, request: HttpRequest, host: HttpdHost | undefined, path: Bytes): Call<Answer> {
    const redirect = host?.redirects.find(([from]) => path.startsWith(from));
    if (redirect) {
      const location = redirect[2] + path.slice(redirect[0].length);
      const page = errorAnswer(redirect[1]);
      return { ...page, headers: [['Location', location], ...page.headers] };
    }
    const pass = host?.passes.find(([from]) => path.startsWith(from));
    if (pass && pass[1] !== '!') return yield* passOn(sys, request, pass, path);
    if (request.method !== 'GET' && request.method !== 'HEAD') return errorAnswer(405);
    const alias = host?.aliases.find(([from]) => path.startsWith(from));
    const root = host?.documentRoot ?? '/usr/local/apache2/htdocs';
    const file = alias ? alias[1] + path.slice(alias[0].length) : root.replace(/\/$/, '') + path;
    return yield* this.#file(sys, request, host, path, file);
  }

  *#file(
    sys: Sys,
    request: HttpRequest,
    host: HttpdHost | undefined,
    path: Bytes,
    file: Bytes,
  ): Call<Answer> {
    const info = sys.tryStat(file);
    if (typeof info === 'string') return errorAnswer(info === 'EACCES' ? 403 : 404);
    if (info.type === 'directory') {
      if (!path.endsWith('/')) {
        const page = errorAnswer(301);
        const location = `http://${request.headers.get('host') ?? ''}${path}/`;
        return { ...page, headers: [['Location', location], ...page.headers] };
      }
      const names = host?.directoryIndex ?? ['index.html'];
      const index = names.find((name) => typeof sys.tryStat(file + name) !== 'string');
      return index === undefined
        ? errorAnswer(403)
        : yield* this.#file(sys, request, host, path + index, file + index);
    }
    try {
      const body = yield* readFile(sys, file);
      const size = body.length.toString(16);
      const extension = /\.([^./]+)$/.exec(file)?.[1] ?? '';
      const type = TYPES[extension];
      return {
        status: 200,
        headers: [
          ['Last-Modified', httpDate(info.modifiedMs)],
          ['ETag', `"${size}-${(info.modifiedMs * 1000).toString(16)}"`],
          ['Accept-Ranges', 'bytes'],
          ...(type === undefined ? [] : [['Content-Type', type] as const]),
        ],
        body,
      };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return errorAnswer(403);
    }
  }

  #render(
    sys: Sys,
    { status, headers, body: full }: Answer,
    body: Bytes,
    keepAlive: boolean,
  ): Bytes {
    const type = headers.filter(([name]) => name === 'Content-Type');
    const lines = [
      `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
      `Date: ${httpDate(sys.nowMs)}`,
      `Server: Apache/${this.#version} (Unix)`,
      ...headers
        .filter(([name]) => name !== 'Content-Type')
        .map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${full.length}`,
      ...(keepAlive ? [] : ['Connection: close']),
      ...type.map(([name, value]) => `${name}: ${value}`),
    ];
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
  }

  *#log(
    sys: Sys,
    request: HttpRequest | undefined,
    peer: SocketAddress,
    line: Bytes,
    status: number,
    bytes: number,
  ): Call<void> {
    const header = (name: string) => request?.headers.get(name) ?? '-';
    const more =
      this.#config.accessFormat === 'combined'
        ? ` "${header('referer')}" "${header('user-agent')}"`
        : '';
    const size = bytes === 0 ? '-' : String(bytes);
    yield* sys.write(
      1,
      `${peer.host} - - [${logDate(sys.nowMs)}] "${line}" ${status} ${size}${more}\n`,
    );
  }
}

/** Models mod_proxy_http. */
function* passOn(
  sys: Sys,
  request: HttpRequest,
  [from, url]: readonly [Bytes, Bytes],
  path: Bytes,
): Call<Answer> {
  const match = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  if (!match) return errorAnswer(503);
  const [, name = '', port = '80', prefix = ''] = match;
  const ip = yield* resolveHost(sys, name);
  try {
    if (ip === undefined) throw new SysError('EHOSTUNREACH');
    const fd = yield* sys.connect({ host: ip, port: Number(port) }, 60_000);
    try {
      const query = request.target.includes('?')
        ? request.target.slice(request.target.indexOf('?'))
        : '';
      let head = `${request.method} ${prefix}${path.slice(from.length)}${query} HTTP/1.1\r\nHost: ${name}:${port}\r\n`;
      for (const [key, value] of request.headers) {
        if (key !== 'host' && key !== 'connection') head += `${key}: ${value}\r\n`;
      }
      head += `X-Forwarded-For: ${request.peer.host}\r\nConnection: close\r\n\r\n`;
      const answer = yield* exchange(sys, fd, head + request.body, {
        headOnly: request.method === 'HEAD',
        deadlineMs: sys.nowMs + 60_000,
      });
      if (typeof answer === 'string') return errorAnswer(502);
      const type = answer.headers.get('content-type');
      return {
        status: answer.status,
        headers: type === undefined ? [] : [['Content-Type', type]],
        body: answer.body,
      };
    } finally {
      sys.close(fd);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const target = `${ip ?? name}:${port} (${name}:${port})`;
    const number = error.errno === 'ECONNREFUSED' ? 111 : error.errno === 'ETIMEDOUT' ? 110 : 113;
    const client = `[client ${request.peer.host}:${request.peer.port}]`;
    yield* sys.write(
      2,
      errorLine(
        sys,
        'proxy:error',
        `(${number})${error.message}: AH00957: http: attempt to connect to ${target} failed`,
      ) +
        errorLine(
          sys,
          'proxy_http:error',
          `${client} AH01114: HTTP: failed to make connection to backend: ${name}`,
        ),
    );
    return errorAnswer(503);
  }
}

function errorAnswer(status: number): Answer {
  const reason = REASONS[status] ?? '';
  const text = EXPLANATIONS[status] ?? '';
  const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n${text}\n</body></html>\n`;
  return { status, headers: [['Content-Type', 'text/html; charset=iso-8859-1']], body };
}
