import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange } from '../http/client';
import { packForward } from '../records/forward-message';
import { toJson } from '../records/json';
import type { LogEvent } from '../records/record';
import { formatTime } from '../records/time-format';
import { BufferedOutput, type Write, type WriteFailure } from './buffered-output';
import { ConfigError, child, children, type Element, required } from './config';
import { stdoutLine } from './filters';
import type { Output, PluginContext } from './plugin';

const TYPES = new Set(['stdout', 'null', 'file', 'forward', 'http', 'copy', 'relabel']);

/** Checks an output's parameters; false: no such plugin. Throws ConfigError. */
export function checkOutput(element: Element): boolean {
  const type = element.parameters.get('@type') ?? '';
  if (type === 'file') required(element, 'path');
  if (type === 'http') required(element, 'endpoint');
  if (type === 'forward') {
    if (children(element, 'server').length === 0) {
      throw new ConfigError("'<server>' sections are required");
    }
    for (const server of children(element, 'server')) required(server, 'host');
  }
  if (type === 'copy' && children(element, 'store').length === 0) {
    throw new ConfigError("'<store>' sections are required");
  }
  return TYPES.has(type);
}

/** Makes an output that `checkOutput` has found right. `copies` are those of a copy's stores. */
export function createOutput(
  context: PluginContext,
  print: (text: Bytes) => void,
  copies: readonly Output[],
): Output {
  const { element } = context;
  const direct = (take: Output['take']): Output => ({
    element,
    take,
    start: () => {},
    *stop() {},
  });
  switch (element.parameters.get('@type')) {
    case 'stdout': {
      const line = stdoutFormat(element);
      if (!child(element, 'buffer')) {
        return direct((tag, events) => print(events.map((event) => line(tag, event)).join('')));
      }
      return new BufferedOutput(context, function* write({ tag, events }) {
        print(events.map((event) => line(tag, event)).join(''));
        return undefined;
      });
    }
    case 'file':
      return new BufferedOutput(context, fileWrite(context));
    case 'forward':
      return new BufferedOutput(context, forwardWrite(context));
    case 'http':
      return new BufferedOutput(context, httpWrite(context));
    case 'relabel':
      return direct((tag, events) => context.emit(tag, events));
    case 'copy':
      return {
        element,
        take: (tag, events) => {
          for (const copy of copies) copy.take(tag, events);
        },
        start: () => {
          for (const copy of copies) copy.start();
        },
        *stop() {
          for (const copy of copies) yield* copy.stop();
        },
      };
    default:
      return direct(() => {});
  }
}

function stdoutFormat(element: Element): (tag: Bytes, event: LogEvent) => Bytes {
  const type = child(element, 'format')?.parameters.get('@type');
  if (type === 'json') return (_, event) => `${toJson(event.record)}\n`;
  return stdoutLine;
}

/** Models lib/fluent/plugin/out_file.rb: `path.%Y%m%d.log`, or what `%Y…` and `*` in the path ask for. */
function fileWrite({ sys, element }: PluginContext): Write {
  const path = required(element, 'path');
  const format = child(element, 'format')?.parameters.get('@type') ?? 'out_file';
  return function* write({ tag, events }) {
    const [first] = events;
    if (!first) return undefined;
    const slice = element.parameters.get('time_slice_format') ?? '%Y%m%d';
    const template = path.includes('*')
      ? path.replace('*', slice)
      : /%[YmdHMS]/.test(path) || path.includes('${tag}')
        ? path
        : `${path}.${slice}`;
    const named = formatTime(first.time, template.replaceAll('${tag}', tag));
    const target = named.endsWith('.log') ? named : `${named}.log`;
    const lines = events.map(({ time, record }) =>
      format === 'json'
        ? `${toJson(record)}\n`
        : `${formatTime(time, '%Y-%m-%dT%H:%M:%S+00:00')}\t${tag}\t${toJson(record)}\n`,
    );
    try {
      makeFolders(sys, target);
      const fd = yield* sys.open(target, { write: true, append: true, create: true }, 0o644);
      yield* sys.write(fd, lines.join(''));
      sys.close(fd);
      return undefined;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const text = `${error.message} @ rb_sysopen - ${target}`;
      return { kind: `Errno::${error.errno}`, text };
    }
  };
}

