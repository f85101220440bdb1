import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { exchange, type HttpResponse } from '../http/client';
import { type CurlOptions, parseCurlOptions } from './options';

/** Redirects that curl follows with -L. */
const MAX_REDIRECTS = 50;

/** A transfer that failed: curl's exit code and text. */
interface Failure {
  readonly code: number;
  readonly message: string;
}

interface Url {
  readonly scheme: string;
  readonly host: Bytes;
  readonly port: number;
  readonly path: Bytes;
  readonly credentials: Bytes | undefined;
}

interface Transfer {
  readonly response: HttpResponse;
  readonly url: Url;
  readonly redirects: number;
}

/** The curl command: HTTP transfers with curl's messages and exit codes. */
export function curlProgram(version: string): Program {
  return function* curl(sys) {
    const options = parseCurlOptions(sys.argv.slice(1));
    if (typeof options === 'string') {
      yield* sys.write(
        2,
        `curl: ${options}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
      );
      return 2;
    }
    if (options.version) {
      yield* sys.write(1, `curl ${version} (x86_64-pc-linux-gnu) libcurl/${version}\n`);
      return 0;
    }
    if (options.urls.length === 0) {
      yield* sys.write(
        2,
        "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
      );
      return 2;
    }
    let exitCode = 0;
    for (const url of options.urls) exitCode = yield* fetchWithRetries(sys, url, options, version);
    return exitCode;
  };
}

function* fetchWithRetries(
  sys: Sys,
  text: Bytes,
  options: CurlOptions,
  version: string,
): Call<number> {
  let delay = options.retryDelayMs ?? 1000;
  for (let attempt = 0; ; attempt++) {
    const started = sys.nowMs;
    const result = yield* transfer(sys, text, options, version);
    const failure = 'code' in result ? result : undefined;
    const transient =
      failure !== undefined &&
      (failure.code === 28 || (failure.code === 7 && options.retryConnRefused));
    if (transient && attempt < options.retries) {
      if (!options.silent) {
        const left = options.retries - attempt;
        yield* sys.write(
          2,
          `Warning: Problem: ${failure.code === 28 ? 'timeout' : 'connection refused'}. Will retry in ${delay / 1000} ${delay === 1000 ? 'second' : 'seconds'}. ${left} ${left === 1 ? 'retry' : 'retries'} left.\n`,
        );
      }
      yield* sys.sleep(delay);
      if (options.retryDelayMs === undefined) delay *= 2;
      continue;
    }
    return yield* finish(sys, result, options, text, sys.nowMs - started);
  }
}

function* transfer(
  sys: Sys,
  text: Bytes,
  options: CurlOptions,
  version: string,
): Call<Transfer | Failure> {
  let url = parseUrl(text);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (!url) return { code: 3, message: 'URL rejected: Malformed input to a URL function' };
    if (url.scheme === 'https') {
      const refusal = yield* connectTo(sys, url, options);
      if (typeof refusal !== 'number') return refusal;
      sys.close(refusal);
      // Nothing in the lab speaks TLS: the handshake meets a plain server.
      return {
        code: 35,
        message: 'TLS connect error: error:0A00010B:SSL routines::wrong version number',
      };
    }
    if (url.scheme !== 'http') {
      return { code: 1, message: `Protocol "${url.scheme}" not supported` };
    }
    const response: HttpResponse | Failure = yield* request(sys, url, options, version);
    if ('code' in response) return response;
    const location = response.headers.get('location');
    if (
      !options.follow ||
      location === undefined ||
      response.status < 300 ||
      response.status >= 400
    ) {
      return { response, url, redirects };
    }
    url = parseUrl(
      location.startsWith('/') ? `http://${url.host}:${url.port}${location}` : location,
    );
  }
  return { code: 47, message: `Maximum (${MAX_REDIRECTS}) redirects followed` };
}

/** A connected socket, or why there is none. */
function* connectTo(sys: Sys, url: Url, options: CurlOptions): Call<number | Failure> {
  const started = sys.nowMs;
  const address = yield* resolveHost(sys, url.host);
  if (address === undefined) return { code: 6, message: `Could not resolve host: ${url.host}` };
  const timeout = Math.min(options.connectTimeoutMs ?? 300_000, options.maxTimeMs ?? 300_000);
  try {
    return yield* sys.connect({ host: address, port: url.port }, timeout);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const elapsed = sys.nowMs - started;
    if (error.errno === 'ETIMEDOUT' && elapsed >= timeout) {
      return { code: 28, message: `Connection timed out after ${elapsed} milliseconds` };
    }
    return {
      code: 7,
      message: `Failed to connect to ${url.host} port ${url.port} after ${elapsed} ms: Could not connect to server`,
    };
  }
}

function* request(
  sys: Sys,
  url: Url,
  options: CurlOptions,
  version: string,
): Call<HttpResponse | Failure> {
  const fd = yield* connectTo(sys, url, options);
  if (typeof fd !== 'number') return fd;
  const method =
    options.method ?? (options.head ? 'HEAD' : options.data !== undefined ? 'POST' : 'GET');
  const bytes = requestBytes(url, method, options, version);
  if (options.verbose) {
    const sent = bytes.split('\r\n\r\n')[0] ?? '';
    yield* sys.write(2, `* Connected to ${url.host} port ${url.port}\n`);
    yield* sys.write(
      2,
      `${sent
        .split('\r\n')
        .map((line) => `> ${line}\n`)
        .join('')}> \n`,
    );
  }
  try {
    const response = yield* exchange(sys, fd, bytes, { headOnly: method === 'HEAD' });
    if (response === 'empty reply') return { code: 52, message: 'Empty reply from server' };
    if (response === 'not http') return { code: 1, message: 'Received HTTP/0.9 when not allowed' };
    if (response === 'closed early') {
      return { code: 18, message: 'transfer closed with outstanding read data remaining' };
    }
    if (options.verbose) {
      yield* sys.write(
        2,
        `${response.text
          .split(/\r?\n/)
          .map((line) => `< ${line}\n`)
          .join('')}< \n`,
      );
    }
    return response;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { code: 56, message: `Recv failure: ${error.message}` };
  } finally {
    sys.close(fd);
  }
}

function requestBytes(url: Url, method: Bytes, options: CurlOptions, version: string): Bytes {
  const host = url.port === 80 ? url.host : `${url.host}:${url.port}`;
  const headers = new Map<string, Bytes>([
    ['host', `Host: ${host}`],
    ['user-agent', `User-Agent: ${options.userAgent ?? `curl/${version}`}`],
    ['accept', 'Accept: */*'],
  ]);
  const credentials = options.user ?? url.credentials;
  if (credentials !== undefined)
    headers.set('authorization', `Authorization: Basic ${btoa(credentials)}`);
  if (options.data !== undefined) {
    headers.set('content-length', `Content-Length: ${options.data.length}`);
    headers.set('content-type', 'Content-Type: application/x-www-form-urlencoded');
  }
  for (const header of options.headers) {
    const name = (header.split(':')[0] ?? '').toLowerCase();
    if (/^[^:]+:\s*$/.test(header)) headers.delete(name);
    else headers.set(name, header);
  }
  const lines = [`${method} ${url.path} HTTP/1.1`, ...headers.values()];
  return `${lines.join('\r\n')}\r\n\r\n${options.data ?? ''}`;
}

function* finish(
  sys: Sys,
  result: Transfer | Failure,
  options: CurlOptions,
  text: Bytes,
  elapsedMs: number,
): Call<number> {
  const target =
    options.output ??
    (options.remoteName ? (parseUrl(text)?.path.split('/').at(-1) ?? '') : undefined);
  const toFile = target !== undefined && target !== '-';
  if (!options.silent && (toFile || !sys.isatty(1))) {
    yield* sys.write(
      2,
      progressMeter('code' in result ? 0 : result.response.body.length, 'code' in result),
    );
  }
  if ('code' in result) {
    if (!options.silent || options.showError)
      yield* sys.write(2, `curl: (${result.code}) ${result.message}\n`);
    if (options.writeOut !== undefined)
      yield* sys.write(1, writeOut(options.writeOut, undefined, elapsedMs));
    return result.code;
  }
  const { response } = result;
  if (options.fail && response.status >= 400) {
    if (!options.silent || options.showError) {
      yield* sys.write(2, `curl: (22) The requested URL returned error: ${response.status}\n`);
    }
    return 22;
  }
  const showHead = options.head || options.include;
  const head = showHead ? `${response.text.replace(/\r?\n/g, '\r\n')}\r\n\r\n` : '';
  const exitCode = yield* save(sys, head + response.body, target);
  if (options.writeOut !== undefined)
    yield* sys.write(1, writeOut(options.writeOut, result, elapsedMs));
  return exitCode;
}

function* save(sys: Sys, bytes: Bytes, target: Bytes | undefined): Call<number> {
  if (target === undefined || target === '-') {
    yield* sys.write(1, bytes);
    return 0;
  }
  try {
    const fd = yield* sys.open(target, { write: true, create: true, truncate: true }, 0o644);
    yield* sys.write(fd, bytes);
    sys.close(fd);
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `Warning: Failed to open the file ${target}: ${error.message}\n`);
    yield* sys.write(
      2,
      `curl: (23) client returned ERROR on write, ${bytes.length} bytes discarded\n`,
    );
    return 23;
  }
}

