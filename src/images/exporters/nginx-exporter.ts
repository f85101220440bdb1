import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { ImageModel } from '../../runtime/image';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import { file, program } from '../linux-files';
import { type Labels, type MetricFamily, processFamilies, sortedLabels } from './exposition';
import {
  goDial,
  goQuote,
  parseFlags,
  parseListenAddress,
  type SlogLevel,
  slogLine,
} from './go-program';
import { landingPage, openPort, serveMetrics } from './metrics-server';

const VERSION = '1.5.1';
const REVISION = '3c38a4c27ce2c2784739064da5c9acf5b2021680';
const GO_VERSION = 'go1.25.3';

interface Settings {
  readonly uris: readonly Bytes[];
  readonly listen: Bytes;
  readonly path: Bytes;
  readonly timeoutMs: number;
  readonly constLabels: Labels;
}

interface StubStatus {
  readonly active: number;
  readonly accepted: number;
  readonly handled: number;
  readonly requests: number;
  readonly reading: number;
  readonly writing: number;
  readonly waiting: number;
}

/** Models exporter.go of nginx-prometheus-exporter, for NGINX (not Plus). */
const nginxExporter: Program = function* nginxExporter(sys) {
  const args = [];
  for (const arg of sys.argv.slice(1)) {
    const isOld = /^-[^-]./.test(arg);
    if (isOld) {
      yield* sys.write(
        1,
        `the flag format is deprecated and will be removed in a future release, please use the new format: -${arg}\n`,
      );
    }
    args.push(isOld ? `-${arg}` : arg);
  }
  const { flags, rest } = parseFlags(
    args,
    new Set([
      'nginx.plus',
      'nginx.ssl-verify',
      'version',
      'help',
      'web.systemd-socket',
      'nginx.proxy-protocol',
    ]),
  );
  const problem = flagProblem(flags, rest);
  if (problem !== undefined) {
    yield* sys.write(2, `nginx-prometheus-exporter: error: ${problem}, try --help\n`);
    return 1;
  }
  if (flags.has('version')) {
    yield* sys.write(
      1,
      `nginx_exporter, version ${VERSION} (branch: HEAD, revision: ${REVISION})\n`,
    );
    return 0;
  }
  return yield* serve(sys, settingsOf(sys, flags));
};

const FLAGS = new Set(
  `web.listen-address web.config.file web.systemd-socket web.telemetry-path nginx.plus nginx.scrape-uri
  nginx.ssl-verify nginx.ssl-ca-cert nginx.ssl-client-cert nginx.ssl-client-key nginx.proxy-protocol
  nginx.timeout prometheus.const-label log.level log.format version help`.split(/\s+/),
);

/** kingpin's words. */
function flagProblem(
  flags: ReadonlyMap<string, readonly Bytes[]>,
  rest: readonly Bytes[],
): Bytes | undefined {
  for (const name of flags.keys()) if (!FLAGS.has(name)) return `unknown long flag '--${name}'`;
  if (rest[0] !== undefined) return `unexpected ${rest[0]}`;
  const timeout = flags.get('nginx.timeout')?.at(-1);
  if (timeout !== undefined && !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(timeout)) {
    return `failed to parse duration "${timeout}": time: invalid duration "${timeout}"`;
  }
  return undefined;
}

function settingsOf(sys: Sys, flags: ReadonlyMap<string, readonly Bytes[]>): Settings {
  const one = (flag: string, variable: string, fallback: Bytes) =>
    flags.get(flag)?.at(-1) ?? sys.env.get(variable) ?? fallback;
  const uris =
    flags.get('nginx.scrape-uri') ??
    (sys.env.get('SCRAPE_URI') ?? 'http://127.0.0.1:8080/stub_status').split('\n');
  const labels = flags.get('prometheus.const-label') ?? [];
  return {
    uris,
    listen: one('web.listen-address', 'LISTEN_ADDRESS', ':9113'),
    path: one('web.telemetry-path', 'TELEMETRY_PATH', '/metrics'),
    timeoutMs: milliseconds(one('nginx.timeout', 'TIMEOUT', '5s')),
    constLabels: labels.map((label) => {
      const equals = label.indexOf('=');
      return [label.slice(0, equals), label.slice(equals + 1)];
    }),
  };
}

