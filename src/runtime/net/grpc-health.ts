import type { Bytes } from '../bytes';
import { bigEndian, bigEndianAt } from './big-endian';

/**
 * The little of HTTP/2 and gRPC that a health check needs (grpc.health.v1.Health/Check): real frames, headers
 * written as literals, one call a connection. Models what grpc-go sends and understands.
 */

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME = { data: 0, headers: 1, settings: 4 } as const;
const END_STREAM = 1;
const ACKNOWLEDGED = 1;
const END_HEADERS = 4;
const HEAD_BYTES = 9;
const CHECK_PATH = '/grpc.health.v1.Health/Check';

/** Values of HealthCheckResponse.ServingStatus. */
export const SERVING_STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;
export type ServingStatus = (typeof SERVING_STATUS)[number];

/** gRPC status codes, as far as they come up. */
export const GRPC_CODE = { ok: 0, notFound: 5, unimplemented: 12 } as const;

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Bytes;
}

function frame(type: number, flags: number, stream: number, payload: Bytes = ''): Bytes {
  const head = String.fromCharCode(type, flags);
  return bigEndian(payload.length, 3) + head + bigEndian(stream, 4) + payload;
}

/** Literal header fields without indexing (RFC 7541, 6.2.2); names and values below 127 bytes. */
function headers(fields: readonly (readonly [Bytes, Bytes])[]): Bytes {
  return fields
    .map(
      ([name, value]) =>
        `\0${bigEndian(name.length, 1)}${name}${bigEndian(value.length, 1)}${value}`,
    )
    .join('');
}

function readHeaders(block: Bytes): ReadonlyMap<Bytes, Bytes> {
  const fields = new Map<Bytes, Bytes>();
  for (let at = 1; at < block.length; at++) {
    const nameEnd = at + 1 + block.charCodeAt(at);
    const valueEnd = nameEnd + 1 + block.charCodeAt(nameEnd);
    fields.set(block.slice(at + 1, nameEnd), block.slice(nameEnd + 1, valueEnd));
    at = valueEnd;
  }
  return fields;
}

/** A message as gRPC wraps it: not compressed, its length in front. */
function wrapped(message: Bytes): Bytes {
  return `\0${bigEndian(message.length, 4)}${message}`;
}

/** Cuts frames off what has come in. */
class FrameReader {
  #received: Bytes = '';

