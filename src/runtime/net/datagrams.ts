import { WaitQueue } from '../../kernel/task';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { Datagram, DatagramEndpoint, NetUser } from '../open-file';
import type { SocketAddress, Stat } from '../syscalls';
import { socketStat } from './tcp';

/** Datagrams that may wait to be received; more are lost. */
const MOST_WAITING = 64;

/** What a UDP socket needs of its namespace. */
export interface DatagramWays {
  send(socket: DatagramSocket, bytes: Bytes, to: SocketAddress): void;
  released(socket: DatagramSocket): void;
}

/** A UDP socket. */
export class DatagramSocket implements DatagramEndpoint {
  readonly local: SocketAddress;
  readonly user: NetUser | undefined;
  peer: SocketAddress | undefined;
  readonly #inode: number;
  readonly #ways: DatagramWays;
  readonly #queue: Datagram[] = [];
  readonly #changes = new WaitQueue();
  #refused = false;
  #released = false;

  constructor(local: SocketAddress, user: NetUser | undefined, inode: number, ways: DatagramWays) {
    this.local = local;
    this.user = user;
    this.#inode = inode;
    this.#ways = ways;
  }

  get changed() {
    return this.#changes.wait;
  }

  get readable(): boolean {
    return this.#queue.length > 0 || this.#refused;
  }

  get writable(): boolean {
    return true;
  }

  /** A datagram has come in; one from somebody else than the peer does not count. */
  deliver(datagram: Datagram): void {
    const { peer } = this;
    const { from } = datagram;
    if (peer && (peer.host !== from.host || peer.port !== from.port)) return;
    if (this.#queue.length >= MOST_WAITING) return;
    this.#queue.push(datagram);
    this.#changes.wakeAll();
  }

  /** Nobody has the port that was sent to; only a socket with a peer is told. */
  refuse(): void {
    if (!this.peer) return;
    this.#refused = true;
    this.#changes.wakeAll();
  }

  connect(peer: SocketAddress): void {
    this.peer = peer;
  }

  tryReceive(): Datagram | undefined {
    this.#failIfRefused();
    return this.#queue.shift();
  }

  send(bytes: Bytes, to: SocketAddress): void {
    this.#failIfRefused();
    this.#ways.send(this, bytes, to);
  }

  tryRead(max: number): Bytes | undefined {
    return this.tryReceive()?.bytes.slice(0, max);
  }

  tryWrite(bytes: Bytes): number {
    this.send(bytes, this.peer ?? fail('ENOTCONN'));
    return bytes.length;
  }

  #failIfRefused(): void {
    if (!this.#refused) return;
    this.#refused = false;
    fail('ECONNREFUSED');
  }

  stat(): Stat {
    return socketStat(this.#inode);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#ways.released(this);
  }
}
