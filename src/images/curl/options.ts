import type { Bytes } from '../../runtime/bytes';

/** What a curl command line asks for. */
export interface CurlOptions {
  urls: Bytes[];
  silent: boolean;
  showError: boolean;
  fail: boolean;
  head: boolean;
  include: boolean;
  follow: boolean;
  verbose: boolean;
  remoteName: boolean;
  output: Bytes | undefined;
  method: Bytes | undefined;
  /** What -d and its kin gave, joined by `&`; files are read when the transfer begins. */
  data: readonly DataPart[];
  headers: Bytes[];
  writeOut: Bytes | undefined;
  userAgent: Bytes | undefined;
  user: Bytes | undefined;
  maxTimeMs: number | undefined;
  connectTimeoutMs: number | undefined;
  retries: number;
  retryDelayMs: number | undefined;
  retryConnRefused: boolean;
  retryAllErrors: boolean;
  version: boolean;
  insecure: boolean;
  /** File of trusted authorities (--cacert). */
  authorities: Bytes | undefined;
  /** `host:port` with the address that --resolve gives it. */
  resolve: Map<string, string>;
  failWithBody: boolean;
  /** Data goes into the query (-G). */
  get: boolean;
}

/** A part of a request's body: text, or a file without its line ends, or one as it is. */
export interface DataPart {
  readonly kind: 'text' | 'lines of a file' | 'file';
  readonly value: Bytes;
}

type Flag = (options: CurlOptions) => void;
type Setter = (options: CurlOptions, value: Bytes) => void;

const FLAGS: ReadonlyMap<string, Flag> = new Map<string, Flag>([
  ['silent', (o) => (o.silent = true)],
  ['show-error', (o) => (o.showError = true)],
  ['fail', (o) => (o.fail = true)],
  ['head', (o) => (o.head = true)],
  ['include', (o) => (o.include = true)],
  ['location', (o) => (o.follow = true)],
  ['verbose', (o) => (o.verbose = true)],
  ['remote-name', (o) => (o.remoteName = true)],
  ['insecure', (o) => (o.insecure = true)],
  ['fail-with-body', (o) => (o.failWithBody = true)],
  ['no-buffer', () => {}],
  ['progress-bar', (o) => (o.silent = true)],
  ['ipv4', () => {}],
  ['compressed', () => {}],
  ['retry-connrefused', (o) => (o.retryConnRefused = true)],
  ['retry-all-errors', (o) => (o.retryAllErrors = true)],
  ['version', (o) => (o.version = true)],
  ['get', (o) => (o.get = true)],
  ['http1.1', () => {}],
  ['http1.0', () => {}],
  ['tlsv1.2', () => {}],
  ['tlsv1.3', () => {}],
  ['globoff', () => {}],
  ['path-as-is', () => {}],
  ['no-keepalive', () => {}],
  ['no-progress-meter', () => {}],
]);

const SETTERS: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ['output', (o, v) => (o.output = v)],
  ['request', (o, v) => (o.method = v)],
  ['data', (o, v) => addData(o, v, 'lines of a file')],
  ['data-ascii', (o, v) => addData(o, v, 'lines of a file')],
  ['data-raw', (o, v) => addData(o, v, 'text')],
  ['data-binary', (o, v) => addData(o, v, 'file')],
  ['data-urlencode', (o, v) => addData(o, urlEncoded(v), 'text')],
  [
    'json',
    (o, v) => {
      addData(o, v, 'file');
      o.headers.push('Content-Type: application/json', 'Accept: application/json');
    },
  ],
  ['cacert', (o, v) => (o.authorities = v)],
  ['capath', () => {}],
  ['cert', () => {}],
  ['key', () => {}],
  ['max-redirs', () => {}],
  ['retry-max-time', () => {}],
  ['keepalive-time', () => {}],
  ['noproxy', () => {}],
  [
    'resolve',
    (o, v) => {
      const [host = '', port = '', ...address] = v.replace(/^\+/, '').split(':');
      o.resolve.set(`${host}:${port}`, address.join(':').split(',')[0] ?? '');
    },
  ],
  ['header', (o, v) => o.headers.push(v)],
  ['write-out', (o, v) => (o.writeOut = v)],
  ['user-agent', (o, v) => (o.userAgent = v)],
  ['user', (o, v) => (o.user = v)],
  ['max-time', (o, v) => (o.maxTimeMs = Number(v) * 1000)],
  ['connect-timeout', (o, v) => (o.connectTimeoutMs = Number(v) * 1000)],
  ['retry', (o, v) => (o.retries = Number(v))],
  ['retry-delay', (o, v) => (o.retryDelayMs = Number(v) * 1000)],
  ['url', (o, v) => o.urls.push(v)],
  ['referer', (o, v) => o.headers.push(`Referer: ${v}`)],
]);

