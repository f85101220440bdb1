import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { namesIn, typeOf } from '../files';
import { clockTime, httpDate, monthName, renderResponse } from '../http/message';
import { type HttpHandler, HttpLoop, type HttpReply, type HttpRequest } from '../http/server';

const DEFAULT_PORT = 8000;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  txt: 'text/plain',
  md: 'text/markdown',
};

/** `python -m http.server`: the files of a folder. Models CPython's Lib/http/server.py. */
export function* serveFolder(
  sys: Sys,
  args: readonly Bytes[],
  { version, unbuffered }: { version: string; unbuffered: boolean },
): Call<number> {
  let port = DEFAULT_PORT;
  let host = '0.0.0.0';
  let folder = sys.cwd;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (/^\d+$/.test(word)) port = Number(word);
    else if (word === '--bind' || word === '-b') host = args[++i] ?? host;
    else if (word === '--directory' || word === '-d') folder = args[++i] ?? folder;
  }
  let listener: number;
  try {
    listener = sys.listen({ host, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = { EADDRINUSE: 98, EACCES: 13, EADDRNOTAVAIL: 99 }[error.errno as string] ?? 22;
    const kind = error.errno === 'EACCES' ? 'PermissionError' : 'OSError';
    yield* sys.write(
      2,
      `Traceback (most recent call last):\n  File "<frozen runpy>", line 198, in _run_module_as_main\n  File "<frozen runpy>", line 88, in _run_code\n${kind}: [Errno ${number}] ${error.message}\n`,
    );
    return 1;
  }
  // Into anything but a terminal this line waits in a buffer that nobody empties.
  if (unbuffered || sys.isatty(1)) {
    yield* sys.write(1, `Serving HTTP on ${host} port ${port} (http://${host}:${port}/) ...\n`);
  }
  // No handler for TERM: as process 1 Python does not hear it.
  yield* new HttpLoop(new FolderHandler(folder, version)).run(sys, [listener], () => 'no');
  return 0;
}

class FolderHandler implements HttpHandler {
  readonly #folder: Bytes;
  readonly #version: string;

  constructor(folder: Bytes, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const path = (request.target.split('?')[0] ?? '/').replace(/%([0-9a-fA-F]{2})/g, (_, digits) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    const inside = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
    const file = [this.#folder.replace(/\/$/, ''), ...inside].join('/') || '/';
    const known = request.method === 'GET' || request.method === 'HEAD';
    if (!known)
      return yield* this.#error(sys, request, 501, `Unsupported method ('${request.method}')`);
    if (typeOf(sys, file) === 'directory') {
      if (!path.endsWith('/')) {
        return yield* this.#reply(sys, request, 301, '', [['Location', `${path}/`]]);
      }
      const index = yield* readIfThere(sys, `${file}/index.html`);
      const body = index ?? listing(sys, file, path);
      return yield* this.#reply(sys, request, 200, body, [
        ['Content-type', 'text/html; charset=utf-8'],
      ]);
    }
    const content = yield* readIfThere(sys, file);
    if (content === undefined) return yield* this.#error(sys, request, 404, 'File not found');
    const type = TYPES[file.replace(/^.*\./, '')] ?? 'application/octet-stream';
    return yield* this.#reply(sys, request, 200, content, [['Content-type', type]]);
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(): Call<HttpReply> {
    return { bytes: renderResponse(400, [['Connection', 'close']], ''), keepAlive: false };
  }

  *#error(sys: Sys, request: HttpRequest, status: number, text: string): Call<HttpReply> {
    yield* this.#log(sys, request, `code ${status}, message ${text}`);
    const body = `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: ${status}</p>\n        <p>Message: ${text}.</p>\n    </body>\n</html>\n`;
    return yield* this.#reply(sys, request, status, body, [
      ['Content-Type', 'text/html;charset=utf-8'],
    ]);
  }

  *#reply(
    sys: Sys,
    request: HttpRequest,
    status: number,
    body: Bytes,
    own: readonly (readonly [string, Bytes])[],
  ): Call<HttpReply> {
    yield* this.#log(sys, request, `"${request.line}" ${status} -`);
    const headers = [
      ['Server', `SimpleHTTP/0.6 Python/${this.#version}`],
      ['Date', httpDate(sys.nowMs)],
      ...own,
      ['Content-Length', String(body.length)],
    ] as const;
    const headOnly = request.method === 'HEAD';
    const bytes = renderResponse(status, headers, body, { headOnly });
    return { bytes: bytes.replace(/^HTTP\/1\.1/, 'HTTP/1.0'), keepAlive: false };
  }

  *#log(sys: Sys, request: HttpRequest, text: string): Call<void> {
    const date = new Date(sys.nowMs);
    const day = `${String(date.getUTCDate()).padStart(2, '0')}/${monthName(sys.nowMs)}/${date.getUTCFullYear()}`;
    yield* sys.write(2, `${request.peer.host} - - [${day} ${clockTime(sys.nowMs)}] ${text}\n`);
  }
}

function listing(sys: Sys, folder: Bytes, path: Bytes): Bytes {
  const items = namesIn(sys, folder).map((name) => {
    const shown = typeOf(sys, `${folder}/${name}`) === 'directory' ? `${name}/` : name;
    return `<li><a href="${shown}">${shown}</a></li>\n`;
  });
  const title = `Directory listing for ${path}`;
  return `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${items.join('')}</ul>\n<hr>\n</body>\n</html>\n`;
}
