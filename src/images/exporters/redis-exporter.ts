import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { ImageModel } from '../../runtime/image';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { busyboxFiles, file, program } from '../linux-files';
import { encodeCommand, parseReply, type Reply } from '../redis/resp';
import { type MetricFamily, processFamilies, single } from './exposition';
import { goDial, logrusLine, parseFlags } from './go-program';
import { openPort, serveMetrics } from './metrics-server';
import { infoFamilies } from './redis-info';

const VERSION = 'v1.80.1';
const SHA = 'b0a03b20062314a8ac2918f5c377ebaf44cc8bd8';
const GO_VERSION = 'go1.25.4';

interface Settings {
  /** As configured; what it means shows in `connect`. */
  readonly address: Bytes;
  readonly user: Bytes;
  readonly password: Bytes;
  readonly listen: Bytes;
  readonly path: Bytes;
  readonly namespace: Bytes;
  readonly onlyRedis: boolean;
}

/** Switches of the command line, which take no value. */
const SWITCHES = new Set(
  `debug version redis-only-metrics include-go-runtime-metrics ping-on-connect include-config-metrics
  include-system-metrics set-client-name is-tile38 is-cluster export-client-list
  include-modules-metrics skip-tls-verification disable-exporting-key-values
  exclude-latency-histogram-metrics redact-config-metrics`.split(/\s+/),
);

/** Models main.go and exporter/exporter.go of redis_exporter. */
const redisExporter: Program = function* redisExporter(sys) {
  const { flags } = parseFlags(sys.argv.slice(1), SWITCHES);
  const log = (level: string, text: Bytes) => sys.write(2, logrusLine(sys.nowMs, level, text));
  yield* log(
    'info',
    `Redis Metrics Exporter ${VERSION}    build date: 2025-11-15-21:33:50    sha1: ${SHA}    Go: ${GO_VERSION}    GOOS: linux    GOARCH: amd64`,
  );
  if (flags.has('version')) return 0;
  const settings = settingsOf(sys, flags);
  yield* log('info', `Setting log level to "info"`);
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  yield* log('info', `Providing metrics at ${settings.listen}${settings.path}`);
  const listener = openPort(sys, settings.listen);
  if (typeof listener !== 'number') {
    yield* log('fatal', `Server error: ${listener.error}`);
    return 1;
  }
  const exporter = new RedisScraper(settings, log);
  let ended = '';
  const stop = () => {
    for (const signal of sys.takeSignals()) {
      ended = signal === 'TERM' ? 'terminated' : 'interrupt';
    }
    return ended !== '';
  };
  const pages = {
    metricsPath: settings.path,
    scrape: (caller: Sys) => exporter.scrape(caller),
    page: (_: Sys, path: Bytes) => page(path, settings.path),
  };
  yield* serveMetrics(sys, listener, pages, stop);
  yield* log('info', `Received ${ended} signal, exiting`);
  yield* log('info', 'Server shut down gracefully');
  return 0;
};

function settingsOf(sys: Sys, flags: ReadonlyMap<string, readonly Bytes[]>): Settings {
  const one = (flag: string, variable: string, fallback: Bytes) =>
    flags.get(flag)?.at(-1) ?? sys.env.get(variable) ?? fallback;
  return {
    address: one('redis.addr', 'REDIS_ADDR', 'redis://localhost:6379'),
    user: one('redis.user', 'REDIS_USER', ''),
    password: one('redis.password', 'REDIS_PASSWORD', ''),
    listen: one('web.listen-address', 'REDIS_EXPORTER_WEB_LISTEN_ADDRESS', ':9121'),
    path: one('web.telemetry-path', 'REDIS_EXPORTER_WEB_TELEMETRY_PATH', '/metrics'),
    namespace: one('namespace', 'REDIS_EXPORTER_NAMESPACE', 'redis'),
    onlyRedis: one('redis-only-metrics', 'REDIS_EXPORTER_REDIS_ONLY_METRICS', 'false') === 'true',
  };
}

function page(path: Bytes, metricsPath: Bytes): readonly [number, string, Bytes] | undefined {
  if (path === '/health') return [200, 'text/plain; charset=utf-8', 'ok'];
  if (path !== '/') return undefined;
  return [
    200,
    'text/html; charset=utf-8',
    `<html>\n<head><title>Redis Exporter ${VERSION}</title></head>\n<body>\n<h1>Redis Exporter ${VERSION}</h1>\n<p><a href='${metricsPath}'>Metrics</a></p>\n</body>\n</html>\n`,
  ];
}

const CONNECT_TIMEOUT_MS = 15_000;

class RedisScraper {
  readonly #settings: Settings;
  readonly #log: (level: string, text: Bytes) => Call<void>;
  #scrapes = 0;
  #seconds = 0;

  constructor(settings: Settings, log: (level: string, text: Bytes) => Call<void>) {
    this.#settings = settings;
    this.#log = log;
  }

