import type { Kernel } from '../../kernel/kernel';
import { type Suspend, WaitQueue } from '../../kernel/task';
import { SysError } from '../errno';
import type { ConnectedSocket, NetUser, Pending } from '../open-file';
import type { DnsAnswer, SocketAddress } from '../syscalls';
import { isLoopback } from './address';
import { HttpObserver } from './http-observer';
import type { Listener } from './listener';
import { TcpEndpoint } from './tcp';

/** How long a connection attempt to an address that never answers lasts unless told otherwise, ms. */
export const CONNECT_TIMEOUT_MS = 127_000;
/** After this, ARP has given up on an address of the pod network that nobody has, ms. */
export const ARP_TIMEOUT_MS = 3_050;
/** Handshake with another namespace, ms. */
const REMOTE_LATENCY_MS = 1;
/** A resolver gives up on a server that does not answer after this, ms. */
export const DNS_TIMEOUT_MS = 5_000;

/** Where a connection to a virtual address really goes. */
export type Route = { readonly host: string; readonly port: number } | 'refuse' | 'drop';

/** A network namespace as its network sees it. */
export interface Host {
  readonly ip: string;
  /** `namespace/name`; undefined for nodes and the workstation. */
  readonly pod: string | undefined;
  listenerFor(address: SocketAddress): Listener | undefined;
  ephemeralPort(): number;
  remember(endpoint: TcpEndpoint): void;
  forget(endpoint: TcpEndpoint): void;
}

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

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
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

  nextInode(): number {
    return this.#inode++;
  }

  /** Starts a connection from a namespace; the result comes at a later instant. */
  connect(
    from: Host,
    address: SocketAddress,
    user: NetUser,
    timeoutMs = CONNECT_TIMEOUT_MS,
  ): Pending<ConnectedSocket> {
    const pending = new PendingResult<ConnectedSocket>(this.#kernel);
    const trace = (outcome: string) => this.#traceConnect(from, address, user, outcome);
    const failAfter = (ms: number, errno: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ETIMEDOUT') =>
      pending.settleAfter(ms, () => {
        trace(errno === 'ECONNREFUSED' ? 'refused' : 'timeout');
        return { error: new SysError(errno) };
      });

    const route = isLoopback(address.host) ? undefined : this.#route(address, from.ip);
    if (route === 'refuse') return failAfter(REMOTE_LATENCY_MS, 'ECONNREFUSED');
    if (route === 'drop') return failAfter(timeoutMs, 'ETIMEDOUT');
    const real = route ?? address;
    const target = isLoopback(real.host) ? from : this.#hosts.get(real.host);
    if (!target) {
      const onPodNetwork = this.#localNetwork(real.host);
      if (onPodNetwork && ARP_TIMEOUT_MS < timeoutMs)
        return failAfter(ARP_TIMEOUT_MS, 'EHOSTUNREACH');
      return failAfter(timeoutMs, 'ETIMEDOUT');
    }
    return pending.settleAfter(target === from ? 0 : REMOTE_LATENCY_MS, () => {
      const listener = target.listenerFor(real);
      if (!listener || listener.full) {
        trace('refused');
        return { error: new SysError('ECONNREFUSED') };
      }
      trace('open');
      return { value: this.#establish(from, target, address, real, user) };
    });
  }

  #establish(
    from: Host,
    to: Host,
    address: SocketAddress,
    real: SocketAddress,
    user: NetUser,
  ): ConnectedSocket {
    const loopback = isLoopback(real.host);
    const clientAddress = {
      host: loopback ? '127.0.0.1' : from.ip,
      port: from.ephemeralPort(),
    };
    const http = new HttpObserver((exchange) =>
      this.#kernel.trace.emit('net', {
        ...owner(from, user),
        source: clientAddress.host,
        destination: address.host,
        port: address.port,
        outcome: 'ok',
        summary: `${exchange.method} ${exchange.path} ${exchange.status}`,
        toPod: to.pod,
      }),
    );
    const listener = to.listenerFor(real);
    const client = new TcpEndpoint({
      local: clientAddress,
      peer: address,
      user,
      inode: this.nextInode(),
      onRelease: (endpoint) => from.forget(endpoint),
      observe: (bytes) => http.fromClient(bytes),
    });
    const server = new TcpEndpoint({
      local: real,
      peer: clientAddress,
      user: listener?.user,
      inode: this.nextInode(),
      onRelease: (endpoint) => to.forget(endpoint),
      observe: (bytes) => http.fromServer(bytes),
    });
    TcpEndpoint.join(client, server);
    from.remember(client);
    to.remember(server);
    listener?.enqueue(server);
    return client;
  }

  /** One question over UDP. */
  dnsQuery(
    from: Host,
    server: string,
    name: string,
    type: 'A' | 'AAAA' | 'PTR',
    user: NetUser,
  ): Pending<DnsAnswer> {
    const pending = new PendingResult<DnsAnswer>(this.#kernel);
    const answer = this.#dnsServers.get(server);
    if (answer) {
      return pending.settleAfter(REMOTE_LATENCY_MS, () => ({ value: answer(name, type, from.ip) }));
    }
    const known = isLoopback(server) || this.#hosts.has(server);
    return pending.settleAfter(known ? 0 : DNS_TIMEOUT_MS, () => {
      if (known) this.#traceConnect(from, { host: server, port: 53 }, user, 'refused');
      return { error: new SysError(known ? 'ECONNREFUSED' : 'ETIMEDOUT') };
    });
  }

  #traceConnect(from: Host, address: SocketAddress, user: NetUser, outcome: string): void {
    const target = isLoopback(address.host) ? from : this.#hosts.get(address.host);
    this.#kernel.trace.emit('net', {
      ...owner(from, user),
      source: isLoopback(address.host) ? '127.0.0.1' : from.ip,
      destination: address.host,
      port: address.port,
      outcome,
      program: user.program,
      toPod: target?.pod,
    });
  }
}

function owner(from: Host, user: NetUser): Record<string, unknown> {
  return {
    ...(from.pod === undefined ? {} : { pod: from.pod }),
    ...(user.container === undefined ? {} : { container: user.container }),
  };
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

  cancel(): void {
    this.#cancelled = true;
  }
}