function milliseconds(duration: Bytes): number {
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (factors[unit ?? ''] ?? 0);
  }
  return total;
}

function* serve(sys: Sys, settings: Settings): Call<number> {
  const log = (
    level: SlogLevel,
    source: string,
    message: Bytes,
    fields: Readonly<Record<string, Bytes>> = {},
  ) => sys.write(2, slogLine(sys.nowMs, level, source, message, fields));
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  yield* log('INFO', 'exporter.go:126', 'nginx-prometheus-exporter', {
    version: `(version=${VERSION}, branch=HEAD, revision=${REVISION})`,
  });
  yield* log('INFO', 'exporter.go:127', 'build context', {
    build_context: `(go=${GO_VERSION}, platform=linux/amd64, user=, date=, tags=unknown)`,
  });
  const listener = openPort(sys, settings.listen);
  if (typeof listener !== 'number') {
    yield* log('ERROR', 'exporter.go:214', 'HTTP server failed', { error: listener.error });
    return 1;
  }
  const { host, port } = parseListenAddress(settings.listen);
  const address = `${host === '0.0.0.0' ? '[::]' : host}:${port}`;
  yield* log('INFO', 'tls_config.go:347', 'Listening on', { address });
  yield* log('INFO', 'tls_config.go:350', 'TLS is disabled.', { http2: 'false', address });
  let stopping = false;
  const stop = () => {
    stopping ||= sys.takeSignals().length > 0;
    return stopping;
  };
  const pages = {
    metricsPath: settings.path,
    *scrape(caller: Sys) {
      const found = [];
      for (const uri of settings.uris) {
        const status = yield* getStubStatus(caller, uri, settings.timeoutMs);
        if ('error' in status) {
          yield* log('ERROR', 'nginx.go:57', 'error getting stats', { error: status.error });
        }
        const labels = settings.uris.length > 1 ? ([['addr', uri]] as const) : [];
        found.push({ status, labels: sortedLabels([...settings.constLabels, ...labels]) });
      }
      return [...nginxFamilies(found), ...processFamilies(caller, GO_VERSION)];
    },
    page: (_: Sys, path: Bytes) =>
      path === '/'
        ? ([
            200,
            'text/html; charset=UTF-8',
            landingPage(
              'NGINX Prometheus Exporter',
              'Prometheus Exporter for NGINX and NGINX Plus',
              settings.path,
            ),
          ] as const)
        : undefined,
  };
  yield* serveMetrics(sys, listener, pages, stop);
  yield* log('INFO', 'exporter.go:220', 'shutting down');
  return 0;
}

