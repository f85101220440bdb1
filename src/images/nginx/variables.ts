import type { Bytes } from '../../runtime/bytes';
import { logDate } from '../http/message';
import { basicCredentials } from '../http/password-file';
import type { HttpRequest } from '../http/server';

/** One try at an upstream server. */
export interface UpstreamTry {
  readonly address: Bytes;
  readonly status: number;
  /** ms until the head of the answer had come. */
  readonly ms: number;
}

/** A variable that `map` computes from others. */
export interface MapRule {
  readonly source: Bytes;
  readonly entries: readonly (readonly [pattern: Bytes, value: Bytes])[];
  readonly fallback: Bytes;
}

/** What variables of a configuration can be computed from. */
export interface RequestVariables {
  readonly request: HttpRequest;
  readonly status: number;
  readonly bodyBytes: number;
  readonly unixMs: number;
  /** When the request had come in, Unix ms. */
  readonly startedMs: number;
  readonly server: { readonly names: readonly Bytes[] } | undefined;
  /** What `set` has set so far. */
  readonly values: Map<string, Bytes>;
  readonly maps: ReadonlyMap<string, MapRule>;
  readonly tries: UpstreamTry[];
  readonly version: string;
}

const REFERENCE = /\$(?:\{(\w+)\}|(\w+))/g;

/** Replaces `$name` and `${name}` by the request's values; unknown ones by nothing. */
export function expandVariables(text: Bytes, variables: RequestVariables, path?: Bytes): Bytes {
  return text.replace(REFERENCE, (_, braced: string, bare: string) =>
    variable(braced ?? bare, variables, path),
  );
}

/** As in access logs, where an absent value is `-`. */
export function expandForLog(format: Bytes, variables: RequestVariables): Bytes {
  return format.replace(REFERENCE, (_, braced: string, bare: string) => {
    const value = variable(braced ?? bare, variables);
    return value === '' ? '-' : escapeForLog(value);
  });
}

/** Names of the variables that a text refers to. */
export function variablesIn(text: Bytes): readonly string[] {
  return [...text.matchAll(REFERENCE)].map(([, braced, bare]) => braced ?? bare ?? '');
}

type Value = (variables: RequestVariables, path: Bytes | undefined) => Bytes;

const uriOf: Value = ({ request }, path) => path ?? request.target.split('?')[0] ?? '';
const queryOf: Value = ({ request }) => request.target.split('?')[1] ?? '';
const bytesOf: Value = ({ bodyBytes }) => String(bodyBytes);
const seconds = (ms: number) => (ms / 1000).toFixed(3);
const hostOf: Value = ({ request, server }) =>
  (request.headers.get('host') ?? server?.names[0] ?? '').replace(/:\d+$/, '').toLowerCase();
const listOf =
  (value: (attempt: UpstreamTry) => Bytes): Value =>
  ({ tries }) =>
    tries.map(value).join(', ');