function makeFolders(sys: Sys, path: Bytes): void {
  let at = path.indexOf('/', 1);
  while (at > 0) {
    const folder = path.slice(0, at);
    if (typeof sys.tryStat(folder) === 'string') sys.mkdir(folder, 0o755);
    at = path.indexOf('/', at + 1);
  }
}

const UNRESOLVED: WriteFailure = {
  kind: 'Socket::ResolutionError',
  text: 'getaddrinfo(3): Name or service not known',
};

/** A connected socket, or Ruby's error. */
function* connect(sys: Sys, host: Bytes, port: number): Call<number | WriteFailure> {
  const address = yield* resolveHost(sys, host);
  if (address === undefined) return UNRESOLVED;
  try {
    return yield* sys.connect({ host: address, port }, 60_000);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const text = `${error.message} - connect(2) for "${address}" port ${port}`;
    return { kind: `Errno::${error.errno}`, text };
  }
}

/** Models lib/fluent/plugin/out_forward.rb: the servers in turn, by weight; heartbeats are left out. */
function forwardWrite({ sys, element }: PluginContext): Write {
  const servers = children(element, 'server').flatMap((server) => {
    const weight = Number(server.parameters.get('weight') ?? 60);
    const place = {
      host: required(server, 'host'),
      port: Number(server.parameters.get('port') ?? 24_224),
    };
    return Array.from({ length: Math.max(1, Math.round(weight / 60)) }, () => place);
  });
  let turn = 0;
  return function* write({ tag, events }) {
    let failure: WriteFailure | undefined;
    for (let i = 0; i < servers.length; i++) {
      const server = servers[turn++ % servers.length];
      if (!server) break;
      const fd = yield* connect(sys, server.host, server.port);
      if (typeof fd !== 'number') {
        failure = fd;
        continue;
      }
      try {
        yield* sys.write(fd, packForward(tag, events));
        return undefined;
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        failure = { kind: `Errno::${error.errno}`, text: error.message };
      } finally {
        sys.close(fd);
      }
    }
    return failure;
  };
}

/** Models lib/fluent/plugin/out_http.rb. */
function httpWrite(context: PluginContext): Write {
  const { sys, element } = context;
  const endpoint = required(element, 'endpoint');
  const [, host = '', port = '80', path = '/'] =
    /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(endpoint) ?? [];
  const asArray = element.parameters.get('json_array') === 'true';
  const method = (element.parameters.get('http_method') ?? 'post').toUpperCase();
  const retryable = (element.parameters.get('retryable_response_codes') ?? '503')
    .split(',')
    .map(Number);
  return function* write({ events }) {
    const fd = yield* connect(sys, host, Number(port));
    if (typeof fd !== 'number') {
      const text = `Failed to open TCP connection to ${host}:${port} (${fd.text})`;
      return { kind: fd.kind, text };
    }
    try {
      const lines = events.map(({ record }) => toJson(record));
      const body = asArray ? `[${lines.join(',')}]` : lines.map((line) => `${line}\n`).join('');
      const type = asArray ? 'application/json' : 'application/x-ndjson';
      const response = yield* exchange(
        sys,
        fd,
        `${method} ${path} HTTP/1.1\r\nAccept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3\r\nAccept: */*\r\nUser-Agent: Ruby\r\nContent-Type: ${type}\r\nConnection: close\r\nHost: ${host}:${port}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      if (typeof response === 'string') return { kind: 'EOFError', text: 'end of file reached' };
      if (response.status >= 200 && response.status < 300) return undefined;
      const text = `${response.status} ${response.reason.trim()} ${response.body.trimStart()}`;
      if (retryable.includes(response.status)) {
        return { kind: 'Fluent::Plugin::HTTPOutput::RetryableResponse', text };
      }
      return { kind: 'Fluent::UnrecoverableError', text, final: true };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return { kind: `Errno::${error.errno}`, text: error.message };
    } finally {
      sys.close(fd);
    }
  };
}

/** Hosts that forward outputs name: fluentd looks them up when it is configured. */
export function forwardHosts(element: Element): Bytes[] {
  const inner = element.elements.flatMap(forwardHosts);
  if (element.parameters.get('@type') !== 'forward' || element.name === 'source') return inner;
  return [...children(element, 'server').map((server) => required(server, 'host')), ...inner];
}

export const RESOLUTION_ERROR = UNRESOLVED;
