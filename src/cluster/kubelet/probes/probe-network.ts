import type { Container, HTTPGetAction } from '../../../api/stored-objects';
import type { Task } from '../../../kernel/task';
import { type Bytes, toBytes } from '../../../runtime/bytes';
import type { HealthAnswer } from '../../../runtime/net/grpc-health';

type Headers = readonly (readonly [name: string, value: string])[];

/** One HTTP GET from the node; a probe sends the same one again and again. */
export class HttpProbeRequest {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** In the order in which they are sent; `Host` may be among them. */
  readonly headers: Headers;
  #bytes: Bytes | undefined;

  constructor(
    scheme: 'http' | 'https',
    host: string,
    port: number,
    path: string,
    headers: Headers,
  ) {
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.path = path;
    this.headers = headers;
  }

  get url(): string {
    return `${this.scheme}://${this.host}:${this.port}${this.path}`;
  }

  /** What goes over the wire. */
  get bytes(): Bytes {
    this.#bytes ??= toBytes(requestText(this));
    return this.#bytes;
  }
}

function requestText({ host, port, path, headers }: HttpProbeRequest): string {
  const own = headers.find(([name]) => name === 'Host');
  let userAgent = '';
  let rest = '';
  for (const [name, value] of headers) {
    if (name === 'User-Agent') userAgent += `${name}: ${value}\r\n`;
    else if (name !== 'Host') rest += `${name}: ${value}\r\n`;
  }
  const line = `GET ${path} HTTP/1.1\r\nHost: ${own?.[1] ?? `${host}:${port}`}\r\n`;
  return `${line}${userAgent}${rest}Connection: close\r\n\r\n`;
}

export type HttpProbeAnswer =
  /** An answer; of redirects the last one, `body` at most 10 KB. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** No answer: Go's text, `Get "http://…": …`. */
  | { readonly kind: 'failed'; readonly error: string }
  /** The body ended early: such an attempt is thrown away. */
  | { readonly kind: 'broken'; readonly error: string };

/**
 * How the node reaches pods for probes and hooks: over the pod network, never over the pod's loopback.
 */
export interface ProbeNetwork {
  httpGet(request: HttpProbeRequest, timeoutMs: number): Task<HttpProbeAnswer>;
  /** How a gRPC health check went. */
  grpcHealth(
    host: string,
    port: number,
    service: string,
    timeoutMs: number,
  ): Task<HealthAnswer | 'no connection' | 'late'>;
  /** Undefined: the connection came about. Otherwise Go's text, `dial tcp …`. */
  tcpConnect(host: string, port: number, timeoutMs: number): Task<string | undefined>;
}

/** How Go says that a server on the other side of https:// does not speak TLS. */
export const PLAIN_ANSWER = 'http: server gave HTTP response to HTTPS client';

/** Resolves a port number or the name of one of the container's own ports. Models pkg/probe/util.go. */
export function resolveContainerPort(
  port: number | string,
  container: Container,
): { readonly port: number } | { readonly error: string } {
  if (typeof port === 'number') return checkedPort(port);
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) return checkedPort(named);
  if (/^[+-]?\d+$/.test(port)) return checkedPort(Number(port));
  return { error: `strconv.Atoi: parsing "${port}": invalid syntax` };
}

function checkedPort(port: number): { readonly port: number } | { readonly error: string } {
  if (port > 0 && port < 65_536) return { port };
  return { error: `invalid port number: ${port}` };
}

/** Models pkg/probe/http/request.go NewRequestForHTTPGetAction. */
export function httpRequestOf(
  action: HTTPGetAction,
  container: Container,
  podIp: string,
  purpose: 'probe' | 'lifecycle',
): HttpProbeRequest | { readonly error: string } {
  const resolved = resolveContainerPort(action.port, container);
  if ('error' in resolved) return resolved;
  const headers: [string, string][] = (action.httpHeaders ?? []).map(({ name, value }) => [
    canonicalHeader(name),
    value,
  ]);
  const has = (name: string) => headers.some(([known]) => known === name);
  if (!has('User-Agent')) headers.push(['User-Agent', `kube-${purpose}/1.36`]);
  if (!has('Accept')) headers.push(['Accept', '*/*']);
  const path = action.path || '/';
  return new HttpProbeRequest(
    (action.scheme ?? 'HTTP').toLowerCase() === 'https' ? 'https' : 'http',
    action.host || podIp,
    resolved.port,
    path.startsWith('/') ? path : `/${path}`,
    headers.filter(([name, value]) => name !== 'Accept' || value !== ''),
  );
}

/** `x-my-header` → `X-My-Header`, as Go writes header names. */
function canonicalHeader(name: string): string {
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join('-');
}
