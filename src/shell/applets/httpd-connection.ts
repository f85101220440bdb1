import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat, Sys } from '../../runtime/syscalls';
import { Exit } from './applet';
import { calendarTime } from './calendar';
import { attempt, baseName } from './files';
import { HttpStream } from './http-stream';
import { runCgi } from './httpd-cgi';
import type { HttpdConfig } from './httpd-config';
import type { HttpRequest } from './httpd-request';
import { strftime } from './strftime';
import { UTC } from './timezone';

/** How long httpd waits for each line of a request. */
const REQUEST_TIMEOUT_MS = 60_000;

const RESPONSES: Readonly<Record<number, { readonly name: string; readonly info?: string }>> = {
  200: { name: 'OK' },
  206: { name: 'Partial Content' },
  302: { name: 'Found' },
  304: { name: 'Not Modified' },
  408: { name: 'Request Timeout', info: 'No request appeared within 60 seconds' },
  501: { name: 'Not Implemented', info: 'The requested method is not recognized' },
  404: { name: 'Not Found', info: 'The requested URL was not found' },
  400: { name: 'Bad Request', info: 'Unsupported method' },
  403: { name: 'Forbidden', info: '' },
  500: { name: 'Internal Server Error', info: 'Internal Server Error' },
};

const TYPES: readonly (readonly [string, string])[] = [
  ['.txt .h .c .cc .cpp', 'text/plain'],
  ['.htm .html', 'text/html'],
  ['.jpg .jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.css', 'text/css'],
  ['.js', 'application/javascript'],
  ['.wav', 'audio/wav'],
  ['.avi', 'video/x-msvideo'],
  ['.qt .mov', 'video/quicktime'],
  ['.mpe .mpeg', 'video/mpeg'],
  ['.mid .midi', 'audio/midi'],
  ['.mp3', 'audio/mpeg'],
];

/** Serves one connection on standard input and output of its process. */
export class HttpConnection {
  readonly #sys: Sys;
  readonly #config: HttpdConfig;
  readonly #verbose: number;
  /** What log lines begin with. */
  readonly #peer: Bytes;
  readonly #peerIp: string;
  readonly #stream: HttpStream;

  constructor(sys: Sys, config: HttpdConfig, verbose: number, peer: Bytes, peerIp: string) {
    this.#sys = sys;
    this.#config = config;
    this.#verbose = verbose;
    this.#peer = peer;
    this.#peerIp = peerIp;
    this.#stream = new HttpStream(sys, 0);
  }

