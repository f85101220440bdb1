import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { encodeBase64 } from './base64';
import { attempt, baseName, joinPath, openOrFail } from './files';
import { HttpStream } from './http-stream';
import { readAll } from './lines';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { dotted, resolvePeer } from './peer-address';
import { Progress } from './progress';
import { parseUrl, type Url } from './url';
import { shakeHands } from './wget-tls';

const MOST_REDIRECTIONS = 15;

/** Models networking/wget.c, for HTTP and HTTPS. */
export const wget = applet('wget', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'cqSO:o:P:Y:U:T:t:n::',
    long: {
      continue: 'c',
      quiet: 'q',
      'server-response': 'S',
      'output-document=': 'O',
      'output-file=': 'o',
      'directory-prefix=': 'P',
      'proxy=': 'Y',
      'user-agent=': 'U',
      'timeout=': 'T',
      'tries=': 't',
      'header=': 'header',
      'post-data=': 'post-data',
      spider: 'spider',
      'no-check-certificate': 'no-check',
      'post-file=': 'post-file',
      'passive-ftp': 'ignored',
      'no-cache': 'ignored',
      'no-verbose': 'ignored',
      'no-clobber': 'ignored',
      'no-host-directories': 'ignored',
      'no-parent': 'ignored',
    },
    least: 1,
  });
  if (options.count('post-data') + options.count('post-file') > 1) throw new UsageFailure();
  const log = options.value('o');
  if (log !== undefined && log !== '-') {
    const fd = yield* run.sys.open(log, { write: true, create: true, truncate: true }, 0o666);
    run.sys.dup2(fd, 2);
  }
  const download = new Download(run, options);
  for (const url of options.operands) yield* download.fetch(url);
  return 0;
});

class Download {
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #quiet: boolean;
  readonly #timeoutMs: number;
  #output: number | undefined;
  #fileName: Bytes;
  #begin = 0;

