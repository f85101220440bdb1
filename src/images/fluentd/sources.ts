import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { renderResponse } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import { readForward } from '../records/forward-message';
import { parseJson, parseJsonRecord } from '../records/json';
import { NotMessagePack, pack, unpack } from '../records/msgpack';
import {
  eventTime,
  isFloat,
  isList,
  isRecord,
  type LogRecord,
  type Value,
} from '../records/record';
import { ConfigError, type Element, required } from './config';
import type { PluginContext, Source } from './plugin';
import { checkTail, TailSource } from './tail-source';

const TYPES = new Set(['tail', 'forward', 'http', 'sample', 'dummy']);

/** Checks a source's parameters; false: no such plugin. Throws ConfigError. */
export function checkSource(element: Element): boolean {
  const type = element.parameters.get('@type') ?? '';
  if (type === 'tail') checkTail(element);
  if (type === 'sample' || type === 'dummy') {
    required(element, 'tag');
    sampleRecords(element);
  }
  return TYPES.has(type);
}

/** Makes a source that `checkSource` has found right. */
export function createSource(context: PluginContext): Source {
  switch (context.element.parameters.get('@type')) {
    case 'tail':
      return new TailSource(context);
    case 'forward':
      return { start: () => startForward(context) };
    case 'http':
      return { start: () => startHttp(context) };
    default:
      return { start: () => startSample(context) };
  }
}

