import { isNotFound } from '../../../api/find-object';
import type { Node, Taint, Toleration } from '../../../api/stored-objects';
import type { Pod } from '../../../api/types';
import type { Timer } from '../../../kernel/clock';
import { toleratesTaint } from '../../scheduler/taints';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  keyOf,
  nowText,
  unversioned,
} from '../controller-context';
import type { ObjectChange } from '../object-change';

/**
 * Deletes pods from nodes with NoExecute taints that they do not tolerate, or not for ever. Models
 * pkg/controller/tainteviction.
 */
export class TaintEvictionController {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  /** The NoExecute taints of the nodes that have any. */
  readonly #tainted = new Map<string, readonly Taint[]>();
  /** Pods that will have to go, by `namespace/name`. */
  readonly #pending = new Map<string, Timer>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'taint-eviction-controller');
    context.subscribe('nodes', (change) => this.#onNode(change));
    context.subscribe('pods', (change) => {
      if (this.#tainted.size > 0 || this.#pending.size > 0) this.#onPod(change);
    });
  }

  #onNode({ type, object }: ObjectChange): void {
    const { name = '' } = object.metadata;
    const { spec } = object as Node;
    const taints = (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
    const before = this.#tainted.get(name) ?? [];
    const keys = (list: readonly Taint[]) => list.map(({ key, value }) => `${key}=${value}`).join();
    if (type === 'DELETED' || taints.length === 0) this.#tainted.delete(name);
    else this.#tainted.set(name, taints);
    if (type === 'DELETED' || keys(before) === keys(taints)) return;
    const { client, kernel, latency } = this.#context;
    kernel.clock.after(latency.watchMs, () => {
      const pods = client.list('pods', { fieldSelector: `spec.nodeName=${name}` }).items;
      for (const pod of pods as Pod[]) this.#review(pod);
    });
  }

  #onPod({ type, object, previous }: ObjectChange): void {
    const pod = object as Pod;
    if (type === 'DELETED') {
      this.#cancel(pod);
      return;
    }
    const before = previous as Pod | undefined;
    const moved = before?.spec.nodeName !== pod.spec.nodeName;
    if (!moved && before?.spec.tolerations === pod.spec.tolerations) return;
    if (!pod.spec.nodeName || !this.#tainted.has(pod.spec.nodeName)) return;
    this.#context.kernel.clock.after(this.#context.latency.watchMs, () => this.#review(pod));
  }

  /** Models processPodOnNode. */
  #review(pod: Pod): void {
    const taints = this.#tainted.get(pod.spec.nodeName ?? '') ?? [];
    if (taints.length === 0) {
      this.#cancelWithEvent(pod);
      return;
    }
    const tolerations = (pod.spec.tolerations ?? []) as readonly Toleration[];
    const used = taints.map((taint) => tolerations.find((one) => toleratesTaint(one, taint)));
    if (used.includes(undefined)) {
      this.#cancel(pod);
      this.#evict(keyOf(pod), pod.metadata.uid);
      return;
    }
    const seconds = used.flatMap((one) => one?.tolerationSeconds ?? []);
    if (seconds.length === 0) {
      this.#cancelWithEvent(pod);
      return;
    }
    this.#schedule(pod, Math.max(0, Math.min(...seconds)) * 1000);
  }

  #schedule(pod: Pod, delayMs: number): void {
    const { clock } = this.#context.kernel;
    const key = keyOf(pod);
    const before = this.#pending.get(key);
    if (before && before.at <= clock.now + delayMs) return;
    if (before) this.#cancelWithEvent(pod);
    const timer = clock.after(delayMs, () => {
      this.#pending.delete(key);
      this.#evict(key, pod.metadata.uid);
    });
    this.#pending.set(key, timer);
  }

  #cancel(pod: Pod): boolean {
    const timer = this.#pending.get(keyOf(pod));
    if (!timer) return false;
    this.#context.kernel.clock.cancel(timer);
    this.#pending.delete(keyOf(pod));
    return true;
  }

  #cancelWithEvent(pod: Pod): void {
    if (!this.#cancel(pod)) return;
    const text = `Cancelling deletion of Pod ${keyOf(pod)}`;
    this.#events.normal(pod, 'TaintManagerEviction', text);
  }

  #evict(key: string, uid: string | undefined): void {
    const { client } = this.#context;
    const pod = findByKey(this.#context, 'pods', key) as Pod | undefined;
    if (!pod || pod.metadata.uid !== uid || pod.metadata.deletionTimestamp) return;
    const { namespace, name = '', generation } = pod.metadata;
    this.#events.normal(pod, 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    const conditions = (pod.status?.conditions ?? []).filter(
      ({ type }) => type !== 'DisruptionTarget',
    );
    const disrupted = {
      type: 'DisruptionTarget',
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: 'True' as const,
      lastProbeTime: null,
      lastTransitionTime: nowText(this.#context),
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    };
    const status = { ...pod.status, conditions: [...conditions, disrupted] };
    try {
      const object = { ...unversioned(pod), status };
      client.update('pods', namespace, object, { subresource: 'status' });
      client.delete('pods', namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
