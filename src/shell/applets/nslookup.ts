import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readResolverConfig, resolveHost } from '../../runtime/net/resolver';
import type { Call, DnsAnswer, DnsQuestionType } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, UsageFailure } from './applet';
import { parseInteger } from './numbers';
import { readSmallFile } from './users';

const TYPES: readonly DnsQuestionType[] = [
  ...(['SOA', 'NS', 'A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'PTR', 'ANY'] as const),
];

const OPTIONS = ['type', 'querytype', 'port', 'retry', 'debug', 't', 'timeout'] as const;

const RCODES: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};

interface Question {
  readonly name: Bytes;
  readonly type: DnsQuestionType;
}

/**
 * Models networking/nslookup.c: a name without a dot is asked with every search domain, a name with one as
 * it is, and a single answer of NXDOMAIN makes the exit code 1.
 */
export const nslookup = applet('nslookup', function* (run) {
  const request = readRequest(run);
  const [host, server] = request.operands as [Bytes, Bytes?];
  const config = yield* readResolverConfig(run.sys);
  const servers = server === undefined ? config.servers : [server];
  const search = server === undefined ? yield* searchDomains(run) : [];
  const questions = questionsFor(host, request.types, search);
  for (const name of servers) {
    const address = yield* resolveHost(run.sys, name);
    if (address === undefined) throw new Failure(`bad address '${name}'`);
    const lookup = new Lookup(run, name, address, request);
    const code = yield* lookup.ask(questions);
    if (code !== undefined) return code;
  }
  yield* run.out.write(';; connection timed out; no servers could be reached\n\n');
  return 1;
});

interface Request {
  readonly types: ReadonlySet<DnsQuestionType>;
  readonly operands: readonly Bytes[];
  readonly port: number;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly debug: boolean;
}

function readRequest(run: Invocation): Request {
  const types = new Set<DnsQuestionType>();
  let port = 53;
  let retries = 2;
  let timeoutMs = 5000;
  let debug = false;
  const args = [...run.args];
  while (args[0]?.startsWith('-')) {
    const [, name = '', value = ''] = /^-([^=]*)=?(.*)$/s.exec(args.shift() as Bytes) ?? [];
    const option = OPTIONS.find((candidate) => candidate.startsWith(name));
    if (option === undefined) throw new UsageFailure();
    if (option === 'type' || option === 'querytype') {
      const type = TYPES.find((candidate) => candidate === value.toUpperCase());
      if (!type) throw new Failure(`invalid query type "${value}"`);
      types.add(type);
    } else if (option === 'port') port = parseInteger(value, { least: 1, most: 65535 });
    else if (option === 'retry') retries = parseInteger(value, { least: 1 });
    else if (option === 'debug') debug = true;
    else timeoutMs = parseInteger(value, { least: 1 }) * 1000;
  }
  if (args.length < 1 || args.length > 2) throw new UsageFailure();
  return { types, operands: args, port, retries, timeoutMs, debug };
}

/** The search domains; without any, what follows the first dot of the host's own name. */
function* searchDomains(run: Invocation): Call<readonly Bytes[]> {
  let search: readonly Bytes[] | undefined;
  let explicit = false;
  for (const line of (yield* readSmallFile(run.sys, '/etc/resolv.conf')).split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (values.length === 0) continue;
    if (keyword === 'search') {
      search = values;
      explicit = true;
    } else if (keyword === 'domain' && !explicit) search = values;
  }
  const dot = run.sys.hostname.indexOf('.');
  search ??= dot < 0 ? [] : [run.sys.hostname.slice(dot + 1)];
  return search.length === 1 && search[0] === '.' ? [] : search;
}

function questionsFor(
  host: Bytes,
  types: ReadonlySet<DnsQuestionType>,
  search: readonly Bytes[],
): Question[] {
  const octets = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(host);
  if (types.size === 0 && octets) {
    const [, a, b, c, d] = octets;
    return [{ name: `${d}.${c}.${b}.${a}.in-addr.arpa`, type: 'PTR' }];
  }
  const asked =
    types.size === 0 ? (['A', 'AAAA'] as const) : TYPES.filter((type) => types.has(type));
  return asked.flatMap((type) => {
    if (type === 'PTR' || search.length === 0 || host.includes('.')) return [{ name: host, type }];
    return search.map((domain) => ({ name: `${host}.${domain}`, type }));
  });
}

class Lookup {
  readonly #run: Invocation;
  readonly #server: Bytes;
  readonly #address: string;
  readonly #request: Request;
  #answered = false;
  #code = 0;

  constructor(run: Invocation, server: Bytes, address: string, request: Request) {
    this.#run = run;
    this.#server = server;
    this.#address = address;
    this.#request = request;
  }

  /** Puts all questions to the server; its exit code, undefined if the server never answered. */
  *ask(questions: readonly Question[]): Call<number | undefined> {
    const begin = this.#run.sys.nowMs;
    for (const [number, question] of questions.entries()) {
      const answer = yield* this.#query(question, questions.length > 1, begin);
      if (!answer) break;
      yield* this.#show(number, question, answer, begin);
    }
    return this.#answered ? this.#code : undefined;
  }

  /**
   * A server that refuses is found out by the second packet to it: with several questions at once, with one
   * only when it is sent again, while time goes on.
   */
  *#query(question: Question, several: boolean, begin: number): Call<DnsAnswer | undefined> {
    const { retries, timeoutMs } = this.#request;
    const interval = timeoutMs / retries;
    for (let attempt = 0; ; attempt++) {
      try {
        const name = question.name.replace(/\.$/, '');
        const answer = yield* this.#run.sys.dnsQuery(this.#address, name, question.type);
        if (answer.rcode !== 2 || attempt > 2 * retries) return answer;
        continue;
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        if (error.errno === 'ETIMEDOUT') return undefined;
        if (several) {
          yield* this.#run.complainAbout(`write to '${this.#server}'`, error);
          return undefined;
        }
        yield* this.#run.complainAbout('read', error);
      }
      const { nowMs } = this.#run.sys;
      const next = begin + Math.floor((nowMs - begin) / interval + 1) * interval;
      if (next - begin >= timeoutMs) {
        yield* this.#run.sys.sleep(begin + timeoutMs - nowMs);
        return undefined;
      }
      yield* this.#run.sys.sleep(next - nowMs);
    }
  }

  *#show(number: number, { name, type }: Question, answer: DnsAnswer, begin: number): Call<void> {
    const { out, sys } = this.#run;
    if (!this.#answered) {
      this.#answered = true;
      const address = `${this.#address}:${this.#request.port}`;
      yield* out.write(`Server:\t\t${this.#server}\nAddress:\t${address}\n\n`);
    }
    if (this.#request.debug) {
      yield* out.write(`Query #${number} completed in ${Math.floor(sys.nowMs - begin)}ms:\n`);
    }
    if (answer.rcode !== 0) {
      yield* out.write(`** server can't find ${name}: ${RCODES[answer.rcode] ?? answer.rcode}\n`);
      this.#code = 1;
    } else {
      yield* out.write(this.#records(name.replace(/\.$/, ''), type, answer));
    }
    yield* out.write('\n');
  }

  #records(name: Bytes, type: DnsQuestionType, answer: DnsAnswer): Bytes {
    let text = '';
    if (!answer.authoritative) text += 'Non-authoritative answer:\n';
    else if (this.#request.debug) text += 'authoritative answer:\n';
    const canonical = answer.canonicalName;
    if (type === 'PTR')
      return canonical === undefined ? text : `${text}${name}\tname = ${canonical}\n`;
    if (canonical !== undefined) text += `${name}\tcanonical name = ${canonical}\n`;
    for (const address of answer.addresses) {
      text += `Name:\t${canonical ?? name}\nAddress: ${address}\n`;
    }
    return text;
  }
}