/** Ruby's error for a port that cannot be had. */
function listen(context: PluginContext, bind: Bytes, port: number): number {
  try {
    return context.sys.listen({ host: bind, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const text = `${error.message} - bind(2) for "${bind}" port ${port}`;
    throw new ConfigError(text, `Errno::${error.errno}`);
  }
}

function address(element: Element, port: number): { bind: Bytes; port: number } {
  return {
    bind: element.parameters.get('bind') ?? '0.0.0.0',
    port: Number(element.parameters.get('port') ?? port),
  };
}

// biome-ignore lint/correctness/useYield: one shape for all sources, though this one never waits
function* startForward(context: PluginContext): Call<void> {
  const { bind, port } = address(context.element, 24_224);
  context.say('info', 'listening port', { port, bind });
  const listener = listen(context, bind, port);
  context.strands.start(acceptForward(context, listener));
}

function* acceptForward(context: PluginContext, listener: number): Call<void> {
  for (;;) {
    const { fd, peer } = yield* context.sys.accept(listener);
    context.strands.start(serveForward(context, fd, peer.host));
  }
}

function* serveForward(context: PluginContext, fd: number, host: Bytes): Call<void> {
  const { sys, element } = context;
  let received: Bytes = '';
  try {
    for (;;) {
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '') return;
      received += bytes;
      for (;;) {
        const unpacked = received === '' ? undefined : unpack(received);
        if (!unpacked) break;
        received = received.slice(unpacked.end);
        const message = readForward(unpacked.value);
        if (!message) throw new NotMessagePack();
        const prefix = element.parameters.get('add_tag_prefix');
        const tag = element.parameters.get('tag') ?? message.tag;
        context.emit(prefix === undefined ? tag : `${prefix}.${tag}`, message.events);
        if (message.chunk !== undefined) {
          yield* sys.write(fd, pack(new Map([['ack', message.chunk]])));
        }
      }
      yield* context.log.flush();
    }
  } catch (error) {
    if (error instanceof NotMessagePack) {
      context.say('warn', 'incoming chunk is broken:', { host, msg: received.slice(0, 32) });
      yield* context.log.flush();
    } else if (!(error instanceof SysError)) throw error;
  } finally {
    sys.close(fd);
  }
}

function* startHttp(context: PluginContext): Call<void> {
  const { bind, port } = address(context.element, 9880);
  const listener = listen(context, bind, port);
  const loop = new HttpLoop(new HttpSource(context));
  context.strands.start(loop.run(context.sys, [listener], () => 'no'));
}

/** Models lib/fluent/plugin/in_http.rb: the path is the tag, the body JSON. */
class HttpSource implements HttpHandler {
  readonly #context: PluginContext;

  constructor(context: PluginContext) {
    this.#context = context;
  }

  *handle(_sys: Sys, request: HttpRequest): Call<HttpReply> {
    const keepAlive = wantsKeepAlive(request);
    const problem = this.#take(request);
    yield* this.#context.log.flush();
    const body = problem === undefined ? '' : `400 Bad Request\n${problem}\n`;
    const headers = [
      ['Content-Type', 'text/plain'],
      ['Connection', keepAlive ? 'Keep-Alive' : 'close'],
      ['Content-Length', String(body.length)],
    ] as const;
    return { bytes: renderResponse(problem === undefined ? 200 : 400, headers, body), keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: renderResponse(400, [['Connection', 'close']], ''), keepAlive: false };
  }

  /** What is wrong with it, in the words of the error that fluentd shows. */
  #take(request: HttpRequest): Bytes | undefined {
    const [path = '', query = ''] = request.target.split('?');
    const tag = path.replace(/^\//, '').replaceAll('/', '.');
    const form = new Map(
      [...query.split('&'), ...(isForm(request) ? request.body.split('&') : [])].map((pair) => {
        const [key = '', value = ''] = pair.split('=');
        return [key, decoded(value)] as const;
      }),
    );
    const text = form.get('json') ?? request.body;
    const lines = /ndjson/.test(request.headers.get('content-type') ?? '')
      ? text.split('\n')
      : [text];
    const values = lines.filter((line) => line.trim() !== '').map((line) => parseJson(line));
    const records: (Value | undefined)[] = [];
    for (const value of values) records.push(...(isList(value) ? value : [value]));
    if (records.length === 0 || !records.every(isRecord)) {
      return "'json', 'ndjson' or 'msgpack' parameter is required";
    }
    const given = Number(form.get('time') ?? Number.NaN);
    const { nowMs } = this.#context.sys;
    const events = records.filter(isRecord).map((record) => ({
      time: Number.isNaN(given) ? timeIn(record, nowMs) : eventTime(given * 1000),
      record,
    }));
    this.#context.emit(tag, events);
    return undefined;
  }
}

function isForm(request: HttpRequest): boolean {
  return /x-www-form-urlencoded/.test(request.headers.get('content-type') ?? '');
}

function decoded(text: Bytes): Bytes {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

function timeIn(record: LogRecord, nowMs: number) {
  const time: Value | undefined = record.get('time');
  if (typeof time === 'number') return { seconds: time, nanos: 0 };
  return isFloat(time) ? eventTime(time.float * 1000) : eventTime(nowMs);
}

function sampleRecords(element: Element): readonly LogRecord[] {
  const { parameters } = element;
  const given = parameters.get('sample') ?? parameters.get('dummy');
  if (given === undefined) return [new Map([['message', 'sample']])];
  const value = parseJson(given);
  const records = (isList(value) ? value : [value]).filter(isRecord);
  if (records.length === 0) throw new ConfigError('got incomplete JSON', 'JSON::ParserError');
  return records;
}

// biome-ignore lint/correctness/useYield: one shape for all sources, though this one never waits
function* startSample(context: PluginContext): Call<void> {
  context.strands.start(emitSamples(context));
}

/** Models lib/fluent/plugin/in_sample.rb. */
function* emitSamples({ sys, element, emit, log }: PluginContext): Call<void> {
  const records = sampleRecords(element);
  const rate = Number(element.parameters.get('rate') ?? 1) || 1;
  const tag = required(element, 'tag');
  const counterKey = element.parameters.get('auto_increment_key');
  let due = sys.nowMs;
  for (let count = 0; ; count++) {
    due += 1000 / rate;
    yield* sys.sleep(Math.max(1, due - sys.nowMs));
    const record = records[count % records.length] ?? parseJsonRecord('{}') ?? new Map();
    const counted =
      counterKey === undefined ? record : new Map([...record, [counterKey, count] as const]);
    emit(tag, [{ time: eventTime(sys.nowMs), record: counted }]);
    yield* log.flush();
  }
}
