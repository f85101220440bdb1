import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { encodeCommand, parseReply, type Reply } from '../redis/resp';
import { dial } from './http-app';

export interface CacheAddress {
  readonly host: Bytes;
  readonly port: number;
}

/** A lost connection is tried again so often, virtual ms. */
const RETRY_MS = 1000;

/** Adds one to a number in Redis; the new number, or why there is none. */
export function* increment(
  sys: Sys,
  { host, port }: CacheAddress,
  key: Bytes,
): Call<number | string> {
  const fd = yield* dial(sys, host, port);
  if (typeof fd === 'string') return fd;
  try {
    yield* sys.write(fd, encodeCommand(['INCR', key]));
    const reply = yield* readReply(sys, fd);
    if (reply?.kind === 'integer') return reply.value;
    return reply?.kind === 'error' ? reply.text : 'connection closed';
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return failure.message;
  } finally {
    sys.close(fd);
  }
}

function* readReply(sys: Sys, fd: number): Call<Reply | undefined> {
  let received: Bytes = '';
  for (;;) {
    const bytes = yield* sys.read(fd, 4096);
    if (bytes === '') return undefined;
    received += bytes;
    const parsed = parseReply(received, 0);
    if (parsed) return parsed.value;
  }
}

/** Keeps a connection to the cache, and logs when it comes and goes: the app lives on without it. */
export function cacheClient({ host, port }: CacheAddress): Program {
  return function* cacheClient(sys) {
    sys.setTitle('webapp: cache connection');
    const address = `${host}:${port}`;
    let said = '';
    for (;;) {
      const fd = yield* dial(sys, host, port);
      const state = typeof fd === 'string' ? `${fd}; trying again` : 'connected';
      if (state !== said) yield* sys.write(1, `webapp: cache ${address}: ${state}\n`);
      said = state;
      if (typeof fd === 'number') {
        yield* untilClosed(sys, fd);
        said = 'connection closed';
        yield* sys.write(1, `webapp: cache ${address}: ${said}\n`);
      } else yield* sys.sleep(RETRY_MS);
    }
  };
}

function* untilClosed(sys: Sys, fd: number): Call<void> {
  try {
    let bytes = yield* sys.read(fd, 4096);
    while (bytes !== '') bytes = yield* sys.read(fd, 4096);
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
  }
  sys.close(fd);
}
