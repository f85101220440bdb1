import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import { readFile } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { HttpLoop } from '../http/server';
import type { Strands } from '../strands';
import { Backend, type Server, watch } from './backend';
import { type HaproxyConfig, type ProxyConfig, parseConfig } from './config';
import { HaproxyLogs } from './logs';
import { type Frontend, passOn } from './session';
import { HaproxyHandler, type Wiring } from './web';

/** Start-up work, ms of virtual time. */
const START_MS = 30;

interface Ready {
  readonly config: HaproxyConfig;
  readonly logs: HaproxyLogs;
  readonly backends: readonly Backend[];
}

/** The haproxy load balancer: with `-W` a master with one worker, otherwise one process. */
export function haproxyProgram(version: string): Program {
  return function* haproxy(sys) {
    const args = sys.argv.slice(1);
    const files = args.flatMap((arg, i) =>
      args[i - 1] === '-f' || args[i - 1] === '--' ? [arg] : [],
    );
    if (args.includes('-v') || args.includes('-vv')) {
      yield* sys.write(1, `HAProxy version ${version} - https://haproxy.org/\n`);
      return 0;
    }
    if (files.length === 0) {
      yield* sys.write(
        1,
        `HAProxy version ${version} - https://haproxy.org/\nUsage : haproxy [-f <cfgfile|cfgdir>]* [ -vdVD ] [ -n <maxconn> ] [ -N <maxpconn> ]\n`,
      );
      return 1;
    }
    yield* sys.sleep(START_MS);
    const ready = yield* load(sys, files, new HaproxyLogs(version));
    if (typeof ready === 'number') return ready;
    if (args.includes('-c')) {
      yield* sys.write(1, 'Configuration file is valid\n');
      return 0;
    }
    if (ready.config.proxies.every(({ binds }) => binds.length === 0)) {
      yield* ready.logs.say(
        sys,
        'ALERT',
        `[haproxy.main()] No enabled listener found (check for 'bind' directives) ! Exiting.`,
      );
      return 1;
    }
    const listeners = yield* listen(sys, ready);
    if (!listeners) return 1;
    if (args.includes('-W') || args.includes('-Ws')) return yield* master(sys, ready, listeners);
    yield* serve(sys, ready, listeners, () => 'no');
    return 0;
  };
}

/** Reads the configuration and looks up its servers; an exit code when it is of no use. */
function* load(sys: Sys, files: readonly Bytes[], logs: HaproxyLogs): Call<Ready | number> {
  const path = files.join(' ');
  let text: Bytes = '';
  try {
    for (const file of files) text += yield* readFile(sys, file);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* logs.say(
      sys,
      'ALERT',
      `config : Cannot open configuration file/directory ${path} : ${error.message}`,
    );
    return 1;
  }
  const config = parseConfig(text, path, sys.env);
  for (const complaint of config.complaints) {
    yield* logs.say(sys, complaint.severity, `config : ${complaint.text}`);
  }
  if (config.complaints.some(({ severity }) => severity === 'ALERT')) {
    yield* logs.say(sys, 'ALERT', `config : Error(s) found in configuration file : ${path}`);
    yield* logs.say(sys, 'ALERT', 'config : Fatal errors found in configuration.');
    return 1;
  }
  const backends: Backend[] = [];
  let unknown = false;
  for (const proxy of config.proxies) {
    if (proxy.kind === 'frontend') continue;
    const servers: Server[] = [];
    for (const server of proxy.servers) {
      const ip = yield* resolveHost(sys, server.host);
      if (ip === undefined && !server.mayBeUnknown) {
        const name = `server ${proxy.name}/${server.name}`;
        yield* logs.say(
          sys,
          'ALERT',
          `config : [${server.place}] : '${name}' : could not resolve address '${server.host}'.`,
        );
        unknown = true;
      }
      const up = !server.disabled && ip !== undefined;
      servers.push({ config: server, ip: ip ?? '', up, streak: 0, current: 0, connections: 0 });
    }
    backends.push(new Backend(proxy, servers));
  }
  if (unknown) {
    yield* logs.say(sys, 'ALERT', 'config : Failed to initialize server(s) addr.');
    return 1;
  }
  return { config, logs: logs.withTargets(config.targets), backends };
}

interface Listening {
  readonly fd: number;
  readonly proxy: ProxyConfig;
  readonly port: number;
}

function* listen(sys: Sys, { config, logs }: Ready): Call<readonly Listening[] | undefined> {
  const listening: Listening[] = [];
  let failed = false;
  for (const proxy of config.proxies) {
    for (const { host, port, place } of proxy.binds) {
      try {
        listening.push({
          fd: sys.listen({ host: host === '::' ? '0.0.0.0' : host, port }),
          proxy,
          port,
        });
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        failed = true;
        yield* logs.say(
          sys,
          'ALERT',
          `Binding [${place}] for ${proxy.kind === 'listen' ? 'proxy' : proxy.kind} ${proxy.name}: cannot bind socket (${error.message}) for [${host}:${port}]`,
        );
      }
    }
  }
  if (!failed) return listening;
  yield* logs.say(
    sys,
    'ALERT',
    '[haproxy.main()] Some protocols failed to start their listeners! Exiting.',
  );
  return undefined;
}

