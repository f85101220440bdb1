import { findObject } from '../../api/find-object';
import { equalJson, type Json } from '../../api/patch/json-value';
import { labelSelectorRequirements, matchesLabels } from '../../api/selectors';
import { parseTime } from '../../api/time';
import type { KubeObject, LabelSelector, Pod } from '../../api/types';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  keyOf,
  nowText,
  unversioned,
} from './controller-context';
import { endpointChanged } from './endpoints/service-pods';
import type { ObjectChange } from './object-change';
import { controllerOf } from './owner-references';
import { isPodReady } from './pod-facts';
import { WorkQueue } from './work-queue';

const RESOURCE = 'poddisruptionbudgets.policy';

/** How long the server's note that a pod is being evicted holds without the pod's end. */
const DISRUPTION_MS = 120_000;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

interface Budget extends KubeObject {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: {
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
}

/** Resources of the controllers whose size says how many pods there should be. */
const SCALED: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  ReplicationController: 'replicationcontrollers',
  Deployment: 'deployments.apps',
};

/** Says how many pods of a budget may go. Models pkg/controller/disruption/disruption.go. */
export class DisruptionController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #events: ControllerEvents;
  /** Namespace → its budgets by name. */
  readonly #budgets = new Map<string, Map<string, Budget>>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'controllermanager');
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    context.subscribe(RESOURCE, ({ type, object }) => {
      const { namespace = '', name = '' } = object.metadata;
      const budgets = this.#budgets.get(namespace) ?? new Map<string, Budget>();
      if (type === 'DELETED') budgets.delete(name);
      else budgets.set(name, object as Budget);
      if (budgets.size === 0) this.#budgets.delete(namespace);
      else this.#budgets.set(namespace, budgets);
      this.#queue.add(keyOf(object));
    });
    context.subscribe('pods', (change) => this.#podChanged(change));
  }

  #podChanged(change: ObjectChange): void {
    const { object, previous } = change;
    const budgets = this.#budgets.get(object.metadata.namespace ?? '');
    if (!budgets || !endpointChanged(change)) return;
    for (const budget of budgets.values()) {
      if (selects(budget, object) || (previous && selects(budget, previous))) {
        this.#queue.add(keyOf(budget));
      }
    }
  }

  #sync(key: string): void {
    const { client, kernel } = this.#context;
    const budget = findByKey(this.#context, RESOURCE, key) as Budget | undefined;
    if (!budget) return;
    const { namespace } = budget.metadata;
    const pods = (client.list('pods', { namespace }).items as Pod[]).filter((pod) =>
      selects(budget, pod),
    );
    if (pods.length === 0) this.#events.normal(budget, 'NoPods', 'No matching pods found');
    const { expected, desired } = this.#wanted(budget, pods);
    const nowMs = kernel.unixMs();
    const disrupted = this.#stillDisrupted(budget, pods, nowMs);
    const healthy = pods.filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined &&
        disrupted[pod.metadata.name ?? ''] === undefined &&
        isPodReady(pod),
    ).length;
    const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
    const generation = budget.metadata.generation ?? 0;
    const status = {
      ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
      conditions: [this.#condition(budget, allowed > 0, generation)],
      currentHealthy: healthy,
      desiredHealthy: desired,
      disruptionsAllowed: allowed,
      expectedPods: expected,
      observedGeneration: generation,
    };
    if (equalJson((budget.status ?? null) as Json, status as unknown as Json)) return;
    const next = { ...unversioned(budget), status };
    client.update(RESOURCE, namespace, next, { subresource: 'status' });
  }

  /** Evictions that are under way: the pod is still there, and not for too long. */
  #stillDisrupted(
    { metadata, status }: Budget,
    pods: readonly Pod[],
    nowMs: number,
  ): Record<string, string> {
    const still: Record<string, string> = {};
    for (const [name, since] of Object.entries(status?.disruptedPods ?? {})) {
      const pod = pods.find((one) => one.metadata.name === name);
      if (!pod || pod.metadata.deletionTimestamp) continue;
      const until = (parseTime(since) ?? 0) + DISRUPTION_MS;
      if (until <= nowMs) continue;
      still[name] = since;
      this.#queue.addAfter(`${metadata.namespace}/${metadata.name}`, until - nowMs);
    }
    return still;
  }

  /** Models getExpectedPodCount. */
  #wanted({ spec }: Budget, pods: readonly Pod[]): { expected: number; desired: number } {
    const { minAvailable, maxUnavailable } = spec ?? {};
    if (maxUnavailable !== undefined) {
      const expected = this.#expectedScale(pods);
      const most = scaled(maxUnavailable, expected);
      return { expected, desired: Math.max(0, expected - most) };
    }
    if (typeof minAvailable === 'string') {
      const expected = this.#expectedScale(pods);
      return { expected, desired: scaled(minAvailable, expected) };
    }
    return { expected: pods.length, desired: minAvailable ?? 0 };
  }

  /** The sizes of the pods' controllers together. */
  #expectedScale(pods: readonly Pod[]): number {
    const { client } = this.#context;
    const sizes = new Map<string, number>();
    for (const pod of pods) {
      const owner = controllerOf(pod);
      const resource = owner && SCALED[owner.kind];
      if (!owner || !resource || sizes.has(owner.uid)) continue;
      const set = findObject(client, resource, pod.metadata.namespace, owner.name);
      const replicas = (set?.spec as { replicas?: number } | undefined)?.replicas;
      if (replicas !== undefined) sizes.set(owner.uid, replicas);
    }
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  #condition({ status }: Budget, allowed: boolean, observedGeneration: number): Condition {
    const before = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
    const text = allowed ? 'True' : 'False';
    const since = before?.status === text ? before.lastTransitionTime : nowText(this.#context);
    return {
      lastTransitionTime: since,
      message: '',
      observedGeneration,
      reason: allowed ? 'SufficientPods' : 'InsufficientPods',
      status: text,
      type: 'DisruptionAllowed',
    };
  }
}

function selects({ spec }: Budget, pod: KubeObject): boolean {
  if (!spec?.selector) return false;
  return matchesLabels(labelSelectorRequirements(spec.selector) ?? [], pod.metadata.labels);
}

/** A number, or a share of a total, rounded up. */
function scaled(value: number | string, total: number): number {
  if (typeof value === 'number') return value;
  return Math.ceil((Number.parseInt(value, 10) * total) / 100);
}