/** A value that starts with `@` names a file, where the option allows one. */
function addData(options: CurlOptions, value: Bytes, file: DataPart['kind']): void {
  const named = file !== 'text' && value.startsWith('@');
  const part: DataPart = named ? { kind: file, value: value.slice(1) } : { kind: 'text', value };
  options.data = [...options.data, part];
}

/** `name=value` with the value escaped, or the whole if it has no name. */
function urlEncoded(text: Bytes): Bytes {
  const equals = text.indexOf('=');
  const escaped = [...text.slice(equals + 1)]
    .map((byte) =>
      /[A-Za-z0-9._~-]/.test(byte)
        ? byte
        : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
  return equals > 0 ? `${text.slice(0, equals)}=${escaped}` : escaped;
}

const SHORT: Readonly<Record<string, string>> = {
  s: 'silent',
  S: 'show-error',
  f: 'fail',
  I: 'head',
  i: 'include',
  L: 'location',
  v: 'verbose',
  O: 'remote-name',
  k: 'insecure',
  N: 'no-buffer',
  '#': 'progress-bar',
  4: 'ipv4',
  V: 'version',
  G: 'get',
  o: 'output',
  X: 'request',
  d: 'data',
  H: 'header',
  w: 'write-out',
  A: 'user-agent',
  u: 'user',
  m: 'max-time',
  e: 'referer',
  g: 'globoff',
  0: 'http1.0',
  E: 'cert',
};

/** The options, or the text of the error that curl prints after `curl: `. */
export function parseCurlOptions(args: readonly Bytes[]): CurlOptions | string {
  const options: CurlOptions = {
    urls: [],
    silent: false,
    showError: false,
    fail: false,
    head: false,
    include: false,
    follow: false,
    verbose: false,
    remoteName: false,
    output: undefined,
    method: undefined,
    data: [],
    headers: [],
    writeOut: undefined,
    userAgent: undefined,
    user: undefined,
    maxTimeMs: undefined,
    connectTimeoutMs: undefined,
    retries: 0,
    retryDelayMs: undefined,
    retryConnRefused: false,
    retryAllErrors: false,
    version: false,
    insecure: false,
    authorities: undefined,
    resolve: new Map(),
    failWithBody: false,
    get: false,
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      options.urls.push(arg);
    } else if (arg.startsWith('--')) {
      const name = arg.slice(2);
      const setter = SETTERS.get(name);
      const value = setter ? args[++i] : undefined;
      if (setter && value === undefined) return `option ${arg}: requires parameter`;
      if (setter) setter(options, value ?? '');
      else if (FLAGS.has(name)) FLAGS.get(name)?.(options);
      else return `option ${arg}: is unknown`;
    } else {
      for (let at = 1; at < arg.length; at++) {
        const name = SHORT[arg[at] ?? ''];
        if (name === undefined) return `option ${arg}: is unknown`;
        const setter = SETTERS.get(name);
        if (!setter) {
          FLAGS.get(name)?.(options);
          continue;
        }
        const value = at + 1 < arg.length ? arg.slice(at + 1) : args[++i];
        if (value === undefined) return `option ${arg}: requires parameter`;
        setter(options, value);
        break;
      }
    }
  }
  return options;
}
