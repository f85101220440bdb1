import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import { relay } from '../tcp/relay';
import type { Backend, Server } from './backend';
import type { ProxyConfig } from './config';
import { acceptDate, type HaproxyLogs } from './logs';

/** What haproxy waits at most before it tries a server again, ms. */
const RETRY_PAUSE_MS = 1000;

/** A frontend at work. */
export interface Frontend {
  readonly config: ProxyConfig;
  connections: number;
  total: number;
}

/** A connected server, or how the tries ended. */
export interface Reached {
  readonly fd: number | undefined;
  readonly server: Server | undefined;
  readonly retries: number;
  /** `SC`: refused; `sC`: late; `--`: fine. */
  readonly state: 'SC' | 'sC' | '--';
}

/** Connects to a server of a backend, again if it refuses. Models stream.c and backend.c. */
export function* reach(sys: Sys, backend: Backend, source: string, port: number): Call<Reached> {
  const { retries, timeouts, redispatch } = backend.config;
  const connectMs = timeouts.connect ?? Number.POSITIVE_INFINITY;
  let server = backend.pick(source);
  let state: Reached['state'] = 'SC';
  for (let attempt = 0; server; attempt++) {
    try {
      const target = { host: server.ip, port: server.config.port ?? port };
      const fd = yield* sys.connect(target, Number.isFinite(connectMs) ? connectMs : undefined);
      return { fd, server, retries: attempt, state: '--' };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      state = error.errno === 'ETIMEDOUT' ? 'sC' : 'SC';
    }
    if (attempt >= retries) return { fd: undefined, server, retries: attempt, state };
    if (state === 'SC') yield* sys.sleep(Math.min(connectMs, RETRY_PAUSE_MS));
    if (redispatch && attempt === retries - 1) server = backend.pick(source, server);
  }
  return { fd: undefined, server: undefined, retries: 0, state: 'SC' };
}

/** Passes one TCP connection on to a server of a backend, and logs it when it has ended. */
export function* passOn(
  sys: Sys,
  client: number,
  peer: SocketAddress,
  frontend: Frontend,
  backend: Backend | undefined,
  logs: HaproxyLogs,
): Call<void> {
  const started = sys.nowMs;
  frontend.connections++;
  frontend.total++;
  if (backend) {
    backend.connections++;
    backend.total++;
  }
  const port = sys.socketName(client).port;
  const reached = backend ? yield* reach(sys, backend, peer.host, port) : undefined;
  const { fd, server, retries = 0 } = reached ?? {};
  const connectedMs = sys.nowMs - started;
  let bytes = 0;
  let state: string = reached?.state ?? 'SC';
  if (fd !== undefined && server) {
    server.connections++;
    const { client: clientMs, server: serverMs } = {
      ...frontend.config.timeouts,
      ...backend?.config.timeouts,
    };
    const idleMs = Math.min(
      clientMs ?? Number.POSITIVE_INFINITY,
      serverMs ?? Number.POSITIVE_INFINITY,
    );
    const result = yield* relay(sys, client, fd, Number.isFinite(idleMs) ? idleMs : undefined);
    bytes = result.fromServer;
    state = STATES[result.end];
    server.connections--;
    sys.close(fd);
  }
  sys.close(client);
  const counts = `${frontend.connections}/${frontend.connections}/${Math.max((backend?.connections ?? 1) - 1, 0)}/${server?.connections ?? 0}/${retries}`;
  frontend.connections--;
  if (backend) backend.connections--;
  if (!frontend.config.logs) return;
  const { config } = frontend;
  const from = `${peer.host}:${peer.port}`;
  if (config.logFormat === 'default') {
    const local = `${sys.addresses().at(-1)?.ip ?? '0.0.0.0'}:${port}`;
    yield* logs.log(sys, 6, `Connect from ${from} to ${local} (${config.name}/TCP)`);
    return;
  }
  const wait = server ? '1' : '-1';
  const connect = fd === undefined ? -1 : connectedMs;
  const path = `${backend?.config.name ?? config.name}/${server?.config.name ?? '<NOSRV>'}`;
  yield* logs.log(
    sys,
    6,
    `${from} [${acceptDate(started)}] ${config.name} ${path} ${wait}/${connect}/${sys.nowMs - started} ${bytes} ${state} ${counts} 0/0`,
  );
}

const STATES = {
  'client closed': '--',
  'server closed': '--',
  'client failed': 'CD',
  'server failed': 'SD',
  idle: 'cD',
} as const;
