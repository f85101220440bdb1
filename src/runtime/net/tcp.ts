import { WaitQueue } from '../../kernel/task';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import { type ConnectedSocket, type NetUser, unnamedStat } from '../open-file';
import type { SocketAddress, SocketInfo, Stat } from '../syscalls';

/** Bytes that one side may have sent and the other not yet read. */
export const SOCKET_BUFFER_BYTES = 65_536;

/** What lies between the two ends of a connection. */
export interface Wire {
  /** Whether what an end sends gets through to the other at present. */
  passes(end: TcpEndpoint): boolean;
  /** An end has sent something while nothing got through. */
  onStall(end: TcpEndpoint): void;
  /** What an end has sent has arrived at the other. */
  onData(end: TcpEndpoint, bytes: Bytes): void;
  onRelease(end: TcpEndpoint): void;
}

/** One end of an established TCP connection; what it writes appears at its peer at the same instant. */
export class TcpEndpoint implements ConnectedSocket {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  readonly user: NetUser | undefined;
  readonly #wire: Wire;
  #other: TcpEndpoint | null = null;
  #incoming: Bytes = '';
  #finReceived = false;
  #finSent = false;
  #reset = false;
  #released = false;
  readonly #changes = new WaitQueue();
  readonly #inode: number;
  /** Sent while nothing got through: it arrives when something does again, as TCP repeats it. */
  #unsent: Bytes = '';
  #finHeld = false;

  constructor(
    wire: Wire,
    local: SocketAddress,
    peer: SocketAddress,
    user: NetUser | undefined,
    inode: number,
  ) {
    this.#wire = wire;
    this.local = local;
    this.peer = peer;
    this.user = user;
    this.#inode = inode;
  }

  /** Joins two ends. */
  static join(a: TcpEndpoint, b: TcpEndpoint): void {
    a.#other = b;
    b.#other = a;
  }

  get changed() {
    return this.#changes.wait;
  }

  get readable(): boolean {
    return this.#incoming !== '' || this.#finReceived || this.#reset;
  }

  get writable(): boolean {
    const other = this.#other;
    if (this.#reset || !other || other.#released) return true;
    return other.#incoming.length + this.#unsent.length < SOCKET_BUFFER_BYTES;
  }

  get state(): SocketInfo['state'] {
    if (this.#finReceived) return 'CLOSE_WAIT';
    return this.#finSent ? 'FIN_WAIT2' : 'ESTABLISHED';
  }

  tryRead(max: number): Bytes | undefined {
    if (this.#incoming !== '') {
      const bytes = this.#incoming.slice(0, max);
      this.#incoming = this.#incoming.slice(bytes.length);
      this.#other?.poke();
      return bytes;
    }
    if (this.#reset) fail('ECONNRESET');
    return this.#finReceived ? '' : undefined;
  }

  tryWrite(bytes: Bytes): number {
    const other = this.#other;
    if (this.#reset || this.#finSent || !other || other.#released) fail('EPIPE');
    const room = SOCKET_BUFFER_BYTES - other.#incoming.length - this.#unsent.length;
    if (room <= 0) return 0;
    const taken = bytes.length <= room ? bytes : bytes.slice(0, room);
    if (this.#unsent !== '' || !this.#wire.passes(this)) {
      this.#unsent += taken;
      this.#wire.onStall(this);
    } else {
      this.#arrive(other, taken);
    }
    return taken.length;
  }

  #arrive(other: TcpEndpoint, bytes: Bytes): void {
    other.#incoming += bytes;
    this.#wire.onData(this, bytes);
    other.#changes.wakeAll();
  }

  shutdownWrite(): void {
    if (this.#finSent) return;
    this.#finSent = true;
    const other = this.#other;
    if (!other) return;
    if (this.#unsent !== '' || !this.#wire.passes(this)) {
      this.#finHeld = true;
      this.#wire.onStall(this);
      return;
    }
    other.#finReceived = true;
    other.#changes.wakeAll();
  }

  /** Sends again what did not get through; false when it still does not. */
  resume(): boolean {
    if (!this.#wire.passes(this)) return false;
    const other = this.#other;
    const bytes = this.#unsent;
    this.#unsent = '';
    if (other && !other.#released && bytes !== '') this.#arrive(other, bytes);
    if (this.#finHeld && other) {
      other.#finReceived = true;
      other.#changes.wakeAll();
    }
    this.#finHeld = false;
    this.#changes.wakeAll();
    return true;
  }

  /** The other side is gone with data unread, or the host has vanished. */
  abort(): void {
    this.#reset = true;
    this.#changes.wakeAll();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    // Linux answers with RST instead of FIN when received data was never read.
    if (this.#incoming !== '') this.#other?.abort();
    else this.shutdownWrite();
    this.#other?.poke();
    this.#wire.onRelease(this);
  }

  stat(): Stat {
    return socketStat(this.#inode);
  }

  /** The other side has read or closed: whoever waits here looks again. */
  poke(): void {
    this.#changes.wakeAll();
  }
}

/** What sockets have as their device. */
const SOCKETS = 8;

/** stat(2) of a socket. */
export function socketStat(inode: number): Stat {
  return unnamedStat('socket', inode, SOCKETS);
}
