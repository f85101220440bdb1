import type { Bytes } from '../../runtime/bytes';
import { logDate } from '../http/message';
import type { HttpRequest } from '../http/server';

/** What variables of a configuration can be computed from. */
export interface RequestVariables {
  readonly request: HttpRequest;
  readonly status: number;
  readonly bodyBytes: number;
  readonly unixMs: number;
  readonly upstream?: string;
}

/** Replaces `$name` and `${name}` by the request's values; unknown ones by nothing. */
export function expandVariables(text: Bytes, variables: RequestVariables, path?: Bytes): Bytes {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string, bare: string) =>
    variable(braced ?? bare, variables, path),
  );
}

/** As in access logs, where an absent value is `-`. */
export function expandForLog(format: Bytes, variables: RequestVariables): Bytes {
  return format.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string, bare: string) => {
    const value = variable(braced ?? bare, variables);
    return value === '' ? '-' : escapeForLog(value);
  });
}

function variable(name: string, variables: RequestVariables, path?: Bytes): Bytes {
  const { request } = variables;
  const [uri, query = ''] = request.target.split('?');
  const header = name.startsWith('http_')
    ? request.headers.get(name.slice('http_'.length).replaceAll('_', '-'))
    : undefined;
  if (header !== undefined) return header;
  const values: Readonly<Record<string, Bytes>> = {
    remote_addr: request.peer.host,
    remote_port: String(request.peer.port),
    remote_user: basicUser(request.headers.get('authorization')),
    time_local: logDate(variables.unixMs),
    time_iso8601: `${new Date(variables.unixMs).toISOString().slice(0, 19)}+00:00`,
    msec: (variables.unixMs / 1000).toFixed(3),
    request: request.line,
    request_method: request.method,
    request_uri: request.target,
    request_length: String(request.line.length),
    request_time: '0.000',
    uri: path ?? uri ?? '',
    document_uri: path ?? uri ?? '',
    args: query,
    query_string: query,
    is_args: query === '' ? '' : '?',
    status: String(variables.status),
    body_bytes_sent: String(variables.bodyBytes),
    bytes_sent: String(variables.bodyBytes),
    host: (request.headers.get('host') ?? '').replace(/:\d+$/, ''),
    server_addr: request.local.host,
    server_port: String(request.local.port),
    server_protocol: `HTTP/${request.version}`,
    scheme: 'http',
    proxy_add_x_forwarded_for: forwardedFor(request),
    upstream_addr: variables.upstream ?? '',
  };
  return values[name] ?? '';
}

function forwardedFor(request: HttpRequest): Bytes {
  const before = request.headers.get('x-forwarded-for');
  return before === undefined ? request.peer.host : `${before}, ${request.peer.host}`;
}

function basicUser(authorization: Bytes | undefined): Bytes {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return '';
  try {
    return atob(encoded).split(':')[0] ?? '';
  } catch {
    return '';
  }
}

function escapeForLog(value: Bytes): Bytes {
  return value.replace(/["\\]|[^\x20-\x7e]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `\\x${code}`;
  });
}
