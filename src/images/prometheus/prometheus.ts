import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Signal } from '../../runtime/signals';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { goFloat, processFamilies, single } from '../exporters/exposition';
import {
  goErrorText,
  parseFlags,
  parseListenAddress,
  type SlogLevel,
  slogLine,
} from '../exporters/go-program';
import { openPort, serveMetrics } from '../exporters/metrics-server';
import type { HttpRequest } from '../http/server';
import { jsonString } from '../records/json';
import { Strands } from '../strands';
import { parseConfig, type Target } from './config';
import { scrapeForever, type TargetState, targetLabels, targetUrl } from './scraper';
import { SeriesStore } from './series';

const VERSION = '3.7.3';
const REVISION = '0a41f0000705c69ab8e0f9a723fc73e39ed62b07';
const GO_VERSION = 'go1.25.3';
const DEFAULT_CONFIG = 'prometheus.yml';

/** Prometheus without its database: scrapes static targets and knows the last value of each series. */
export const prometheus: Program = function* prometheus(sys) {
  const { flags } = parseFlags(sys.argv.slice(1), new Set(['web.enable-lifecycle', 'version']));
  if (flags.has('version')) {
    yield* sys.write(1, `prometheus, version ${VERSION} (branch: HEAD, revision: ${REVISION})\n`);
    return 0;
  }
  const log = (
    level: SlogLevel,
    source: string,
    message: Bytes,
    fields: Readonly<Record<string, Bytes>> = {},
  ) => sys.write(2, slogLine(sys.nowMs, level, source, message, fields));
  const file = flags.get('config.file')?.at(-1) ?? DEFAULT_CONFIG;
  const targets = yield* loadTargets(sys, file);
  if (typeof targets === 'string') {
    yield* log('ERROR', 'main.go:642', `Error loading config (--config.file=${file})`, {
      file: file.startsWith('/') ? file : `${sys.cwd}/${file}`,
      err: targets,
    });
    return 2;
  }
  yield* log(
    'INFO',
    'main.go:722',
    'No time or size retention was set so using the default time retention',
    { duration: '15d' },
  );
  yield* log('INFO', 'main.go:773', 'Starting Prometheus Server', {
    mode: 'server',
    version: `(version=${VERSION}, branch=HEAD, revision=${REVISION})`,
  });
  const address = flags.get('web.listen-address')?.at(-1) ?? '0.0.0.0:9090';
  yield* log('INFO', 'web.go:660', 'Start listening for connections', {
    component: 'web',
    address,
  });
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const listener = openPort(sys, address);
  if (typeof listener !== 'number') {
    yield* log('ERROR', 'main.go:1059', 'Unable to start web listener', { err: listener.error });
    return 1;
  }
  const { host, port } = parseListenAddress(address);
  const shown = { component: 'web', address: `${host === '0.0.0.0' ? '[::]' : host}:${port}` };
  yield* log('INFO', 'tls_config.go:354', 'Listening on', shown);
  yield* log('INFO', 'tls_config.go:357', 'TLS is disabled.', { http2: 'false', ...shown });
  yield* log('INFO', 'main.go:1502', 'Loading configuration file', { filename: file });
  yield* log('INFO', 'main.go:1278', 'Server is ready to receive web requests.');
  let ended: Signal | undefined;
  const server = new PrometheusServer(targets);
  const strands = new Strands();
  strands.start(server.serve(sys, listener));
  for (const state of server.states) strands.start(scrapeForever(sys, state, server.store));
  yield* strands.run(
    sys,
    () => ended !== undefined,
    (signal) => {
      ended = signal;
    },
  );
  yield* log('WARN', 'main.go:1080', 'Received an OS signal, exiting gracefully...', {
    signal: ended === 'INT' ? 'interrupt' : 'terminated',
  });
  yield* log('INFO', 'main.go:1440', 'See you next time!');
  return 0;
};

function* loadTargets(sys: Sys, file: Bytes): Call<readonly Target[] | string> {
  try {
    const targets = parseConfig(yield* readFile(sys, file));
    return typeof targets === 'string' ? `parsing YAML file ${file}: ${targets}` : targets;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return `open ${file}: ${goErrorText(error)}`;
  }
}

const JSON_TYPE = 'application/json';