const METER_HEAD = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;

/** The table that curl draws on stderr while it transfers; here at its end. */
function progressMeter(bytes: number, failed: boolean): Bytes {
  const size = String(bytes).padStart(5);
  const percent = failed || bytes === 0 ? '  0' : '100';
  const row = (p: string, n: string) =>
    `\r${p} ${n}  ${p} ${n}    0     0   ${String(failed ? 0 : bytes).padStart(4)}      0 --:--:-- --:--:-- --:--:-- ${size}`;
  return `${METER_HEAD}${row('  0', '    0')}${failed ? '' : row(percent, size)}\n`;
}

function writeOut(format: Bytes, result: Transfer | undefined, elapsedMs: number): Bytes {
  const seconds = (elapsedMs / 1000).toFixed(6);
  const values: Readonly<Record<string, Bytes>> = {
    http_code: String(result?.response.status ?? 0).padStart(3, '0'),
    response_code: String(result?.response.status ?? 0).padStart(3, '0'),
    size_download: String(result?.response.body.length ?? 0),
    content_type: result?.response.headers.get('content-type') ?? '',
    num_redirects: String(result?.redirects ?? 0),
    time_total: seconds,
    time_connect: seconds,
    url_effective: result ? `http://${result.url.host}${result.url.path}` : '',
  };
  return format
    .replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\r/g, '\r');
}

function parseUrl(text: Bytes): Url | undefined {
  const match =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?(?:([^@/]*)@)?([^/:?#\s]+)(?::(\d+))?([/?#]\S*)?$/.exec(
      text,
    );
  if (!match) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const path = (match[5] ?? '/').split('#')[0] ?? '/';
  return {
    scheme,
    credentials: match[2],
    host: match[3] ?? '',
    port: Number(match[4] ?? (scheme === 'https' ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
  };
}
