import type { Kernel } from '../../kernel/kernel';
import { type Suspend, WaitQueue } from '../../kernel/task';
import type { Bytes } from '../bytes';
import { SysError } from '../errno';
import type { ConnectedSocket, NetUser, Pending } from '../open-file';
import type { DnsAnswer, DnsQuestionType, SocketAddress } from '../syscalls';
import { isAny, isLoopback } from './address';
import { type Carrier, Connection } from './connection';
import type { DatagramSocket } from './datagrams';
import { decodeQuestion, decodeResponse, encodeQuery, encodeResponse } from './dns-message';
import type { Host } from './host';
import type { TcpEndpoint } from './tcp';

/** How long a connection attempt to an address that never answers lasts unless told otherwise, ms. */
export const CONNECT_TIMEOUT_MS = 127_000;
/** After this, ARP has given up on an address of the pod network that nobody has, ms. */
export const ARP_TIMEOUT_MS = 3_050;
/** Handshake with another namespace, ms. */
const REMOTE_LATENCY_MS = 1;
/** A resolver gives up on a server that does not answer after this, ms. */
export const DNS_TIMEOUT_MS = 5_000;
const DNS_PORT = 53;
/** How long the cluster's DNS lets its answers be kept. */
const DNS_TTL_SECONDS = 30;

/** Where a connection to a virtual address really goes. */
export type Route = { readonly host: string; readonly port: number } | 'refuse' | 'drop';

/** What is wrong with the network. Asked for each connection, datagram and question, and for data under way. */
export interface NetworkFaults {
  /** Whether what `from` sends to an address (as it was addressed) is lost. */
  loses(from: Host, address: string): boolean;
  /** What a name server does with a question about a name; undefined: it answers. */
  dns(name: string): 'silent' | 'fails' | undefined;
}

/** What an attempt to connect comes to, and after how many ms that shows. */
type Reach =
  | {
      readonly afterMs: number;
      readonly errno: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ETIMEDOUT';
    }
  | {
      readonly afterMs: number;
      readonly errno?: undefined;
      readonly target: Host;
      readonly real: SocketAddress;
    };

/** SERVFAIL. */
const DNS_FAILURE = 2;

/** Answers DNS questions that reach the cluster's DNS address. */
export type DnsServer = (name: string, type: 'A' | 'AAAA' | 'PTR', from: string) => DnsAnswer;

/**
 * The cluster's network: which namespace has which address, virtual addresses (Services) and DNS servers.
 */
export class Network {
  readonly #kernel: Kernel;
  readonly #hosts = new Map<string, Host>();
  readonly #dnsServers = new Map<string, DnsServer>();
  #route: (address: SocketAddress, from: string) => Route | undefined = () => undefined;
  #localNetwork: (ip: string) => boolean = () => false;
  #inode = 10_000;
  #faults: NetworkFaults | undefined;
  /** Connections with data that did not get through. */
  readonly #stalled = new Set<TcpEndpoint>();

