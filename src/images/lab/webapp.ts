import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { type CacheAddress, cacheClient, increment } from './cache-client';
import { type DatabaseAddress, databaseAddress, databasePage } from './database-page';
import { type HttpApp, type Page, portFrom, serveHttp } from './http-app';
import { labImage } from './lab-image';
import { appendTo } from './legacy-app';

const DEFAULT_PORT = 8080;
const CONFIG_FOLDER = '/etc/app';
const LOG_FOLDER = '/var/log/app';

/** Serves a page, /health, /ready and /metrics, and logs a line per request; uses a cache if it is told of one. */
const webapp: Program = function* webapp(sys) {
  const port = portFrom(sys.env.get('PORT'), DEFAULT_PORT);
  const cache = cacheAddress(sys);
  const settings = listFolder(sys, CONFIG_FOLDER);
  if (settings.length > 0) {
    yield* sys.write(1, `webapp: settings in ${CONFIG_FOLDER}: ${settings.join(', ')}\n`);
  }
  if (cache) sys.fork(cacheClient(cache));
  return yield* serveHttp(sys, new Webapp(port, cache, databaseAddress(sys)));
};

/** Where the environment says that Redis is. */
function cacheAddress({ env }: Sys): CacheAddress | undefined {
  const host = env.get('REDIS_HOST') ?? env.get('CACHE_HOST');
  const port = portFrom(env.get('REDIS_PORT') ?? env.get('CACHE_PORT'), 6379);
  return host === undefined ? undefined : { host, port };
}

function listFolder(sys: Sys, path: string): readonly string[] {
  try {
    return sys.readdir(path).filter((name) => !name.startsWith('.'));
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return [];
  }
}

class Webapp implements HttpApp {
  readonly name = 'webapp';
  readonly port: number;
  readonly #cache: CacheAddress | undefined;
  readonly #database: DatabaseAddress | undefined;
  #served = 0;

  constructor(
    port: number,
    cache: CacheAddress | undefined,
    database: DatabaseAddress | undefined,
  ) {
    this.port = port;
    this.#cache = cache;
    this.#database = database;
  }

  *page(sys: Sys, path: string): Call<Page> {
    this.#served++;
    switch (path) {
      case '/':
      case '/index.html':
        return { body: `webapp on ${sys.hostname}\n${yield* this.#visits(sys)}` };
      case '/health':
      case '/healthz':
      case '/ready':
        return { body: 'ok\n' };
      case '/db':
        if (this.#database) return yield* databasePage(sys, this.#database);
        return { status: 404, body: 'no database: DB_HOST is not set\n' };
      case '/metrics':
        return {
          body: `# TYPE http_requests_total counter\nhttp_requests_total ${this.#served}\n`,
        };
      default:
        return { status: 404, body: 'not found\n' };
    }
  }

  /** Counted in the cache, so that the number outlives the app, but not the cache. */
  *#visits(sys: Sys): Call<string> {
    if (!this.#cache) return '';
    const count = yield* increment(sys, this.#cache, 'visits');
    return typeof count === 'number' ? `visits: ${count}\n` : `cache: ${count}\n`;
  }

  /** To standard output, and to a file where there is a volume for it. */
  *log(sys: Sys, line: string): Call<void> {
    yield* sys.write(1, line);
    if (typeof sys.tryStat(LOG_FOLDER) === 'string') return;
    try {
      yield* appendTo(sys, `${LOG_FOLDER}/webapp.log`, line);
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
      yield* sys.write(2, `webapp: ${LOG_FOLDER}/webapp.log: ${failure.message}\n`);
    }
  }
}

/** The application that the notes' examples are about. */
export const webappImage = labImage({
  name: 'webapp',
  does: 'an HTTP server on port 8080 with /, /health, /ready and /metrics. It counts visits in Redis at REDIS_HOST (or CACHE_HOST), asks PostgreSQL at DB_HOST for /db, and writes its requests to /var/log/app too where that folder exists',
  run: webapp,
  port: DEFAULT_PORT,
});