  *run(): Call<void> {
    this.#sys.signalAction('PIPE', 'ignore');
    if (this.#verbose > 2) yield* this.#log('connected');
    try {
      yield* this.#serve();
    } catch (error) {
      if (!(error instanceof Exit) && !(error instanceof SysError)) throw error;
    }
    attempt(() => this.#sys.shutdown(1));
    if (this.#verbose > 2) yield* this.#log('closed');
  }

  *#log(text: Bytes): Call<void> {
    yield* this.#sys.write(2, `${this.#peer}: ${text}\n`);
  }

  *#serve(): Call<void> {
    if (this.#config.denies(this.#peerIp)) yield* this.#refuse(403);
    const line = yield* this.#line();
    if (line === '') return;
    const match = /^([^ ]*) (\/[^ ]*) HTTP\//.exec(line);
    if (!match) yield* this.#refuse(400);
    const [, method = '', target = ''] = match ?? [];
    const question = target.indexOf('?');
    const query = question < 0 ? undefined : target.slice(question + 1);
    const path = yield* this.#decode(question < 0 ? target : target.slice(0, question));
    if (this.#verbose > 1) yield* this.#log(`url:${path}`);
    yield* this.#respond({ method, path, query, headers: yield* this.#headers() });
  }

  *#line(): Call<Bytes> {
    const line = yield* this.#stream.line(REQUEST_TIMEOUT_MS);
    if (line === 'late') yield* this.#refuse(408);
    return line ?? '';
  }

  *#headers(): Call<readonly (readonly [Bytes, Bytes])[]> {
    const headers: [Bytes, Bytes][] = [];
    for (let line = yield* this.#line(); line !== ''; line = yield* this.#line()) {
      const colon = line.indexOf(':');
      if (colon < 0) continue;
      headers.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trimStart()]);
    }
    return headers;
  }

  /** Undoes %-escapes, and removes `.`, `..` and double slashes; above the root is a bad request. */
  *#decode(text: Bytes): Call<Bytes> {
    if (/%(?![0-9a-fA-F]{2})/.test(text)) yield* this.#refuse(400);
    if (/%(00|2f)/i.test(text)) yield* this.#refuse(404);
    const decoded = text.replace(/%(..)/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    const parts: Bytes[] = [];
    const raw = decoded.split('/');
    for (const part of raw) {
      if (part === '..') {
        if (parts.pop() === undefined) yield* this.#refuse(400);
      } else if (part !== '' && part !== '.') parts.push(part);
    }
    const last = raw.at(-1);
    const slash = parts.length > 0 && (last === '' || last === '.' || last === '..') ? '/' : '';
    return `/${parts.join('/')}${slash}`;
  }

  *#respond(request: HttpRequest): Call<void> {
    const { path } = request;
    const relative = path.slice(1);
    if (relative.startsWith('cgi-bin/')) {
      if (relative === 'cgi-bin/') yield* this.#refuse(403);
      yield* this.#cgi(request);
      return;
    }
    const isFolder = path.endsWith('/');
    const file = isFolder ? relative + this.#config.index : relative;
    const stat = attempt(() => this.#sys.stat(file));
    if (!stat && isFolder) {
      const fallback = attempt(() => this.#sys.access('cgi-bin/index.cgi', { execute: true }));
      if (fallback === undefined && !attempt(() => this.#sys.stat('cgi-bin/index.cgi'))) {
        yield* this.#refuse(404);
      }
      yield* this.#cgi({ ...request, path: '/cgi-bin/index.cgi' });
      return;
    }
    if (baseName(path) === 'httpd.conf') yield* this.#refuse(403);
    if (stat?.type === 'directory' && !isFolder) {
      const suffix = request.query === undefined ? '' : `?${request.query}`;
      yield* this.#head(302, [`Location: ${path}/${suffix}`]);
      return;
    }
    const method = request.method.toUpperCase();
    if (method !== 'GET' && method !== 'HEAD') {
      yield* this.#refuse(501);
    }
    yield* this.#sendFile(file, stat, request);
  }

  *#cgi(request: HttpRequest): Call<void> {
    const started = yield* runCgi(this.#sys, this.#stream, request, this.#peer);
    if (!started) yield* this.#refuse(404);
  }

  /** Sends a file. The body goes out for HEAD too, as busybox 1.37 does it. */
  *#sendFile(file: Bytes, stat: Stat | undefined, request: HttpRequest): Call<void> {
    const header = (name: Bytes) => request.headers.find(([key]) => key === name)?.[1];
    let path = file;
    let found = stat;
    let zipped = header('accept-encoding')?.includes('gzip') ?? false;
    if (zipped) {
      const other = attempt(() => this.#sys.stat(`${file}.gz`));
      zipped = other !== undefined;
      if (other) {
        path = `${file}.gz`;
        found = other;
      }
    }
    let fd = -1;
    try {
      fd = yield* this.#sys.open(path, { read: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* this.#refuse(404);
    }
    if (!found) return;
    const seconds = Math.floor(found.modifiedMs / 1000);
    const etag = `"${seconds.toString(16)}-${found.size.toString(16)}"`;
    if (header('if-none-match')?.includes(etag)) yield* this.#refuse(304);
    const range = zipped ? undefined : rangeOf(header('range'), found.size);
    const length = range ? range.last - range.first + 1 : found.size;
    const lines = [
      ...(range ? [`Content-Range: bytes ${range.first}-${range.last}/${found.size}`] : []),
      'Accept-Ranges: bytes',
      `Last-Modified: ${httpDate(found.modifiedMs)}`,
      `ETag: ${etag}`,
      `Content-Length: ${length}`,
      ...(zipped ? ['Content-Encoding: gzip'] : []),
    ];
    yield* this.#head(range ? 206 : 200, lines, this.#typeOf(file));
    if (range) this.#sys.seek(fd, range.first, 'start');
    yield* this.#copy(fd, length);
  }

  *#copy(fd: number, length: number): Call<void> {
    for (let left = length; left > 0; ) {
      const part = yield* this.#sys.read(fd, Math.min(left, 65536));
      if (part === '') return;
      yield* this.#sys.write(1, part);
      left -= part.length;
      yield* this.#sys.breathe();
    }
  }

  #typeOf(file: Bytes): Bytes | undefined {
    const suffix = /\.[^.]*$/.exec(file)?.[0];
    if (suffix === undefined) return undefined;
    const known = TYPES.find(([suffixes]) => suffixes.split(' ').includes(suffix))?.[1];
    return this.#config.types.get(suffix) ?? known;
  }

  /** Writes the head of a response, and the page that busybox makes for an error. */
  *#head(status: number, lines: readonly Bytes[], type?: Bytes): Call<void> {
    if (this.#verbose > 0) yield* this.#log(`response:${status}`);
    const { name, info } = RESPONSES[status] ?? { name: '' };
    const shownType = status === 200 ? type : 'text/html';
    const head = [
      `HTTP/1.1 ${status} ${name}`,
      `Date: ${httpDate(this.#sys.nowMs)}`,
      'Connection: close',
      ...(shownType === undefined ? [] : [`Content-type: ${shownType}`]),
      ...lines,
    ];
    const page = yield* this.#errorPage(status);
    const title = `${status} ${name}`;
    const body =
      info === undefined || page !== undefined
        ? (page ?? '')
        : `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${info}\n</BODY></HTML>\n`;
    yield* this.#sys.write(1, `${head.join('\r\n')}\r\n\r\n${body}`);
  }

  *#errorPage(status: number): Call<Bytes | undefined> {
    const path = this.#config.errorPages.get(status);
    if (path === undefined) return undefined;
    try {
      const fd = yield* this.#sys.open(path, { read: true });
      let page = '';
      for (let part = yield* this.#sys.read(fd, 65536); part !== ''; ) {
        page += part;
        part = yield* this.#sys.read(fd, 65536);
      }
      this.#sys.close(fd);
      return page;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return undefined;
    }
  }

  /** Answers with nothing but a status, and ends. */
  *#refuse(status: number): Call<never> {
    yield* this.#head(status, []);
    throw new Exit(0);
  }
}

function httpDate(ms: number): Bytes {
  return strftime('%a, %d %b %Y %H:%M:%S GMT', calendarTime(Math.floor(ms / 1000), UTC));
}

/** `bytes=2-5`, `bytes=2-`; undefined for anything else. */
function rangeOf(
  text: Bytes | undefined,
  size: number,
): { first: number; last: number } | undefined {
  const match = /^bytes=([0-9]+)-([0-9]*)/.exec(text ?? '');
  if (!match) return undefined;
  const first = Number(match[1]);
  const asked = match[2] === '' ? size - 1 : Number(match[2]);
  const last = asked === 0 || asked > size - 1 ? size - 1 : asked;
  return last < first || (match[2] !== '' && asked < first) ? undefined : { first, last };
}