/** Models client/nginx.go. */
function* getStubStatus(
  sys: Sys,
  uri: Bytes,
  timeoutMs: number,
): Call<StubStatus | { readonly error: Bytes }> {
  const [, host = '', port = '80', path = '/'] =
    /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(uri) ?? [];
  const failed = (error: Bytes) => ({
    error: `failed to get ${uri}: Get ${goQuote(uri)}: round trip failed: ${error}`,
  });
  if (host === '') return failed('unsupported protocol scheme ""');
  const fd = yield* goDial(sys, host, Number(port), timeoutMs);
  if (typeof fd !== 'number') return failed(fd.error);
  try {
    const request = `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nUser-Agent: NGINX-Prometheus-Exporter/v${VERSION}\r\nConnection: close\r\n\r\n`;
    const response = yield* exchange(sys, fd, request, { deadlineMs: sys.nowMs + timeoutMs });
    if (response === 'late') {
      return failed('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
    }
    if (typeof response === 'string') return failed('EOF');
    if (response.status !== 200) return { error: `expected 200 response, got ${response.status}` };
    return (
      parseStubStatus(response.body) ?? {
        error: `failed to parse response body ${goQuote(response.body)}: failed to scan template metrics: input does not match format`,
      }
    );
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return failed(error.message.toLowerCase());
  } finally {
    sys.close(fd);
  }
}

function parseStubStatus(body: Bytes): StubStatus | undefined {
  const match =
    /^Active connections: +(\d+) *\nserver accepts handled requests *\n *(\d+) +(\d+) +(\d+) *\nReading: +(\d+) +Writing: +(\d+) +Waiting: +(\d+)/.exec(
      body,
    );
  if (!match) return undefined;
  const [
    active = 0,
    accepted = 0,
    handled = 0,
    requests = 0,
    reading = 0,
    writing = 0,
    waiting = 0,
  ] = match.slice(1).map(Number);
  return { active, accepted, handled, requests, reading, writing, waiting };
}

const FAMILIES: readonly (readonly [string, 'counter' | 'gauge', string, keyof StubStatus])[] = [
  ['connections_accepted', 'counter', 'Accepted client connections', 'accepted'],
  ['connections_active', 'gauge', 'Active client connections', 'active'],
  ['connections_handled', 'counter', 'Handled client connections', 'handled'],
  [
    'connections_reading',
    'gauge',
    'Connections where NGINX is reading the request header',
    'reading',
  ],
  ['connections_waiting', 'gauge', 'Idle client connections', 'waiting'],
  [
    'connections_writing',
    'gauge',
    'Connections where NGINX is writing the response back to the client',
    'writing',
  ],
  ['http_requests_total', 'counter', 'Total http requests', 'requests'],
];

function nginxFamilies(
  found: readonly { status: StubStatus | { readonly error: Bytes }; labels: Labels }[],
): MetricFamily[] {
  const families: MetricFamily[] = [
    {
      name: 'nginx_up',
      type: 'gauge',
      help: 'Status of the last metric scrape',
      samples: found.map(({ status, labels }) => ({ labels, value: 'error' in status ? 0 : 1 })),
    },
    {
      name: 'nginx_exporter_build_info',
      type: 'gauge',
      help: "A metric with a constant '1' value labeled by version, revision, branch, goversion from which nginx_exporter was built, and the goos and goarch for the build.",
      samples: [
        {
          labels: [
            ['branch', 'HEAD'],
            ['goarch', 'amd64'],
            ['goos', 'linux'],
            ['goversion', GO_VERSION],
            ['revision', REVISION],
            ['tags', 'unknown'],
            ['version', VERSION],
          ],
          value: 1,
        },
      ],
    },
  ];
  for (const [name, type, help, field] of FAMILIES) {
    const samples = found.flatMap(({ status, labels }) =>
      'error' in status ? [] : [{ labels, value: status[field] }],
    );
    if (samples.length > 0) families.push({ name: `nginx_${name}`, type, help, samples });
  }
  return families;
}

/** nginx/nginx-prometheus-exporter: a single binary, no shell. */
export function nginxExporterImage(): ImageModel {
  return {
    repositories: ['docker.io/nginx/nginx-prometheus-exporter'],
    sizeBytes: 5_600_000,
    entrypoint: ['/usr/bin/nginx-prometheus-exporter'],
    user: '1001:1001',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    exposedPorts: [9113],
    modelled: 'real',
    about:
      'NGINX Prometheus Exporter 1.5.1: scrapes the stub_status page at each request to :9113/metrics; nginx_up 0 when it cannot. No TLS, no NGINX Plus. As in the real image there is no shell.',
    files: () =>
      new Map([
        ['/usr/bin/nginx-prometheus-exporter', program(nginxExporter, 11_000_000)],
        ['/etc/ssl/certs/ca-certificates.crt', file('')],
      ]),
  };
}