  readonly #carrier: Carrier;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#carrier = {
      trace: kernel.trace,
      nextInode: () => this.nextInode(),
      loses: (from, address) => this.#loses(from, address),
      onStall: (end) => this.#stalled.add(end),
    };
  }

  attach(host: Host): void {
    this.#hosts.set(host.ip, host);
  }

  detach(host: Host): void {
    if (this.#hosts.get(host.ip) === host) this.#hosts.delete(host.ip);
  }

  at(ip: string): Host | undefined {
    return this.#hosts.get(ip);
  }

  /** Installs the rules for virtual addresses (kube-proxy's part). */
  setRoutes(route: (address: SocketAddress, from: string) => Route | undefined): void {
    this.#route = route;
  }

  /** Says which addresses are on the pod network, where a missing host shows as "no route to host". */
  setLocalNetwork(contains: (ip: string) => boolean): void {
    this.#localNetwork = contains;
  }

  addDnsServer(ip: string, server: DnsServer): void {
    this.#dnsServers.set(ip, server);
  }

  /** Installs what is wrong from now on, or nothing; what waited to get through does if it can. */
  setFaults(faults: NetworkFaults | undefined): void {
    this.#faults = faults;
    for (const endpoint of [...this.#stalled]) {
      if (endpoint.resume()) this.#stalled.delete(endpoint);
    }
  }

  /** The IPv4 addresses of a name, as the lab's name servers know it. */
  lookUp(name: string): readonly string[] {
    for (const server of this.#dnsServers.values()) {
      const { rcode, addresses } = server(name, 'A', '');
      if (rcode === 0 && addresses.length > 0) return addresses;
    }
    return [];
  }

  #loses(from: Host, address: string): boolean {
    return this.#faults !== undefined && !isLoopback(address) && this.#faults.loses(from, address);
  }

  nextInode(): number {
    return this.#inode++;
  }

  /** Starts a connection from a namespace; the result comes at a later instant. */
  connect(
    from: Host,
    address: SocketAddress,
    user: NetUser,
    timeoutMs = CONNECT_TIMEOUT_MS,
    greeting: Bytes = '',
  ): Pending<ConnectedSocket> {
    const reach = this.#reach(from, address, timeoutMs);
    return new PendingResult<ConnectedSocket>(this.#kernel).settleAfter(reach.afterMs, () =>
      this.#arrive(from, address, user, reach, greeting),
    );
  }

  /** Where an attempt to connect leads at present. */
  #reach(from: Host, address: SocketAddress, timeoutMs: number): Reach {
    const dropped = { afterMs: timeoutMs, errno: 'ETIMEDOUT' } as const;
    if (this.#loses(from, address.host)) return dropped;
    const route = isLoopback(address.host) ? undefined : this.#route(address, from.ip);
    if (route === 'refuse') return { afterMs: REMOTE_LATENCY_MS, errno: 'ECONNREFUSED' };
    if (route === 'drop') return dropped;
    const reached = route ?? address;
    const forwarded = isLoopback(reached.host)
      ? undefined
      : this.#hosts.get(reached.host)?.forwardFor(reached.port);
    const real = forwarded ?? reached;
    if (route && this.#loses(from, real.host)) return dropped;
    const target = isLoopback(real.host) ? from : this.#hosts.get(real.host);
    if (target) return { afterMs: target === from ? 0 : REMOTE_LATENCY_MS, target, real };
    if (!this.#localNetwork(real.host) || ARP_TIMEOUT_MS >= timeoutMs) return dropped;
    return { afterMs: ARP_TIMEOUT_MS, errno: 'EHOSTUNREACH' };
  }

  #arrive(
    from: Host,
    address: SocketAddress,
    user: NetUser,
    reach: Reach,
    greeting: Bytes,
  ): Settled<ConnectedSocket> {
    if (reach.errno !== undefined) {
      const outcome = reach.errno === 'ECONNREFUSED' ? 'refused' : 'timeout';
      this.#traceConnect(from, address, user, outcome);
      return { error: new SysError(reach.errno) };
    }
    const { target, real } = reach;
    const listener = target.listenerFor(real);
    if (!listener || listener.full) {
      this.#traceConnect(from, address, user, 'refused');
      return { error: new SysError('ECONNREFUSED') };
    }
    this.#traceConnect(from, address, user, 'open');
    const { client, server } = new Connection(
      this.#carrier,
      from,
      target,
      address,
      real,
      user,
      listener.user,
    );
    if (greeting !== '') client.tryWrite(greeting);
    listener.enqueue(server);
    return { value: client };
  }

  /** One question over UDP. */
  dnsQuery(
    from: Host,
    server: string,
    name: string,
    type: DnsQuestionType,
    user: NetUser,
  ): Pending<DnsAnswer> {
    const pending = new PendingResult<DnsAnswer>(this.#kernel);
    const answer = this.#dnsServers.get(server);
    if (this.#loses(from, server) || (answer && this.#faults?.dns(name) === 'silent')) {
      return pending.settleAfter(DNS_TIMEOUT_MS, () => ({ error: new SysError('ETIMEDOUT') }));
    }
    if (answer) {
      return pending.settleAfter(REMOTE_LATENCY_MS, () => ({
        value: this.#answerTo(answer, name, type, from.ip),
      }));
    }
    const host = isLoopback(server) ? from : this.#hosts.get(server);
    const address = { host: server, port: DNS_PORT };
    if (host?.datagramSocketFor(address)) return this.#ask(from, address, name, type, user);
    return pending.settleAfter(host ? 0 : DNS_TIMEOUT_MS, () => {
      if (host) this.#traceConnect(from, address, user, 'refused');
      return { error: new SysError(host ? 'ECONNREFUSED' : 'ETIMEDOUT') };
    });
  }

  /** Asks a DNS server that is a program. */
  #ask(
    from: Host,
    server: SocketAddress,
    name: string,
    type: DnsQuestionType,
    user: NetUser,
  ): Pending<DnsAnswer> {
    const pending = new PendingResult<DnsAnswer>(this.#kernel);
    const socket = from.bindDatagrams({ host: '0.0.0.0', port: 0 }, user);
    const settle = (result: Settled<DnsAnswer>) => {
      socket.release();
      pending.settle(result);
    };
    socket.connect(server);
    const id = this.nextInode() & 0xffff;
    const receive = () => {
      let message: Bytes | undefined;
      try {
        message = socket.tryReceive()?.bytes;
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        return settle({ error });
      }
      const value = message === undefined ? undefined : decodeResponse(message, id);
      if (value) settle({ value });
      else if (!pending.result) socket.changed(receive);
    };
    socket.changed(receive);
    socket.send(encodeQuery(id, name, type), server);
    this.#kernel.clock.after(DNS_TIMEOUT_MS, () => {
      if (!pending.result) settle({ error: new SysError('ETIMEDOUT') });
    });
    return pending;
  }

  /** Sends a datagram; it may be lost, and nobody is told unless the host it reached has no such port. */
  sendDatagram(from: Host, socket: DatagramSocket, bytes: Bytes, to: SocketAddress): void {
    const loopback = isLoopback(to.host);
    const own = loopback ? '127.0.0.1' : from.ip;
    const sender = {
      host: isAny(socket.local.host) ? own : socket.local.host,
      port: socket.local.port,
    };
    if (this.#loses(from, to.host)) return;
    const server = to.port === DNS_PORT ? this.#dnsServers.get(to.host) : undefined;
    if (server) {
      const question = decodeQuestion(bytes);
      if (!question?.type || this.#faults?.dns(question.name) === 'silent') return;
      const answer = this.#answerTo(server, question.name, question.type, from.ip);
      const response = encodeResponse(bytes, answer, DNS_TTL_SECONDS);
      this.#kernel.clock.after(REMOTE_LATENCY_MS, () =>
        socket.deliver({ bytes: response, from: to }),
      );
      return;
    }
    const target = loopback ? from : this.#hosts.get(to.host);
    if (!target) return;
    this.#kernel.clock.after(target === from ? 0 : REMOTE_LATENCY_MS, () => {
      const receiver = target.datagramSocketFor(to);
      if (receiver) receiver.deliver({ bytes, from: sender });
      else socket.refuse();
    });
  }

  /** Of types without records here, a server tells only whether the name exists. */
  #answerTo(server: DnsServer, name: string, type: DnsQuestionType, from: string): DnsAnswer {
    if (this.#faults?.dns(name) === 'fails') {
      return { rcode: DNS_FAILURE, authoritative: false, addresses: [] };
    }
    if (type === 'A' || type === 'AAAA' || type === 'PTR') return server(name, type, from);
    const answer = server(name, 'A', from);
    if (type === 'ANY') return answer;
    return { rcode: answer.rcode, authoritative: answer.authoritative, addresses: [] };
  }

  #traceConnect(from: Host, address: SocketAddress, user: NetUser, outcome: string): void {
    const target = isLoopback(address.host) ? from : this.#hosts.get(address.host);
    const { trace } = this.#kernel;
    trace.add({
      t: trace.now,
      type: 'net',
      pod: from.pod,
      container: user.container,
      source: isLoopback(address.host) ? '127.0.0.1' : from.ip,
      destination: address.host,
      port: address.port,
      outcome,
      program: user.program,
      toPod: target?.pod,
    });
  }
}

type Settled<T> = { readonly value: T } | { readonly error: SysError };

class PendingResult<T> implements Pending<T> {
  result: Settled<T> | undefined;
  #cancelled = false;
  readonly #changes = new WaitQueue();
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get changed(): Suspend {
    return this.#changes.wait;
  }

  settleAfter(ms: number, decide: () => Settled<T>): this {
    this.#kernel.clock.after(ms, () => {
      if (this.#cancelled) return;
      this.result = decide();
      this.#changes.wakeAll();
    });
    return this;
  }

  settle(result: Settled<T>): void {
    if (this.#cancelled || this.result) return;
    this.result = result;
    this.#changes.wakeAll();
  }

  cancel(): void {
    this.#cancelled = true;
  }
}
