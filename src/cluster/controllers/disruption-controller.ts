import { findObject } from '../../api/find-object';
import { equalJson, type Json } from '../../api/patch/json-value';
import { labelSelectorRequirements, matchesLabels } from '../../api/selectors';
import { parseTime } from '../../api/time';
import type { KubeObject, LabelSelector, OwnerReference, Pod } from '../../api/types';
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
    readonly observedGeneration?: number;
  };
}

/** Resources of the controllers whose size says how many pods there should be. */
const SCALED: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  ReplicationController: 'replicationcontrollers',
  Deployment: 'deployments.apps',
};

/** Controllers of pods that cannot be scaled, so that nobody can say how many pods there should be. */
const UNSCALED: Readonly<Record<string, string>> = {
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  Node: 'nodes',
};

/** How many pods there should be cannot be said. */
class UnknownScaleError extends Error {}

interface Wanted {
  readonly expected: number;
  readonly desired: number;
  /** Some of the pods belong to no controller. */
  readonly unmanaged?: boolean;
}

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
    const about: Budget[] = [];
    for (const budget of budgets.values()) {
      const selected = selects(budget, object);
      if (selected) about.push(budget);
      if (selected || (previous && selects(budget, previous))) this.#queue.add(keyOf(budget));
    }
    const [first] = about;
    if (!first || about.length === 1) return;
    const { namespace, name } = object.metadata;
    const text = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${first.metadata.name}" arbitrarily.`;
    this.#events.warning(object, 'MultiplePodDisruptionBudgets', text);
  }

  #sync(key: string): void {
    const budget = findByKey(this.#context, RESOURCE, key) as Budget | undefined;
    if (!budget) return;
    try {
      this.#trySync(budget);
    } catch (error) {
      if (!(error instanceof UnknownScaleError)) throw error;
      const text = `Failed to calculate the number of expected pods: ${error.message}`;
      this.#events.warning(budget, 'CalculateExpectedPodCountFailed', text);
      this.#failSafe(budget, error.message);
    }
  }

  #trySync(budget: Budget): void {
    const { client, kernel } = this.#context;
    const { namespace } = budget.metadata;
    const pods = (client.list('pods', { namespace }).items as Pod[]).filter((pod) =>
      selects(budget, pod),
    );
    if (pods.length === 0) this.#events.normal(budget, 'NoPods', 'No matching pods found');
    const { expected, desired, unmanaged } = this.#wanted(budget, pods);
    if (unmanaged) {
      const text = `Pods selected by this PodDisruptionBudget (selector: ${goSelector(budget.spec?.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
      this.#events.warning(budget, 'UnmanagedPods', text);
    }
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
    this.#write(budget, status);
  }

  /** Nothing may go while it is not known how many there should be. */
  #failSafe(budget: Budget, message: string): void {
    const { status } = budget;
    const condition = this.#condition(budget, false, status?.observedGeneration ?? 0);
    const failed = { ...condition, reason: 'SyncFailed', message };
    this.#write(budget, {
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
      ...status,
      conditions: [failed],
      disruptionsAllowed: 0,
    });
  }

  #write(budget: Budget, status: object): void {
    if (equalJson((budget.status ?? null) as Json, status as unknown as Json)) return;
    const next = { ...unversioned(budget), status };
    this.#context.client.update(RESOURCE, budget.metadata.namespace, next, {
      subresource: 'status',
    });
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
  #wanted({ spec }: Budget, pods: readonly Pod[]): Wanted {
    const { minAvailable, maxUnavailable } = spec ?? {};
    if (maxUnavailable !== undefined) {
      const { expected, unmanaged } = this.#expectedScale(pods);
      const most = scaled(maxUnavailable, expected);
      return { expected, desired: Math.max(0, expected - most), unmanaged };
    }
    if (typeof minAvailable === 'string') {
      const { expected, unmanaged } = this.#expectedScale(pods);
      return { expected, desired: scaled(minAvailable, expected), unmanaged };
    }
    return { expected: pods.length, desired: minAvailable ?? 0 };
  }

  /** The sizes of the pods' controllers together. Models getExpectedScale. */
  #expectedScale(pods: readonly Pod[]): { expected: number; unmanaged: boolean } {
    const sizes = new Map<string, number>();
    const sizeOfOwner = new Set<string>();
    let unmanaged = false;
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (!owner) {
        unmanaged = true;
        continue;
      }
      if (sizeOfOwner.has(owner.uid)) continue;
      const { uid, replicas } = this.#scaleOf(pod, owner);
      sizeOfOwner.add(owner.uid);
      sizes.set(uid, replicas);
    }
    return { expected: [...sizes.values()].reduce((sum, size) => sum + size, 0), unmanaged };
  }

  /** Of the Deployment behind a ReplicaSet, if there is one. */
  #scaleOf(pod: Pod, owner: OwnerReference): { readonly uid: string; readonly replicas: number } {
    const unscaled = UNSCALED[owner.kind];
    if (unscaled) {
      throw new UnknownScaleError(`${unscaled} does not implement the scale subresource`);
    }
    const resource = SCALED[owner.kind];
    const found =
      resource === undefined
        ? undefined
        : findObject(this.#context.client, resource, pod.metadata.namespace, owner.name);
    if (!found || found.metadata.uid !== owner.uid) {
      throw new UnknownScaleError(`found no controllers for pod "${pod.metadata.name}"`);
    }
    const above = controllerOf(found);
    if (owner.kind === 'ReplicaSet' && above?.kind === 'Deployment') {
      return this.#scaleOf(pod, above);
    }
    const { replicas = 1 } = (found.spec ?? {}) as { readonly replicas?: number };
    return { uid: owner.uid, replicas };
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

/** A label selector as Go's generated String method writes it. */
function goSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
    .join('');
  const expressions = matchExpressions
    .map(
      ({ key, operator, values = [] }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
    )
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}
