import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, SocketAddress, Sys } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { executeOrFail } from './execute';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { dotted, lookUpPort, resolvePeer } from './peer-address';

const ENDING_SIGNALS = ['INT', 'QUIT', 'TERM'] as const;

/** Models networking/nc_bloaty.c. */
export const nc = applet('nc', function* (run) {
  const { args, program } = splitProgram(run.args);
  const options = parseOptions(args, { letters: 'np:s:ubvw:lki:o:z', most: 2 });
  if (options.has('u') && program) throw new Failure('-e over UDP is not simulated in Podlab');
  for (const signal of ENDING_SIGNALS) run.sys.signalAction(signal, 'catch');
  run.sys.signalAction('PIPE', 'ignore');
  return yield* new NetCat(run, options, program).run();
});

/** Takes `-e PROG ARGS` off, which may also end a cluster of options (`-lke PROG`). */
function splitProgram(args: readonly Bytes[]): {
  args: readonly Bytes[];
  program?: readonly Bytes[];
} {
  const at = args.findIndex((arg) => /^-[nuvlkz]*e$/.test(arg));
  if (at < 0) return { args };
  const cluster = (args[at] as Bytes).slice(0, -1);
  const front = args.slice(0, at);
  return { args: cluster === '-' ? front : [...front, cluster], program: args.slice(at + 1) };
}

class NetCat {
  readonly #run: Invocation;
  readonly #options: Options;
  readonly #program: readonly Bytes[] | undefined;
  readonly #verbose: number;
  readonly #waitMs: number | undefined;
  #sent = 0;
  #received = 0;

  constructor(run: Invocation, options: Options, program: readonly Bytes[] | undefined) {
    this.#run = run;
    this.#options = options;
    this.#program = program;
    this.#verbose = options.count('v');
    const wait = parseInteger(options.value('w') ?? '0', { least: 0 });
    this.#waitMs = wait === 0 ? undefined : wait * 1000;
  }