class PrometheusServer {
  readonly store = new SeriesStore();
  readonly states: readonly TargetState[];

  constructor(targets: readonly Target[]) {
    this.states = targets.map((target) => ({
      target,
      health: 'unknown',
      lastError: '',
      lastScrapeMs: 0,
      lastDuration: 0,
    }));
  }

  serve(sys: Sys, listener: number): Call<void> {
    const pages = {
      metricsPath: '/metrics',
      // biome-ignore lint/correctness/useYield: scrapes may wait in other exporters
      scrape: function* (this: PrometheusServer, caller: Sys) {
        const series = 'prometheus_tsdb_head_series';
        const help = 'Total number of series in the head block.';
        return [
          ...processFamilies(caller, GO_VERSION),
          single(series, 'gauge', help, this.store.size),
        ];
      }.bind(this),
      page: (caller: Sys, path: Bytes, request: HttpRequest) => this.#page(caller, path, request),
    };
    return serveMetrics(sys, listener, pages, () => false);
  }

  #page(sys: Sys, path: Bytes, request: HttpRequest): readonly [number, string, Bytes] | undefined {
    const text = 'text/plain; charset=utf-8';
    switch (path) {
      case '/-/healthy':
        return [200, text, 'Prometheus Server is Healthy.\n'];
      case '/-/ready':
        return [200, text, 'Prometheus Server is Ready.\n'];
      case '/api/v1/targets':
        return [200, JSON_TYPE, this.#targets()];
      case '/api/v1/query':
        return this.#query(sys, request);
      case '/targets':
      case '/':
        return [200, text, this.#overview()];
      default:
        return undefined;
    }
  }

  /** What the page of targets shows, as text: the real one is a program in the browser. */
  #overview(): Bytes {
    const lines = this.states.map(
      ({ target, health, lastError }) =>
        `${health.toUpperCase().padEnd(8)}${target.job}  ${targetUrl(target)}  ${lastError}`,
    );
    return `Targets\n${lines.map((line) => `${line.trimEnd()}\n`).join('')}`;
  }

  #targets(): Bytes {
    const active = this.states.map(({ target, health, lastError, lastScrapeMs, lastDuration }) => {
      const labels = targetLabels(target).map(
        ([name, value]) => `${jsonString(name)}:${jsonString(value)}`,
      );
      const last =
        lastScrapeMs === 0 ? '0001-01-01T00:00:00Z' : new Date(lastScrapeMs).toISOString();
      return `{"labels":{${labels.join(',')}},"scrapePool":${jsonString(target.job)},"scrapeUrl":${jsonString(targetUrl(target))},"lastError":${jsonString(lastError)},"lastScrape":"${last}","lastScrapeDuration":${lastDuration},"health":"${health}","scrapeInterval":"${target.intervalMs / 1000}s","scrapeTimeout":"${target.timeoutMs / 1000}s"}`;
    });
    return `{"status":"success","data":{"activeTargets":[${active.join(',')}],"droppedTargets":[],"droppedTargetCounts":{}}}`;
  }

  #query(sys: Sys, request: HttpRequest): readonly [number, string, Bytes] {
    const found = this.store.select(queryOf(request), sys.nowMs);
    if ('error' in found) {
      const error = jsonString(found.error);
      return [400, JSON_TYPE, `{"status":"error","errorType":"bad_data","error":${error}}`];
    }
    const result = found.map(({ name, labels, value }) => {
      const metric = [['__name__', name] as const, ...labels].map(
        ([label, text]) => `${jsonString(label)}:${jsonString(text)}`,
      );
      return `{"metric":{${metric.join(',')}},"value":[${sys.nowMs / 1000},"${goFloat(value)}"]}`;
    });
    return [
      200,
      JSON_TYPE,
      `{"status":"success","data":{"resultType":"vector","result":[${result.join(',')}]}}`,
    ];
  }
}

/** The query of a GET, or of a form that is posted. */
function queryOf(request: HttpRequest): Bytes {
  const [, query = ''] = /\?(.*)$/.exec(request.target) ?? [];
  for (const pair of [...query.split('&'), ...request.body.split('&')]) {
    if (!pair.startsWith('query=')) continue;
    return pair
      .slice('query='.length)
      .replaceAll('+', ' ')
      .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
  }
  return '';
}
