import type { ApiClient, WatchStream } from '../../../api/client';
import type { Pod } from '../../../api/stored-objects';
import type { KubeObject } from '../../../api/types';
import type { Kernel } from '../../../kernel/kernel';
import { sleepFully, type Task } from '../../../kernel/task';
import { sameJson } from '../same-json';

/** What has become of a pod that is bound to this node, as upstream's config source tells it apart. */
export type PodChange = {
  readonly op: 'add' | 'update' | 'reconcile' | 'remove';
  readonly pod: Pod;
};

/** Follows the pods of one node. Models pkg/kubelet/config. */
export class PodConfig {
  readonly #kernel: Kernel;
  readonly #watch: WatchStream;
  readonly #delayMs: number;
  readonly #known = new Map<string, Pod>();

  constructor(kernel: Kernel, client: ApiClient, nodeName: string, delayMs: number) {
    this.#kernel = kernel;
    this.#delayMs = delayMs;
    this.#watch = client.watch('pods', { fieldSelector: `spec.nodeName=${nodeName}` });
  }

  get(uid: string): Pod | undefined {
    return this.#known.get(uid);
  }

  list(): readonly Pod[] {
    return [...this.#known.values()];
  }

  close(): void {
    this.#watch.close();
  }

  /** Hands on changes until the watch ends. */
  *run(deliver: (change: PodChange) => void): Task {
    for (;;) {
      const event = this.#watch.take();
      if (!event) {
        if (this.#watch.closed) return;
        yield this.#watch.changed;
        if (this.#delayMs > 0) yield* sleepFully(this.#kernel.clock, this.#delayMs);
        continue;
      }
      const change = this.#classify(event.type, event.object);
      if (change) deliver(change);
    }
  }

  #classify(type: string, object: KubeObject): PodChange | undefined {
    const pod = object as unknown as Pod;
    const { uid } = pod.metadata;
    if (type === 'DELETED') {
      this.#known.delete(uid);
      return { op: 'remove', pod: asDeleted(pod) };
    }
    if (type !== 'ADDED' && type !== 'MODIFIED') return undefined;
    const before = this.#known.get(uid);
    this.#known.set(uid, pod);
    if (!before) return { op: 'add', pod };
    return { op: sameOrder(before, pod) ? 'reconcile' : 'update', pod };
  }
}

/** Whether nothing has changed that the kubelet has to act on. */
function sameOrder(before: Pod, after: Pod): boolean {
  const a = before.metadata;
  const b = after.metadata;
  return (
    sameJson(before.spec, after.spec) &&
    sameJson(a.labels, b.labels) &&
    sameJson(a.annotations, b.annotations) &&
    a.deletionTimestamp === b.deletionTimestamp &&
    a.deletionGracePeriodSeconds === b.deletionGracePeriodSeconds
  );
}

/** An object that is gone was deleted with grace 0 in the end, whatever its last stored state says. */
function asDeleted(pod: Pod): Pod {
  const { deletionTimestamp, creationTimestamp } = pod.metadata;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      deletionTimestamp: deletionTimestamp ?? creationTimestamp ?? '',
      deletionGracePeriodSeconds: 0,
    },
  };
}
