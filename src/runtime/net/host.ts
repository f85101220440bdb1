import type { NetUser } from '../open-file';
import type { SocketAddress } from '../syscalls';
import type { DatagramSocket } from './datagrams';
import type { Listener } from './listener';
import type { TcpEndpoint } from './tcp';

/** A network namespace as its network sees it. */
export interface Host {
  readonly ip: string;
  /** `namespace/name`; undefined for nodes and the workstation. */
  readonly pod: string | undefined;
  listenerFor(address: SocketAddress): Listener | undefined;
  forwardFor(port: number): SocketAddress | undefined;
  bindDatagrams(address: SocketAddress, user: NetUser | undefined): DatagramSocket;
  datagramSocketFor(address: SocketAddress): DatagramSocket | undefined;
  ephemeralPort(): number;
  remember(endpoint: TcpEndpoint): void;
  forget(endpoint: TcpEndpoint): void;
}
