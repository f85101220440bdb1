import type { ChainFor } from '../../runtime/net/tls';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { HttpLoop, noConnections } from '../http/server';
import type { Strands } from '../strands';
import type { Directive } from './config';
import { addressOf, type Listeners } from './listeners';
import type { NginxLogs } from './logs';
import { NginxHandler } from './serve';
import { chooseServer, type Site } from './site';
import { acceptStreams } from './stream';
import { parseTimeMs } from './upstream';

/** A configuration that is being served, with its open log files. */
export interface Loaded {
  readonly site: Site;
  readonly logs: NginxLogs;
}

/** Starts the process that serves; its PID. */
export function startWorker(
  sys: Sys,
  version: string,
  loaded: Loaded,
  listeners: Listeners,
): number {
  return sys.fork(function* worker(child) {
    child.setTitle('nginx: worker process');
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) child.signalAction(signal, 'catch');
    child.signalAction('HUP', 'ignore');
    child.signalAction('CHLD', 'default');
    yield* becomeUser(child, loaded.site.main);
    yield* serve(child, version, loaded, listeners);
    return 0;
  });
}

/** What a worker does until it is told to stop. */
function* serve(
  sys: Sys,
  version: string,
  { site, logs }: Loaded,
  listeners: Listeners,
): Call<void> {
  const tls = new Map<number, ChainFor>();
  const web: number[] = [];
  for (const { listens } of site.servers) {
    for (const listen of listens) {
      const fd = listeners.get(addressOf(listen));
      if (fd === undefined || web.includes(fd)) continue;
      web.push(fd);
      if (!isSecure(site, listen.port)) continue;
      tls.set(fd, (name) => chooseServer(site, listen.port, name)?.chain ?? []);
    }
  }
  const acceptAll = (strands: Strands) => {
    for (const server of site.streams) {
      for (const listen of server.listens) {
        const fd = listeners.get(addressOf(listen));
        if (fd !== undefined) strands.start(acceptStreams(sys, strands, fd, server, logs));
      }
    }
  };
  const counts = noConnections();
  const handler = new NginxHandler(site, logs, version, counts);
  const loop = new HttpLoop(handler, tls, {
    counts,
    idleMs: keepAliveMs(site),
    beside: acceptAll,
  });
  let stop: 'no' | 'drain' | 'now' = 'no';
  let told = false;
  yield* loop.run(sys, web, () => {
    for (const signal of sys.takeSignals()) stop = signal === 'QUIT' ? 'drain' : 'now';
    told ||= stop === 'drain';
    return stop;
  });
  if (told) yield* logs.error(sys, [], 'notice', 'gracefully shutting down');
  yield* logs.error(sys, [], 'notice', 'exiting');
  yield* logs.error(sys, [], 'notice', 'exit');
}

function isSecure(site: Site, port: number): boolean {
  return site.servers.some(({ listens }) => listens.some((l) => l.port === port && l.ssl));
}

const KEEP_ALIVE_MS = 75_000;

function keepAliveMs(site: Site): number {
  const http = site.main.find(({ name }) => name === 'http')?.block ?? [];
  const text = http.find(({ name }) => name === 'keepalive_timeout')?.args[0];
  return (text === undefined ? undefined : parseTimeMs(text)) ?? KEEP_ALIVE_MS;
}

/** Workers run as the user of the configuration, if the master may choose. */
function* becomeUser(sys: Sys, main: readonly Directive[]): Call<void> {
  const name = main.find((directive) => directive.name === 'user')?.args[0] ?? 'nobody';
  if (sys.uid !== 0) return;
  for (const line of (yield* readFile(sys, '/etc/passwd')).split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) sys.setIds({ uid: Number(uid), gid: Number(gid), groups: [Number(gid)] });
  }
}
