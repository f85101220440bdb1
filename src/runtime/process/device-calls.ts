import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type {
  ConnectedSocket,
  Datagram,
  DatagramEndpoint,
  ListeningSocket,
  OpenFile,
  Pending,
} from '../open-file';
import type {
  Call,
  DnsAnswer,
  DnsQuestionType,
  SocketAddress,
  SocketInfo,
  TerminalMode,
} from '../syscalls';
import { SLICE_US, SOCKET_US, SYSCALL_US } from './costs';
import { Description } from './description';
import { FileCalls } from './file-calls';
import { Terminal, type Tty } from './terminal';

function isListening(file: OpenFile): file is ListeningSocket {
  return 'tryAccept' in file;
}

function isDatagramSocket(file: OpenFile): file is DatagramEndpoint {
  return 'tryReceive' in file;
}

function isConnected(file: OpenFile): file is ConnectedSocket {
  return 'shutdownWrite' in file;
}

/** The calls on terminals and sockets. */
export abstract class DeviceCalls extends FileCalls {
  // Terminals --------------------------------------------------------------------------------------

  openTerminal(number?: number): OpenFile | undefined {
    const terminal = this.session.terminal as Tty | undefined;
    if (!terminal || (number !== undefined && number !== terminal.number)) return undefined;
    return new Terminal(terminal);
  }

  isatty(fd: number): boolean {
    this.spend(SYSCALL_US);
    return this.table.find(fd)?.file instanceof Terminal;
  }

  terminalSize(fd: number): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#tty(fd);
    return { columns, rows };
  }

  terminalMode(fd: number, mode?: TerminalMode): Required<TerminalMode> {
    const tty = this.#tty(fd);
    const before = tty.mode;
    if (mode) tty.setMode(mode);
    return before;
  }

  foregroundGroup(fd: number, pgid?: number): number {
    const tty = this.#tty(fd);
    if (this.session.terminal !== tty) fail('ENOTTY');
    if (pgid !== undefined) {
      const group = this.around.namespace.group(pgid);
      if (group.length === 0) fail('ESRCH');
      if (!group.some((process) => process.session === this.session)) fail('EPERM');
      tty.foregroundGroup = pgid;
      tty.inputChanged.wakeAll();
    }
    return tty.foregroundGroup;
  }

  #tty(fd: number): Tty {
    this.spend(SYSCALL_US);
    const { file } = this.table.get(fd);
    return file instanceof Terminal ? file.tty : fail('ENOTTY');
  }

  // Sockets ----------------------------------------------------------------------------------------

  listen(address: SocketAddress): number {
    this.spend(SOCKET_US);
    this.freeDescriptor();
    const socket = this.around.net.listen(address, this.netUser);
    return this.table.add(new Description(socket, true, true));
  }

  *accept(fd: number): Call<{ readonly fd: number; readonly peer: SocketAddress }> {
    this.spend(SOCKET_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const { file, nonBlocking } = this.table.get(fd);
    if (!isListening(file)) fail(isConnected(file) ? 'EINVAL' : 'ENOTSOCK');
    this.freeDescriptor();
    for (;;) {
      const accepted = file.tryAccept();
      if (accepted) {
        const description = new Description(accepted.connection, true, true);
        return { fd: this.table.add(description), peer: accepted.peer };
      }
      if (nonBlocking) fail('EAGAIN');
      if (this.caught.length > 0) fail('EINTR');
      yield file.changed;
    }
  }

  *connect(address: SocketAddress, timeoutMs?: number): Call<number> {
    this.spend(SOCKET_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    this.freeDescriptor();
    const pending = this.around.net.connect(address, this.netUser, timeoutMs);
    const socket = yield* this.#decided(pending);
    return this.table.add(new Description(socket, true, true));
  }

  *dnsQuery(server: string, name: string, type: DnsQuestionType): Call<DnsAnswer> {
    this.spend(SOCKET_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    return yield* this.#decided(this.around.net.dnsQuery(server, name, type, this.netUser));
  }

  bindDatagrams(address: SocketAddress): number {
    this.spend(SOCKET_US);
    this.freeDescriptor();
    const socket = this.around.net.bindDatagrams(address, this.netUser);
    return this.table.add(new Description(socket, true, true));
  }

  connectDatagrams(fd: number, peer: SocketAddress): void {
    this.spend(SYSCALL_US);
    this.#datagramSocket(fd).connect(peer);
  }

  sendDatagram(fd: number, bytes: Bytes, to: SocketAddress): void {
    this.spend(SOCKET_US);
    this.#datagramSocket(fd).send(bytes, to);
  }

  *receiveDatagram(fd: number): Call<Datagram> {
    this.spend(SOCKET_US);
    if (this.dueUs >= SLICE_US) yield* this.giveWay();
    const socket = this.#datagramSocket(fd);
    for (;;) {
      const datagram = socket.tryReceive();
      if (datagram) return datagram;
      if (this.caught.length > 0) fail('EINTR');
      yield socket.changed;
    }
  }

  shutdown(fd: number): void {
    this.spend(SYSCALL_US);
    this.#socket(fd).shutdownWrite();
  }

  socketName(fd: number): SocketAddress {
    this.spend(SYSCALL_US);
    const { file } = this.table.get(fd);
    const isSocket = isListening(file) || isConnected(file) || isDatagramSocket(file);
    return isSocket ? file.local : fail('ENOTSOCK');
  }

  peerName(fd: number): SocketAddress {
    this.spend(SYSCALL_US);
    const { file } = this.table.get(fd);
    if (isDatagramSocket(file)) return file.peer ?? fail('ENOTCONN');
    return this.#socket(fd).peer;
  }

  sockets(): readonly SocketInfo[] {
    this.spend(SYSCALL_US);
    const { processes } = this.around.namespace;
    return this.around.net.sockets().map(({ user, ...socket }) => {
      // PIDs of other containers mean nothing here.
      const own = user?.container === this.actor.container && processes.has(user?.pid ?? -1);
      return { ...socket, pid: own ? user?.pid : undefined };
    });
  }

  addresses(): readonly { readonly name: string; readonly ip: string }[] {
    this.spend(SYSCALL_US);
    return this.around.net.addresses();
  }

  #datagramSocket(fd: number): DatagramEndpoint {
    const { file } = this.table.get(fd);
    return isDatagramSocket(file) ? file : fail('ENOTSOCK');
  }

  #socket(fd: number): ConnectedSocket {
    const { file } = this.table.get(fd);
    if (isConnected(file)) return file;
    return fail(isListening(file) ? 'ENOTCONN' : 'ENOTSOCK');
  }

  /** What is on its way when the process ends is called off. */
  protected pending: Set<Pending<unknown>> | undefined = undefined;

  *#decided<T>(pending: Pending<T>): Call<T> {
    this.pending ??= new Set();
    this.pending.add(pending);
    while (!pending.result) {
      if (this.caught.length > 0) {
        pending.cancel();
        this.pending.delete(pending);
        fail('EINTR');
      }
      yield pending.changed;
    }
    this.pending.delete(pending);
    const { result } = pending;
    if ('error' in result) throw result.error;
    return result.value;
  }

  protected terminalName(): string | undefined {
    return this.session.terminal?.name;
  }

  /** Name and arguments as `ps` shows them. */
  get shownArguments(): readonly Bytes[] {
    return this.title === undefined ? this.argv : [this.title];
  }
}
