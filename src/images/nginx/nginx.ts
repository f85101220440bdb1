import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { HttpLoop } from '../http/server';
import { ConfigError, type Directive, loadConfig } from './config';
import { bindAll, closeUnwanted, type Listeners } from './listeners';
import { NginxLogs } from './logs';
import { NginxHandler } from './serve';
import { buildSite, type Site } from './site';

const CONFIG = '/etc/nginx/nginx.conf';
/** Start-up work (reading configuration, temp folders), ms of virtual time. */
const START_MS = 20;

interface Loaded {
  readonly site: Site;
  readonly logs: NginxLogs;
}

/** The nginx web server: one master that listens, workers that serve. */
export function nginxProgram(version: string): Program {
  return function* nginx(sys) {
    const options = parseOptions(sys.argv.slice(1));
    if (typeof options === 'string') return yield* usageError(sys, options);
    if (options.showVersion) {
      yield* sys.write(2, `nginx version: nginx/${version}\n`);
      return 0;
    }
    if (options.signal !== undefined) return yield* signalMaster(sys, options.signal);
    yield* sys.sleep(START_MS);
    const loaded = yield* load(sys, options.config, options.globals);
    if (typeof loaded === 'string') {
      yield* sys.write(2, `nginx: [emerg] ${loaded}\n`);
      if (options.test)
        yield* sys.write(2, `nginx: configuration file ${options.config} test failed\n`);
      return 1;
    }
    if (options.test) {
      yield* sys.write(2, `nginx: the configuration file ${options.config} syntax is ok\n`);
      yield* sys.write(2, `nginx: configuration file ${options.config} test is successful\n`);
      return 0;
    }
    const listeners = yield* bindAll(sys, loaded.site, loaded.logs);
    if (!listeners) return 1;
    if (foreground(loaded.site.main))
      return yield* master(sys, version, options, loaded, listeners);
    // `daemon on`: the server goes on in the background and the command ends, and with it its container.
    sys.fork(function* (child) {
      child.setsid();
      return yield* master(child, version, options, loaded, listeners);
    });
    return 0;
  };
}

interface Options {
  readonly config: Bytes;
  readonly globals: Bytes;
  readonly test: boolean;
  readonly showVersion: boolean;
  readonly signal: Bytes | undefined;
}

function parseOptions(args: readonly Bytes[]): Options | string {
  let config: Bytes = CONFIG;
  let globals: Bytes = '';
  let test = false;
  let showVersion = false;
  let signal: Bytes | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-')) return `invalid option: "${arg}"`;
    const letter = arg[1] ?? '';
    if (letter === 't' || letter === 'T') test = true;
    else if (letter === 'v' || letter === 'V') showVersion = true;
    else if (letter === 'q') continue;
    else if ('csgpe'.includes(letter) && letter !== '') {
      const value = arg.length > 2 ? arg.slice(2) : args[++i];
      if (value === undefined)
        return `option "-${letter}" requires ${letter === 'c' ? 'file name' : 'parameter'}`;
      if (letter === 'c') config = value;
      if (letter === 'g') globals = value;
      if (letter === 's') signal = value;
    } else return `invalid option: "${letter}"`;
  }
  return { config, globals, test, showVersion, signal };
}

function* usageError(sys: Sys, message: string): Call<number> {
  yield* sys.write(2, `nginx: ${message}\n`);
  return 1;
}

/** `nginx -s reload|quit|stop|reopen`, told to the master by its pid file. */
function* signalMaster(sys: Sys, name: Bytes): Call<number> {
  const signals = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' } as const;
  const signal = signals[name as keyof typeof signals];
  if (!signal) return yield* usageError(sys, `invalid option: "-s ${name}"`);
  const master = sys.processes().find(({ argv }) => argv[0]?.startsWith('nginx: master') === true);
  if (!master) {
    yield* sys.write(2, `nginx: [error] invalid PID number "" in "/run/nginx.pid"\n`);
    return 1;
  }
  sys.kill(master.pid, signal);
  return 0;
}

