import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { errorNumber } from './errors';
import type { Listen } from './listen';
import type { NginxLogs } from './logs';
import type { Site } from './site';

/** nginx tries to bind this often before it gives up, and waits in between. */
const BIND_TRIES = 5;
const BIND_PAUSE_MS = 500;

/** The sockets that a master listens on, by address (`0.0.0.0:80`). */
export type Listeners = ReadonlyMap<string, number>;

/**
 * Listens at every address of a configuration, with those sockets of `open` that it still wants; undefined
 * after the messages when an address cannot be had.
 */
export function* bindAll(
  sys: Sys,
  site: Site,
  logs: NginxLogs,
  open: Listeners = new Map(),
): Call<Listeners | undefined> {
  const wanted = addressesOf(site);
  const bound = new Map([...open].filter(([address]) => wanted.has(address)));
  const kept = new Set(bound.keys());
  for (let attempt = 0; attempt < BIND_TRIES; attempt++) {
    let refused = false;
    for (const [address, { host, port }] of wanted) {
      if (bound.has(address)) continue;
      const failure = tryListen(sys, bound, address, { host, port });
      if (!failure) continue;
      yield* emergency(sys, logs, failure.text);
      refused ||= failure.final;
    }
    if (bound.size === wanted.size) return bound;
    if (refused) break;
    yield* sys.sleep(BIND_PAUSE_MS);
    if (attempt === BIND_TRIES - 1) yield* emergency(sys, logs, 'still could not bind()');
  }
  for (const [address, fd] of bound) if (!kept.has(address)) sys.close(fd);
  return undefined;
}

/** Closes what a new configuration no longer listens on. */
export function closeUnwanted(sys: Sys, before: Listeners, now: Listeners): void {
  for (const [address, fd] of before) if (!now.has(address)) sys.close(fd);
}

/** `0.0.0.0:80`, the key of a listener. */
export function addressOf({ host, port }: Listen): string {
  return `${host === '::' ? '0.0.0.0' : host}:${port}`;
}

function addressesOf(site: Site): ReadonlyMap<string, Listen> {
  const wanted = new Map<string, Listen>();
  for (const listen of [...site.servers, ...site.streams].flatMap(({ listens }) => listens)) {
    // A dual-stack pod has one address here: `[::]:80` beside `80` is the same socket.
    const host = listen.host === '::' ? '0.0.0.0' : listen.host;
    if (!host.startsWith('unix:')) wanted.set(addressOf(listen), { ...listen, host });
  }
  return wanted;
}

function tryListen(
  sys: Sys,
  bound: Map<string, number>,
  address: string,
  at: { readonly host: string; readonly port: number },
): { readonly text: string; readonly final: boolean } | undefined {
  try {
    bound.set(address, sys.listen(at));
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const text = `bind() to ${address} failed (${errorNumber(error)}: ${error.message})`;
    return { text, final: error.errno !== 'EADDRINUSE' };
  }
}

/** While it starts, nginx says what is wrong twice: to its log and to stderr. */
export function* emergency(sys: Sys, logs: NginxLogs, message: string): Call<void> {
  yield* logs.error(sys, [], 'emerg', message);
  yield* sys.write(2, `nginx: [emerg] ${message}\n`);
}
