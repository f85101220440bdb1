import { WaitQueue } from '../../kernel/task';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { ListeningSocket, NetUser } from '../open-file';
import type { SocketAddress, Stat } from '../syscalls';
import { socketStat, type TcpEndpoint } from './tcp';

/** Connections that may wait to be accepted. */
export const BACKLOG = 128;

/** A listening TCP socket. */
export class Listener implements ListeningSocket {
  readonly local: SocketAddress;
  readonly user: NetUser;
  #released = false;
  readonly #queue: TcpEndpoint[] = [];
  readonly #changes = new WaitQueue();
  readonly #inode: number;
  readonly #onRelease: (listener: Listener) => void;

  constructor(
    local: SocketAddress,
    user: NetUser,
    inode: number,
    onRelease: (listener: Listener) => void,
  ) {
    this.local = local;
    this.user = user;
    this.#inode = inode;
    this.#onRelease = onRelease;
  }

  get changed() {
    return this.#changes.wait;
  }

  get readable(): boolean {
    return this.#queue.length > 0;
  }

  get writable(): boolean {
    return false;
  }

  get full(): boolean {
    return this.#queue.length >= BACKLOG;
  }

  /** The kernel has finished a handshake; the program may accept it when it likes. */
  enqueue(connection: TcpEndpoint): void {
    this.#queue.push(connection);
    this.#changes.wakeAll();
  }

  tryAccept(): { connection: TcpEndpoint; peer: SocketAddress } | undefined {
    const connection = this.#queue.shift();
    return connection && { connection, peer: connection.peer };
  }

  tryRead(): Bytes | undefined {
    fail('ENOTCONN');
  }

  tryWrite(): number {
    fail('ENOTCONN');
  }

  stat(): Stat {
    return socketStat(this.#inode);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease(this);
    // Nobody will accept these any more: their clients see a reset.
    for (const connection of this.#queue.splice(0)) {
      connection.abort();
      connection.release();
    }
  }
}