/** The configuration with what `-g` adds, or the text of the error. */
function* load(sys: Sys, path: Bytes, globals: Bytes): Call<Loaded | string> {
  try {
    const directives = [...(yield* loadConfig(sys, path)), ...parseGlobals(globals)];
    const site = buildSite(directives);
    const logs = new NginxLogs(site);
    const failure = yield* logs.openAll(
      sys,
      site.servers.flatMap((server) => [
        server.scope,
        ...server.locations.map(({ scope }) => scope),
      ]),
    );
    return failure ?? { site, logs };
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Simple directives, `name value;` each. */
function parseGlobals(globals: Bytes): Directive[] {
  return globals
    .split(';')
    .map((text) => text.trim().split(/\s+/))
    .filter(([name]) => name !== undefined && name !== '')
    .map(([name = '', ...args]) => ({ name, args, block: undefined, place: 'command line' }));
}

function foreground(main: readonly Directive[]): boolean {
  return main.some(({ name, args }) => name === 'daemon' && args[0] === 'off');
}

function* master(
  sys: Sys,
  version: string,
  options: Options,
  loaded: Loaded,
  bound: Listeners,
): Call<number> {
  sys.setTitle(
    `nginx: master process nginx${sys.argv
      .slice(1)
      .map((arg) => ` ${arg}`)
      .join('')}`,
  );
  for (const signal of ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'CHLD'] as const) {
    sys.signalAction(signal, 'catch');
  }
  yield* writePidFile(sys);
  let current = loaded;
  let listeners = bound;
  const notice = (message: string) => current.logs.error(sys, [], 'notice', message);
  yield* notice('using the "epoll" event method');
  yield* notice(`nginx/${version}`);
  yield* notice('start worker processes');
  let worker = startWorker(sys, version, current, listeners);
  yield* notice(`start worker process ${worker}`);
  for (;;) {
    const ended = yield* waitForChild(sys);
    for (const signal of sys.takeSignals()) {
      if (signal === 'TERM' || signal === 'INT' || signal === 'QUIT') {
        const graceful = signal === 'QUIT';
        yield* notice(
          `signal ${graceful ? '3 (SIGQUIT)' : '15 (SIGTERM)'} received from 0, ${graceful ? 'shutting down' : 'exiting'}`,
        );
        return yield* shutDown(sys, worker, graceful ? 'QUIT' : 'TERM', notice);
      }
      if (signal === 'HUP') {
        yield* notice('signal 1 (SIGHUP) received, reconfiguring');
        const fresh = yield* load(sys, options.config, options.globals);
        if (typeof fresh === 'string') {
          yield* current.logs.error(sys, [], 'emerg', fresh);
          continue;
        }
        const rebound = yield* bindAll(sys, fresh.site, fresh.logs, listeners);
        if (!rebound) continue;
        closeUnwanted(sys, listeners, rebound);
        listeners = rebound;
        current = fresh;
        const old = worker;
        worker = startWorker(sys, version, current, listeners);
        yield* notice(`start worker process ${worker}`);
        sys.kill(old, 'QUIT');
      }
    }
    // A worker that dies (killed from outside) is replaced.
    if (ended === worker) {
      worker = startWorker(sys, version, current, listeners);
      yield* notice(`start worker process ${worker}`);
    }
  }
}

function* waitForChild(sys: Sys): Call<number | undefined> {
  try {
    return (yield* sys.waitpid(-1, { interruptible: true }))?.pid;
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EINTR') return undefined;
    throw error;
  }
}

function* shutDown(
  sys: Sys,
  worker: number,
  signal: 'QUIT' | 'TERM',
  notice: (message: string) => Call<void>,
): Call<number> {
  try {
    sys.kill(worker, signal);
    while ((yield* waitForChild(sys)) === undefined) sys.takeSignals();
  } catch (error) {
    // The worker has ended already.
    if (!(error instanceof SysError)) throw error;
  }
  yield* notice(`worker process ${worker} exited with code 0`);
  yield* notice('exit');
  return 0;
}

function startWorker(
  sys: Sys,
  version: string,
  { site, logs }: Loaded,
  listeners: Listeners,
): number {
  return sys.fork(function* worker(child) {
    child.setTitle('nginx: worker process');
    let stop: 'no' | 'drain' | 'now' = 'no';
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) child.signalAction(signal, 'catch');
    child.signalAction('HUP', 'ignore');
    child.signalAction('CHLD', 'default');
    const loop = new HttpLoop(new NginxHandler(site, logs, version));
    yield* loop.run(child, [...listeners.values()], () => {
      for (const signal of child.takeSignals()) stop = signal === 'QUIT' ? 'drain' : 'now';
      return stop;
    });
    return 0;
  });
}

function* writePidFile(sys: Sys): Call<void> {
  try {
    const fd = yield* sys.open(
      '/run/nginx.pid',
      { write: true, create: true, truncate: true },
      0o644,
    );
    yield* sys.write(fd, `${sys.pid}\n`);
    sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
