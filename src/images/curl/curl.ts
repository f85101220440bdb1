import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import { readFile } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { exchange, type HttpResponse } from '../http/client';
import { type CurlOptions, parseCurlOptions } from './options';
import { type Failure, secure } from './secure';
import { authorityOf, parseUrl, type Url } from './url';

/** Redirects that curl follows with -L. */
const MAX_REDIRECTS = 50;

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
    const data = yield* joinData(sys, options);
    if (data !== undefined && typeof data !== 'string') {
      yield* sys.write(2, `curl: (${data.code}) ${data.message}\n`);
      return data.code;
    }
    const job: Job = { options, version, data };
    let exitCode = 0;
    for (const url of options.urls) exitCode = yield* fetchWithRetries(sys, url, job);
    return exitCode;
  };
}

/** What stays the same for all URLs of a command. */
interface Job {
  readonly options: CurlOptions;
  readonly version: string;
  readonly data: Bytes | undefined;
}

function* joinData(sys: Sys, { data }: CurlOptions): Call<Bytes | undefined | Failure> {
  const parts: Bytes[] = [];
  for (const { kind, value } of data) {
    if (kind === 'text') {
      parts.push(value);
      continue;
    }
    try {
      const content = yield* readFile(sys, value === '-' ? '/dev/stdin' : value);
      parts.push(kind === 'file' ? content : content.replace(/[\r\n\0]/g, ''));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return { code: 26, message: `Failed to open ${value}` };
    }
  }
  return parts.length === 0 ? undefined : parts.join('&');
}

/** Answers after which --retry tries again. */
const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);
/** Longest pause between two tries, ms. */
const MOST_RETRY_DELAY_MS = 600_000;

/** Why a transfer is worth another try, in the words of the warning. */
function retryReason(result: Transfer | Failure, options: CurlOptions): string | undefined {
  if (!('code' in result)) {
    return TRANSIENT_STATUS.has(result.response.status) ? 'HTTP error' : undefined;
  }
  if (result.code === 28 || result.code === 6) return 'timeout';
  if (result.code === 7 && options.retryConnRefused) return 'connection refused';
  return options.retryAllErrors ? '(retrying all errors)' : undefined;
}

function* fetchWithRetries(sys: Sys, text: Bytes, job: Job): Call<number> {
  const { options } = job;
  let delay = options.retryDelayMs ?? 1000;
  for (let attempt = 0; ; attempt++) {
    const started = sys.nowMs;
    const result = yield* transfer(sys, text, job, started);
    const reason = retryReason(result, options);
    const left = options.retries - attempt;
    if (reason === undefined || left <= 0) {
      return yield* finish(sys, result, options, text, sys.nowMs - started);
    }
    if (!options.silent) {
      yield* sys.write(
        2,
        `Warning: Problem: ${reason}. Will retry in ${delay / 1000} ${delay === 1000 ? 'second' : 'seconds'}. ${left} ${left === 1 ? 'retry' : 'retries'} left.\n`,
      );
    }
    yield* sys.sleep(delay);
    if (options.retryDelayMs === undefined) delay = Math.min(delay * 2, MOST_RETRY_DELAY_MS);
  }
}

function* transfer(sys: Sys, text: Bytes, job: Job, started: number): Call<Transfer | Failure> {
  const { options } = job;
  const { data } = job;
  const query = options.get && data !== undefined ? data : undefined;
  let url = parseUrl(text);
  if (url && query !== undefined) {
    url = { ...url, path: `${url.path}${url.path.includes('?') ? '&' : '?'}${query}` };
  }
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (!url) return { code: 3, message: 'URL rejected: Malformed input to a URL function' };
    if (url.scheme !== 'http' && url.scheme !== 'https') {
      return { code: 1, message: `Protocol "${url.scheme}" not supported` };
    }
    const response: HttpResponse | Failure = yield* request(sys, url, job, started);
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
      location.startsWith('/') ? `${url.scheme}://${url.host}:${url.port}${location}` : location,
    );
  }
  return { code: 47, message: `Maximum (${MAX_REDIRECTS}) redirects followed` };
}

/** curl waits this long for a connection unless it is told otherwise, ms. */
const CONNECT_TIMEOUT_MS = 300_000;

