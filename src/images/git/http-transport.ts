import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { checkChain, matchesHost, readCertificates } from '../../runtime/net/certificate';
import { resolveHost } from '../../runtime/net/resolver';
import { tlsFinish, tlsHello, tlsRefuse } from '../../runtime/net/tls';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { exchange, type HttpResponse } from '../http/client';
import { fatal } from './failure';
import type { GitObject } from './git-object';
import { decodePack, FLUSH, packetLine, readPacketLines } from './pack';

const SERVICE = 'git-upload-pack';
const CONNECT_TIMEOUT_MS = 300_000;
const MAX_REDIRECTS = 5;
const BAD_CERTIFICATE = 42;
/** The authorities that git trusts. */
export const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** What a remote offers. */
export interface RemoteRefs {
  /** The branch that its HEAD points to. */
  readonly branch: Bytes | undefined;
  /** `HEAD`, `refs/heads/main` … and the commits that they mean. */
  readonly refs: ReadonlyMap<Bytes, string>;
}

interface Url {
  readonly scheme: 'http' | 'https';
  readonly host: Bytes;
  readonly port: number;
  readonly path: Bytes;
}

/** A remote repository over HTTP. Models git's remote-curl.c. */
export class HttpRemote {
  readonly #sys: Sys;
  readonly #verifies: boolean;
  /** As git names it in messages: with a slash at its end. */
  readonly #name: Bytes;
  #url: Url;

  /** `verifies`: whether the server's certificate is looked at (http.sslVerify). */
  constructor(sys: Sys, url: Bytes, verifies = true) {
    this.#sys = sys;
    this.#verifies = verifies;
    this.#name = `${url.replace(/\/+$/, '')}/`;
    this.#url = this.#parse(url.replace(/\/+$/, ''));
  }

  *refs(): Call<RemoteRefs> {
    const suffix = `/info/refs?service=${SERVICE}`;
    let response = yield* this.#request('GET', suffix, '');
    for (let i = 0; i < MAX_REDIRECTS && response.status >= 300 && response.status < 400; i++) {
      const location = response.headers.get('location') ?? '';
      if (!location.endsWith(suffix)) break;
      this.#url = this.#parse(location.slice(0, -suffix.length));
      const to = location.slice(0, -suffix.length);
      yield* this.#sys.write(2, `warning: redirecting to ${to}/\n`);
      response = yield* this.#request('GET', suffix, '');
    }
    this.#refuse(response);
    if (!(response.headers.get('content-type') ?? '').includes(SERVICE)) {
      fatal(`${this.#name}info/refs not valid: is this a git repository?`);
    }
    const refs = new Map<Bytes, string>();
    let branch: Bytes | undefined;
    for (const line of readPacketLines(response.body).lines) {
      const [text = '', capabilities] = line.split('\0');
      branch ??= /symref=HEAD:refs\/heads\/(\S+)/.exec(capabilities ?? '')?.[1];
      const match = /^([0-9a-f]{40}) (\S+)$/.exec(text);
      if (match) refs.set(match[2] ?? '', match[1] ?? '');
    }
    return { branch, refs };
  }

  /** The objects that a commit needs beyond those of the commits that are there already. */
  *fetch(
    wanted: string,
    known: readonly string[],
    depth: number | undefined,
  ): Call<readonly GitObject[]> {
    const lines = [
      packetLine(`want ${wanted} no-progress agent=git/podlab\n`),
      ...(depth === undefined ? [] : [packetLine(`deepen ${depth}\n`)]),
      FLUSH,
      ...known.map((id) => packetLine(`have ${id}\n`)),
      packetLine('done\n'),
    ];
    const response = yield* this.#request('POST', `/${SERVICE}`, lines.join(''));
    this.#refuse(response);
    const objects = decodePack(readPacketLines(response.body).rest);
    if (!objects) fatal('early EOF');
    return objects;
  }

  #refuse({ status }: HttpResponse): void {
    if (status === 200) return;
    if (status === 404) fatal(`repository '${this.#name}' not found`);
    if (status === 401) {
      const { scheme, host } = this.#url;
      fatal(`could not read Username for '${scheme}://${host}': No such device or address`);
    }
    this.#fail(`The requested URL returned error: ${status}`);
  }

  #fail(reason: string): never {
    return fatal(`unable to access '${this.#name}': ${reason}`);
  }

  #parse(text: Bytes): Url {
    const match = /^(https?):\/\/(?:[^@/]*@)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(text);
    if (!match) this.#fail('URL rejected: Malformed input to a URL function');
    const scheme = match[1] === 'https' ? 'https' : 'http';
    return {
      scheme,
      host: match[2] ?? '',
      port: Number(match[3] ?? (scheme === 'https' ? 443 : 80)),
      path: match[4] ?? '',
    };
  }

  *#request(method: 'GET' | 'POST', suffix: Bytes, body: Bytes): Call<HttpResponse> {
    const { scheme, host, port, path } = this.#url;
    const head = [
      `${method} ${path}${suffix} HTTP/1.1`,
      `Host: ${host}`,
      'User-Agent: git/2.49.1',
      'Accept: */*',
      ...(method === 'POST'
        ? [`Content-Type: application/x-${SERVICE}-request`, `Content-Length: ${body.length}`]
        : []),
      'Connection: close',
    ];
    const fd = yield* this.#connect(host, port);
    try {
      if (scheme === 'https') yield* this.#secure(fd, host);
      const response = yield* exchange(this.#sys, fd, `${head.join('\r\n')}\r\n\r\n${body}`);
      if (typeof response !== 'string') return response;
      return this.#fail('Empty reply from server');
    } catch (error) {
      if (error instanceof SysError) this.#fail(`Recv failure: ${error.message}`);
      throw error;
    } finally {
      this.#sys.close(fd);
    }
  }

  /** The TLS handshake, with OpenSSL's words where it fails. */
  *#secure(fd: number, host: Bytes): Call<void> {
    const sys = this.#sys;
    const reached = yield* tlsHello(sys, fd, { serverName: host });
    if (reached.kind !== 'certificates') {
      this.#fail('TLS connect error: error:0A00010B:SSL routines::wrong version number');
    }
    const { chain } = reached;
    const skipped = sys.env.has('GIT_SSL_NO_VERIFY') || !this.#verifies;
    const trusted = readCertificates((yield* readIfThere(sys, CA_BUNDLE)) ?? '');
    const problem = checkChain(chain, trusted, sys.nowMs);
    if (!skipped && problem) {
      yield* tlsRefuse(sys, fd, problem.alert);
      this.#fail(`SSL certificate problem: ${problem.text}`);
    }
    if (!skipped && chain[0] && !matchesHost(chain[0], host)) {
      yield* tlsRefuse(sys, fd, BAD_CERTIFICATE);
      this.#fail(`SSL: no alternative certificate subject name matches target host name '${host}'`);
    }
    yield* tlsFinish(sys, fd);
  }

  *#connect(host: Bytes, port: number): Call<number> {
    const sys = this.#sys;
    const started = sys.nowMs;
    const address = yield* resolveHost(sys, host);
    if (address === undefined) return this.#fail(`Could not resolve host: ${host}`);
    try {
      return yield* sys.connect({ host: address, port }, CONNECT_TIMEOUT_MS);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const elapsed = sys.nowMs - started;
      return this.#fail(
        `Failed to connect to ${host} port ${port} after ${elapsed} ms: Couldn't connect to server`,
      );
    }
  }
}
