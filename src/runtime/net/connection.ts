import type { Trace } from '../../kernel/trace';
import type { Bytes } from '../bytes';
import type { NetUser } from '../open-file';
import type { SocketAddress } from '../syscalls';
import { isLoopback } from './address';
import type { Host } from './host';
import { type HttpExchange, HttpObserver } from './http-observer';
import { TcpEndpoint, type Wire } from './tcp';

/** The network as far as a connection through it needs it. */
export interface Carrier {
  readonly trace: Trace;
  nextInode(): number;
  /** Whether what `from` sends to an address is lost at present. */
  loses(from: Host, address: string): boolean;
  /** An end has sent what did not get through. */
  onStall(end: TcpEndpoint): void;
}

/** One TCP connection: its two ends, and what lies between them. */
export class Connection implements Wire {
  readonly client: TcpEndpoint;
  readonly server: TcpEndpoint;
  readonly #carrier: Carrier;
  readonly #from: Host;
  readonly #to: Host;
  readonly #user: NetUser;
  readonly #http = new HttpObserver();

  /** `address`: as the client named it; `real`: where that leads. */
  constructor(
    carrier: Carrier,
    from: Host,
    to: Host,
    address: SocketAddress,
    real: SocketAddress,
    user: NetUser,
    serverUser: NetUser | undefined,
  ) {
    this.#carrier = carrier;
    this.#from = from;
    this.#to = to;
    this.#user = user;
    const local = {
      host: isLoopback(real.host) ? '127.0.0.1' : from.ip,
      port: from.ephemeralPort(),
    };
    this.client = new TcpEndpoint(this, local, address, user, carrier.nextInode());
    this.server = new TcpEndpoint(this, real, local, serverUser, carrier.nextInode());
    TcpEndpoint.join(this.client, this.server);
    from.remember(this.client);
    to.remember(this.server);
  }

  passes(end: TcpEndpoint): boolean {
    const { client, server } = this;
    if (end === server) return !this.#carrier.loses(this.#to, client.local.host);
    return (
      !this.#carrier.loses(this.#from, client.peer.host) &&
      !this.#carrier.loses(this.#from, server.local.host)
    );
  }

  onStall(end: TcpEndpoint): void {
    this.#carrier.onStall(end);
  }

  onData(end: TcpEndpoint, bytes: Bytes): void {
    if (end === this.client) {
      this.#http.fromClient(bytes);
      return;
    }
    const exchange = this.#http.fromServer(bytes);
    if (exchange) this.#traceExchange(exchange);
  }

  onRelease(end: TcpEndpoint): void {
    (end === this.client ? this.#from : this.#to).forget(end);
  }

  #traceExchange({ method, path, status }: HttpExchange): void {
    const { local, peer } = this.client;
    const { trace } = this.#carrier;
    trace.add({
      t: trace.now,
      type: 'net',
      pod: this.#from.pod,
      container: this.#user.container,
      source: local.host,
      destination: peer.host,
      port: peer.port,
      outcome: 'ok',
      summary: `${method} ${path} ${status}`,
      toPod: this.#to.pod,
    });
  }
}
