import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import { tlsFinish, tlsHello } from '../../runtime/net/tls';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange, type HttpResponse } from '../http/client';
import type { HttpRequest } from '../http/server';
import type { Answer } from './answer';
import { errorNumber } from './errors';
import { type Pass, parsePass, portOf } from './pass';
import { allOf, argsOf, type Scope } from './scope';
import type { Location, Site } from './site';
import { type Peer, parseTimeMs, peerAt, splitAddress, Upstream } from './upstream';
import { expandVariables, type RequestVariables } from './variables';

/** What one request is passed on with. */
export interface ProxyRequest {
  readonly sys: Sys;
  readonly request: HttpRequest;
  readonly site: Site;
  readonly location: Location | undefined;
  readonly scope: Scope;
  readonly path: Bytes;
  readonly query: Bytes | undefined;
  /** The path has been rewritten: the part that the location covers is no longer at its front. */
  readonly rewritten: boolean;
  readonly variables: RequestVariables;
  /** Says something in the error log; `upstream` is the URL that was tried. */
  report(severity: 'error' | 'warn', message: string, upstream?: Bytes): Call<void>;
}

/** How a try at a server has ended. */
type Attempt =
  | { readonly kind: 'answered'; readonly response: HttpResponse }
  | { readonly kind: 'failed'; readonly status: 502 | 504; readonly message: string };

const DEFAULT_TIMEOUT_MS = 60_000;

/** Passes a request on to the server that `proxy_pass` names. Models ngx_http_proxy_module. */
export function* proxy(job: ProxyRequest): Call<Answer> {
  const { scope, variables, path, sys } = job;
  const written = argsOf(scope.slice(0, 1), 'proxy_pass')?.[0] ?? '';
  const target = expandVariables(written, variables, path);
  const pass = parsePass(target);
  if (!pass) {
    yield* job.report('error', `invalid URL prefix in "${target}"`);
    return gateway(500);
  }
  const upstream = job.site.upstreams.get(pass.authority) ?? (yield* lookUp(job, pass));
  if (!upstream) return gateway(502);
  const uri = targetOf(job, pass, written);
  const key =
    upstream.hashKey === '' ? job.request.peer.host : expandVariables(upstream.hashKey, variables);
  const tried = new Set<Peer>();
  let status: 502 | 504 = 502;
  for (;;) {
    const peer = upstream.pick(sys, key, tried);
    if (!peer) {
      if (tried.size > 0) return gateway(status);
      const shown = `${scheme(pass)}://${upstream.name}${uri}`;
      yield* job.report('error', 'no live upstreams while connecting to upstream', shown);
      variables.tries.push({ address: upstream.name, status: 502, ms: 0 });
      return gateway(502);
    }
    tried.add(peer);
    const result = yield* tryPeer(job, pass, upstream, peer, uri);
    if (typeof result === 'object') return result;
    status = result;
  }
}

const scheme = ({ secure }: Pass) => (secure ? 'https' : 'http');

/** One try; a status when the next server is to be tried. */
function* tryPeer(
  job: ProxyRequest,
  pass: Pass,
  upstream: Upstream,
  peer: Peer,
  uri: Bytes,
): Call<Answer | 502 | 504> {
  const { sys, variables } = job;
  const started = sys.nowMs;
  peer.connections++;
  const attempt = yield* ask(job, pass, peer, uri);
  const failed = attempt.kind === 'failed';
  const disabled = upstream.release(peer, failed, sys.nowMs);
  const ms = sys.nowMs - started;
  const status = attempt.kind === 'failed' ? attempt.status : attempt.response.status;
  variables.tries.push({ address: peer.address, status, ms });
  if (attempt.kind === 'answered') return passedOn(job, pass, attempt.response);
  const shown = `${scheme(pass)}://${peer.address}${uri}`;
  yield* job.report('error', attempt.message, shown);
  if (disabled) {
    const message = 'upstream server temporarily disabled while connecting to upstream';
    yield* job.report('warn', message, shown);
  }
  return attempt.status;
}

