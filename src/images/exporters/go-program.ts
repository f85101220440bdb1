import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readResolverConfig, resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';

export type SlogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** A line as prometheus/common/promslog writes it; `source` is file and line of the call. */
export function slogLine(
  unixMs: number,
  level: SlogLevel,
  source: string,
  message: Bytes,
  fields: Readonly<Record<string, Bytes>> = {},
): Bytes {
  const time = new Date(unixMs).toISOString();
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${quoted(value)}`);
  return `time=${time} level=${level} source=${source} msg=${quoted(message)}${rest.join('')}\n`;
}

/** A line as logrus writes it when there is no terminal. */
export function logrusLine(unixMs: number, level: string, message: Bytes): Bytes {
  const time = `${new Date(unixMs).toISOString().slice(0, 19)}Z`;
  return `time="${time}" level=${level} msg=${goQuote(message)}\n`;
}

function quoted(text: Bytes): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters make slog quote
  return text === '' || /[\s="\x00-\x1f\x7f]/.test(text) ? goQuote(text) : text;
}

/** strconv.Quote. */
export function goQuote(text: Bytes): Bytes {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

/** Flags of a Go program: `--name=value`, `--name value`, `--name`; also with one dash. */
export function parseFlags(
  args: readonly Bytes[],
  switches: ReadonlySet<string>,
): { readonly flags: ReadonlyMap<string, readonly Bytes[]>; readonly rest: readonly Bytes[] } {
  const flags = new Map<string, Bytes[]>();
  const rest: Bytes[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      rest.push(arg);
      continue;
    }
    const [, name = '', value] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    const given = value ?? (switches.has(name) ? 'true' : (args[++i] ?? ''));
    flags.set(name, [...(flags.get(name) ?? []), given]);
  }
  return { flags, rest };
}

/** `:9113`, `0.0.0.0:80`. */
export function parseListenAddress(address: Bytes): { host: Bytes; port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(colon, 0)).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '0.0.0.0' : host, port: Number(address.slice(colon + 1)) };
}

/** What Go says of a failed call: syscall errors in its own words, in small letters. */
export function goErrorText(error: SysError): string {
  const texts: Partial<Record<typeof error.errno, string>> = {
    ECONNREFUSED: 'connect: connection refused',
    ETIMEDOUT: 'i/o timeout',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
    ECONNRESET: 'read: connection reset by peer',
    EADDRINUSE: 'bind: address already in use',
    EACCES: 'bind: permission denied',
    EADDRNOTAVAIL: 'bind: cannot assign requested address',
  };
  return texts[error.errno] ?? error.message.toLowerCase();
}

/** A connected socket, or Go's `net.Dial` error. */
export function* goDial(
  sys: Sys,
  host: Bytes,
  port: number,
  timeoutMs: number,
): Call<number | { readonly error: Bytes }> {
  const address = yield* resolveHost(sys, host);
  if (address === undefined) {
    const [server = '127.0.0.1'] = (yield* readResolverConfig(sys)).servers;
    return { error: `dial tcp: lookup ${host} on ${server}:53: no such host` };
  }
  try {
    return yield* sys.connect({ host: address, port }, timeoutMs);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    // Go tries ::1 first, and tells of the first attempt.
    const shown = host === 'localhost' ? '[::1]' : address;
    return { error: `dial tcp ${shown}:${port}: ${goErrorText(error)}` };
  }
}
