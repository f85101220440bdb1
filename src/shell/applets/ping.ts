import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { parseDuration, parseInteger } from './numbers';
import { type Options, parseOptions } from './options';

/** Bytes of an ICMP header, which come back with the data. */
const ICMP_HEADER_BYTES = 8;
const DEFAULT_DATA_BYTES = 56;
const DEFAULT_WAIT_SECONDS = 10;

/** A port that nobody listens on: a host that is there says so at once. */
const PROBED_PORT = 33434;

const OWN_TTL = 64;
/** What is left of it after one router on the way. */
const ROUTED_TTL = 63;

/**
 * Models networking/ping.c. There is no ICMP here: a datagram to a closed port takes its place, which a host
 * that is there answers in the same time.
 */
export const ping = applet('ping', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'qvAc:s:t:w:W:I:np:i:46',
    least: 1,
    most: 1,
  });
  const number = (key: string, otherwise: number) => {
    const text = options.value(key);
    return text === undefined ? otherwise : parseInteger(text, { least: 0 });
  };
  const count = number('c', 0);
  const size = number('s', DEFAULT_DATA_BYTES);
  const waitMs = number('W', DEFAULT_WAIT_SECONDS) * 1000;
  const deadlineMs = number('w', 0) * 1000;
  const intervalMs = parseDuration(options.value('i') ?? '1');
  const [host] = options.operands as [Bytes];
  const address = yield* resolveHost(run.sys, host);
  if (address === undefined) throw new Failure(`bad address '${host}'`);
  yield* run.out.write(`PING ${host} (${address}): ${size} data bytes\n`);
  yield* run.out.flush();
  const rules = { count, size, waitMs, deadlineMs, intervalMs };
  return yield* new Pinger(run, host, address, options, rules).run();
});

interface PingRules {
  /** 0: for ever. */
  readonly count: number;
  readonly size: number;
  readonly waitMs: number;
  readonly deadlineMs: number;
  readonly intervalMs: number;
}

class Pinger {
  readonly #run: Invocation;
  readonly #host: Bytes;
  readonly #address: string;
  readonly #quiet: boolean;
  readonly #eager: boolean;
  readonly #rules: PingRules;
  readonly #times: number[] = [];
  #sent = 0;

  constructor(run: Invocation, host: Bytes, address: string, options: Options, rules: PingRules) {
    this.#run = run;
    this.#host = host;
    this.#address = address;
    this.#quiet = options.has('q');
    this.#eager = options.has('A');
    this.#rules = rules;
  }

  *run(): Call<number> {
    const { sys } = this.#run;
    const { count, deadlineMs, intervalMs, waitMs } = this.#rules;
    sys.signalAction('INT', 'catch');
    const begin = sys.nowMs;
    for (;;) {
      if (deadlineMs > 0 && sys.nowMs - begin >= deadlineMs) break;
      const sentAt = sys.nowMs;
      const last = count > 0 && this.#sent + 1 >= count;
      const lastWait = this.#times.length > 0 ? 1000 : waitMs;
      const answered = yield* this.#probe(last ? lastWait : intervalMs);
      if (answered === 'interrupted') break;
      if (last || (count > 0 && this.#times.length >= count)) break;
      const rest = sentAt + intervalMs - sys.nowMs;
      if (rest > 0 && !(this.#eager && answered === 'yes')) {
        try {
          yield* sys.sleep(rest, { interruptible: true });
        } catch (error) {
          if (!(error instanceof SysError)) throw error;
          break;
        }
      }
    }
    yield* this.#summarise();
    const { length } = this.#times;
    return length === 0 || (deadlineMs > 0 && length < count) ? 1 : 0;
  }

  *#probe(timeoutMs: number): Call<'yes' | 'no' | 'interrupted'> {
    const { sys } = this.#run;
    const own = sys.addresses().map(({ ip }) => ip);
    const local = this.#address.startsWith('127.') || own.includes(this.#address);
    if (!local && own.length === 1) throw new Failure('sendto: Network is unreachable');
    const fd = sys.bindDatagrams({ host: '0.0.0.0', port: 0 });
    sys.connectDatagrams(fd, { host: this.#address, port: PROBED_PORT });
    const sequence = this.#sent++;
    const begin = sys.nowMs;
    let answered: 'yes' | 'no' = 'no';
    try {
      yield* sys.write(fd, '\0'.repeat(this.#rules.size));
      if ((yield* sys.poll([{ fd }], timeoutMs)) !== undefined) yield* sys.read(fd, 1);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno === 'EINTR') return 'interrupted';
      if (error.errno === 'ECONNREFUSED') answered = 'yes';
    } finally {
      sys.close(fd);
    }
    if (answered === 'yes') yield* this.#report(sequence, sys.nowMs - begin, local);
    return answered;
  }

  *#report(sequence: number, tripMs: number, local: boolean): Call<void> {
    this.#times.push(tripMs);
    if (this.#quiet) return;
    const bytes = this.#rules.size + ICMP_HEADER_BYTES;
    const ttl = local ? OWN_TTL : ROUTED_TTL;
    const time = this.#rules.size >= 4 ? ` time=${tripMs.toFixed(3)} ms` : '';
    yield* this.#run.out.write(
      `${bytes} bytes from ${this.#address}: seq=${sequence} ttl=${ttl}${time}\n`,
    );
    yield* this.#run.out.flush();
  }

  *#summarise(): Call<void> {
    const received = this.#times.length;
    const lost = this.#sent === 0 ? 0 : Math.floor(((this.#sent - received) * 100) / this.#sent);
    yield* this.#run.out.write(
      `\n--- ${this.#host} ping statistics ---\n${this.#sent} packets transmitted, ` +
        `${received} packets received, ${lost}% packet loss\n`,
    );
    if (received === 0) return;
    const sum = this.#times.reduce((total, time) => total + time, 0);
    const shown = [Math.min(...this.#times), sum / received, Math.max(...this.#times)];
    const figures = shown.map((time) => time.toFixed(3)).join('/');
    yield* this.#run.out.write(`round-trip min/avg/max = ${figures} ms\n`);
  }
}
