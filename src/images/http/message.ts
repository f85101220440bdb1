import type { Bytes } from '../../runtime/bytes';

/** A parsed HTTP/1 request head. Header names are in lower case; values as sent. */
export interface RequestHead {
  readonly method: string;
  /** As sent, query included. */
  readonly target: Bytes;
  readonly version: '1.0' | '1.1';
  readonly headers: ReadonlyMap<string, Bytes>;
  /** The request line as sent, for logs. */
  readonly line: Bytes;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: Bytes;
  readonly version: '1.0' | '1.1';
  readonly headers: ReadonlyMap<string, Bytes>;
  /** The head as sent, without the empty line. */
  readonly text: Bytes;
}

/** Request and response heads longer than this are refused, bytes. */
export const MAX_HEAD_BYTES = 32_768;

/** Where the head ends (index after the empty line), or -1 while it is incomplete. */
export function headEnd(bytes: Bytes): number {
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) {
    if (bytes[at + 1] === '\n') return at + 2;
    if (bytes[at + 1] === '\r' && bytes[at + 2] === '\n') return at + 3;
  }
  return -1;
}

/** Undefined when the bytes are no HTTP/1 request head. */
export function parseRequestHead(head: Bytes): RequestHead | undefined {
  const lines = head.split(/\r?\n/);
  const line = lines[0] ?? '';
  const match = /^([A-Z][A-Z-]*) (\S+) HTTP\/(1\.[01])$/.exec(line);
  if (!match) return undefined;
  return {
    method: match[1] ?? '',
    target: match[2] ?? '',
    version: match[3] === '1.0' ? '1.0' : '1.1',
    headers: parseHeaders(lines.slice(1)),
    line,
  };
}

/** Undefined when the bytes are no HTTP/1 response head. */
export function parseResponseHead(head: Bytes): ResponseHead | undefined {
  const lines = head.split(/\r?\n/);
  const match = /^HTTP\/(1\.[01]) (\d{3}) ?(.*)$/.exec(lines[0] ?? '');
  if (!match) return undefined;
  return {
    status: Number(match[2]),
    reason: match[3] ?? '',
    version: match[1] === '1.0' ? '1.0' : '1.1',
    headers: parseHeaders(lines.slice(1)),
    text: head.replace(/(\r?\n)+$/, ''),
  };
}

function parseHeaders(lines: readonly Bytes[]): Map<string, Bytes> {
  const headers = new Map<string, Bytes>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  408: 'Request Time-out',
  411: 'Length Required',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The reason phrase that nginx gives a status. */
export function reasonPhrase(status: number): string {
  return REASONS[status] ?? '';
}

/** A response as it goes over the wire. */
export function renderResponse(
  status: number,
  headers: readonly (readonly [string, Bytes])[],
  body: Bytes,
  options: { headOnly?: boolean } = {},
): Bytes {
  const reason = reasonPhrase(status);
  let head = `HTTP/1.1 ${status}${reason === '' ? '' : ` ${reason}`}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  return `${head}\r\n${options.headOnly ? '' : body}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 9110 date: `Thu, 01 Jan 2026 00:00:04 GMT`. */
export function httpDate(unixMs: number): string {
  const date = new Date(unixMs);
  const day = DAYS[date.getUTCDay()];
  return `${day}, ${two(date.getUTCDate())} ${monthName(unixMs)} ${date.getUTCFullYear()} ${clockTime(unixMs)} GMT`;
}

/** Common log format: `01/Jan/2026:00:00:04 +0000`. */
export function logDate(unixMs: number): string {
  const date = new Date(unixMs);
  return `${two(date.getUTCDate())}/${monthName(unixMs)}/${date.getUTCFullYear()}:${clockTime(unixMs)} +0000`;
}

/** `00:00:04`. */
export function clockTime(unixMs: number): string {
  const date = new Date(unixMs);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `Jan`. */
export function monthName(unixMs: number): string {
  return MONTHS[new Date(unixMs).getUTCMonth()] ?? '';
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
