import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import { SIGNAL_NUMBERS } from '../../runtime/signals';
import type { Call, ExitStatus, Program, Sys } from '../../runtime/syscalls';
import { ConfigError, type Directive, loadConfig } from './config';
import { errorNumber } from './errors';
import { bindAll, closeUnwanted, emergency, type Listeners } from './listeners';
import { errorPrefix, NginxLogs } from './logs';
import { kernelRelease, makeFolders, PID_FILE, writePidFile } from './process-files';
import { buildSite } from './site';
import { type Loaded, startWorker } from './worker';

const CONFIG = '/etc/nginx/nginx.conf';
/** Start-up work (reading configuration, temp folders), ms of virtual time. */
const START_MS = 20;

/** The nginx web server: one master that listens, workers that serve. */
export function nginxProgram(version: string): Program {
  return function* nginx(sys) {
    const options = parseOptions(sys.argv.slice(1));
    if (typeof options === 'string') return yield* usageError(sys, options);
    if (options.showVersion) {
      yield* sys.write(2, `nginx version: nginx/${version}\n`);
      return 0;
    }
    yield* sys.sleep(START_MS);
    const loaded = yield* load(sys, options.config, options.globals);
    if (typeof loaded === 'string') {
      yield* complain(sys, loaded);
      if (options.test)
        yield* sys.write(2, `nginx: configuration file ${options.config} test failed\n`);
      return 1;
    }
    const user = loaded.site.main.find(({ name }) => name === 'user');
    if (user && sys.uid !== 0) {
      const why =
        'makes sense only if the master process runs with super-user privileges, ignored in';
      yield* complain(sys, `the "user" directive ${why} ${user.place}`, 'warn');
    }
    if (options.test) {
      yield* sys.write(2, `nginx: the configuration file ${options.config} syntax is ok\n`);
      yield* sys.write(2, `nginx: configuration file ${options.config} test is successful\n`);
      return 0;
    }
    if (options.signal !== undefined) return yield* signalMaster(sys, options.signal);
    const refused = makeFolders(sys) ?? (yield* writePidFile(sys));
    if (refused !== undefined) {
      yield* emergency(sys, loaded.logs, refused);
      return 1;
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
      if (letter === 's') {
        if (!Object.hasOwn(SIGNALS, value)) return `invalid option: "-s ${value}"`;
        signal = value;
      }
    } else return `invalid option: "${letter}"`;
  }
  return { config, globals, test, showVersion, signal };
}

function* usageError(sys: Sys, message: string): Call<number> {
  yield* sys.write(2, `nginx: ${message}\n`);
  return 1;
}

/** What goes wrong before the configuration is read goes to the log that nginx is built with, and to stderr. */
function* complain(sys: Sys, message: string, severity: 'emerg' | 'warn' = 'emerg'): Call<void> {
  try {
    const flags = { write: true, append: true, create: true };
    const fd = yield* sys.open('/var/log/nginx/error.log', flags, 0o644);
    yield* sys.write(fd, `${errorPrefix(sys, severity)}${message}\n`);
    sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = `(${errorNumber(error)}: ${error.message})`;
    yield* sys.write(
      2,
      `nginx: [alert] could not open error log file: open() "/var/log/nginx/error.log" failed ${reason}\n`,
    );
  }
  yield* sys.write(2, `nginx: [${severity}] ${message}\n`);
}

const SIGNALS = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' } as const;

/** `nginx -s reload|quit|stop|reopen`: tells the process that the pid file names. */
function* signalMaster(sys: Sys, name: Bytes): Call<number> {
  yield* sys.write(2, `${errorPrefix(sys, 'notice')}signal process started\n`);
  let text: Bytes;
  try {
    text = yield* readFile(sys, PID_FILE);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = `(${errorNumber(error)}: ${error.message})`;
    yield* sys.write(2, `nginx: [error] open() "${PID_FILE}" failed ${reason}\n`);
    return 1;
  }
  const pid = Number(text.trim());
  const signal = SIGNALS[name as keyof typeof SIGNALS];
  if (!/^\d+\s*$/.test(text)) {
    yield* sys.write(2, `nginx: [error] invalid PID number "${text.trim()}" in "${PID_FILE}"\n`);
    return 1;
  }
  try {
    sys.kill(pid, signal);
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = error.errno === 'ESRCH' ? 3 : 1;
    yield* sys.write(
      2,
      `nginx: [alert] kill(${pid}, ${SIGNAL_NUMBERS[signal]}) failed (${number}: ${error.message})\n`,
    );
    return 1;
  }
}

