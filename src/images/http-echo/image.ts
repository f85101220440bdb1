import type { Bytes } from '../../runtime/bytes';
import type { ImageModel } from '../../runtime/image';
import type { Call, Program, SocketAddress, Sys } from '../../runtime/syscalls';
import { clockTime, httpDate, reasonPhrase } from '../http/message';
import {
  type HttpHandler,
  HttpLoop,
  type HttpReply,
  type HttpRequest,
  wantsKeepAlive,
} from '../http/server';
import { file, program } from '../linux-files';

const VERSION = '1.0.0';
/** How long it took, in UTF-8: no time passes while an answer this small is made. */
const HANDLING_TIME = '15.4\xc2\xb5s';
/** Exit code for wrong arguments. */
const USAGE_ERROR = 127;

interface Flags {
  listen: Bytes;
  text: Bytes;
  'status-code': Bytes;
}

/** HashiCorp's http-echo: answers every request with one text. Models its main.go and handlers.go. */
const httpEcho: Program = function* httpEcho(sys) {
  const flags: Flags = {
    listen: ':5678',
    text: sys.env.get('ECHO_TEXT') ?? '',
    'status-code': '200',
  };
  const problem = parseFlags(sys.argv.slice(1), flags);
  if (problem !== undefined) {
    yield* sys.write(2, `${problem.text}\n`);
    return problem.code;
  }
  if (flags.text === '') {
    yield* sys.write(2, 'Missing -text option!\n');
    return USAGE_ERROR;
  }
  const [, host = '', port = '5678'] = /^(.*):(\d+)$/.exec(flags.listen) ?? [];
  for (const signal of ['INT', 'TERM'] as const) sys.signalAction(signal, 'catch');
  const listener = sys.listen({ host: host === '' ? '0.0.0.0' : host, port: Number(port) });
  yield* sys.write(1, `${stamp(sys)} [INFO] server is listening on ${flags.listen}\n`);
  let told = false;
  yield* new HttpLoop(new EchoHandler(flags)).run(sys, [listener], () => {
    told ||= sys.takeSignals().length > 0;
    return told ? 'drain' : 'no';
  });
  yield* sys.write(1, `${stamp(sys)} [INFO] received interrupt, shutting down...\n`);
  return 0;
};

/** Go's flag package: `-name value`, `-name=value`, `--name`. */
function parseFlags(
  args: readonly Bytes[],
  flags: Flags,
): { readonly text: Bytes; readonly code: number } | undefined {
  for (let i = 0; i < args.length; i++) {
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(args[i] ?? '');
    if (!match) return { text: 'Too many arguments!', code: USAGE_ERROR };
    const name = match[1] ?? '';
    if (name === 'version') return { text: `http-echo v${VERSION}`, code: 0 };
    if (!Object.hasOwn(flags, name)) {
      return { text: `flag provided but not defined: -${name}`, code: 2 };
    }
    const value = match[2] ?? args[++i];
    if (value === undefined) return { text: `flag needs an argument: -${name}`, code: 2 };
    flags[name as keyof Flags] = value;
  }
  return undefined;
}

function stamp(sys: Sys): string {
  const date = new Date(sys.nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date} ${clockTime(sys.nowMs)}`;
}

class EchoHandler implements HttpHandler {
  readonly #flags: Flags;

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  *handle(sys: Sys, request: HttpRequest): Call<HttpReply> {
    const path = request.target.split('?')[0] ?? '/';
    const health = path === '/health';
    const status = health ? 200 : Number(this.#flags['status-code']);
    const body = health ? '{"status":"ok"}\n' : `${this.#flags.text}\n`;
    const keepAlive = wantsKeepAlive(request);
    const host = request.headers.get('host') ?? '';
    const agent = request.headers.get('user-agent') ?? '';
    const { peer, method, version } = request;
    const asked = `"${method} ${path} HTTP/${version}" ${status} ${body.length} "${agent}"`;
    yield* sys.write(
      1,
      `${stamp(sys)} ${host} ${peer.host}:${peer.port} ${asked} ${HANDLING_TIME}\n`,
    );
    const head = [
      `HTTP/1.1 ${status} ${reasonPhrase(status)}`,
      ...(health ? ['Content-Type: application/json'] : []),
      'X-App-Name: http-echo',
      `X-App-Version: ${VERSION}`,
      `Date: ${httpDate(sys.nowMs)}`,
      `Content-Length: ${body.length}`,
      ...(health ? [] : ['Content-Type: text/plain; charset=utf-8']),
      ...(keepAlive ? [] : ['Connection: close']),
    ];
    const shown = request.method === 'HEAD' ? '' : body;
    return { bytes: `${head.join('\r\n')}\r\n\r\n${shown}`, keepAlive };
  }

  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *reject(_: Sys, _peer: SocketAddress): Call<HttpReply> {
    const body = '400 Bad Request';
    const head =
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n';
    return { bytes: head + body, keepAlive: false };
  }
}

/** The hashicorp/http-echo image: one binary, no shell. */
export function httpEchoImage(): ImageModel {
  return {
    repositories: ['docker.io/hashicorp/http-echo'],
    sizeBytes: 3_800_000,
    entrypoint: ['/http-echo'],
    user: '65532:65532',
    exposedPorts: [5678],
    modelled: 'real',
    about:
      'http-echo with -text, -listen and -status-code, and its log. As in the real image there is no shell in it: kubectl exec finds nothing to run.',
    files: () =>
      new Map([
        ['/http-echo', program(httpEcho, 5_600_000)],
        [
          '/etc/passwd',
          file(
            'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
          ),
        ],
        ['/etc/group', file('root:x:0:\nnonroot:x:65532:\n')],
      ]),
  };
}
