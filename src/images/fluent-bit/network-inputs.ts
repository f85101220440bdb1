import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import { readForward } from '../records/forward-message';
import { parseJson } from '../records/json';
import { NotMessagePack, pack, unpack } from '../records/msgpack';
import { eventTime, isList, isRecord, type LogEvent, type Value } from '../records/record';
import { type InputRun, listenOrSay, type StartedInput } from './input';
import { property, type Section } from './section';

/** Reads what can be read from the front of the bytes; gives back the rest, or undefined to hang up. */
type Decoder = (received: Bytes) => { readonly rest: Bytes; readonly answer: Bytes } | undefined;

/** plugins/in_forward and in_tcp: connections that bring messages one after the other. */
export function streamInput(section: Section, run: InputRun): StartedInput {
  const isForward = run.input.plugin === 'forward';
  const host = property(section, 'listen') ?? '0.0.0.0';
  const port = Number(property(section, 'port') ?? (isForward ? 24_224 : 5170));
  const listener = listenOrSay(run, host, port);
  if (listener === undefined) {
    run.say(
      'error',
      isForward
        ? `could not bind address ${host}:${port}. Aborting`
        : `could not initialize downstream on ${host}:${port}. Aborting`,
    );
    return 'failed';
  }
  if (isForward) run.say('info', `listening on ${host}:${port}`);
  const decode = isForward ? forwardDecoder(section, run) : tcpDecoder(section, run);
  return { collect: acceptAll(run, listener, decode) };
}

function* acceptAll(run: InputRun, listener: number, decode: Decoder): Call<void> {
  for (;;) {
    const { fd } = yield* run.sys.accept(listener);
    run.strands.start(serve(run, fd, decode));
  }
}

function* serve(run: InputRun, fd: number, decode: Decoder): Call<void> {
  const { sys } = run;
  let received: Bytes = '';
  try {
    for (;;) {
      // A paused input stops reading, and TCP makes the sender wait.
      while (run.input.paused) yield* sys.sleep(500);
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '') return;
      const decoded = decode(received + bytes);
      yield* run.log.flush();
      if (!decoded) return;
      received = decoded.rest;
      if (decoded.answer !== '') yield* sys.write(fd, decoded.answer);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  } finally {
    sys.close(fd);
  }
}

function forwardDecoder(section: Section, run: InputRun): Decoder {
  const prefix = property(section, 'tag_prefix') ?? '';
  const fixedTag = property(section, 'tag');
  return (received) => {
    let at = 0;
    let answer: Bytes = '';
    try {
      for (;;) {
        const unpacked = unpack(received, at);
        if (!unpacked) return { rest: received.slice(at), answer };
        at = unpacked.end;
        const message = readForward(unpacked.value);
        if (!message) return undefined;
        run.emit(fixedTag ?? `${prefix}${message.tag}`, message.events);
        if (message.chunk !== undefined) answer += pack(new Map([['ack', message.chunk]]));
        if (at >= received.length) return { rest: '', answer };
      }
    } catch (error) {
      if (error instanceof NotMessagePack) return undefined;
      throw error;
    }
  };
}

function tcpDecoder(section: Section, run: InputRun): Decoder {
  const json = (property(section, 'format') ?? 'json').toLowerCase() === 'json';
  const separator = property(section, 'separator') ?? '\n';
  return (received) => {
    const parts = received.split(json ? '\n' : separator);
    let rest = parts.pop() ?? '';
    // JSON needs no separator: what is whole is taken.
    if (json && rest !== '' && parseJson(rest) !== undefined) {
      parts.push(rest);
      rest = '';
    }
    const time = eventTime(run.sys.nowMs);
    const events: LogEvent[] = [];
    for (const part of parts) {
      if (part.trim() === '') continue;
      if (!json) events.push({ time, record: new Map([['log', part]]) });
      else for (const record of recordsOf(parseJson(part))) events.push({ time, record });
    }
    run.emit(run.tag, events);
    return { rest, answer: '' };
  };
}

function recordsOf(value: Value | undefined): readonly ReadonlyMap<Bytes, Value>[] {
  if (isRecord(value)) return [value];
  return isList(value) ? value.filter(isRecord) : [];
}

/** plugins/in_http. */
export function httpInput(section: Section, run: InputRun): StartedInput {
  const host = property(section, 'listen') ?? '0.0.0.0';
  const port = Number(property(section, 'port') ?? 9880);
  const listener = listenOrSay(run, host, port);
  if (listener === undefined) {
    run.say('error', `could not start http server on ${host}:${port}. Aborting`);
    return 'failed';
  }
  return {
    collect: new HttpLoop(new InputHandler(section, run)).run(run.sys, [listener], () => 'no'),
  };
}

class InputHandler implements HttpHandler {
  readonly #run: InputRun;
  readonly #section: Section;

  constructor(section: Section, run: InputRun) {
    this.#section = section;
    this.#run = run;
  }

  *handle(_sys: Sys, request: HttpRequest): Call<HttpReply> {
    const keepAlive = wantsKeepAlive(request);
    const [status, message] = this.#take(request);
    yield* this.#run.log.flush();
    const line = status === 201 ? '201 Created ' : `${status} ${REASONS[status] ?? ''}`;
    const head = `HTTP/1.1 ${line}\r\nServer: Fluent Bit v4.2.0\r\nContent-Length: ${message.length}\r\n\r\n`;
    return { bytes: head + message, keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n', keepAlive: false };
  }

  #take(request: HttpRequest): readonly [number, Bytes] {
    if (request.method !== 'POST') return [400, 'error: invalid HTTP method\n'];
    const type = request.headers.get('content-type');
    if (type === undefined) return [400, "error: header 'Content-Type' is not set\n"];
    if (!/^application\/(json|x-ndjson)/.test(type)) {
      return [400, "error: invalid 'Content-Type'\n"];
    }
    if (request.body === '') return [400, 'error: no payload found\n'];
    const whole = parseJson(request.body);
    const records =
      whole === undefined
        ? request.body.split('\n').flatMap((line) => recordsOf(parseJson(line)))
        : recordsOf(whole);
    if (records.length === 0) {
      this.#run.say('warn', 'error parsing JSON message, skipping');
      return [400, 'error: invalid payload\n'];
    }
    const path = (request.target.split('?')[0] ?? '').replace(/^\//, '').replaceAll('/', '.');
    const tag = property(this.#section, 'tag') ?? (path === '' ? this.#run.tag : path);
    const time = eventTime(this.#run.sys.nowMs);
    this.#run.emit(
      tag,
      records.map((record) => ({ time, record })),
    );
    const code = Number(property(this.#section, 'successful_response_code') ?? 201);
    return [[200, 201, 204].includes(code) ? code : 201, ''];
  }
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  400: 'Bad Request',
};
