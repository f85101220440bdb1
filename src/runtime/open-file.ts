import type { Suspend } from '../kernel/task';
import type { Bytes } from './bytes';
import type { DnsAnswer, DnsQuestionType, SocketAddress, SocketInfo, Stat } from './syscalls';

/**
 * What a descriptor refers to: a file, a pipe's end, a socket, a terminal, a container's log. None of its
 * operations waits; the process layer turns "not now" into waiting on `changed`, so that signals, polling
 * and stopping are handled in one place.
 */
export interface OpenFile {
  /** At most `max` bytes, '' at the end, undefined: nothing yet. Throws SysError. */
  tryRead(max: number): Bytes | undefined;
  /** How many bytes were taken; 0: no room yet. Throws SysError (EPIPE, ENOSPC, EROFS …). */
  tryWrite(bytes: Bytes): number;
  /** Whether tryRead (tryWrite) would do something else than wait. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** Wakes when `readable` or `writable` may have changed. */
  readonly changed: Suspend;
  stat(): Stat;
  /** The last descriptor is gone. */
  release(): void;
  /** Of files: moves the position; ESPIPE elsewhere. */
  seek?(offset: number, from: 'start' | 'current' | 'end'): number;
  truncate?(size: number): void;
  /** Of directories and files: where it lies, for fchdir, /proc/self/fd and messages. */
  readonly path?: Bytes;
}

/** A listening socket. */
export interface ListeningSocket extends OpenFile {
  tryAccept(): { readonly connection: ConnectedSocket; readonly peer: SocketAddress } | undefined;
  readonly local: SocketAddress;
}

export interface ConnectedSocket extends OpenFile {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  /** Sends FIN: the other side reads the end. */
  shutdownWrite(): void;
}

/** What a UDP socket receives. */
export interface Datagram {
  readonly bytes: Bytes;
  readonly from: SocketAddress;
}

/** A UDP socket. */
export interface DatagramEndpoint extends OpenFile {
  readonly local: SocketAddress;
  readonly peer: SocketAddress | undefined;
  connect(peer: SocketAddress): void;
  send(bytes: Bytes, to: SocketAddress): void;
  /** ECONNREFUSED when nobody has the peer's port. */
  tryReceive(): Datagram | undefined;
}

/** A connection being made, or a question on its way: `result` is set when it is decided. */
export interface Pending<T> {
  readonly result:
    | { readonly value: T }
    | { readonly error: import('./errno').SysError }
    | undefined;
  readonly changed: Suspend;
  cancel(): void;
}

/** Who uses a network call, for netstat and the trace. */
export interface NetUser {
  readonly pid: number;
  readonly program: Bytes;
  /** Container name, undefined on the workstation and in the sandbox itself. */
  readonly container: string | undefined;
}

/** One network namespace: what a pod's containers share. */
export interface NetNamespace {
  readonly ip: string;
  listen(address: SocketAddress, user: NetUser): ListeningSocket;
  /** `greeting`: what the client sends as soon as the connection stands; not more than a buffer holds. */
  connect(
    address: SocketAddress,
    user: NetUser,
    timeoutMs?: number,
    greeting?: Bytes,
  ): Pending<ConnectedSocket>;
  dnsQuery(server: string, name: string, type: DnsQuestionType, user: NetUser): Pending<DnsAnswer>;
  bindDatagrams(address: SocketAddress, user: NetUser): DatagramEndpoint;
  sockets(): readonly (SocketInfo & { readonly user: NetUser | undefined })[];
  addresses(): readonly { readonly name: string; readonly ip: string }[];
}

/** stat(2) of what has no name in any file system: a pipe, a socket. */
export function unnamedStat(
  type: 'fifo' | 'socket',
  inode: number,
  device: number,
  madeMs = 0,
): Stat {
  return {
    type,
    inode,
    device,
    mode: type === 'socket' ? 0o777 : 0o600,
    uid: 0,
    gid: 0,
    links: 1,
    size: 0,
    modifiedMs: madeMs,
    accessedMs: madeMs,
    changedMs: madeMs,
  };
}