/** Models mworker.c. */
function* master(sys: Sys, ready: Ready, listening: readonly Listening[]): Call<number> {
  const { logs } = ready;
  const signals = ['TERM', 'INT', 'USR1', 'USR2', 'HUP', 'CHLD'] as const;
  for (const signal of signals) sys.signalAction(signal, 'catch');
  const worker = sys.fork(function* (child) {
    for (const signal of ['TERM', 'INT', 'HUP', 'CHLD'] as const)
      child.signalAction(signal, 'default');
    let stop: 'no' | 'drain' = 'no';
    yield* serve(child, ready, listening, () => {
      if (child.takeSignals().includes('USR1')) stop = 'drain';
      return stop;
    });
    return 0;
  });
  yield* logs.say(sys, 'NOTICE', `New worker (${worker}) forked`);
  yield* logs.say(sys, 'NOTICE', 'Loading success.');
  let leaving = false;
  for (;;) {
    const ended = yield* waitForWorker(sys);
    for (const signal of sys.takeSignals()) {
      if (signal !== 'TERM' && signal !== 'INT' && signal !== 'USR1') continue;
      if (!leaving) yield* logs.say(sys, 'WARNING', 'Exiting Master process...');
      leaving = true;
      if (ended === undefined) sys.kill(worker, signal === 'USR1' ? 'USR1' : 'TERM');
    }
    if (ended === undefined) continue;
    const { status } = ended;
    const code = status.kind === 'exited' ? status.code : status.signal === 'TERM' ? 143 : 137;
    const how =
      status.kind === 'exited' ? 'Exit' : status.signal === 'TERM' ? 'Terminated' : 'Killed';
    const severity = code === 0 ? 'WARNING' : 'ALERT';
    yield* logs.say(sys, severity, `Current worker (${worker}) exited with code ${code} (${how})`);
    if (!leaving)
      yield* logs.say(sys, 'ALERT', 'exit-on-failure: killing every processes with SIGTERM');
    const last = leaving ? 0 : code;
    yield* logs.say(sys, 'WARNING', `All workers exited. Exiting... (${last})`);
    return last;
  }
}

type Ended = NonNullable<ReturnType<Sys['waitpid']> extends Call<infer T> ? T : never>;

function* waitForWorker(sys: Sys): Call<Ended | undefined> {
  try {
    return yield* sys.waitpid(-1, { interruptible: true });
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EINTR') return undefined;
    throw error;
  }
}

/** What the worker does until it is told to stop. */
function* serve(
  sys: Sys,
  { config, logs, backends }: Ready,
  listening: readonly Listening[],
  stop: () => 'no' | 'drain',
): Call<void> {
  const frontends = new Map<ProxyConfig, Frontend>();
  for (const { proxy } of listening)
    frontends.set(proxy, { config: proxy, connections: 0, total: 0 });
  const wiring: Wiring = {
    frontend: (port) => {
      const found = listening.find((one) => one.port === port);
      return found && frontends.get(found.proxy);
    },
    backend: (name) => backends.find((backend) => backend.config.name === name),
    backends,
  };
  const backendOf = (proxy: ProxyConfig) =>
    wiring.backend(proxy.kind === 'listen' ? proxy.name : proxy.defaultBackend);
  const beside = (strands: Strands) => {
    for (const { fd, proxy } of listening) {
      const frontend = frontends.get(proxy);
      if (proxy.mode !== 'tcp' || !frontend) continue;
      strands.start(accept(sys, strands, fd, frontend, backendOf(proxy), logs));
    }
    for (const backend of backends) {
      const checked = backend.servers.filter((server) => server.config.check && server.ip !== '');
      for (const [i, server] of checked.entries()) {
        const first = Math.floor((i * server.config.interMs) / checked.length);
        strands.start(watch(sys, backend, server, first, logs));
      }
    }
  };
  const web = listening.filter(({ proxy }) => proxy.mode === 'http').map(({ fd }) => fd);
  const loop = new HttpLoop(new HaproxyHandler(wiring, logs), new Map(), { beside });
  yield* loop.run(sys, web, stop);
  for (const proxy of config.proxies) {
    const front = frontends.get(proxy)?.total ?? 0;
    const back = backends.find((backend) => backend.config === proxy)?.total ?? 0;
    const text = `Proxy ${proxy.name} stopped (cumulated conns: FE: ${front}, BE: ${back}).`;
    yield* logs.event(sys, 'WARNING', text, proxy);
  }
}

function* accept(
  sys: Sys,
  strands: Strands,
  listener: number,
  frontend: Frontend,
  backend: Backend | undefined,
  logs: HaproxyLogs,
): Call<void> {
  for (;;) {
    try {
      const { fd, peer } = yield* sys.accept(listener);
      strands.start(passOn(sys, fd, peer, frontend, backend, logs));
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
}