  *run(): Call<number> {
    const { operands } = this.#options;
    const localPort = this.#options.value('p');
    const port = localPort === undefined ? 0 : yield* lookUpPort(this.#run, localPort);
    const [host, remotePort] = operands;
    let peer: SocketAddress | undefined;
    if (host !== undefined) {
      const number = remotePort === undefined ? 0 : yield* lookUpPort(this.#run, remotePort);
      peer = yield* resolvePeer(this.#run, host, number);
    }
    if (this.#program) this.#run.sys.close(0);
    const listens = this.#options.has('l') || this.#options.has('k');
    const code = listens ? yield* this.#listen(port, peer) : yield* this.#connect(host, peer);
    if (this.#verbose > 1) {
      yield* this.#run.say(`sent ${this.#sent}, rcvd ${this.#received}\n`);
    }
    return code;
  }

  *#connect(host: Bytes | undefined, peer: SocketAddress | undefined): Call<number> {
    if (host === undefined || !peer) throw new UsageFailure();
    const { sys } = this.#run;
    let fd: number;
    try {
      fd = yield* this.#open(peer);
    } catch (error) {
      yield* this.#endOnSignal(error);
      const refused = error instanceof SysError && error.errno === 'ECONNREFUSED';
      if (this.#verbose > 1 || (this.#verbose === 1 && !refused)) {
        yield* this.#run.complainAbout(`${host} (${dotted(peer)})`, error);
      } else {
        strerror(error);
      }
      return 1;
    }
    if (this.#verbose > 0) yield* this.#run.say(`${host} (${dotted(peer)}) open\n`);
    if (this.#program) return yield* this.#become(sys, fd);
    return this.#options.has('z') ? 0 : yield* this.#shovel(fd);
  }

  *#open(peer: SocketAddress): Call<number> {
    const { sys } = this.#run;
    if (!this.#options.has('u')) return yield* sys.connect(peer, this.#waitMs);
    const fd = sys.bindDatagrams({ host: '0.0.0.0', port: 0 });
    sys.connectDatagrams(fd, peer);
    return fd;
  }

  *#listen(port: number, peer: SocketAddress | undefined): Call<number> {
    const { sys } = this.#run;
    const source = this.#options.value('s');
    const local = source === undefined ? undefined : yield* resolvePeer(this.#run, source, port);
    const address = local ?? { host: '::', port };
    let listener: number;
    try {
      listener = this.#options.has('u') ? sys.bindDatagrams(address) : sys.listen(address);
    } catch (error) {
      throw new Failure(`bind: ${strerror(error)}`);
    }
    if (this.#verbose > 0) {
      yield* this.#run.say(`listening on ${dotted(sys.socketName(listener))} ...\n`);
    }
    if (this.#options.has('u')) return yield* this.#receiveFrom(listener, local === undefined);
    const persistent = this.#options.has('k') || this.#options.count('l') > 1;
    for (;;) {
      const fd = yield* this.#accept(listener, peer);
      if (!this.#program || !persistent) {
        sys.close(listener);
        return yield* this.#serve(sys, fd, local === undefined);
      }
      const netcat = this;
      sys.fork(function* (child) {
        child.close(listener);
        return yield* netcat.#serve(child, fd, local === undefined);
      });
      sys.close(fd);
      yield* this.#reap();
    }
  }

  /** Talks to whoever sends the first datagram. */
  *#receiveFrom(fd: number, mapped: boolean): Call<number> {
    const { sys } = this.#run;
    try {
      if ((yield* sys.poll([{ fd }], this.#waitMs)) === undefined) throw new Failure('timeout');
      const { bytes, from } = yield* sys.receiveDatagram(fd);
      sys.connectDatagrams(fd, from);
      if (this.#verbose > 0) yield* this.#announce(sys, fd, mapped);
      this.#received += bytes.length;
      yield* sys.write(1, bytes);
    } catch (error) {
      yield* this.#endOnSignal(error);
      throw error;
    }
    return yield* this.#shovel(fd);
  }

  /** Ended children of `-lk -e` leave no zombies behind. */
  *#reap(): Call<void> {
    try {
      while (yield* this.#run.sys.waitpid(-1, { noHang: true }));
    } catch (error) {
      strerror(error);
    }
  }

  *#accept(listener: number, peer: SocketAddress | undefined): Call<number> {
    const { sys } = this.#run;
    for (;;) {
      try {
        const ready = yield* sys.poll([{ fd: listener }], this.#waitMs);
        if (ready === undefined) throw new Failure('timeout');
        const { fd, peer: caller } = yield* sys.accept(listener);
        const wrong =
          peer && (peer.host !== caller.host || (peer.port !== 0 && peer.port !== caller.port));
        if (!wrong) return fd;
        if (this.#verbose > 0) {
          yield* this.#run.complain(`connect from wrong ip/port ${dotted(caller)} ignored`);
        }
        sys.close(fd);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        yield* this.#endOnSignal(error);
        if (error.errno !== 'EINTR') throw new Failure(`accept: ${error.message}`);
      }
    }
  }

  *#serve(sys: Sys, fd: number, mapped: boolean): Call<number> {
    if (this.#verbose > 0) yield* this.#announce(sys, fd, mapped);
    return this.#program ? yield* this.#become(sys, fd) : yield* this.#shovel(fd);
  }

  *#announce(sys: Sys, fd: number, mapped: boolean): Call<void> {
    const caller = dotted(sys.peerName(fd), mapped);
    const own = dotted(sys.socketName(fd), mapped);
    yield* sys.write(2, `connect to ${own} from ${caller} (${caller})\n`);
  }

  *#become(sys: Sys, fd: number): Call<number> {
    sys.dup2(fd, 0);
    sys.dup2(0, 1);
    if (fd > 1) sys.close(fd);
    try {
      return yield* executeOrFail(sys, this.#program as readonly Bytes[]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      yield* sys.write(2, `nc: ${error.message}\n`);
      return error.code ?? 1;
    }
  }

  /** Copies standard input to the network and the network to standard output until both have ended. */
  *#shovel(fd: number): Call<number> {
    const { sys } = this.#run;
    let inputOpen = true;
    let netOpen = true;
    let patience = 2;
    while (inputOpen || netOpen) {
      const fds: readonly { fd: number }[] = [
        ...(netOpen ? [{ fd }] : []),
        ...(inputOpen ? [{ fd: 0 }] : []),
      ];
      let ready: number | undefined;
      try {
        ready = yield* sys.poll(fds, this.#waitMs);
      } catch (error) {
        yield* this.#endOnSignal(error);
        if (error instanceof SysError && error.errno === 'EBADF') return 1;
        continue;
      }
      if (ready === undefined) {
        if (--patience > 0) continue;
        if (this.#verbose > 1) yield* this.#run.say('net timeout\n');
        return 0;
      }
      if (ready === fd) netOpen = yield* this.#fromNet(fd);
      else {
        const text = yield* this.#readInput();
        if (text === '') {
          inputOpen = false;
          this.#shutdown(fd);
        } else if (!(yield* this.#toNet(fd, text))) return 1;
      }
      yield* sys.breathe();
    }
    sys.close(fd);
    return 0;
  }

  *#readInput(): Call<Bytes> {
    try {
      return yield* this.#run.sys.read(0, 8192);
    } catch (error) {
      strerror(error);
      return '';
    }
  }

  #shutdown(fd: number): void {
    try {
      this.#run.sys.shutdown(fd);
    } catch (error) {
      strerror(error);
    }
  }

  *#fromNet(fd: number): Call<boolean> {
    let text: Bytes = '';
    try {
      text = yield* this.#run.sys.read(fd, 8192);
    } catch (error) {
      if (this.#verbose > 1) yield* this.#run.complainAbout('net read', error);
      else strerror(error);
    }
    if (text === '') return false;
    this.#received += text.length;
    try {
      yield* this.#run.sys.write(1, text);
    } catch (error) {
      strerror(error);
    }
    return true;
  }

  *#toNet(fd: number, text: Bytes): Call<boolean> {
    try {
      yield* this.#run.sys.write(fd, text);
      this.#sent += text.length;
      return true;
    } catch (error) {
      strerror(error);
      return false;
    }
  }

  /** Ends as the signal would, with the word that nc has for it; returns if no signal has come. */
  *#endOnSignal(error: unknown): Call<void> {
    if (!(error instanceof SysError)) throw error;
    const { sys } = this.#run;
    for (const signal of sys.takeSignals()) {
      yield* this.#run.say('punt!\n');
      sys.signalAction(signal, 'default');
      sys.kill(sys.pid, signal);
      yield* sys.breathe();
      yield* sys.exit(128);
    }
  }
}