/** A server that only the request names: nginx asks the `resolver`, not the system. */
function* lookUp(job: ProxyRequest, pass: Pass): Call<Upstream | undefined> {
  const { host } = splitAddress(pass.authority);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return new Upstream(pass.authority, [peerAt(host, portOf(pass))]);
  }
  const resolver = argsOf(job.scope, 'resolver')?.[0];
  if (resolver === undefined) {
    yield* job.report('error', `no resolver defined to resolve ${host}`);
    return undefined;
  }
  const { sys } = job;
  const server = splitAddress(resolver).host;
  const ip = yield* resolveHost(sys, server);
  try {
    const answer = yield* sys.dnsQuery(ip ?? server, host, 'A');
    const [address] = answer.addresses;
    if (address !== undefined) return new Upstream(pass.authority, [peerAt(address, portOf(pass))]);
    const reason = answer.rcode === 2 ? '2: Server failure' : '3: Host not found';
    yield* job.report('error', `${host} could not be resolved (${reason})`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* job.report('error', `${host} could not be resolved (110: Operation timed out)`);
  }
  return undefined;
}

/** The path and query for the other server. */
function targetOf(job: ProxyRequest, pass: Pass, written: Bytes): Bytes {
  const { path, location, request, rewritten } = job;
  const rawQuery = request.target.includes('?')
    ? request.target.slice(request.target.indexOf('?') + 1)
    : undefined;
  const query = job.query ?? rawQuery;
  const suffix = query === undefined || query === '' ? '' : `?${query}`;
  if (written.includes('$') && pass.uri !== undefined) return pass.uri;
  if (rewritten || pass.uri === undefined) return path + suffix;
  return pass.uri + path.slice(location?.pattern.length ?? 0) + suffix;
}

function* ask(job: ProxyRequest, pass: Pass, peer: Peer, uri: Bytes): Call<Attempt> {
  const { sys, request, scope } = job;
  let phase = 'connecting to upstream';
  const failed = (status: 502 | 504, reason: string): Attempt => ({
    kind: 'failed',
    status,
    message: `${reason} while ${phase}`,
  });
  const late = () => failed(504, 'upstream timed out (110: Connection timed out)');
  const connectMs = timeOf(scope, 'proxy_connect_timeout');
  let fd: number;
  try {
    fd = yield* sys.connect({ host: peer.host, port: peer.port }, connectMs);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ETIMEDOUT') return late();
    return failed(502, `connect() failed (${errorNumber(error)}: ${error.message})`);
  }
  try {
    if (pass.secure) {
      phase = 'SSL handshaking to upstream';
      const { host } = splitAddress(pass.authority);
      const hello = yield* tlsHello(sys, fd, { serverName: host, timeoutMs: connectMs });
      if (hello.kind === 'late') return late();
      if (hello.kind !== 'certificates') {
        return failed(502, `SSL_do_handshake() failed (SSL: ${SSL_WORDS[hello.kind]})`);
      }
      yield* tlsFinish(sys, fd);
    }
    phase = 'reading response header from upstream';
    const response = yield* exchange(sys, fd, requestBytes(job, pass, uri), {
      headOnly: request.method === 'HEAD',
      deadlineMs: sys.nowMs + timeOf(scope, 'proxy_read_timeout'),
    });
    if (response === 'late') return late();
    if (response === 'not http') return failed(502, 'upstream sent no valid HTTP/1.0 header');
    if (typeof response === 'string') {
      return failed(502, 'upstream prematurely closed connection');
    }
    return { kind: 'answered', response };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return failed(502, `recv() failed (${errorNumber(error)}: ${error.message})`);
  } finally {
    sys.close(fd);
  }
}

const SSL_WORDS = {
  plain: 'error:0A00010B:SSL routines::wrong version number',
  alert: 'error:0A000410:SSL routines::ssl/tls alert handshake failure:SSL alert number 40',
  closed: 'error:0A000126:SSL routines::unexpected eof while reading',
} as const;

