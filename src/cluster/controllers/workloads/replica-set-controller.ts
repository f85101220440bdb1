import { equalJson, type Json } from '../../../api/patch/json-value';
import type { KubeObject, Pod } from '../../../api/types';
import { Claims } from '../claims';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  keyOf,
  nowText,
  unversioned,
} from '../controller-context';
import { controllerOf } from '../owner-references';
import { PodControl, podFromTemplate, slowStart } from '../pod-control';
import {
  availableAtMs,
  byUselessness,
  countsChanged,
  isPodActive,
  isPodAvailable,
  isPodReady,
  isPodTerminating,
} from '../pod-facts';
import { WorkQueue } from '../work-queue';
import type { ReplicaSet, ReplicaSetStatus, WorkloadCondition } from '../workload-types';

/** A kind that keeps a number of pods. */
export interface ReplicaKind {
  readonly resource: string;
  readonly kind: string;
  readonly component: string;
  /** Its status tells how many pods are ending. */
  readonly countsTerminating: boolean;
}

export const REPLICA_SET: ReplicaKind = {
  resource: 'replicasets.apps',
  kind: 'ReplicaSet',
  component: 'replicaset-controller',
  countsTerminating: true,
};

export const REPLICATION_CONTROLLER: ReplicaKind = {
  resource: 'replicationcontrollers',
  kind: 'ReplicationController',
  component: 'replication-controller',
  countsTerminating: false,
};

/** How many pods are created or deleted in one sync. */
const BURST = 500;

/** Keeps as many pods as a ReplicaSet, or a ReplicationController, asks for. Models pkg/controller/replicaset/replica_set.go. */
export class ReplicaSetController {
  readonly #context: ControllerContext;
  readonly #kind: ReplicaKind;
  readonly #queue: WorkQueue;
  readonly #claims: Claims;
  readonly #podControl: PodControl;

  constructor(context: ControllerContext, kind: ReplicaKind) {
    this.#context = context;
    this.#kind = kind;
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    const events = new ControllerEvents(context, kind.component);
    this.#podControl = new PodControl(context, events);
    this.#claims = new Claims(context, 'pods', kind.resource, (key) => this.#queue.add(key));
    context.subscribe(kind.resource, ({ object }) => this.#queue.add(keyOf(object)));
    context.dependents('pods').onOwned(kind.kind, (key, _uid, change) => {
      if (countsChanged(change)) this.#queue.add(key);
    });
  }

  #sync(key: string): void {
    const { kernel } = this.#context;
    const set = findByKey(this.#context, this.#kind.resource, key) as ReplicaSet | undefined;
    if (!set) return;
    const pods = this.#claims.claim(set) as Pod[];
    const active = pods.filter(isPodActive);
    const failure = set.metadata.deletionTimestamp ? undefined : this.#manage(set, active);
    const nowMs = kernel.unixMs();
    const status = this.#status(set, active, pods.filter(isPodTerminating).length, failure);
    this.#writeStatus(set, status);
    if (failure) throw failure;
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    if (minReadySeconds > 0 && status.readyReplicas !== status.availableReplicas) {
      const times = active.map((pod) => availableAtMs(pod, minReadySeconds) ?? 0);
      const next = Math.min(...times.filter((at) => at > nowMs));
      if (Number.isFinite(next)) this.#queue.addAfter(key, next - nowMs);
    }
  }

  /** Models manageReplicas: creates what is missing, deletes what is too much. */
  #manage(set: ReplicaSet, active: readonly Pod[]): Error | undefined {
    const difference = active.length - set.spec.replicas;
    if (difference < 0) {
      const pod = podFromTemplate(set, set.spec.template);
      return slowStart(Math.min(-difference, BURST), () => {
        this.#podControl.create(set, pod);
      });
    }
    if (difference === 0) return undefined;
    const surplus = Math.min(difference, BURST);
    const sorted = surplus < active.length ? this.#ranked(set, active) : active;
    return this.#podControl.deleteAll(set, sorted.slice(0, surplus));
  }

  /** Pods of all ReplicaSets of the same Deployment count as company on a node. */
  #ranked(set: ReplicaSet, active: readonly Pod[]): Pod[] {
    const companions = new Map<string, number>();
    const pods = this.#context.dependents('pods');
    for (const related of this.#related(set)) {
      for (const pod of pods.of(related.metadata.uid) as Pod[]) {
        const { nodeName } = pod.spec;
        if (nodeName === undefined || !isPodActive(pod)) continue;
        companions.set(nodeName, (companions.get(nodeName) ?? 0) + 1);
      }
    }
    const { kernel } = this.#context;
    return byUselessness(active, (node) => companions.get(node) ?? 0, kernel.unixMs());
  }

  #related(set: ReplicaSet): KubeObject[] {
    const owner = controllerOf(set);
    return owner ? this.#context.dependents(this.#kind.resource).of(owner.uid) : [set];
  }

  /** Models calculateStatus. */
  #status(
    set: ReplicaSet,
    active: readonly Pod[],
    terminating: number,
    failure: Error | undefined,
  ): ReplicaSetStatus {
    const { template, minReadySeconds = 0, replicas } = set.spec;
    const nowMs = this.#context.kernel.unixMs();
    const labels = Object.entries(template.metadata?.labels ?? {});
    const labelled = (pod: Pod) =>
      labels.every(([name, value]) => pod.metadata.labels?.[name] === value);
    const ready = active.filter(isPodReady);
    const conditions = this.#conditions(set.status?.conditions ?? [], {
      failure,
      difference: active.length - replicas,
    });
    const fullyLabeled = active.filter(labelled).length;
    const available = ready.filter((pod) => isPodAvailable(pod, minReadySeconds, nowMs)).length;
    return {
      replicas: active.length,
      ...(fullyLabeled > 0 ? { fullyLabeledReplicas: fullyLabeled } : {}),
      ...(ready.length > 0 ? { readyReplicas: ready.length } : {}),
      ...(available > 0 ? { availableReplicas: available } : {}),
      ...(this.#kind.countsTerminating ? { terminatingReplicas: terminating } : {}),
      observedGeneration: set.metadata.generation ?? 0,
      ...(conditions.length > 0 ? { conditions } : {}),
    };
  }

  #conditions(
    before: readonly WorkloadCondition[],
    outcome: { readonly failure: Error | undefined; readonly difference: number },
  ): readonly WorkloadCondition[] {
    const { failure, difference } = outcome;
    const failed = before.some(({ type }) => type === 'ReplicaFailure');
    if (!failure) return failed ? before.filter(({ type }) => type !== 'ReplicaFailure') : before;
    if (failed) return before;
    const condition: WorkloadCondition = {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: nowText(this.#context),
      reason: difference < 0 ? 'FailedCreate' : 'FailedDelete',
      message: failure.message,
    };
    return [...before, condition];
  }

  #writeStatus(set: ReplicaSet, status: ReplicaSetStatus): void {
    if (equalJson(set.status as unknown as Json, status as unknown as Json)) return;
    const { namespace } = set.metadata;
    const object = { ...unversioned(set), status };
    this.#context.client.update(this.#kind.resource, namespace, object, { subresource: 'status' });
  }
}
