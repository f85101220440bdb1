import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import type { Strands } from '../strands';
import { relay } from '../tcp/relay';
import { errorNumber } from './errors';
import type { NginxLogs } from './logs';
import type { StreamServer } from './stream-site';
import type { Peer } from './upstream';

/** Accepts connections of a stream server and passes them on, each in a strand of its own. */
export function* acceptStreams(
  sys: Sys,
  strands: Strands,
  listener: number,
  server: StreamServer,
  logs: NginxLogs,
): Call<void> {
  for (;;) {
    try {
      const { fd, peer } = yield* sys.accept(listener);
      strands.start(passOn(sys, fd, peer, server, logs));
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
}

function* passOn(
  sys: Sys,
  client: number,
  from: SocketAddress,
  server: StreamServer,
  logs: NginxLogs,
): Call<void> {
  const { upstream } = server;
  const tried = new Set<Peer>();
  const listen = server.listens[0];
  const context = (target: string) =>
    `, client: ${from.host}, server: ${listen?.host ?? '0.0.0.0'}:${listen?.port ?? 0}, upstream: "${target}", bytes from/to client:0/0, bytes from/to upstream:0/0`;
  try {
    for (;;) {
      const peer = upstream.pick(sys, from.host, tried);
      if (!peer) {
        const message = `no live upstreams while connecting to upstream${context(upstream.name)}`;
        if (tried.size === 0) yield* logs.error(sys, server.scope, 'error', message);
        return;
      }
      tried.add(peer);
      const target = yield* connectTo(sys, peer, server, (message) =>
        logs.error(sys, server.scope, 'error', message + context(peer.address)),
      );
      if (target === undefined) continue;
      yield* relay(sys, client, target, server.idleMs);
      peer.connections--;
      sys.close(target);
      return;
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  } finally {
    sys.close(client);
  }
}

function* connectTo(
  sys: Sys,
  peer: Peer,
  { upstream, connectTimeoutMs }: StreamServer,
  complain: (message: string) => Call<void>,
): Call<number | undefined> {
  peer.connections++;
  try {
    const fd = yield* sys.connect({ host: peer.host, port: peer.port }, connectTimeoutMs);
    upstream.release(peer, false, sys.nowMs);
    peer.connections++;
    return fd;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    upstream.release(peer, true, sys.nowMs);
    const reason =
      error.errno === 'ETIMEDOUT'
        ? 'upstream timed out (110: Connection timed out)'
        : `connect() failed (${errorNumber(error)}: ${error.message})`;
    yield* complain(`${reason} while connecting to upstream`);
    return undefined;
  }
}