  constructor(run: Invocation, options: Options) {
    this.#run = run;
    this.#options = options;
    this.#quiet = options.has('q');
    this.#timeoutMs = parseInteger(options.value('T') ?? '900', { least: 0 }) * 1000;
    this.#fileName = options.value('O') ?? '';
    if (this.#fileName === '-') this.#output = 1;
  }

  *fetch(text: Bytes): Call<void> {
    let url = parseUrl(text);
    if (!this.#options.has('O')) this.#fileName = this.#nameOf(url);
    yield* this.#findBegin();
    let peer = yield* this.#resolve(url);
    let user = url.user;
    for (let redirections = 0; ; redirections++) {
      if (redirections > MOST_REDIRECTIONS) throw new Failure('too many redirections');
      const { fd, stream } = yield* this.#open(url, peer);
      yield* this.#run.sys.write(fd, yield* this.#request(url, user));
      const head = yield* this.#readHead(stream, url);
      if (head.location === undefined) {
        yield* this.#receive(stream, head);
        this.#run.sys.close(fd);
        return;
      }
      this.#run.sys.close(fd);
      if (head.location.startsWith('/')) {
        url = { ...url, path: head.location.slice(1) };
      } else {
        url = parseUrl(head.location);
        user = url.user ?? user;
        peer = yield* this.#resolve(url);
      }
    }
  }

  #nameOf(url: Url): Bytes {
    const name = url.path.slice(url.path.lastIndexOf('/') + 1) || 'index.html';
    const folder = this.#options.value('P');
    return folder === undefined ? name : joinPath(folder, name);
  }

  /** With -c a file that is there already is continued. */
  *#findBegin(): Call<void> {
    this.#begin = 0;
    if (!this.#options.has('c') || this.#fileName === '-') return;
    try {
      this.#output = yield* this.#run.sys.open(this.#fileName, { write: true });
      this.#begin = this.#run.sys.seek(this.#output, 0, 'end');
    } catch (error) {
      strerror(error);
    }
  }

  *#resolve(url: Url): Call<SocketAddress> {
    const peer = yield* resolvePeer(this.#run, url.host, url.protocol === 'https' ? 443 : 80);
    if (!this.#quiet) yield* this.#run.say(`Connecting to ${url.host} (${dotted(peer)})\n`);
    return peer;
  }

  *#open(url: Url, peer: SocketAddress): Call<{ fd: number; stream: HttpStream }> {
    let fd: number;
    try {
      fd = yield* this.#run.sys.connect(peer, this.#timeoutMs || undefined);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const ours = this.#options.has('T') && error.errno === 'ETIMEDOUT';
      if (ours) throw new Failure('download timed out');
      throw new Failure(`can't connect to remote host (${peer.host}): ${error.message}`);
    }
    if (url.protocol === 'https') {
      if (!this.#options.has('no-check')) {
        yield* this.#run.complain('note: TLS certificate validation not implemented');
      }
      yield* shakeHands(this.#run, fd, url.host.replace(/:\d+$/, ''), this.#timeoutMs || undefined);
    }
    return { fd, stream: new HttpStream(this.#run.sys, fd) };
  }

  *#request(url: Url, user: Bytes | undefined): Call<Bytes> {
    const headers = this.#options.values('header');
    const given = (name: string) =>
      headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
    const postFile = this.#options.value('post-file');
    let body = this.#options.value('post-data');
    if (postFile !== undefined) {
      body = yield* readAll(this.#run.sys, yield* openOrFail(this.#run, postFile));
    }
    const lines = [`${body === undefined ? 'GET' : 'POST'} /${url.path} HTTP/1.1`];
    if (!given('host')) lines.push(`Host: ${url.host}`);
    if (!given('user-agent')) lines.push(`User-Agent: ${this.#options.value('U') ?? 'Wget'}`);
    lines.push('Connection: close');
    if (user !== undefined && !given('authorization')) {
      lines.push(`Authorization: Basic ${encodeBase64(user)}`);
    }
    if (this.#begin > 0 && !given('range')) lines.push(`Range: bytes=${this.#begin}-`);
    lines.push(...headers);
    if (body !== undefined) {
      if (!given('content-type')) lines.push('Content-Type: application/x-www-form-urlencoded');
      lines.push(`Content-Length: ${body.length}`);
    }
    return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
  }

  *#line(stream: HttpStream, url: Url): Call<Bytes> {
    let line: Bytes | undefined;
    try {
      line = yield* stream.line(this.#timeoutMs || undefined);
    } catch (error) {
      throw new Failure(`error getting response: ${strerror(error)}`);
    }
    if (line === 'late') throw new Failure('download timed out');
    if (line === undefined) {
      // What the message ends with is left over from looking up the name, if there was one to look up.
      const literal = /^[0-9.]+(:[0-9]+)?$/.test(url.host);
      throw new Failure(`error getting response${literal ? '' : ': No such file or directory'}`);
    }
    return line;
  }

  *#headLine(stream: HttpStream, url: Url): Call<Bytes> {
    const line = yield* this.#line(stream, url);
    if (this.#options.has('S')) yield* this.#run.say(`  ${line}\n`);
    return line;
  }

  *#readHead(stream: HttpStream, url: Url): Call<ResponseHead> {
    for (;;) {
      const statusLine = yield* this.#headLine(stream, url);
      const status = Number(/^\S*\s+([0-9]+)/.exec(statusLine)?.[1] ?? 0);
      const interim = status === 0 || status === 100;
      if (!interim) this.#checkStatus(status, statusLine);
      if (status >= 200 && status <= 204 && this.#begin > 0) yield* this.#restart();
      const head: ResponseHead = { length: undefined, chunked: false, location: undefined };
      for (;;) {
        const line = yield* this.#headLine(stream, url);
        if (line === '') break;
        this.#readHeader(line, status, head);
      }
      if (!interim) return head;
    }
  }

  #checkStatus(status: number, line: Bytes): void {
    const fine =
      (status >= 200 && status <= 204) ||
      [300, 301, 302, 303, 307, 308].includes(status) ||
      (status === 206 && this.#begin > 0);
    if (!fine) throw new Failure(`server returned error: ${line}`);
  }

  /** The server sends the whole file although only its end was asked for. */
  *#restart(): Call<void> {
    yield* this.#run.complain('restart failed');
    this.#begin = 0;
    if (this.#output !== undefined) this.#run.sys.seek(this.#output, 0, 'start');
  }

  #readHeader(line: Bytes, status: number, head: ResponseHead): void {
    const match = /^([A-Za-z0-9._-]*):\s*(.*?)[ \t]*$/.exec(line);
    if (!match) throw new Failure(`bad header line: ${line.toLowerCase()}`);
    const [, name = '', value = ''] = match;
    switch (name.toLowerCase()) {
      case 'content-length':
        if (!/^[0-9]+$/.test(value)) throw new Failure(`content-length ${value} is garbage`);
        head.length = Number(value);
        break;
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked') {
          throw new Failure(`transfer encoding '${value.toLowerCase()}' is not supported`);
        }
        head.chunked = true;
        break;
      case 'location':
        if (status >= 300) head.location = value;
        break;
      default:
    }
  }

  *#receive(stream: HttpStream, head: ResponseHead): Call<void> {
    if (this.#options.has('spider')) {
      if (!this.#quiet) yield* this.#run.say('remote file exists\n');
      return;
    }
    const { sys } = this.#run;
    this.#output ??= yield* this.#createOutput();
    const toStdout = this.#output === 1;
    if (!this.#quiet) {
      yield* this.#run.say(toStdout ? 'writing to stdout\n' : `saving to '${this.#fileName}'\n`);
    }
    const silent = this.#quiet || (this.#options.has('o') && this.#options.value('o') !== '-');
    const progress = silent
      ? undefined
      : new Progress(this.#run, baseName(this.#fileName), this.#begin);
    const complete = head.chunked
      ? yield* this.#receiveChunks(stream, progress)
      : yield* this.#receiveBody(stream, head.length, head.length, progress);
    if (progress) yield* progress.end();
    if (!complete) throw new Failure('connection closed prematurely');
    if (!toStdout) {
      // A device or pipe cannot be cut, nor need be.
      const fd = this.#output;
      attempt(() => sys.truncate(fd, sys.seek(fd, 0, 'current')));
    }
    if (!this.#quiet) {
      yield* this.#run.say(toStdout ? 'written to stdout\n' : `'${this.#fileName}' saved\n`);
    }
    if (!this.#options.has('O')) {
      sys.close(this.#output);
      this.#output = undefined;
    }
  }

  /** A file named by -O may be overwritten, one that wget names itself may not. */
  *#createOutput(): Call<number> {
    const exclusive = !this.#options.has('O');
    const flags = { write: true, create: true, truncate: true, exclusive };
    try {
      return yield* this.#run.sys.open(this.#fileName, flags, 0o666);
    } catch (error) {
      throw new Failure(`can't open '${this.#fileName}': ${strerror(error)}`);
    }
  }

  *#receiveChunks(stream: HttpStream, progress: Progress | undefined): Call<boolean> {
    for (;;) {
      const line = yield* stream.line(this.#timeoutMs || undefined);
      if (line === undefined || line === 'late') throw new Failure('error getting response');
      const size = Number.parseInt(line, 16);
      if (Number.isNaN(size)) throw new Failure(`bad chunk length '${line}'`);
      if (size === 0) return true;
      if (!(yield* this.#receiveBody(stream, size, undefined, progress))) return false;
      yield* stream.line(this.#timeoutMs || undefined);
    }
  }

  /** Copies so many bytes, or all until the end; false if there were fewer. */
  *#receiveBody(
    stream: HttpStream,
    length: number | undefined,
    total: number | undefined,
    progress: Progress | undefined,
  ): Call<boolean> {
    let left = length ?? Number.POSITIVE_INFINITY;
    let patience = this.#timeoutMs / 1000;
    while (left > 0) {
      const bytes = yield* this.#someBytes(stream, left);
      if (bytes === '') return length === undefined;
      if (bytes === undefined) {
        if (this.#timeoutMs > 0 && --patience <= 0) throw new Failure('download timed out');
      } else {
        patience = this.#timeoutMs / 1000;
        left -= bytes.length;
        yield* this.#run.sys.write(this.#output as number, bytes);
        progress?.add(bytes.length);
      }
      if (left > 0 && progress) yield* progress.bump(total);
      yield* this.#run.sys.breathe();
    }
    return true;
  }

  *#someBytes(stream: HttpStream, most: number): Call<Bytes | undefined> {
    try {
      return yield* stream.bytes(Math.min(most, 16384), 1000);
    } catch (error) {
      throw new Failure(`read error: ${strerror(error)}`);
    }
  }
}

interface ResponseHead {
  length: number | undefined;
  chunked: boolean;
  location: Bytes | undefined;
}
