import { anyOf, type Suspend } from '../../kernel/task';
import type { Bytes } from '../bytes';
import type { PortSession } from '../cri';
import { SysError } from '../errno';
import type { ConnectedSocket, NetNamespace, Pending } from '../open-file';

/** Most bytes taken from the socket at once. */
const PIECE = 65_536;
const FORWARDER = { pid: 0, program: 'containerd', container: undefined };

/**
 * One connection that containerd opens to `localhost` inside a sandbox, so that it reaches servers that
 * listen on the loopback address alone. Models internal/cri/server/podsandbox portForward.
 */
export class ForwardedConnection implements PortSession {
  readonly #pending: Pending<ConnectedSocket>;
  readonly #port: number;
  readonly #sandboxId: string;
  #unsent: Bytes = '';
  #inputClosed = false;
  #ended = false;
  #closed = false;

  constructor(net: NetNamespace, sandboxId: string, port: number) {
    this.#port = port;
    this.#sandboxId = sandboxId;
    this.#pending = net.connect({ host: '127.0.0.1', port }, FORWARDER);
  }

  get changed(): Suspend {
    const socket = this.#socket;
    return socket ? socket.changed : anyOf(this.#pending.changed);
  }

  get error(): string | undefined {
    const { result } = this.#pending;
    if (!result || 'value' in result) return undefined;
    const why =
      result.error.errno === 'ECONNREFUSED' ? 'connect: connection refused' : 'i/o timeout';
    const id = this.#sandboxId;
    const port = this.#port;
    const namespace = `cni-${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`;
    return (
      `error forwarding port ${port} to pod ${id}, uid : ` +
      `failed to execute portforward in network namespace "/var/run/netns/${namespace}": ` +
      `failed to connect to localhost:${port} inside namespace "${id}", ` +
      `IPv4: dial tcp4 127.0.0.1:${port}: ${why} ` +
      `IPv6 dial tcp6: address localhost: no suitable address found `
    );
  }

  get ended(): boolean {
    return this.#ended;
  }

  take(): Bytes | undefined {
    const socket = this.#socket;
    if (!socket || this.#ended || this.#closed) return undefined;
    this.#send(socket);
    try {
      const bytes = socket.tryRead(PIECE);
      if (bytes !== '') return bytes;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    this.#ended = true;
    return undefined;
  }

  write(bytes: Bytes): void {
    this.#unsent += bytes;
    if (this.#socket) this.#send(this.#socket);
  }

  closeInput(): void {
    this.#inputClosed = true;
    if (this.#socket) this.#send(this.#socket);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#socket) this.#socket.release();
    else this.#pending.cancel();
  }

  get #socket(): ConnectedSocket | undefined {
    const { result } = this.#pending;
    return result && 'value' in result ? result.value : undefined;
  }

  #send(socket: ConnectedSocket): void {
    if (this.#closed) return;
    try {
      while (this.#unsent !== '') {
        const taken = socket.tryWrite(this.#unsent);
        if (taken === 0) return;
        this.#unsent = this.#unsent.slice(taken);
      }
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      this.#unsent = '';
    }
    if (!this.#inputClosed) return;
    this.#inputClosed = false;
    socket.shutdownWrite();
  }
}
