import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { ConnectedSocket, NetNamespace, NetUser, Pending } from '../open-file';
import type { DnsAnswer, DnsQuestionType, SocketAddress, SocketInfo } from '../syscalls';
import { isAny, isLoopback } from './address';
import { DatagramSocket } from './datagrams';
import type { Host } from './host';
import { Listener } from './listener';
import type { Network } from './network';
import type { TcpEndpoint } from './tcp';

/** First port that the kernel hands out by itself. */
const FIRST_EPHEMERAL_PORT = 32_768;
const LAST_EPHEMERAL_PORT = 60_999;

/**
 * A network namespace: one address, one port space, one loopback. All containers of a pod share one, which
 * is why they meet on localhost and why two of them cannot listen on the same port.
 */
export class Namespace implements NetNamespace, Host {
  readonly ip: string;
  /** `namespace/name` of the pod; undefined for nodes and the workstation. */
  readonly pod: string | undefined;
  readonly #network: Network;
  readonly #listeners: Listener[] = [];
  readonly #connections = new Set<TcpEndpoint>();
  readonly #datagramSockets = new Set<DatagramSocket>();
  readonly #forwards = new Map<number, SocketAddress>();
  #nextPort = FIRST_EPHEMERAL_PORT;

  constructor(network: Network, ip: string, pod?: string) {
    this.#network = network;
    this.ip = ip;
    this.pod = pod;
    network.attach(this);
  }

  listen(address: SocketAddress, user: NetUser): Listener {
    const local = this.#claim(address, this.#listeners);
    const listener = new Listener(local, user, this.#network.nextInode(), (closed) => {
      this.#listeners.splice(this.#listeners.indexOf(closed), 1);
    });
    this.#listeners.push(listener);
    return listener;
  }

  bindDatagrams(address: SocketAddress, user: NetUser | undefined): DatagramSocket {
    const local = this.#claim(address, [...this.#datagramSockets]);
    const socket = new DatagramSocket(local, user, this.#network.nextInode(), {
      send: (from, bytes, to) => {
        const host = isAny(to.host) ? '127.0.0.1' : to.host;
        this.#network.sendDatagram(this, from, bytes, { host, port: to.port });
      },
      released: (released) => this.#datagramSockets.delete(released),
    });
    this.#datagramSockets.add(socket);
    return socket;
  }

  /** Who receives datagrams at an address of this namespace. */
  datagramSocketFor(address: SocketAddress): DatagramSocket | undefined {
    return [...this.#datagramSockets].find(({ local }) => answersAt(local, address));
  }

  /** An address of this namespace that none of the sockets has yet. EADDRNOTAVAIL, EADDRINUSE. */
  #claim(address: SocketAddress, sockets: readonly { readonly local: SocketAddress }[]) {
    if (!isAny(address.host) && !isLoopback(address.host) && address.host !== this.ip) {
      fail('EADDRNOTAVAIL');
    }
    const port = address.port === 0 ? this.ephemeralPort() : address.port;
    const taken = sockets.some(
      ({ local }) =>
        local.port === port &&
        (isAny(local.host) || isAny(address.host) || local.host === address.host),
    );
    if (taken) fail('EADDRINUSE');
    return { host: address.host, port };
  }

  /** What comes in at a port goes to another host from now on (hostPort). Returns how to end that. */
  forward(port: number, to: SocketAddress): () => void {
    this.#forwards.set(port, to);
    return () => {
      if (this.#forwards.get(port) === to) this.#forwards.delete(port);
    };
  }

  /** Where a connection that comes in from outside really goes. */
  forwardFor(port: number): SocketAddress | undefined {
    return this.#forwards.get(port);
  }

  /** Who answers at an address of this namespace. */
  listenerFor(address: SocketAddress): Listener | undefined {
    for (const listener of this.#listeners) {
      if (answersAt(listener.local, address)) return listener;
    }
    return undefined;
  }

  connect(
    address: SocketAddress,
    user: NetUser,
    timeoutMs?: number,
    greeting?: Bytes,
  ): Pending<ConnectedSocket> {
    const host = isAny(address.host) ? '127.0.0.1' : address.host;
    return this.#network.connect(this, { host, port: address.port }, user, timeoutMs, greeting);
  }

  dnsQuery(server: string, name: string, type: DnsQuestionType, user: NetUser): Pending<DnsAnswer> {
    return this.#network.dnsQuery(this, server, name, type, user);
  }

  sockets(): readonly (SocketInfo & { user: NetUser | undefined })[] {
    const listening = this.#listeners.map((listener) => ({
      protocol: 'tcp' as const,
      state: 'LISTEN' as const,
      local: listener.local,
      remote: undefined,
      pid: listener.user.pid,
      user: listener.user,
    }));
    const connected = [...this.#connections].map((endpoint) => ({
      protocol: 'tcp' as const,
      state: endpoint.state,
      local: endpoint.local,
      remote: endpoint.peer,
      pid: endpoint.user?.pid,
      user: endpoint.user,
    }));
    return [...listening, ...connected];
  }

  addresses(): readonly { name: string; ip: string }[] {
    const loopback = { name: 'lo', ip: '127.0.0.1' };
    return this.ip === '127.0.0.1' ? [loopback] : [loopback, { name: 'eth0', ip: this.ip }];
  }

  ephemeralPort(): number {
    do {
      this.#nextPort =
        this.#nextPort >= LAST_EPHEMERAL_PORT ? FIRST_EPHEMERAL_PORT : this.#nextPort + 1;
    } while (this.#uses(this.#nextPort));
    return this.#nextPort;
  }

  #uses(port: number): boolean {
    for (const { local } of this.#listeners) if (local.port === port) return true;
    for (const { local } of this.#datagramSockets) if (local.port === port) return true;
    for (const { local } of this.#connections) if (local.port === port) return true;
    return false;
  }

  remember(endpoint: TcpEndpoint): void {
    this.#connections.add(endpoint);
  }

  forget(endpoint: TcpEndpoint): void {
    this.#connections.delete(endpoint);
  }

  /** The namespace is gone: its address answers no more and its connections break. */
  remove(): void {
    this.#network.detach(this);
    for (const endpoint of [...this.#connections]) endpoint.abort();
    for (const listener of [...this.#listeners]) listener.release();
    for (const socket of [...this.#datagramSockets]) socket.release();
  }
}

function answersAt(local: SocketAddress, address: SocketAddress): boolean {
  return (
    local.port === address.port &&
    (isAny(local.host) ||
      local.host === address.host ||
      (isLoopback(local.host) && isLoopback(address.host)))
  );
}