  *scrape(sys: Sys): Call<readonly MetricFamily[]> {
    const { namespace, onlyRedis } = this.#settings;
    const startedMs = sys.nowMs;
    this.#scrapes++;
    const found = yield* this.#ask(sys);
    const took = (sys.nowMs - startedMs) / 1000;
    this.#seconds += took;
    const error = 'error' in found ? found.error : '';
    const gauge = (name: string, value: number): MetricFamily =>
      single(`${namespace}_${name}`, 'gauge', `${name} metric`, value);
    return [
      ...('error' in found ? [] : infoFamilies(namespace, found.info, sys.nowMs)),
      gauge('up', error === '' ? 1 : 0),
      gauge('exporter_last_scrape_connect_time_seconds', found.connectSeconds),
      gauge('exporter_last_scrape_duration_seconds', took),
      {
        name: `${namespace}_exporter_last_scrape_error`,
        type: 'gauge',
        help: 'The last scrape error status.',
        samples: [{ labels: [['err', error]], value: error === '' ? 0 : 1 }],
      },
      {
        name: `${namespace}_exporter_build_info`,
        type: 'gauge',
        help: 'redis exporter build_info',
        samples: [
          {
            labels: [
              ['build_date', '2025-11-15-21:33:50'],
              ['commit_sha', SHA],
              ['golang_version', GO_VERSION],
              ['version', VERSION],
            ],
            value: 1,
          },
        ],
      },
      {
        name: `${namespace}_exporter_scrape_duration_seconds`,
        type: 'summary',
        help: 'Durations of scrapes by the exporter',
        samples: [
          { labels: [], value: this.#seconds, suffix: '_sum' },
          { labels: [], value: this.#scrapes, suffix: '_count' },
        ],
      },
      single(
        `${namespace}_exporter_scrapes_total`,
        'counter',
        'Current total redis scrapes.',
        this.#scrapes,
      ),
      single(
        `${namespace}_target_scrape_request_errors_total`,
        'counter',
        'Errors in requests to the exporter',
        0,
      ),
      ...(onlyRedis ? [] : processFamilies(sys, GO_VERSION)),
    ];
  }

  *#ask(
    sys: Sys,
  ): Call<
    { readonly connectSeconds: number } & ({ readonly info: Bytes } | { readonly error: Bytes })
  > {
    const startedMs = sys.nowMs;
    const fd = yield* this.#connect(sys);
    const connectSeconds = (sys.nowMs - startedMs) / 1000;
    if (typeof fd !== 'number') {
      yield* this.#log('error', `Couldn't connect to redis instance (${this.#redacted()})`);
      return { connectSeconds, error: fd.error };
    }
    try {
      const info = yield* command(sys, fd, ['INFO', 'ALL']);
      if (info?.kind === 'bulk' && info.value !== null && info.value !== '') {
        return { connectSeconds, info: info.value };
      }
      const error = info?.kind === 'error' ? info.text : 'EOF';
      yield* this.#log('error', `Redis INFO err: ${error}`);
      return { connectSeconds, error };
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
      return { connectSeconds, error: failure.message.toLowerCase() };
    } finally {
      sys.close(fd);
    }
  }

  /** A scheme that fails is tried again as a kind of network, hence `unknown network redis`. */
  *#connect(sys: Sys): Call<number | { readonly error: Bytes }> {
    const { address, password, user } = this.#settings;
    const [, scheme, rest = address] = /^([a-z]+):\/\/(.*)$/.exec(address) ?? [];
    const [, credentials, place = rest] = /^(?:([^@]*)@)?([^/]*)/.exec(rest) ?? [];
    const [host = '', port = '6379'] = place.split(':');
    if (scheme === 'rediss') return { error: 'dial rediss: unknown network rediss' };
    const fd = yield* goDial(
      sys,
      host === '' ? 'localhost' : host,
      Number(port),
      CONNECT_TIMEOUT_MS,
    );
    if (typeof fd !== 'number') {
      return scheme === undefined ? fd : { error: `dial ${scheme}: unknown network ${scheme}` };
    }
    const [urlUser = '', urlPassword = ''] = (credentials ?? '').split(':');
    const secret = password !== '' ? password : urlPassword;
    if (secret === '') return fd;
    const name = user !== '' ? user : urlUser;
    const words = name === '' ? ['AUTH', secret] : ['AUTH', name, secret];
    const answer = yield* command(sys, fd, words);
    if (answer?.kind !== 'error') return fd;
    sys.close(fd);
    return { error: answer.text };
  }

  #redacted(): Bytes {
    return this.#settings.address.replace(/:[^:@/]*@/, ':xxxxx@');
  }
}

/** Sends a command and reads its answer; undefined when the connection ends. */
function* command(sys: Sys, fd: number, words: readonly Bytes[]): Call<Reply | undefined> {
  yield* sys.write(fd, encodeCommand(words));
  let received: Bytes = '';
  for (;;) {
    const bytes = yield* sys.read(fd, 65_536);
    if (bytes === '') return undefined;
    received += bytes;
    const reply = parseReply(received, 0);
    if (reply) return reply.value;
  }
}

/** oliver006/redis_exporter: a single binary; tags with -alpine have a shell. */
export function redisExporterImage(tag: string): ImageModel {
  const alpine = tag.includes('alpine');
  return {
    repositories: ['docker.io/oliver006/redis_exporter', 'quay.io/oliver006/redis_exporter'],
    sizeBytes: alpine ? 9_100_000 : 5_300_000,
    entrypoint: ['/redis_exporter'],
    user: '59000:59000',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    exposedPorts: [9121],
    modelled: 'real',
    about:
      'redis_exporter 1.80.1: asks Redis for INFO at each request to :9121/metrics. Not simulated: keys, Lua, cluster, sentinel, TLS, the Go runtime’s own metrics. As in the real image there is no shell, except in -alpine tags.',
    files: () =>
      new Map([
        ...(alpine ? busyboxFiles({ distribution: 'Alpine' }) : []),
        ['/redis_exporter', program(redisExporter, 9_000_000)],
        ['/etc/nsswitch.conf', file('hosts: files dns\n')],
      ]),
  };
}
