import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { headEnd, parseResponseHead, type ResponseHead } from './message';

export interface HttpResponse extends ResponseHead {
  readonly body: Bytes;
}

/** Why an exchange that had connected came to nothing. */
export type ExchangeFailure = 'empty reply' | 'not http' | 'closed early' | 'late';

export interface ExchangeOptions {
  readonly headOnly?: boolean;
  /** When to give up waiting, Unix ms; never, if it is left out. */
  readonly deadlineMs?: number;
}

/** Reads what has come; undefined when the time is up first. */
type Read = () => Call<Bytes | undefined>;

function reader(sys: Sys, fd: number, deadlineMs: number | undefined): Read {
  return function* read() {
    if (deadlineMs !== undefined) {
      const left = Math.max(deadlineMs - sys.nowMs, 0);
      if ((yield* sys.poll([{ fd }], left)) === undefined) return undefined;
    }
    return yield* sys.read(fd, 65_536);
  };
}

/**
 * Sends a request over a connected socket and reads the whole answer (Content-Length, chunked, or up to the
 * end of the connection). Socket errors come through as SysError.
 */
export function* exchange(
  sys: Sys,
  fd: number,
  request: Bytes,
  options: ExchangeOptions = {},
): Call<HttpResponse | ExchangeFailure> {
  const read = reader(sys, fd, options.deadlineMs);
  yield* sys.write(fd, request);
  let received: Bytes = '';
  let end = -1;
  while (end < 0) {
    const bytes = yield* read();
    if (bytes === undefined) return 'late';
    if (bytes === '') return received === '' ? 'empty reply' : 'not http';
    received += bytes;
    end = headEnd(received);
    if (received.length >= 5 && !received.startsWith('HTTP/')) return 'not http';
  }
  const head = parseResponseHead(received.slice(0, end).replace(/(\r?\n)+$/, ''));
  if (!head) return 'not http';
  const bodyless = options.headOnly === true || head.status === 204 || head.status === 304;
  if (bodyless) return { ...head, body: '' };
  const body = yield* readBody(read, head, received.slice(end));
  return typeof body === 'string' ? { ...head, body } : body.failure;
}

function* readBody(
  read: Read,
  head: ResponseHead,
  first: Bytes,
): Call<Bytes | { readonly failure: ExchangeFailure }> {
  let received = first;
  const chunked = head.headers.get('transfer-encoding')?.toLowerCase() === 'chunked';
  const length = head.headers.get('content-length');
  for (;;) {
    if (chunked) {
      const whole = joinChunks(received);
      if (whole !== undefined) return whole;
    } else if (length !== undefined && received.length >= Number(length)) {
      return received.slice(0, Number(length));
    }
    const bytes = yield* read();
    if (bytes === undefined) return { failure: 'late' };
    if (bytes === '') {
      return chunked || length !== undefined ? { failure: 'closed early' } : received;
    }
    received += bytes;
  }
}

/** The joined chunks, or undefined while the last one has not come. */
function joinChunks(received: Bytes): Bytes | undefined {
  let body: Bytes = '';
  let at = 0;
  for (;;) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(received.slice(at, lineEnd), 16);
    if (!Number.isFinite(size)) return undefined;
    const start = lineEnd + 2;
    if (received.length < start + size + 2) return undefined;
    if (size === 0) return body;
    body += received.slice(start, start + size);
    at = start + size + 2;
  }
}
