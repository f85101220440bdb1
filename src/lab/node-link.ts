import type { ApiClient, WatchStream } from '../api/client';
import { plainError } from '../cluster/apiserver/errors';
import type { KubeletEndpoint, LogRequest } from '../cluster/apiserver/kubelet-endpoint';
import { WaitQueue } from '../kernel/task';

const KUBELET_PORT = 10250;

/**
 * The way between one node and the API server. While it is cut, what the kubelet writes fails, what it
 * watches stands still and comes in afterwards, and nobody reaches the kubelet. Objects that it reads come
 * from its caches, which the cut leaves as they are to all intents.
 */
export class NodeLink {
  readonly #client: ApiClient;
  readonly #ip: string;
  readonly #restored = new WaitQueue();
  #up = true;

  constructor(client: ApiClient, ip: string) {
    this.#client = client;
    this.#ip = ip;
  }

  get up(): boolean {
    return this.#up;
  }

  cut(): void {
    this.#up = false;
  }

  restore(): void {
    this.#up = true;
    this.#restored.wakeAll();
  }

  /** The API as the node has it. */
  get client(): ApiClient {
    const inner = this.#client;
    const send = <Arguments extends unknown[], Result>(call: (...args: Arguments) => Result) => {
      return (...args: Arguments): Result => {
        if (!this.#up) throw plainError('dial tcp 10.96.0.1:443: i/o timeout');
        return call(...args);
      };
    };
    return {
      ...inner,
      create: send((...args: Parameters<ApiClient['create']>) => inner.create(...args)),
      update: send((...args: Parameters<ApiClient['update']>) => inner.update(...args)),
      patch: send((...args: Parameters<ApiClient['patch']>) => inner.patch(...args)),
      delete: send((...args: Parameters<ApiClient['delete']>) => inner.delete(...args)),
      watch: (resource, options) => this.#watch(inner.watch(resource, options)),
    };
  }

  #watch(inner: WatchStream): WatchStream {
    return {
      take: () => (this.#up ? inner.take() : undefined),
      get closed() {
        return inner.closed;
      },
      changed: (wake) => {
        const stopInner = inner.changed(wake);
        const stopLink = this.#restored.wait(wake);
        return () => {
          stopInner();
          stopLink();
        };
      },
      close: () => inner.close(),
    };
  }

  /** The node's kubelet as the API server reaches it. `running`: whether one answers there. */
  endpoint(kubelet: KubeletEndpoint, running: () => boolean): KubeletEndpoint {
    const why = (): string | undefined => {
      if (!this.#up) return `dial tcp ${this.#ip}:${KUBELET_PORT}: i/o timeout`;
      if (!running()) return `dial tcp ${this.#ip}:${KUBELET_PORT}: connect: connection refused`;
      return undefined;
    };
    const dial = () => {
      const failure = why();
      if (failure !== undefined) throw plainError(`error dialing backend: ${failure}`);
    };
    return {
      logs: (pod, request) => {
        const failure = why();
        if (failure === undefined) return kubelet.logs(pod, request);
        const { namespace = 'default', name = '' } = pod.metadata;
        const path = `containerLogs/${namespace}/${name}/${request.container}`;
        const url = `https://${this.#ip}:${KUBELET_PORT}/${path}${logQuery(request)}`;
        throw plainError(`Get "${url}": ${failure}`);
      },
      exec: (pod, request) => {
        dial();
        return kubelet.exec(pod, request);
      },
      attach: (pod, request) => {
        dial();
        return kubelet.attach(pod, request);
      },
      portForward: (pod, port) => {
        dial();
        return kubelet.portForward(pod, port);
      },
    };
  }
}

/** The options of a request for logs, as its address carries them. */
function logQuery(request: LogRequest): string {
  const { follow, limitBytes, previous, sinceMs, tailLines, timestamps } = request;
  const options = [
    follow ? 'follow=true' : [],
    limitBytes === undefined ? [] : `limitBytes=${limitBytes}`,
    previous ? 'previous=true' : [],
    sinceMs === undefined ? [] : `sinceTime=${encodeURIComponent(new Date(sinceMs).toISOString())}`,
    tailLines === undefined ? [] : `tailLines=${tailLines}`,
    timestamps ? 'timestamps=true' : [],
  ].flat();
  return options.length > 0 ? `?${options.join('&')}` : '';
}
