import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { ConfigError, type Directive } from './config';
import { type Listen, parseListen } from './listen';
import { resolvePeer } from './pass';
import type { Scope } from './scope';
import { buildUpstream, parseTimeMs, Upstream } from './upstream';

/** A server of the stream block: passes connections on. */
export interface StreamServer {
  readonly listens: readonly Listen[];
  readonly upstream: Upstream;
  readonly connectTimeoutMs: number;
  readonly idleMs: number;
  readonly scope: Scope;
}

/** Builds the stream block. Throws ConfigError. Models ngx_stream_proxy_module.c. */
export function* buildStreamServers(
  sys: Sys,
  main: readonly Directive[],
): Call<readonly StreamServer[]> {
  const stream = main.find(({ name }) => name === 'stream')?.block ?? [];
  const upstreams = new Map<Bytes, Upstream>();
  for (const directive of stream.filter(({ name }) => name === 'upstream')) {
    upstreams.set(directive.args[0] ?? '', yield* buildUpstream(sys, directive));
  }
  const servers: StreamServer[] = [];
  for (const server of stream.filter(({ name }) => name === 'server')) {
    servers.push(yield* buildStreamServer(sys, server, stream, upstreams));
  }
  return servers;
}

function* buildStreamServer(
  sys: Sys,
  server: Directive,
  stream: readonly Directive[],
  upstreams: ReadonlyMap<Bytes, Upstream>,
): Call<StreamServer> {
  const block = server.block ?? [];
  const scope: Scope = [block, stream];
  const listens = block.filter(({ name }) => name === 'listen').map(parseListen);
  if (listens.length === 0) {
    throw new ConfigError(`no "listen" is defined for server in ${server.place}`);
  }
  const pass = block.find(({ name }) => name === 'proxy_pass');
  if (!pass) throw new ConfigError(`no handler for server in ${server.place}`);
  const target = pass.args[0] ?? '';
  const known = upstreams.get(target);
  if (!known && !/:\d+$/.test(target)) {
    throw new ConfigError(`no port in upstream "${target}" in ${pass.place}`);
  }
  const url = { secure: false, authority: target, uri: undefined };
  const upstream = known ?? new Upstream(target, [yield* resolvePeer(sys, url, pass.place)]);
  const time = (name: string, fallback: number) => {
    const text = scope.flatMap((level) => level.filter((d) => d.name === name))[0]?.args[0];
    return (text === undefined ? undefined : parseTimeMs(text)) ?? fallback;
  };
  return {
    listens,
    upstream,
    connectTimeoutMs: time('proxy_connect_timeout', 60_000),
    idleMs: time('proxy_timeout', 600_000),
    scope,
  };
}
