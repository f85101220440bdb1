import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import type { ProxyConfig, ServerConfig } from './config';
import type { HaproxyLogs } from './logs';

/** A server with its address and how it does. */
export interface Server {
  readonly config: ServerConfig;
  readonly ip: string;
  up: boolean;
  /** Checks passed or failed in a row. */
  streak: number;
  current: number;
  connections: number;
}

/** The servers of a proxy, and whose turn it is. Models backend.c and lb_fwrr.c. */
export class Backend {
  readonly config: ProxyConfig;
  readonly servers: readonly Server[];
  connections = 0;
  total = 0;

  constructor(config: ProxyConfig, servers: readonly Server[]) {
    this.config = config;
    this.servers = servers;
  }

  /** The next server; undefined when none is up. */
  pick(source: string, except?: Server): Server | undefined {
    for (const backup of [false, true]) {
      const usable = this.servers.filter(
        ({ up, config }) => up && config.backup === backup && config.weight > 0,
      );
      const others = usable.filter((server) => server !== except);
      const candidates = others.length > 0 ? others : usable;
      if (backup || this.config.balance === 'first') {
        if (candidates[0]) return candidates[0];
        continue;
      }
      if (candidates.length > 0) return this.#choose(candidates, source);
    }
    return undefined;
  }

  #choose(candidates: readonly Server[], source: string): Server | undefined {
    if (this.config.balance === 'source') {
      const sum = source.split('.').reduce((total, part) => total * 31 + Number(part), 0);
      return candidates[sum % candidates.length];
    }
    let chosen = candidates;
    if (this.config.balance === 'leastconn') {
      const load = ({ connections, config }: Server) => connections / config.weight;
      const least = Math.min(...candidates.map(load));
      chosen = candidates.filter((server) => load(server) === least);
    }
    let total = 0;
    let best: Server | undefined;
    for (const server of chosen) {
      server.current += server.config.weight;
      total += server.config.weight;
      if (!best || server.current > best.current) best = server;
    }
    if (best) best.current -= total;
    return best;
  }

  count(backup: boolean): number {
    return this.servers.filter(({ up, config }) => up && config.backup === backup).length;
  }
}

/** What a health check has found. */
interface Finding {
  readonly passed: boolean;
  readonly reason: string;
}

/** Checks a server again and again for as long as the process lives. Models check.c. */
export function* watch(
  sys: Sys,
  backend: Backend,
  server: Server,
  firstMs: number,
  logs: HaproxyLogs,
): Call<void> {
  const { interMs, rise, fall } = server.config;
  // The first failure of a server that has just started takes it down.
  let allowed = 1;
  yield* sys.sleep(firstMs);
  for (;;) {
    const started = sys.nowMs;
    const { passed, reason } = yield* check(sys, backend, server);
    const took = sys.nowMs - started;
    server.streak = passed === server.up ? 0 : server.streak + 1;
    if (passed && server.up) allowed = fall;
    const turns = server.up ? server.streak >= allowed : server.streak >= rise;
    if (turns && passed !== server.up) {
      server.up = passed;
      server.streak = 0;
      allowed = fall;
      yield* announce(sys, backend, server, `${reason}, check duration: ${took}ms`, logs);
    }
    yield* sys.sleep(interMs);
  }
}

function* check(sys: Sys, backend: Backend, server: Server): Call<Finding> {
  const { timeouts, httpCheck } = backend.config;
  const most = timeouts.check ?? Math.min(timeouts.connect ?? 5000, server.config.interMs);
  let fd: number;
  try {
    fd = yield* sys.connect({ host: server.ip, port: server.config.port ?? 0 }, most);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason =
      error.errno === 'ETIMEDOUT'
        ? 'Layer4 timeout'
        : `Layer4 connection problem, info: "${error.message}"`;
    return { passed: false, reason };
  }
  try {
    if (!httpCheck) return { passed: true, reason: 'Layer4 check passed' };
    const request = `${httpCheck.method} ${httpCheck.path} HTTP/1.0\r\n\r\n`;
    const answer = yield* exchange(sys, fd, request, { deadlineMs: sys.nowMs + most });
    if (answer === 'late') return { passed: false, reason: 'Layer7 timeout' };
    if (typeof answer === 'string') return { passed: false, reason: 'Layer7 invalid response' };
    const fine = answer.status >= 200 && answer.status < 400;
    return {
      passed: fine,
      reason: fine
        ? `Layer7 check passed, code: ${answer.status}`
        : `Layer7 wrong status, code: ${answer.status}, info: "${answer.reason}"`,
    };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { passed: false, reason: `Layer7 invalid response, info: "${error.message}"` };
  } finally {
    sys.close(fd);
  }
}

function* announce(
  sys: Sys,
  backend: Backend,
  server: Server,
  reason: string,
  logs: HaproxyLogs,
): Call<void> {
  const active = backend.count(false);
  const spare = backend.count(true);
  const kind = server.config.backup ? 'Backup Server' : 'Server';
  const name = `${backend.config.name}/${server.config.name}`;
  const onBackup = active === 0 && spare > 0 ? ' Running on backup.' : '';
  const text = server.up
    ? `${kind} ${name} is UP, reason: ${reason}. ${active} active and ${spare} backup servers online.${onBackup} 0 sessions requeued, 0 total in queue.`
    : `${kind} ${name} is DOWN, reason: ${reason}. ${active} active and ${spare} backup servers left.${onBackup} ${server.connections} sessions active, 0 requeued, 0 remaining in queue.`;
  yield* logs.event(sys, 'WARNING', text, backend.config);
  if (active + spare > 0) return;
  const what = backend.config.kind === 'listen' ? 'proxy' : 'backend';
  const quoted: Bytes = `${what} '${backend.config.name}' has no server available!`;
  yield* logs.event(sys, 'ALERT', quoted, backend.config, quoted.replaceAll("'", ''));
}