const VALUES: Readonly<Record<string, Value>> = {
  remote_addr: ({ request }) => request.peer.host,
  binary_remote_addr: ({ request }) => request.peer.host,
  remote_port: ({ request }) => String(request.peer.port),
  remote_user: ({ request }) => basicCredentials(request.headers.get('authorization'))?.user ?? '',
  time_local: ({ unixMs }) => logDate(unixMs),
  time_iso8601: ({ unixMs }) => `${new Date(unixMs).toISOString().slice(0, 19)}+00:00`,
  msec: ({ unixMs }) => seconds(unixMs),
  request: ({ request }) => request.line,
  request_method: ({ request }) => request.method,
  request_uri: ({ request }) => request.target,
  request_length: ({ request }) => String(request.line.length),
  request_time: ({ unixMs, startedMs }) => seconds(unixMs - startedMs),
  request_body: ({ request }) => request.body,
  request_id: ({ request, startedMs }) =>
    `${startedMs.toString(16)}${(request.connection ?? 0).toString(16)}`.padStart(32, '0'),
  uri: uriOf,
  document_uri: uriOf,
  args: queryOf,
  query_string: queryOf,
  is_args: (variables, path) => (queryOf(variables, path) === '' ? '' : '?'),
  status: ({ status }) => String(status),
  body_bytes_sent: bytesOf,
  bytes_sent: bytesOf,
  content_type: ({ request }) => request.headers.get('content-type') ?? '',
  content_length: ({ request }) => request.headers.get('content-length') ?? '',
  host: hostOf,
  hostname: () => '',
  server_name: ({ server }) => server?.names[0] ?? '',
  server_addr: ({ request }) => request.local.host,
  server_port: ({ request }) => String(request.local.port),
  server_protocol: ({ request }) => `HTTP/${request.version}`,
  scheme: ({ request }) => (request.security === 'tls' ? 'https' : 'http'),
  https: ({ request }) => (request.security === 'tls' ? 'on' : ''),
  ssl_protocol: ({ request }) => (request.security === 'tls' ? 'TLSv1.3' : ''),
  ssl_cipher: ({ request }) => (request.security === 'tls' ? 'TLS_AES_256_GCM_SHA384' : ''),
  ssl_server_name: ({ request }) => request.serverName ?? '',
  connection: ({ request }) => String(request.connection ?? 1),
  connection_requests: () => '1',
  pipe: () => '.',
  nginx_version: ({ version }) => version,
  document_root: () => '',
  request_filename: () => '',
  proxy_host: () => '',
  proxy_port: () => '',
  limit_req_status: () => '',
  proxy_add_x_forwarded_for: ({ request }) => forwardedFor(request),
  upstream_addr: listOf(({ address }) => address),
  upstream_status: listOf(({ status }) => String(status)),
  upstream_response_time: listOf(({ ms }) => seconds(ms)),
  upstream_connect_time: listOf(({ ms }) => seconds(ms)),
  upstream_header_time: listOf(({ ms }) => seconds(ms)),
  upstream_response_length: bytesOf,
  upstream_cache_status: () => '',
};

/** Variables that a family of names stands for. */
const FAMILIES = /^(http|arg|cookie|sent_http|upstream_http|upstream_cookie|jwt|ssl)_|^\d$/;

/** Whether a configuration may use a variable that it has not set itself. */
export function isKnownVariable(name: string): boolean {
  return Object.hasOwn(VALUES, name) || FAMILIES.test(name);
}

function variable(name: string, variables: RequestVariables, path?: Bytes): Bytes {
  const own = variables.values.get(name);
  if (own !== undefined) return own;
  const map = variables.maps.get(name);
  if (map) return mapped(map, variables, path);
  const { request } = variables;
  if (name.startsWith('http_')) {
    return request.headers.get(name.slice('http_'.length).replaceAll('_', '-')) ?? '';
  }
  if (name.startsWith('arg_')) {
    return new Map(pairs(request.target.split('?')[1] ?? '', '&')).get(name.slice(4)) ?? '';
  }
  if (name.startsWith('cookie_')) {
    return new Map(pairs(request.headers.get('cookie') ?? '', ';')).get(name.slice(7)) ?? '';
  }
  return Object.hasOwn(VALUES, name) ? (VALUES[name]?.(variables, path) ?? '') : '';
}

function pairs(text: Bytes, separator: string): (readonly [Bytes, Bytes])[] {
  return text.split(separator).map((pair) => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals).trim(), pair.slice(equals + 1)] as const;
  });
}

/** A plain entry wins over the first regular expression that fits, and that over the default. */
function mapped(map: MapRule, variables: RequestVariables, path?: Bytes): Bytes {
  const subject = expandVariables(map.source, variables, path);
  const plain = map.entries.find(([pattern]) => pattern.toLowerCase() === subject.toLowerCase());
  if (plain) return expandVariables(plain[1], variables, path);
  for (const [pattern, value] of map.entries) {
    if (!pattern.startsWith('~')) continue;
    const insensitive = pattern.startsWith('~*');
    const regex = new RegExp(pattern.slice(insensitive ? 2 : 1), insensitive ? 'i' : '');
    if (regex.test(subject)) return expandVariables(value, variables, path);
  }
  return expandVariables(map.fallback, variables, path);
}

function forwardedFor(request: HttpRequest): Bytes {
  const before = request.headers.get('x-forwarded-for');
  return before === undefined ? request.peer.host : `${before}, ${request.peer.host}`;
}

function escapeForLog(value: Bytes): Bytes {
  return value.replace(/["\\]|[^\x20-\x7e]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `\\x${code}`;
  });
}
