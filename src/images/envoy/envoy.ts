import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { HttpLoop } from '../http/server';
import type { Strands } from '../strands';
import { relay } from '../tcp/relay';
import { Clusters } from './clusters';
import { type EnvoyConfig, EnvoyConfigError, type EnvoyListener, parseEnvoyConfig } from './config';
import { EnvoyHandler } from './routes';

/** Start-up work, ms of virtual time. */
const START_MS = 60;

/** The envoy proxy with a static configuration. */
export const envoyProgram: Program = function* envoy(sys) {
  const args = sys.argv.slice(1);
  const at = args.findIndex((arg) => arg === '-c' || arg === '--config-path');
  const path = at < 0 ? '' : (args[at + 1] ?? '');
  const say = (level: string, source: string, text: Bytes) =>
    sys.write(2, `[${stamp(sys)}][${sys.pid}][${level}][${source}] ${text}\n`);
  yield* say('info', 'main', 'initializing epoch 0 (base id=0, hot restart version=11.104)');
  yield* sys.sleep(START_MS);
  const config = yield* load(sys, path);
  if (typeof config === 'string') {
    yield* say('critical', 'main', `error initializing configuration '${path}': ${config}`);
    yield* say('info', 'main', 'exiting');
    yield* sys.write(2, `${config}\n`);
    return 1;
  }
  const { listeners, clusters } = config;
  yield* say('info', 'config', 'loading 0 static secret(s)');
  yield* say('info', 'config', `loading ${clusters.length} cluster(s)`);
  yield* say('info', 'config', `loading ${listeners.length} listener(s)`);
  const bound = new Map<number, EnvoyListener>();
  for (const listener of listeners) {
    const { host, port } = listener;
    try {
      bound.set(sys.listen({ host: host === '::' ? '0.0.0.0' : host, port }), listener);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const text = `error adding listener '${host}:${port}': cannot bind '${host}:${port}': ${error.message}`;
      yield* say('critical', 'main', `error initializing configuration '${path}': ${text}`);
      yield* say('info', 'main', 'exiting');
      yield* sys.write(2, `${text}\n`);
      return 1;
    }
  }
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const members = new Clusters(config);
  yield* members.resolveAll(sys);
  yield* say('info', 'upstream', 'cm init: all clusters initialized');
  yield* say('info', 'main', 'all clusters initialized. initializing init manager');
  yield* say('info', 'config', 'all dependencies initialized. starting workers');
  yield* say('info', 'main', 'starting main dispatch loop');
  yield* serve(sys, bound, members);
  yield* say('warning', 'main', 'caught ENVOY_SIGTERM');
  yield* say('info', 'main', 'shutting down server instance');
  yield* say('info', 'main', 'main dispatch loop exited');
  yield* say('info', 'main', 'exiting');
  return 0;
};

/** `2026-01-01 00:00:00.060`. */
function stamp(sys: Sys): string {
  return new Date(sys.nowMs).toISOString().replace('T', ' ').slice(0, 23);
}

/** The configuration, or what is wrong with it. */
function* load(sys: Sys, path: Bytes): Call<EnvoyConfig | string> {
  if (path === '') {
    return 'At least one of --config-path or --config-yaml or Options::configProto() should be non-empty';
  }
  try {
    return parseEnvoyConfig(yield* readFile(sys, path));
  } catch (error) {
    if (error instanceof EnvoyConfigError) return error.message;
    if (error instanceof SysError) return `unable to read file: ${path}`;
    throw error;
  }
}

function* serve(
  sys: Sys,
  bound: ReadonlyMap<number, EnvoyListener>,
  clusters: Clusters,
): Call<void> {
  const byPort = new Map([...bound.values()].map((listener) => [listener.port, listener] as const));
  const beside = (strands: Strands) => {
    strands.start(clusters.refresh(sys));
    for (const [fd, { tcpCluster }] of bound) {
      if (tcpCluster !== undefined) strands.start(accept(sys, strands, fd, tcpCluster, clusters));
    }
  };
  const web = [...bound].filter(([, { tcpCluster }]) => tcpCluster === undefined);
  const handler = new EnvoyHandler(byPort, clusters);
  let told = false;
  yield* new HttpLoop(handler, new Map(), { beside }).run(
    sys,
    web.map(([fd]) => fd),
    () => {
      told ||= sys.takeSignals().length > 0;
      return told ? 'now' : 'no';
    },
  );
}

function* accept(
  sys: Sys,
  strands: Strands,
  listener: number,
  cluster: Bytes,
  clusters: Clusters,
): Call<void> {
  for (;;) {
    try {
      const { fd } = yield* sys.accept(listener);
      strands.start(passOn(sys, fd, cluster, clusters));
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
}

function* passOn(sys: Sys, client: number, cluster: Bytes, clusters: Clusters): Call<void> {
  const reached = yield* clusters.connect(sys, cluster);
  if (typeof reached === 'object' && 'fd' in reached) {
    yield* relay(sys, client, reached.fd);
    sys.close(reached.fd);
  }
  sys.close(client);
}
