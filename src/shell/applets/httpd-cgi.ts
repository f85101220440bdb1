import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { attempt, baseName, directoryName } from './files';
import type { HttpStream } from './http-stream';
import type { HttpRequest } from './httpd-request';

/** Largest body that is handed to a script. */
const MAX_BODY = 16 * 1024 * 1024;

/** Runs a script below cgi-bin and sends what it prints; false if there is none to run. */
export function* runCgi(
  sys: Sys,
  stream: HttpStream,
  request: HttpRequest,
  peer: Bytes,
): Call<boolean> {
  const { script, info } = splitScript(sys, request.path);
  const path = `${sys.cwd === '/' ? '' : sys.cwd}${script}`;
  if (!isRunnable(sys, path)) return false;
  const [fromCgi, cgiOut] = sys.pipe();
  const [cgiIn, toCgi] = sys.pipe();
  const body = yield* readBody(stream, request);
  const env = environmentOf(sys, request, { script, info, path, peer, length: body.length });
  sys.fork(function* (child) {
    child.dup2(cgiIn, 0);
    child.dup2(cgiOut, 1);
    for (const fd of [fromCgi, cgiOut, cgiIn, toCgi]) child.close(fd);
    child.chdir(directoryName(path));
    try {
      return yield* child.exec(baseName(path), [baseName(path)], env);
    } catch (error) {
      if (error instanceof SysError) return 242;
      throw error;
    }
  });
  sys.close(cgiOut);
  sys.close(cgiIn);
  try {
    yield* sys.write(toCgi, body);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  sys.close(toCgi);
  yield* pump(sys, fromCgi);
  return true;
}

/** The script is the first part of the path that is no folder; what follows it is PATH_INFO. */
function splitScript(sys: Sys, path: Bytes): { script: Bytes; info: Bytes } {
  for (let at = path.indexOf('/', 1); at >= 0; at = path.indexOf('/', at + 1)) {
    const stat = attempt(() => sys.stat(path.slice(1, at)));
    if (stat?.type !== 'directory') return { script: path.slice(0, at), info: path.slice(at) };
  }
  return { script: path, info: '' };
}

function isRunnable(sys: Sys, path: Bytes): boolean {
  return (
    attempt(() => {
      sys.access(path, { execute: true });
      return sys.stat(path).type === 'file';
    }) ?? false
  );
}

function* readBody(stream: HttpStream, request: HttpRequest): Call<Bytes> {
  const text = request.headers.find(([name]) => name === 'content-length')?.[1] ?? '0';
  let left = /^[0-9]+$/.test(text) ? Math.min(Number(text), MAX_BODY) : 0;
  let body = '';
  while (left > 0) {
    const part = yield* stream.bytes(left);
    if (part === undefined || part === '') break;
    body += part;
    left -= part.length;
  }
  return body;
}

function environmentOf(
  sys: Sys,
  request: HttpRequest,
  details: { script: Bytes; info: Bytes; path: Bytes; peer: Bytes; length: number },
): ReadonlyMap<Bytes, Bytes> {
  const env = new Map(sys.env);
  for (const [name, value] of request.headers) {
    const variable = name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    env.set(name === 'content-type' ? variable : `HTTP_${variable}`, value);
  }
  const query = request.query === undefined ? '' : `?${request.query}`;
  env.set('PATH_INFO', details.info);
  env.set('REQUEST_METHOD', request.method);
  env.set('REQUEST_URI', request.path + query);
  env.set('SCRIPT_FILENAME', details.path);
  env.set('SCRIPT_NAME', details.script);
  if (request.query !== undefined) env.set('QUERY_STRING', request.query);
  env.set('SERVER_SOFTWARE', 'busybox httpd/1.37.0');
  env.set('SERVER_PROTOCOL', 'HTTP/1.1');
  env.set('GATEWAY_INTERFACE', 'CGI/1.1');
  const port = details.peer.startsWith('[') ? -1 : details.peer.lastIndexOf(':');
  env.set('REMOTE_ADDR', port < 0 ? details.peer : details.peer.slice(0, port));
  if (port >= 0) env.set('REMOTE_PORT', details.peer.slice(port + 1));
  if (details.length > 0) env.set('CONTENT_LENGTH', String(details.length));
  return env;
}

/** Sends a script's output, with a status line in front if it has none of its own. */
function* pump(sys: Sys, from: number): Call<void> {
  let begun = false;
  let held = '';
  for (;;) {
    const part = yield* sys.read(from, 8192);
    held += part;
    if (!begun && (held.length >= 8 || part === '')) {
      if (held.startsWith('Status: ')) held = `HTTP/1.1 ${held.slice(8)}`;
      else if (!held.startsWith('HTTP') && held !== '') held = `HTTP/1.1 200 OK\r\n${held}`;
      begun = true;
    }
    if (begun && held !== '') {
      yield* sys.write(1, held);
      held = '';
    }
    if (part === '') return;
    yield* sys.breathe();
  }
}
