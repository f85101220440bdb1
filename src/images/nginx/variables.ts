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

type Value = (variables: RequestVariables, path: Bytes | undefined) => Bytes;

const uriOf: Value = ({ request }, path) => path ?? request.target.split('?')[0] ?? '';
const queryOf: Value = ({ request }) => request.target.split('?')[1] ?? '';
const bytesOf: Value = ({ bodyBytes }) => String(bodyBytes);

const VALUES: Readonly<Record<string, Value>> = {
  remote_addr: ({ request }) => request.peer.host,
  remote_port: ({ request }) => String(request.peer.port),
  remote_user: ({ request }) => basicUser(request.headers.get('authorization')),
  time_local: ({ unixMs }) => logDate(unixMs),
  time_iso8601: ({ unixMs }) => `${new Date(unixMs).toISOString().slice(0, 19)}+00:00`,
  msec: ({ unixMs }) => (unixMs / 1000).toFixed(3),
  request: ({ request }) => request.line,
  request_method: ({ request }) => request.method,
  request_uri: ({ request }) => request.target,
  request_length: ({ request }) => String(request.line.length),
  request_time: () => '0.000',
  uri: uriOf,
  document_uri: uriOf,
  args: queryOf,
  query_string: queryOf,
  is_args: (variables, path) => (queryOf(variables, path) === '' ? '' : '?'),
  status: ({ status }) => String(status),
  body_bytes_sent: bytesOf,
  bytes_sent: bytesOf,
  host: ({ request }) => (request.headers.get('host') ?? '').replace(/:\d+$/, ''),
  server_addr: ({ request }) => request.local.host,
  server_port: ({ request }) => String(request.local.port),
  server_protocol: ({ request }) => `HTTP/${request.version}`,
  scheme: () => 'http',
  proxy_add_x_forwarded_for: ({ request }) => forwardedFor(request),
  upstream_addr: ({ upstream }) => upstream ?? '',
};

function variable(name: string, variables: RequestVariables, path?: Bytes): Bytes {
  const header = name.startsWith('http_')
    ? variables.request.headers.get(name.slice('http_'.length).replaceAll('_', '-'))
    : undefined;
  if (header !== undefined) return header;
  return Object.hasOwn(VALUES, name) ? (VALUES[name]?.(variables, path) ?? '') : '';
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
