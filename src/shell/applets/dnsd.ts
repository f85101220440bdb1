import type { Bytes } from '../../runtime/bytes';
import { decodeQuestion, encodeResponse } from '../../runtime/net/dns-message';
import type { Call, DnsAnswer } from '../../runtime/syscalls';
import { applet, Failure, Invocation, strerror } from './applet';
import { openOrFail } from './files';
import { readAll } from './lines';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { dotted, resolvePeer } from './peer-address';
import { detachStreams } from './timeout';

const LONGEST_PACKET = 512;
const SHORTEST_PACKET = 12;

interface Entry {
  readonly name: Bytes;
  readonly address: string;
}

/** Models networking/dnsd.c. */
export const dnsd = applet('dnsd', function* (run) {
  const options = parseOptions(run.args, { letters: 'vsi:c:t:p:d' });
  const ttl = options.value('t');
  const port = options.value('p');
  if (ttl !== undefined) parseInteger(ttl, { least: 1, most: 0xffffffff });
  if (port !== undefined) parseInteger(port, { least: 1, most: 0xffff });
  if (!options.has('d')) return yield* serve(run, options);
  run.sys.fork(function* (daemon) {
    daemon.setsid();
    yield* detachStreams(daemon);
    try {
      return yield* serve(new Invocation(daemon, run.name, run.args), options);
    } catch (thrown) {
      // A daemon says it to the system log, which there is none of.
      if (thrown instanceof Failure) return 1;
      throw thrown;
    }
  });
  return 0;
});

function* serve(run: Invocation, options: Options): Call<number> {
  const { sys } = run;
  const daemon = options.has('d');
  const log = function* (message: Bytes, fd: number): Call<void> {
    if (!daemon) yield* sys.write(fd, fd === 2 ? `dnsd: ${message}\n` : `${message}\n`);
  };
  const entries = yield* readEntries(run, options, log);
  const port = Number(options.value('p') ?? 53);
  const address = yield* resolvePeer(run, options.value('i') ?? '0.0.0.0', port);
  let fd: number;
  try {
    fd = sys.bindDatagrams(address);
  } catch (error) {
    throw new Failure(`bind: ${strerror(error)}`);
  }
  yield* log(`accepting UDP packets on ${dotted(address)}`, 1);
  const ttl = Number(options.value('t') ?? 120);
  for (;;) {
    const { bytes, from } = yield* sys.receiveDatagram(fd);
    if (bytes.length < SHORTEST_PACKET || bytes.length > LONGEST_PACKET) {
      yield* log(`packet size ${bytes.length}, ignored`, 2);
      continue;
    }
    if (options.has('v')) yield* log('got UDP packet', 1);
    const reply = answerTo(bytes, entries);
    if (typeof reply === 'string') {
      yield* log(reply, 2);
      continue;
    }
    if (options.has('v')) {
      const fate = options.has('s') ? 'dropping query' : 'sending error reply';
      if (reply.complaint !== undefined) yield* log(`${reply.complaint}, ${fate}`, 2);
      else yield* log('returning positive reply', 1);
    }
    if (reply.complaint !== undefined && options.has('s')) continue;
    sys.sendDatagram(fd, encodeResponse(bytes, reply.answer, ttl), from);
    yield* sys.breathe();
  }
}

function* readEntries(
  run: Invocation,
  options: Options,
  log: (message: Bytes, fd: number) => Call<void>,
): Call<Entry[]> {
  const file = yield* openOrFail(run, options.value('c') ?? '/etc/dnsd.conf', 'name only');
  const entries: Entry[] = [];
  const text = yield* readAll(run.sys, file);
  run.sys.close(file);
  for (const [index, line] of text.split('\n').entries()) {
    const [name, address] = (line.split('#')[0] ?? '').split(/[ \t]+/).filter(Boolean);
    if (name === undefined || address === undefined) continue;
    if (!/^[0-9]+(\.[0-9]+){3}$/.test(address)) {
      yield* log(`error at line ${index + 1}, skipping`, 2);
      continue;
    }
    if (options.has('v')) yield* log(`name:${name}, ip:${address}`, 1);
    entries.push({ name, address });
  }
  return entries;
}

type Reply = { readonly answer: DnsAnswer; readonly complaint?: Bytes };

/** The reply to a packet, or why it is ignored. */
function answerTo(packet: Bytes, entries: readonly Entry[]): Reply | Bytes {
  const question = decodeQuestion(packet);
  if (!question) return 'packet has 0 queries, ignored';
  if (question.isResponse) return 'response packet, ignored';
  const refused = (complaint: Bytes): Reply => ({
    answer: { rcode: 4, authoritative: false, addresses: [] },
    complaint,
  });
  if (question.opcode !== 0) return refused('opcode != 0');
  if (question.class !== 1) return refused('class != 1');
  const { type, name } = question;
  if (type !== 'A' && type !== 'PTR') return refused('type is !REQ_A and !REQ_PTR');
  const entry = entries.find((candidate) =>
    type === 'A' ? matches(candidate, name) : name.startsWith(reversed(candidate.address)),
  );
  if (!entry) {
    return {
      answer: { rcode: 3, authoritative: true, addresses: [] },
      complaint: 'name is not found',
    };
  }
  const found = { rcode: 0, authoritative: true } as const;
  return {
    answer:
      type === 'A'
        ? { ...found, addresses: [entry.address] }
        : { ...found, addresses: [], canonicalName: entry.name },
  };
}

function matches({ name }: Entry, asked: Bytes): boolean {
  return name === '*' || name.toLowerCase() === asked.toLowerCase();
}

function reversed(address: string): string {
  return address.split('.').reverse().join('.');
}
