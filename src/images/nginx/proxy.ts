import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import { reasonPhrase } from '../http/message';
import type { HttpRequest } from '../http/server';
import type { Answer } from './answer';
import type { NginxLogs } from './logs';
import { allOf, type Location, type Site } from './site';
import { expandVariables, type RequestVariables } from './variables';

const ERRNO_NUMBERS: Readonly<Record<string, number>> = {
  ECONNREFUSED: 111,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
  ENETUNREACH: 101,
  ECONNRESET: 104,
};

/** Passes a request on to the server that `proxy_pass` names. Models ngx_http_proxy_module. */
export function* proxy(
  sys: Sys,
  request: HttpRequest,
  path: Bytes,
  location: Location | undefined,
  site: Site,
  logs: NginxLogs,
  variables: RequestVariables,
): Call<Answer> {
  const scope = location?.scope ?? [];
  const target = expandVariables(allOf(scope, 'proxy_pass')[0]?.args[0] ?? '', variables, path);
  const url = /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(target);
  if (!url) return gateway(500);
  const [, name = '', explicitPort, uri] = url;
  const backend = backendOf(site, name) ?? { host: name, port: Number(explicitPort ?? 80) };
  const query = request.target.includes('?') ? `?${request.target.split('?')[1]}` : '';
  const rest = uri === undefined ? path : uri + path.slice(location?.pattern.length ?? 0);
  const failed = function* (status: number, reason: string): Call<Answer> {
    const message = `${reason} while connecting to upstream`;
    yield* logs.error(sys, scope, 'error', message, variables);
    return gateway(status);
  };
  const address = yield* resolveHost(sys, backend.host);
  if (address === undefined)
    return yield* failed(502, `no resolver defined to resolve ${backend.host}`);
  try {
    const fd = yield* sys.connect({ host: address, port: backend.port }, 60_000);
    try {
      const response = yield* exchange(
        sys,
        fd,
        requestBytes(request, rest + query, scope, name, variables, path),
        {
          headOnly: request.method === 'HEAD',
        },
      );
      if (typeof response === 'string')
        return yield* failed(502, 'upstream prematurely closed connection');
      const type = response.headers.get('content-type');
      const passed = ['last-modified', 'etag', 'location'].flatMap((header) => {
        const value = response.headers.get(header);
        return value === undefined ? [] : ([[capitalised(header), value]] as const);
      });
      return {
        status: response.status,
        headers: [['Content-Type', type ?? 'text/plain'], ...passed],
        body: response.body,
        upstream: `${address}:${backend.port}`,
      };
    } finally {
      sys.close(fd);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = ERRNO_NUMBERS[error.errno] ?? 5;
    const reason = `connect() failed (${number}: ${error.message})`;
    return yield* failed(error.errno === 'ETIMEDOUT' ? 504 : 502, reason);
  }
}

function gateway(status: number): Answer {
  const title = `${status} ${reasonPhrase(status)}`;
  return { status, headers: [['Content-Type', 'text/html']], body: title };
}

/** The first server of an upstream block; weights and balancing come with the ambassador pattern. */
function backendOf(site: Site, name: Bytes): { host: Bytes; port: number } | undefined {
  const server = site.upstreams.get(name)?.find((directive) => directive.name === 'server');
  const address = server?.args[0];
  if (address === undefined) return undefined;
  const [host = '', port = '80'] = address.split(':');
  return { host, port: Number(port) };
}

function requestBytes(
  request: HttpRequest,
  target: Bytes,
  scope: Location['scope'],
  host: Bytes,
  variables: RequestVariables,
  path: Bytes,
): Bytes {
  const headers = new Map<string, Bytes>([
    ['host', host],
    ['connection', 'close'],
  ]);
  for (const [name, value] of request.headers) {
    if (name !== 'host' && name !== 'connection') headers.set(name, value);
  }
  for (const { args } of allOf(scope, 'proxy_set_header')) {
    headers.set((args[0] ?? '').toLowerCase(), expandVariables(args[1] ?? '', variables, path));
  }
  let head = `${request.method} ${target} HTTP/1.0\r\n`;
  for (const [name, value] of headers)
    if (value !== '') head += `${capitalised(name)}: ${value}\r\n`;
  return `${head}\r\n${request.body}`;
}

function capitalised(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (match) => match.toUpperCase());
}
