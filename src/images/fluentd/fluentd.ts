import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Signal } from '../../runtime/signals';
import type { Call, ExitStatus, Program, Sys } from '../../runtime/syscalls';
import { Strands } from '../strands';
import { ConfigError, child, dump, type Element, fileError, loadConfig, quote } from './config';
import { FluentdLog } from './log';
import { forwardHosts, RESOLUTION_ERROR } from './outputs';
import { checkConfig, Router } from './router';

const RUBY = '3.4.7';
const RUBY_PATH = '/usr/local/bin/ruby';
const FLUENTD_PATH = '/usr/local/bundle/bin/fluentd';
/** Ruby takes its time to load fluentd: the supervisor, and each worker, ms. */
const START_MS = 700;

/** The supervisor and its worker. Models lib/fluent/supervisor.rb and engine.rb. */
export function fluentdProgram(version: string): Program {
  return function* fluentd(sys) {
    const options = parseArguments(sys.argv.slice(1));
    if (options.version) {
      yield* sys.write(1, `fluentd ${version}\n`);
      return 0;
    }
    yield* sys.sleep(START_MS);
    const root = yield* readConfig(sys, options.config, version);
    if (!root) return 1;
    const level = child(root, 'system')?.parameters.get('log_level');
    const log = new FluentdLog(sys, '', options.level ?? level);
    log.add('info', 'init supervisor logger', {
      path: { plain: 'nil' },
      rotate_age: { plain: 'nil' },
      rotate_size: { plain: 'nil' },
    });
    log.add('info', 'parsing config file is succeeded', { path: options.config });
    log.add('info', `gem 'fluentd' version '${version}'`);
    const failure = yield* configure(sys, root, log);
    if (failure) {
      const attributes = { error_class: { plain: failure.kind }, error: failure.message };
      if (failure.kind.startsWith('Fluent::')) {
        log.add('error', 'config error', { file: options.config, ...attributes });
      } else log.add('error', 'unexpected error', attributes);
      yield* log.flush();
      return 1;
    }
    log.add('info', `using configuration file: ${dump(root).trimEnd()}`);
    if (options.dryRun) {
      log.add('info', 'finished dry run mode');
      yield* log.flush();
      return 0;
    }
    log.add('info', `starting fluentd-${version}`, { pid: sys.pid, ruby: RUBY });
    const args = sys.argv.slice(1);
    sys.setTitle([RUBY_PATH, FLUENTD_PATH, ...args].join(' '));
    const line = workerCommand(args).map(quote).join(', ');
    log.add('info', 'spawn command to main: ', { cmdline: { plain: `[${line}]` } });
    yield* log.flush();
    return yield* supervise(sys, root, log, options.level ?? level);
  };
}

function workerCommand(args: readonly Bytes[]): Bytes[] {
  return [RUBY_PATH, '-Eascii-8bit:ascii-8bit', FLUENTD_PATH, ...args, '--under-supervisor'];
}

interface Options {
  readonly config: Bytes;
  readonly level: Bytes | undefined;
  readonly dryRun: boolean;
  readonly version: boolean;
}

function parseArguments(args: readonly Bytes[]): Options {
  let config: Bytes = '/etc/fluent/fluent.conf';
  let level: Bytes | undefined;
  let dryRun = false;
  let version = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-c' || arg === '--config') config = args[++i] ?? config;
    else if (arg.startsWith('--config=')) config = arg.slice('--config='.length);
    else if (arg === '-p' || arg === '--plugin' || arg === '-r') i++;
    else if (/^-v+$/.test(arg)) level = arg.length > 2 ? 'trace' : 'debug';
    else if (/^-q+$/.test(arg)) level = arg.length > 2 ? 'error' : 'warn';
    else if (arg === '--dry-run') dryRun = true;
    else if (arg === '--version') version = true;
  }
  return { config, level, dryRun, version };
}

/** Undefined: it cannot be read, and Ruby has said so as it ends. */
function* readConfig(sys: Sys, path: Bytes, version: string): Call<Element | undefined> {
  try {
    return yield* loadConfig(sys, path);
  } catch (error) {
    const failure = error instanceof ConfigError ? error : fileError(error, path);
    if (!failure) throw error;
    const lib = `/usr/local/bundle/gems/fluentd-${version}/lib/fluent`;
    const place =
      error instanceof ConfigError
        ? `${lib}/config/basic_parser.rb:92:in 'Fluent::Config::BasicParser#parse_error!'`
        : `${lib}/config.rb:38:in 'File#initialize'`;
    yield* sys.write(2, `${place}: ${failure.message} (${failure.kind})\n`);
    return undefined;
  }
}

