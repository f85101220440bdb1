import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { exchange, type HttpResponse } from '../http/client';
import { packEntry } from '../records/forward-message';
import { jsonString, parseJsonRecord, toJson } from '../records/json';
import { type LogEvent, type LogRecord, textOf } from '../records/record';
import { formatTime } from '../records/time-format';
import { connectUpstream } from './connect';
import { eventsJson } from './event-text';
import { dateSettings, type Flush, jsonFormat, type OutputRun, upstreamOf } from './output';
import { isOn, property } from './section';

interface Upload {
  readonly method: Bytes;
  readonly uri: Bytes;
  readonly type: Bytes;
  readonly body: Bytes;
  readonly headers: readonly Bytes[];
}

/** Sends a request; undefined when there is no connection, or none that answers. */
function* upload(
  run: OutputRun,
  upstream: { host: Bytes; port: number },
  { method, uri, type, body, headers }: Upload,
): Call<HttpResponse | undefined> {
  const { host, port } = upstream;
  const fd = yield* connectUpstream(run.sys, run.log, host, port);
  if (fd === undefined) {
    const where = run.plugin === 'http' ? ` to ${host}:${port}` : '';
    run.say('error', `no upstream connections available${where}`);
    return undefined;
  }
  const user = property(run.section, 'http_user');
  const credentials = `${user ?? ''}:${property(run.section, 'http_passwd') ?? ''}`;
  const head = [
    `${method} ${uri} HTTP/1.1`,
    `Host: ${host}${port === 80 ? '' : `:${port}`}`,
    `Content-Length: ${body.length}`,
    'User-Agent: Fluent-Bit',
    `Content-Type: ${type}`,
    ...(user === undefined ? [] : [`Authorization: Basic ${btoa(credentials)}`]),
    ...headers,
  ];
  try {
    const response = yield* exchange(run.sys, fd, `${head.join('\r\n')}\r\n\r\n${body}`);
    if (typeof response !== 'string') return response;
    run.log.add('error', `[http_client] broken connection to ${host}:${port} ?`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    run.log.add('error', `[http_client] broken connection to ${host}:${port} ?`);
  } finally {
    run.sys.close(fd);
  }
  run.say('error', `could not flush records to ${host}:${port} (http_do=-1)`);
  return undefined;
}

/** `Header NAME VALUE`, any number of times. */
function extraHeaders(run: OutputRun): Bytes[] {
  return run.section.properties
    .filter(([name]) => name.toLowerCase() === 'header')
    .map(([, value]) => value.replace(/^(\S+)\s+/, '$1: '));
}

/** plugins/out_http. */
export function httpOutput(run: OutputRun): Flush {
  const { section } = run;
  const upstream = upstreamOf(section, 80);
  const where = `${upstream.host}:${upstream.port}`;
  const format = jsonFormat(section) ?? 'json';
  const isMsgpack = property(section, 'format')?.toLowerCase() === 'msgpack';
  const date = dateSettings(section);
  const tagHeader = property(section, 'header_tag');
  const logsPayload = isOn(property(section, 'log_response_payload'), true);
  const uri = property(section, 'uri') ?? '/';
  return function* flush(chunk) {
    const headers = extraHeaders(run);
    if (tagHeader !== undefined) headers.push(`${tagHeader}: ${chunk.tag}`);
    const response = yield* upload(run, upstream, {
      method: property(section, 'http_method')?.toUpperCase() ?? 'POST',
      uri: uri.startsWith('/') ? uri : `/${uri}`,
      type: isMsgpack
        ? 'application/msgpack'
        : format === 'json'
          ? 'application/json'
          : format === 'json_lines'
            ? 'application/x-ndjson'
            : 'application/json',
      body: isMsgpack
        ? chunk.events.map(packEntry).join('')
        : eventsJson(chunk.events, format, date),
      headers,
    });
    if (!response) return 'retry';
    const { status, body } = response;
    const payload = logsPayload && body !== '' ? `\n${body}` : '';
    if (status >= 200 && status <= 205) {
      run.say('info', `${where}, HTTP status=${status}${payload}`);
      return 'ok';
    }
    run.say('error', `${where}, HTTP status=${status}${payload}`);
    if (status < 400 || status >= 500 || status === 429 || status === 408) return 'retry';
    run.say('warn', `could not flush records to ${where} (http_do=0), chunk will not be retried`);
    return 'error';
  };
}

/** plugins/out_es: the bulk API; a collector that answers no JSON is not Elasticsearch. */
export function elasticsearchOutput(run: OutputRun): Flush {
  const { section } = run;
  const upstream = upstreamOf(section, 9200);
  const uri = `${property(section, 'path') ?? ''}/_bulk`;
  return function* flush(chunk) {
    const response = yield* upload(run, upstream, {
      method: 'POST',
      uri,
      type: 'application/x-ndjson',
      body: chunk.events.map((event) => bulkLines(run, event, chunk.tag)).join(''),
      headers: [],
    });
    if (!response) return 'retry';
    const { status, body } = response;
    if (status !== 200 && status !== 201) {
      const payload = body === '' ? '' : `, response:\n${body}\n`;
      run.say('error', `HTTP status=${status} URI=${uri}${payload}`);
      return 'retry';
    }
    const answer = parseJsonRecord(body);
    if (!answer) {
      run.say('error', `could not pack/validate JSON response\n${body}`);
      return 'retry';
    }
    return answer.get('errors') === true ? 'retry' : 'ok';
  };
}

function bulkLines(run: OutputRun, { time, record }: LogEvent, tag: Bytes): Bytes {
  const { section } = run;
  const logstash = isOn(property(section, 'logstash_format'));
  const prefix = property(section, 'logstash_prefix') ?? 'logstash';
  const dateFormat = property(section, 'logstash_dateformat') ?? '%Y.%m.%d';
  const index = logstash
    ? `${prefix}-${formatTime(time, dateFormat)}`
    : (property(section, 'index') ?? 'fluent-bit');
  const type = isOn(property(section, 'suppress_type_name'))
    ? ''
    : `,"_type":${jsonString(property(section, 'type') ?? '_doc')}`;
  const operation = property(section, 'write_operation') ?? 'create';
  const timeKey = property(section, 'time_key') ?? '@timestamp';
  const format = property(section, 'time_key_format') ?? '%Y-%m-%dT%H:%M:%S';
  const millis = String(Math.floor(time.nanos / 1_000_000)).padStart(3, '0');
  const dated: LogRecord = new Map([
    [timeKey, `${formatTime(time, format)}.${millis}Z`],
    ...(isOn(property(section, 'include_tag_key'))
      ? ([[property(section, 'tag_key') ?? '_flb-key', tag]] as const)
      : []),
    ...record,
  ]);
  return `{"${operation}":{"_index":${jsonString(index)}${type}}}\n${toJson(dated)}\n`;
}

/** plugins/out_loki: one stream per chunk. */
export function lokiOutput(run: OutputRun): Flush {
  const { section } = run;
  const upstream = upstreamOf(section, 3100);
  const where = `${upstream.host}:${upstream.port}`;
  const keyValue = property(section, 'line_format') === 'key_value';
  const labels = (property(section, 'labels') ?? 'job=fluent-bit')
    .split(',')
    .map((label) => label.trim().split('='))
    .filter(([name, value]) => name !== undefined && value !== undefined && name !== '');
  const stream = labels.map(
    ([name = '', value = '']) => `${jsonString(name)}:${jsonString(value)}`,
  );
  return function* flush(chunk) {
    const values = chunk.events.map(({ time, record }) => {
      const text = keyValue
        ? [...record].map(([key, value]) => `${key}="${textOf(value)}"`).join(' ')
        : toJson(record);
      return `["${time.seconds}${String(time.nanos).padStart(9, '0')}",${jsonString(text)}]`;
    });
    const response = yield* upload(run, upstream, {
      method: 'POST',
      uri: property(section, 'uri') ?? '/loki/api/v1/push',
      type: 'application/json',
      body: `{"streams":[{"stream":{${stream.join(',')}},"values":[${values.join(',')}]}]}`,
      headers: [],
    });
    if (!response) return 'retry';
    if (response.status >= 200 && response.status <= 205) return 'ok';
    const payload = response.body === '' ? '' : `\n${response.body}`;
    if (response.status === 400) {
      run.say('error', `${where}, HTTP status=${response.status} Not retrying.${payload}`);
      return 'error';
    }
    run.say('error', `${where}, HTTP status=${response.status}${payload}`);
    return 'retry';
  };
}
