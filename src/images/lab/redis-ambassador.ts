import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { relay } from '../tcp/relay';
import { dial, listenOrSay, portFrom } from './http-app';
import { labImage } from './lab-image';

/** The retries that the notes speak of: so many, so far apart (virtual ms). */
const TRIES = 5;
const RETRY_MS = 500;

/** `redis-ambassador`: takes connections on Redis’ port and passes them on, with retries. */
const ambassador: Program = function* ambassador(sys) {
  const port = portFrom(sys.env.get('LISTEN_PORT'), 6379);
  const host = sys.env.get('REDIS_HOST') ?? 'localhost';
  const target = portFrom(sys.env.get('REDIS_PORT'), 6379);
  const listener = yield* listenOrSay(sys, 'redis-ambassador', port);
  if (listener === undefined) return 1;
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  yield* sys.write(1, `redis-ambassador: listening on :${port}, redis at ${host}:${target}\n`);
  for (;;) {
    if (sys.takeSignals().length > 0) return 0;
    // Connections that have ended are children that have ended.
    let ended = true;
    while (ended) {
      ended = (yield* sys.waitpid(-1, { noHang: true, orNone: true })) !== undefined;
    }
    try {
      const { fd } = yield* sys.accept(listener);
      const upstream = yield* dialPatiently(sys, host, target);
      if (upstream !== undefined) {
        sys.fork(function* connection(child) {
          yield* relay(child, fd, upstream);
          return 0;
        });
        sys.close(upstream);
      }
      sys.close(fd);
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
    }
  }
};

function* dialPatiently(sys: Sys, host: string, port: number): Call<number | undefined> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const fd = yield* dial(sys, host, port);
    if (typeof fd === 'number') return fd;
    yield* sys.write(2, `redis-ambassador: ${host}:${port}: ${fd} (try ${attempt} of ${TRIES})\n`);
    yield* sys.sleep(RETRY_MS);
  }
  return undefined;
}

export const redisAmbassadorImage = labImage({
  name: 'redis-ambassador',
  does: 'a proxy on port 6379 (another one: LISTEN_PORT) to Redis at REDIS_HOST:REDIS_PORT, by default localhost:6379, with retries',
  run: ambassador,
  port: 6379,
});