function* configure(sys: Sys, root: Element, log: FluentdLog): Call<ConfigError | undefined> {
  const services = { hostname: sys.hostname, nowMs: () => sys.nowMs, print: () => {} };
  try {
    checkConfig(root, log, services);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  for (const host of forwardHosts(root)) {
    if ((yield* resolveHost(sys, host)) === undefined) {
      return new ConfigError(RESOLUTION_ERROR.text, RESOLUTION_ERROR.kind);
    }
  }
  return undefined;
}

/** Keeps a worker running until a signal says to stop. */
function* supervise(
  sys: Sys,
  root: Element,
  log: FluentdLog,
  level: Bytes | undefined,
): Call<number> {
  for (const signal of ['TERM', 'INT', 'CHLD'] as const) sys.signalAction(signal, 'catch');
  const start = () => sys.fork((worker) => runWorker(worker, root, level));
  let worker = start();
  let stopping = false;
  for (;;) {
    for (const signal of sys.takeSignals()) {
      if (signal === 'CHLD' || stopping) continue;
      stopping = true;
      log.add('info', 'Received graceful stop');
      yield* log.flush();
      sys.kill(worker, 'TERM');
    }
    const ended = yield* waitForWorker(sys);
    if (ended === undefined) continue;
    if (stopping) {
      log.add('info', `Worker 0 finished with ${statusText(ended)}`);
      yield* log.flush();
      return 0;
    }
    log.add('error', `Worker 0 exited unexpectedly with ${statusText(ended)}`);
    yield* log.flush();
    yield* sys.sleep(1000);
    worker = start();
  }
}

function* waitForWorker(sys: Sys): Call<ExitStatus | undefined> {
  try {
    return (yield* sys.waitpid(-1, { interruptible: true }))?.status;
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EINTR') return undefined;
    throw error;
  }
}

function statusText(status: ExitStatus): Bytes {
  return status.kind === 'exited' ? `status ${status.code}` : `signal SIG${status.signal}`;
}

function* runWorker(sys: Sys, root: Element, level: Bytes | undefined): Call<number> {
  sys.setTitle(workerCommand(sys.argv.slice(1)).join(' '));
  for (const signal of ['TERM', 'USR1'] as const) sys.signalAction(signal, 'catch');
  sys.signalAction('INT', 'ignore');
  sys.signalAction('CHLD', 'default');
  yield* sys.sleep(START_MS);
  const log = new FluentdLog(sys, '#0 ', level);
  const strands = new Strands();
  const router = new Router(sys, strands, log, root);
  const worker = { worker: 0 };
  log.add('info', 'init worker0 logger', {
    path: { plain: 'nil' },
    rotate_age: { plain: 'nil' },
    rotate_size: { plain: 'nil' },
  });
  if (router.collectsOwnLog) collectOwnLog(router, log);
  log.add('info', 'starting fluentd worker', { pid: sys.pid, ppid: sys.ppid, ...worker });
  for (const output of router.outputs) output.start();
  try {
    for (const source of router.sources) yield* source.start();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const attributes = { error_class: { plain: error.kind }, error: error.message };
    log.add('error', 'unexpected error', attributes);
    yield* log.flush();
    return 1;
  }
  log.add('info', 'fluentd worker is now running', worker);
  yield* log.flush();
  let ended: Signal | undefined;
  yield* strands.run(
    sys,
    () => ended !== undefined,
    (signal) => {
      if (signal === 'TERM') ended = signal;
    },
  );
  log.onEvent = undefined;
  log.add('info', 'fluentd worker is now stopping', worker);
  log.add('info', 'shutting down fluentd worker', worker);
  for (const [kind, elements] of [
    ['input', router.sources.map(({ element }) => element)],
    ['output', router.outputs.map(({ element }) => element)],
  ] as const) {
    for (const [index, { parameters }] of elements.entries()) {
      log.add('info', `shutting down ${kind} plugin`, {
        type: { plain: `:${parameters.get('@type')}` },
        plugin_id: parameters.get('@id') ?? `object:${(0x7a8 + 8 * index).toString(16)}`,
      });
    }
  }
  yield* log.flush();
  for (const output of router.outputs) yield* output.stop();
  yield* log.flush();
  return 0;
}

/** fluentd's own log as events `fluent.LEVEL`. An output that fails would otherwise feed itself for ever. */
function collectOwnLog(router: Router, log: FluentdLog): void {
  let busy = false;
  log.onEvent = (level, attributes, message) => {
    if (busy) return;
    busy = true;
    const fields = Object.entries(attributes).map(
      ([key, value]) => [key, typeof value === 'object' ? value.plain : value] as const,
    );
    router.emitOwnLog(level, new Map<Bytes, Bytes | number>([...fields, ['message', message]]));
    busy = false;
  };
}