/** The configuration with what `-g` adds, or the text of the error. */
function* load(sys: Sys, path: Bytes, globals: Bytes): Call<Loaded | string> {
  try {
    const directives = [...(yield* loadConfig(sys, path)), ...parseGlobals(globals)];
    const site = yield* buildSite(sys, directives);
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

const MASTER_SIGNALS = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'CHLD'] as const;
const SIGNAL_NAMES = { TERM: '15 (SIGTERM)', INT: '2 (SIGINT)', QUIT: '3 (SIGQUIT)' } as const;

function* master(
  sys: Sys,
  version: string,
  options: Options,
  loaded: Loaded,
  bound: Listeners,
): Call<number> {
  const args = sys.argv.slice(1).map((arg) => ` ${arg}`);
  sys.setTitle(`nginx: master process nginx${args.join('')}`);
  for (const signal of MASTER_SIGNALS) sys.signalAction(signal, 'catch');
  const pidFile = yield* writePidFile(sys);
  if (pidFile !== undefined) return 1;
  let current = loaded;
  let listeners = bound;
  const notice = (message: string) => current.logs.error(sys, [], 'notice', message);
  yield* notice('using the "epoll" event method');
  yield* notice(`nginx/${version}`);
  yield* notice(`OS: Linux ${yield* kernelRelease(sys)}`);
  const files = sys.resourceLimit('openFiles');
  yield* notice(`getrlimit(RLIMIT_NOFILE): ${files.soft}:${files.hard}`);
  yield* notice('start worker processes');
  let worker = startWorker(sys, version, current, listeners);
  yield* notice(`start worker process ${worker}`);
  const leaving = new Set<number>();
  for (;;) {
    const ended = yield* waitForChild(sys);
    for (const signal of sys.takeSignals()) {
      if (signal === 'TERM' || signal === 'INT' || signal === 'QUIT') {
        const graceful = signal === 'QUIT';
        const what = graceful ? 'shutting down' : 'exiting';
        yield* notice(`signal ${SIGNAL_NAMES[signal]} received, ${what}`);
        return yield* shutDown(sys, worker, graceful ? 'QUIT' : 'TERM', notice);
      }
      if (signal === 'HUP') {
        yield* notice('signal 1 (SIGHUP) received, reconfiguring');
        yield* notice('reconfiguring');
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
        leaving.add(worker);
        const old = worker;
        yield* notice('using the "epoll" event method');
        yield* notice('start worker processes');
        worker = startWorker(sys, version, current, listeners);
        yield* notice(`start worker process ${worker}`);
        sys.kill(old, 'QUIT');
      }
    }
    if (ended === undefined) continue;
    yield* notice(`signal 17 (SIGCHLD) received from ${ended.pid}`);
    yield* notice(`worker process ${ended.pid} ${endOf(ended.status)}`);
    // A worker that dies (killed from outside) is replaced.
    if (ended.pid === worker) {
      worker = startWorker(sys, version, current, listeners);
      yield* notice(`start worker process ${worker}`);
    } else if (leaving.delete(ended.pid)) {
      yield* notice('signal 29 (SIGIO) received');
    }
  }
}

type Ended = { readonly pid: number; readonly status: ExitStatus };

function endOf(status: ExitStatus): string {
  return status.kind === 'exited'
    ? `exited with code ${status.code}`
    : `exited on signal ${SIGNAL_NUMBERS[status.signal]}`;
}

function* waitForChild(sys: Sys): Call<Ended | undefined> {
  try {
    return yield* sys.waitpid(-1, { interruptible: true });
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
  let ended: Ended | undefined;
  try {
    sys.kill(worker, signal);
    while (ended?.pid !== worker) {
      ended = yield* waitForChild(sys);
      // A second signal while workers finish: they are told to leave at once.
      if (sys.takeSignals().some((again) => again === 'TERM' || again === 'INT')) {
        sys.kill(worker, 'TERM');
      }
    }
  } catch (error) {
    // The worker has ended already.
    if (!(error instanceof SysError)) throw error;
  }
  yield* notice(`signal 17 (SIGCHLD) received from ${worker}`);
  if (ended) yield* notice(`worker process ${worker} ${endOf(ended.status)}`);
  yield* notice('exit');
  return 0;
}
