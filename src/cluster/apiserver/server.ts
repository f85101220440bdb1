import type { ApiClient } from '../../api/client';
import { formatTime } from '../../api/time';
import type { KubeObject } from '../../api/types';
import type { Kernel } from '../../kernel/kernel';
import { bootstrap } from './bootstrap';
import { createClient } from './client';
import { EventExpiry } from './event-expiry';
import type { KubeletEndpoint } from './kubelet-endpoint';
import { RecordedKubelet, type Recording } from './recording';
import { Registry } from './registry';
import { resourceOfKind } from './resources';
import { type ChangeListener, Store } from './store';

export interface ApiServerOptions {
  readonly kernel: Kernel;
  /**
   * Default true. False: an API server alone, without kubelets and controllers. Then nobody could ever
   * confirm a deletion, so deletions take effect at once, and nothing is there before `load`.
   */
  readonly controlPlane?: boolean;
}

/** The API server of a run. */
export interface ApiServer {
  /** For clients; throws `ApiError`. */
  readonly client: ApiClient;
  /**
   * Tells each change of a resource, in order, at the instant at which it happens: the cheap way for the
   * kubelet and the controllers. The objects must not be changed. Returns how to stop it.
   */
  subscribe(resource: string, listener: ChangeListener): () => void;
  /**
   * Stores objects as they are, status included, without admission. Where no kubelet answers for a node,
   * logs, exec and watches are those of the recording.
   */
  load(objects: readonly KubeObject[], recording?: Recording): void;
  /** How logs, exec and attach reach a node; undefined: the node does not answer. */
  setKubelet(node: string, endpoint: KubeletEndpoint | undefined): void;
}

/** Starts an API server with the objects of a new cluster. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { kernel, controlPlane = true } = options;
  const store = new Store();
  const random = kernel.random.stream('apiserver');
  const context = {
    store,
    random,
    controllers: controlPlane,
    nowMs: () => kernel.unixMs(),
    nowText: () => formatTime(kernel.unixMs()),
  };
  const registry = new Registry(context, { graceful: controlPlane });
  const kubelets = new Map<string, KubeletEndpoint>();
  let played: { kubelet: KubeletEndpoint; recording: Recording } | undefined;
  const client = createClient({
    store,
    registry,
    endpointOf: (node) => kubelets.get(node) ?? played?.kubelet,
    recordedEvents: (resource) => played?.recording.watch?.[resource],
    nowMs: context.nowMs,
    after(ms, callback) {
      const timer = kernel.clock.after(ms, callback);
      return () => kernel.clock.cancel(timer);
    },
  });
  if (controlPlane) {
    bootstrap(client, store);
    new EventExpiry(store, kernel.clock);
  }
  return {
    client,
    subscribe: (resource, listener) => store.subscribe(resource, listener),
    load(objects, recording) {
      for (const object of objects) {
        const info = resourceOfKind(object.apiVersion, object.kind);
        if (info) store.load(info.resource, object);
      }
      if (recording) played = { kubelet: new RecordedKubelet(recording), recording };
    },
    setKubelet(node, endpoint) {
      if (endpoint) kubelets.set(node, endpoint);
      else kubelets.delete(node);
    },
  };
}