/** A connected socket, or why there is none. */
function* connectTo(
  sys: Sys,
  url: Url,
  options: CurlOptions,
  deadlineMs: number,
): Call<number | Failure> {
  const started = sys.nowMs;
  const given = options.resolve.get(`${url.host}:${url.port}`);
  const address = given ?? (yield* resolveHost(sys, url.host));
  if (address === undefined) return { code: 6, message: `Could not resolve host: ${url.host}` };
  if (options.verbose) yield* sys.write(2, `*   Trying ${address}:${url.port}...\n`);
  const timeout = Math.min(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, deadlineMs - sys.nowMs);
  try {
    const fd = yield* sys.connect({ host: address, port: url.port }, Math.max(timeout, 1));
    if (options.verbose) {
      yield* sys.write(2, `* Connected to ${url.host} (${address}) port ${url.port}\n`);
    }
    return fd;
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

function* request(sys: Sys, url: Url, job: Job, started: number): Call<HttpResponse | Failure> {
  const { options } = job;
  const deadline = started + (options.maxTimeMs ?? Number.POSITIVE_INFINITY);
  const fd = yield* connectTo(sys, url, options, deadline);
  if (typeof fd !== 'number') return fd;
  try {
    if (url.scheme === 'https') {
      const most = Math.min(deadline - sys.nowMs, options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
      const failure = yield* secure(sys, fd, url, options, most);
      if (failure) return failure;
    }
    return yield* askOver(sys, fd, url, job, { started, deadline });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { code: 56, message: `Recv failure: ${error.message}` };
  } finally {
    sys.close(fd);
  }
}

/** One request over a connection that is ready for it, and its answer. */
function* askOver(
  sys: Sys,
  fd: number,
  url: Url,
  job: Job,
  time: { readonly started: number; readonly deadline: number },
): Call<HttpResponse | Failure> {
  const { options } = job;
  const withBody = job.data !== undefined && !options.get;
  const method = options.method ?? (options.head ? 'HEAD' : withBody ? 'POST' : 'GET');
  const bytes = requestBytes(url, method, job);
  if (options.verbose) {
    const sent = bytes.split('\r\n\r\n')[0] ?? '';
    const lines = sent.split('\r\n').map((line) => `> ${line}\n`);
    yield* sys.write(2, `${lines.join('')}> \n`);
  }
  const response = yield* exchange(sys, fd, bytes, {
    headOnly: method === 'HEAD',
    ...(Number.isFinite(time.deadline) && { deadlineMs: time.deadline }),
  });
  if (response === 'late') {
    const elapsed = sys.nowMs - time.started;
    return {
      code: 28,
      message: `Operation timed out after ${elapsed} milliseconds with 0 bytes received`,
    };
  }
  if (response === 'empty reply') return { code: 52, message: 'Empty reply from server' };
  if (response === 'not http') return { code: 1, message: 'Received HTTP/0.9 when not allowed' };
  if (response === 'closed early') {
    return { code: 18, message: 'transfer closed with outstanding read data remaining' };
  }
  if (options.verbose) {
    const lines = response.text.split(/\r?\n/).map((line) => `< ${line}\n`);
    yield* sys.write(2, `${lines.join('')}< \n`);
  }
  return response;
}

function requestBytes(url: Url, method: Bytes, { options, version, data }: Job): Bytes {
  const headers = new Map<string, Bytes>([
    ['host', `Host: ${authorityOf(url)}`],
    ['user-agent', `User-Agent: ${options.userAgent ?? `curl/${version}`}`],
    ['accept', 'Accept: */*'],
  ]);
  const credentials = options.user ?? url.credentials;
  if (credentials !== undefined)
    headers.set('authorization', `Authorization: Basic ${btoa(credentials)}`);
  const body = options.get ? undefined : data;
  if (body !== undefined) {
    headers.set('content-length', `Content-Length: ${body.length}`);
    headers.set('content-type', 'Content-Type: application/x-www-form-urlencoded');
  }
  for (const header of options.headers) {
    const name = (header.split(':')[0] ?? '').toLowerCase();
    if (/^[^:]+:\s*$/.test(header)) headers.delete(name);
    else headers.set(name, header);
  }
  const lines = [`${method} ${url.path} HTTP/1.1`, ...headers.values()];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
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
  const refused = (options.fail || options.failWithBody) && response.status >= 400;
  if (refused && !options.failWithBody) {
    yield* reportStatus(sys, response.status, options);
    return 22;
  }
  const showHead = options.head || options.include;
  const head = showHead ? `${response.text.replace(/\r?\n/g, '\r\n')}\r\n\r\n` : '';
  const exitCode = yield* save(sys, head + response.body, target);
  if (options.writeOut !== undefined)
    yield* sys.write(1, writeOut(options.writeOut, result, elapsedMs));
  if (!refused) return exitCode;
  yield* reportStatus(sys, response.status, options);
  return 22;
}

function* reportStatus(sys: Sys, status: number, options: CurlOptions): Call<void> {
  if (options.silent && !options.showError) return;
  yield* sys.write(2, `curl: (22) The requested URL returned error: ${status}\n`);
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
    url_effective: result
      ? `${result.url.scheme}://${authorityOf(result.url)}${result.url.path}`
      : '',
    ssl_verify_result: '0',
    scheme: result?.url.scheme ?? '',
  };
  return format
    .replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\r/g, '\r');
}