  add(bytes: Bytes): Frame[] {
    this.#received += bytes;
    const frames: Frame[] = [];
    while (this.#received.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + bigEndianAt(this.#received, 0, 3);
      if (this.#received.length < end) break;
      frames.push({
        type: this.#received.charCodeAt(3),
        flags: this.#received.charCodeAt(4),
        stream: bigEndianAt(this.#received, 5, 4),
        payload: this.#received.slice(HEAD_BYTES, end),
      });
      this.#received = this.#received.slice(end);
    }
    return frames;
  }
}

/** What a client sends to ask for the health of a service; '' is the server as a whole. */
export function healthCheckCall(service: Bytes, authority: Bytes, userAgent: Bytes): Bytes {
  const message = service === '' ? '' : `\x0a${bigEndian(service.length, 1)}${service}`;
  const head = headers([
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', CHECK_PATH],
    [':authority', authority],
    ['content-type', 'application/grpc'],
    ['user-agent', userAgent],
    ['te', 'trailers'],
  ]);
  return (
    PREFACE +
    frame(FRAME.settings, 0, 0) +
    frame(FRAME.headers, END_HEADERS, 1, head) +
    frame(FRAME.data, END_STREAM, 1, wrapped(message))
  );
}

export interface HealthAnswer {
  /** gRPC's status code and words; 0 and '' for a check that was answered. */
  readonly code: number;
  readonly text: Bytes;
  readonly serving: ServingStatus;
}

/** Reads the answer to a call. */
export class HealthAnswerReader {
  readonly #frames = new FrameReader();
  #first = true;
  #serving = 0;
  answer: HealthAnswer | undefined;
  /** Whether the other side has begun to speak HTTP/2. */
  get spoke(): boolean {
    return !this.#first && !this.isForeign;
  }

  /** The other side does not speak HTTP/2. */
  isForeign = false;

  add(bytes: Bytes): void {
    for (const { type, flags, payload } of this.#take(bytes)) {
      if (type === FRAME.data) this.#serving = payload.length > 6 ? payload.charCodeAt(6) : 0;
      if (type !== FRAME.headers || (flags & END_STREAM) === 0) continue;
      const fields = readHeaders(payload);
      this.answer = {
        code: Number(fields.get('grpc-status') ?? 2),
        text: fields.get('grpc-message') ?? '',
        serving: SERVING_STATUS[this.#serving] ?? 'UNKNOWN',
      };
    }
  }

  #take(bytes: Bytes): Frame[] {
    if (this.#first && bytes !== '') {
      this.#first = false;
      this.isForeign = bytes.length < HEAD_BYTES || bytes.charCodeAt(3) !== FRAME.settings;
    }
    return this.isForeign ? [] : this.#frames.add(bytes);
  }
}

/** What a server knows of the health of a service; undefined: it knows no such service. */
export type HealthOf = (service: Bytes) => ServingStatus | undefined;

/** A server's side of one connection, fed with what comes in. Without `healthOf` it has no health service. */
export class GrpcServerSide {
  readonly #healthOf: HealthOf | undefined;
  readonly #frames = new FrameReader();
  #received: Bytes = '';
  #greeted = false;
  #path: Bytes = '';

  constructor(healthOf: HealthOf | undefined) {
    this.#healthOf = healthOf;
  }

  /** What to send back; undefined: the client does not speak gRPC, the connection is closed. */
  receive(bytes: Bytes): Bytes | undefined {
    let reply: Bytes = '';
    let rest = bytes;
    if (!this.#greeted) {
      this.#received += bytes;
      if (this.#received.length < PREFACE.length) {
        return PREFACE.startsWith(this.#received) ? '' : undefined;
      }
      if (!this.#received.startsWith(PREFACE)) return undefined;
      this.#greeted = true;
      rest = this.#received.slice(PREFACE.length);
      reply += frame(FRAME.settings, 0, 0);
    }
    for (const one of this.#frames.add(rest)) reply += this.#answer(one);
    return reply;
  }

  #answer({ type, flags, stream, payload }: Frame): Bytes {
    if (type === FRAME.settings && (flags & ACKNOWLEDGED) === 0) {
      return frame(FRAME.settings, ACKNOWLEDGED, 0);
    }
    if (type === FRAME.headers) this.#path = readHeaders(payload).get(':path') ?? '';
    if (type !== FRAME.data || (flags & END_STREAM) === 0) return '';
    const service = this.#path.split('/')[1] ?? '';
    if (this.#path !== CHECK_PATH || !this.#healthOf) {
      return refusal(stream, GRPC_CODE.unimplemented, `unknown service ${service}`);
    }
    const message = payload.slice(5);
    const health = this.#healthOf(message.slice(2));
    if (health === undefined) return refusal(stream, GRPC_CODE.notFound, 'unknown service');
    const body = `\x08${String.fromCharCode(SERVING_STATUS.indexOf(health))}`;
    return (
      frame(FRAME.headers, END_HEADERS, stream, headers(RESPONSE)) +
      frame(FRAME.data, 0, stream, wrapped(body)) +
      frame(FRAME.headers, END_HEADERS | END_STREAM, stream, headers([['grpc-status', '0']]))
    );
  }
}

const RESPONSE: readonly (readonly [Bytes, Bytes])[] = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
];

function refusal(stream: number, code: number, text: Bytes): Bytes {
  const block = headers([...RESPONSE, ['grpc-status', String(code)], ['grpc-message', text]]);
  return frame(FRAME.headers, END_HEADERS | END_STREAM, stream, block);
}