function timeOf(scope: Scope, name: string): number {
  const text = argsOf(scope, name)?.[0];
  return (text === undefined ? undefined : parseTimeMs(text)) ?? DEFAULT_TIMEOUT_MS;
}

function requestBytes(job: ProxyRequest, pass: Pass, uri: Bytes): Bytes {
  const { request, scope, variables, path } = job;
  const version = argsOf(scope, 'proxy_http_version')?.[0] ?? '1.0';
  const headers = new Map<string, readonly [string, Bytes]>([
    ['host', ['Host', pass.authority]],
    ['connection', ['Connection', 'close']],
  ]);
  for (const [name, value] of request.headers) {
    const own = [
      'host',
      'connection',
      'keep-alive',
      'expect',
      'upgrade',
      'transfer-encoding',
      'te',
    ];
    if (!own.includes(name)) headers.set(name, [capitalised(name), value]);
  }
  for (const { args } of allOf(scope, 'proxy_set_header')) {
    const text = (args[1] ?? '').replaceAll('$proxy_host', pass.authority);
    const value = expandVariables(text, variables, path);
    headers.set((args[0] ?? '').toLowerCase(), [args[0] ?? '', value]);
  }
  const proxyHost = headers.get('host');
  if (proxyHost?.[1] === '') headers.delete('host');
  let head = `${argsOf(scope, 'proxy_method')?.[0] ?? request.method} ${uri} HTTP/${version}\r\n`;
  for (const [name, value] of headers.values()) if (value !== '') head += `${name}: ${value}\r\n`;
  return `${head}\r\n${request.body}`;
}

/** Headers that nginx sets itself, or that are about the other connection. */
const NOT_PASSED = new Set(
  'date server connection keep-alive transfer-encoding content-length x-pad x-accel-expires x-accel-redirect x-accel-limit-rate x-accel-buffering x-accel-charset'.split(
    ' ',
  ),
);

function passedOn(job: ProxyRequest, pass: Pass, response: HttpResponse): Answer {
  const { scope } = job;
  const hidden = new Set(
    allOf(scope, 'proxy_hide_header').map(({ args }) => (args[0] ?? '').toLowerCase()),
  );
  const shown = new Set(
    allOf(scope, 'proxy_pass_header').map(({ args }) => (args[0] ?? '').toLowerCase()),
  );
  const headers: (readonly [string, Bytes])[] = [];
  for (const line of response.text.split(/\r?\n/).slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const key = name.toLowerCase();
    if (colon <= 0 || hidden.has(key) || (NOT_PASSED.has(key) && !shown.has(key))) continue;
    const value = line.slice(colon + 1).trim();
    headers.push([name, key === 'location' ? redirected(job, pass, value) : value]);
  }
  return { status: response.status, headers, body: response.body, isProxied: true };
}

/** A redirect to the other server, as the client must see it. */
function redirected(job: ProxyRequest, pass: Pass, value: Bytes): Bytes {
  const rule = argsOf(job.scope, 'proxy_redirect') ?? ['default'];
  if (rule[0] === 'off') return value;
  const ours = job.location?.kind === 'prefix' || job.location?.kind === 'prefix no regex';
  const theirs = `${scheme(pass)}://${pass.authority}${pass.uri ?? ''}`;
  const [from = '', to = ''] =
    rule.length === 2
      ? rule
      : [theirs, pass.uri === undefined || !ours ? '' : job.location.pattern];
  if (!value.startsWith(from)) return value;
  const path = expandVariables(to, job.variables) + value.slice(from.length);
  if (!path.startsWith('/')) return path;
  const host = job.request.headers.get('host') ?? '';
  return `${job.request.security === 'tls' ? 'https' : 'http'}://${host}${path}`;
}

function gateway(status: number): Answer {
  return { status, headers: [], body: '' };
}

function capitalised(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (match) => match.toUpperCase());
}
