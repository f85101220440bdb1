import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { httpDate } from '../http/message';
import { type HttpHandler, type HttpReply, type HttpRequest, wantsKeepAlive } from '../http/server';
import type { OutputCounters, Pipeline } from './pipeline';

const OUTPUT_FIELDS: readonly (readonly [keyof OutputCounters, string])[] = [
  ['procRecords', 'proc_records'],
  ['procBytes', 'proc_bytes'],
  ['errors', 'errors'],
  ['retries', 'retries'],
  ['retriesFailed', 'retries_failed'],
  ['droppedRecords', 'dropped_records'],
  ['retriedRecords', 'retried_records'],
];

/** Bounds of the health check over a period (HC_Errors_Count, HC_Retry_Failure_Count). */
export interface HealthLimits {
  readonly errors: number;
  readonly retryFailures: number;
}

/** The built-in HTTP server on port 2020: /api/v1/{metrics,uptime,health,storage}. Models src/http_server. */
export class MetricsServer implements HttpHandler {
  readonly #pipeline: Pipeline;
  readonly #version: string;
  readonly #startedMs: number;
  readonly #health: HealthLimits | undefined;

  constructor(
    pipeline: Pipeline,
    options: { version: string; startedMs: number; health: HealthLimits | undefined },
  ) {
    this.#pipeline = pipeline;
    this.#version = options.version;
    this.#startedMs = options.startedMs;
    this.#health = options.health;
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const keepAlive = wantsKeepAlive(request);
    const path = (request.target.split('?')[0] ?? '/').replace(/(.)\/$/, '$1');
    const [status, type, body] = this.#answer(sys, path);
    const reason = { 200: 'OK', 404: 'Not Found', 500: 'Internal Server Error' }[status] ?? '';
    const head = [
      `HTTP/1.1 ${status} ${reason}`,
      'Server: Monkey/1.8.4',
      `Date: ${httpDate(sys.nowMs)}`,
      ...(type === '' ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${body.length}`,
    ].join('\r\n');
    return { bytes: `${head}\r\n\r\n${request.method === 'HEAD' ? '' : body}`, keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n', keepAlive: false };
  }

  #answer(sys: Sys, path: string): readonly [number, string, Bytes] {
    const json = 'application/json';
    switch (path) {
      case '/':
        return [
          200,
          json,
          `{"fluent-bit":{"version":"${this.#version}","edition":"Community","flags":[]}}`,
        ];
      case '/api/v1/uptime':
        return [200, json, uptime(Math.floor((sys.nowMs - this.#startedMs) / 1000))];
      case '/api/v1/metrics':
        return [200, json, this.#json()];
      case '/api/v1/metrics/prometheus':
      case '/api/v2/metrics/prometheus':
      case '/api/v2/metrics':
        return [200, 'text/plain; version=0.0.4', this.#prometheus(sys)];
      case '/api/v1/storage':
        return [200, json, this.#storage()];
      case '/api/v1/health':
        if (this.#health) return this.#isHealthy() ? [200, '', 'ok\n'] : [500, '', 'error\n'];
        break;
    }
    return [404, '', ''];
  }

  #isHealthy(): boolean {
    let errors = 0;
    let failures = 0;
    for (const { counters } of this.#pipeline.outputs) {
      errors += counters.errors;
      failures += counters.retriesFailed;
    }
    const limits = this.#health;
    return !limits || (errors <= limits.errors && failures <= limits.retryFailures);
  }

  #json(): Bytes {
    const { inputs, filters, outputs } = this.#pipeline;
    const inputParts = inputs.map(
      ({ name, records, bytes }) => `"${name}":{"records":${records},"bytes":${bytes}}`,
    );
    const filterParts = filters.map(
      ({ name, dropped, added }) => `"${name}":{"drop_records":${dropped},"add_records":${added}}`,
    );
    const outputParts = outputs.map(({ name, counters }) => {
      const fields = OUTPUT_FIELDS.map(([field, key]) => `"${key}":${counters[field]}`);
      return `"${name}":{${fields.join(',')}}`;
    });
    return `{"input":{${inputParts.join(',')}},"filter":{${filterParts.join(',')}},"output":{${outputParts.join(',')}}}`;
  }

  #prometheus(sys: Sys): Bytes {
    const { inputs, filters, outputs } = this.#pipeline;
    const families: Bytes[] = [];
    const family = (name: string, type: string, help: string, samples: readonly Bytes[]) => {
      if (samples.length === 0) return;
      families.push(
        `# HELP fluentbit_${name} ${help}\n# TYPE fluentbit_${name} ${type}\n${samples
          .map((sample) => `fluentbit_${name}${sample}\n`)
          .join('')}`,
      );
    };
    const uptimeSeconds = Math.floor((sys.nowMs - this.#startedMs) / 1000);
    family('uptime', 'counter', 'Number of seconds that Fluent Bit has been running.', [
      `{hostname="${sys.hostname}"} ${uptimeSeconds}`,
    ]);
    family(
      'input_bytes_total',
      'counter',
      'Number of input bytes.',
      inputs.map(({ name, bytes }) => `{name="${name}"} ${bytes}`),
    );
    family(
      'input_records_total',
      'counter',
      'Number of input records.',
      inputs.map(({ name, records }) => `{name="${name}"} ${records}`),
    );
    family(
      'filter_drop_records_total',
      'counter',
      'Total number of dropped records by the filter.',
      filters.map(({ name, dropped }) => `{name="${name}"} ${dropped}`),
    );
    for (const [field, key, help] of OUTPUT_FAMILIES) {
      family(
        `output_${key}_total`,
        'counter',
        help,
        outputs.map(({ name, counters }) => `{name="${name}"} ${counters[field]}`),
      );
    }
    return families.join('');
  }

  #storage(): Bytes {
    const { inputs } = this.#pipeline;
    const total = inputs.reduce((sum, { pending, tasks }) => sum + pending.length + tasks.size, 0);
    const layers = inputs.map(({ name, memBufLimit, bufferedBytes, pending, tasks }) => {
      const limit = memBufLimit === undefined ? '0b' : readable(memBufLimit);
      const over = memBufLimit !== undefined && bufferedBytes > memBufLimit;
      const chunks = pending.length + tasks.size;
      return `"${name}":{"status":{"overlimit":${over},"mem_size":"${readable(bufferedBytes)}","mem_limit":"${limit}"},"chunks":{"total":${chunks},"up":${chunks},"down":0,"busy":${tasks.size},"busy_size":"0b"}}`;
    });
    return `{"storage_layer":{"chunks":{"total_chunks":${total},"mem_chunks":${total},"fs_chunks":0,"fs_chunks_up":0,"fs_chunks_down":0}},"input_chunks":{${layers.join(',')}}}`;
  }
}

const OUTPUT_FAMILIES: readonly (readonly [keyof OutputCounters, string, string])[] = [
  ['droppedRecords', 'dropped_records', 'Number of dropped records.'],
  ['errors', 'errors', 'Number of output errors.'],
  ['procBytes', 'proc_bytes', 'Number of processed output bytes.'],
  ['procRecords', 'proc_records', 'Number of processed output records.'],
  ['retriedRecords', 'retried_records', 'Number of retried records.'],
  [
    'retriesFailed',
    'retries_failed',
    'Number of abandoned batches because the maximum number of re-tries was reached.',
  ],
  ['retries', 'retries', 'Number of output retries.'],
];

function uptime(seconds: number): Bytes {
  const units = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const [days, hours, minutes, rest] = units.map(
    ([count, unit]) => `${count} ${unit}${count > 1 ? 's' : ''}`,
  );
  return `{"uptime_sec":${seconds},"uptime_hr":"Fluent Bit has been running:  ${days}, ${hours}, ${minutes} and ${rest}"}`;
}

/** `1.5K`, `512b` (flb_utils_bytes_to_human_readable_size). */
function readable(bytes: number): string {
  const units = ['b', 'K', 'M', 'G'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${value}b` : `${value.toFixed(1)}${units[unit]}`;
}
