import type { Task } from '../../kernel/task';
import type { HealthAnswer } from '../../runtime/net/grpc-health';
import type { Container, HTTPGetAction } from './core-v1';

/** One HTTP GET from the node. */
export interface HttpProbeRequest {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  /** In the order in which they are sent; `Host` may be among them. */
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
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
  httpGet(request: HttpProbeRequest): Task<HttpProbeAnswer>;
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
): Omit<HttpProbeRequest, 'timeoutMs'> | { readonly error: string } {
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
  return {
    scheme: (action.scheme ?? 'HTTP').toLowerCase() === 'https' ? 'https' : 'http',
    host: action.host || podIp,
    port: resolved.port,
    path: path.startsWith('/') ? path : `/${path}`,
    headers: headers.filter(([name, value]) => name !== 'Accept' || value !== ''),
  };
}

/** `x-my-header` → `X-My-Header`, as Go writes header names. */
function canonicalHeader(name: string): string {
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join('-');
}
