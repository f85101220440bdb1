import { scaledIntOrPercent } from '../../../api/int-or-string';
import { equalJson, type Json } from '../../../api/patch/json-value';
import type { Node } from '../../../api/stored-objects';
import type { Pod } from '../../../api/types';
import { BackOff } from '../../back-off';
import { Claims, requirementsOf } from '../claims';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  keyOf,
  unversioned,
} from '../controller-context';
import type { ObjectChange } from '../object-change';
import { PodControl, slowStart } from '../pod-control';
import { countsChanged, isPodAvailable, isPodReady } from '../pod-facts';
import { WorkQueue } from '../work-queue';
import type { DaemonSet, DaemonSetStatus } from '../workload-types';
import { isCollision, Revisions } from './controller-revisions';
import { daemonFit, daemonPod, REVISION_LABEL, targetNode } from './daemon-pods';
import { templateHash } from './template-hash';

const RESOURCE = 'daemonsets.apps';
const KIND = 'DaemonSet';
const BURST = 250;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 15 * 60_000;

/** Keeps a pod on every node that will do. Models pkg/controller/daemon. */
export class DaemonSetController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #claims: Claims;
  readonly #events: ControllerEvents;
  readonly #podControl: PodControl;
  readonly #backOff: BackOff;
  /** Keys of the DaemonSets that there are. */
  readonly #sets = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    const { kernel } = context;
    this.#events = new ControllerEvents(context, 'daemonset-controller');
    this.#podControl = new PodControl(context, this.#events);
    this.#backOff = new BackOff(() => kernel.clock.now, {
      initialMs: FIRST_BACKOFF_MS,
      maxMs: LONGEST_BACKOFF_MS,
    });
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    this.#claims = new Claims(context, 'pods', RESOURCE, (key) => this.#queue.add(key));
    context.subscribe(RESOURCE, ({ type, object }) => {
      if (type === 'DELETED') this.#sets.delete(keyOf(object));
      else this.#sets.add(keyOf(object));
      this.#queue.add(keyOf(object));
    });
    context.subscribe('nodes', (change) => this.#onNode(change));
    context.dependents('controllerrevisions.apps');
    context.dependents('pods').onOwned(KIND, (key, _uid, change) => {
      if (!countsChanged(change)) return;
      this.#queue.add(key);
      this.#waitForAvailability(key, change);
    });
  }

  /** A pod that has become ready is looked at again when it has been so for long enough. */
  #waitForAvailability(key: string, { object, previous }: ObjectChange): void {
    if (!previous || isPodReady(previous as Pod) || !isPodReady(object as Pod)) return;
    const set = findByKey(this.#context, RESOURCE, key) as DaemonSet | undefined;
    const { minReadySeconds = 0 } = set?.spec ?? {};
    if (minReadySeconds > 0) this.#queue.addAfter(key, (minReadySeconds + 1) * 1000);
  }

  /** Heartbeats do not concern anybody here. */
  #onNode({ type, object, previous }: ObjectChange): void {
    if (this.#sets.size === 0) return;
    const facts = (node: unknown) => {
      const { metadata, spec } = node as Node;
      return JSON.stringify([metadata.labels, spec?.taints, spec?.unschedulable]);
    };
    if (type === 'MODIFIED' && facts(object) === facts(previous)) return;
    for (const key of this.#sets) this.#queue.add(key);
  }

  #sync(key: string): void {
    const { client } = this.#context;
    const set = findByKey(this.#context, RESOURCE, key) as DaemonSet | undefined;
    if (!set || set.metadata.deletionTimestamp) return;
    if (requirementsOf(set.spec.selector).length === 0) {
      const why = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.#events.warning(set, 'SelectingAll', why);
      return;
    }
    const nodes = client.list('nodes').items as Node[];
    const revisions = new Revisions(this.#context, set);
    const hash = this.#currentHash(set, revisions);
    if (hash === undefined) return;
    const failure = this.#manage(set, nodes, hash) ?? this.#roll(set, nodes, hash);
    if (!failure) {
      const pods = this.#claims.claim(set) as Pod[];
      const inUse = new Set([hash, ...pods.map(hashOf)]);
      revisions.truncate(set.spec.revisionHistoryLimit ?? 10, ({ metadata }) => {
        return inUse.has(metadata.labels?.[REVISION_LABEL] ?? '');
      });
    }
    this.#writeStatus(set, nodes, hash);
    if (failure) throw failure;
  }

  #currentHash(set: DaemonSet, revisions: Revisions): string | undefined {
    const { template } = set.spec;
    const collisionCount = set.status?.collisionCount;
    const hash = templateHash(template, collisionCount);
    try {
      const revision = revisions.current({ owner: set, hash, label: REVISION_LABEL, template });
      return revision.metadata.labels?.[REVISION_LABEL] ?? hash;
    } catch (error) {
      if (!isCollision(error)) throw error;
      const status = { ...set.status, collisionCount: (collisionCount ?? 0) + 1 };
      const options = { subresource: 'status' } as const;
      const object = { ...unversioned(set), status };
      this.#context.client.update(RESOURCE, set.metadata.namespace, object, options);
      return undefined;
    }
  }

  #podsByNode(set: DaemonSet): Map<string, Pod[]> {
    const byNode = new Map<string, Pod[]>();
    for (const pod of this.#claims.claim(set) as Pod[]) {
      const node = targetNode(pod);
      if (node === undefined) continue;
      const pods = byNode.get(node) ?? [];
      pods.push(pod);
      byNode.set(node, pods);
    }
    return byNode;
  }

  // Pods -------------------------------------------------------------------------------------------

  /** Models manage: who lacks a pod gets one, who has one too many loses it. */
  #manage(set: DaemonSet, nodes: readonly Node[], hash: string): Error | undefined {
    const byNode = this.#podsByNode(set);
    const lacking: string[] = [];
    const surplus: Pod[] = [];
    for (const node of nodes) {
      const { name } = node.metadata;
      const pods = byNode.get(name);
      byNode.delete(name);
      const { shouldRun, shouldContinue } = daemonFit(set, node);
      if (shouldRun && !pods) lacking.push(name);
      else if (shouldContinue && pods) {
        const { running, ended } = this.#sortOut(set, name, pods);
        surplus.push(...ended);
        if (allowsSurge(set)) {
          if (running.length === 0 && shouldRun) lacking.push(name);
          surplus.push(...this.#surgedOut(set, running, hash));
        } else surplus.push(...running.slice(1));
      } else if (!shouldContinue && pods) surplus.push(...pods.filter(isAlive));
    }
    // Pods that wait for a node that is gone.
    for (const pods of byNode.values()) surplus.push(...pods.filter(({ spec }) => !spec.nodeName));
    return this.#syncNodes(set, surplus, lacking, hash);
  }

  /** Pods that have ended are deleted, failed ones with a back-off. */
  #sortOut(set: DaemonSet, node: string, pods: readonly Pod[]) {
    const running: Pod[] = [];
    const ended: Pod[] = [];
    for (const pod of pods) {
      if (!isAlive(pod)) continue;
      const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
      if (pod.status?.phase === 'Failed') {
        const waitMs = this.#failedBackOff(set, node);
        if (waitMs > 0) {
          this.#queue.addAfter(keyOf(set), waitMs);
          continue;
        }
        const why = `Found failed daemon pod ${name} on node ${node}, will try to kill it`;
        this.#events.warning(set, 'FailedDaemonPod', why);
        ended.push(pod);
      } else if (pod.status?.phase === 'Succeeded') {
        const why = `Found succeeded daemon pod ${name} on node ${node}, will try to delete it`;
        this.#events.normal(set, 'SucceededDaemonPod', why);
        ended.push(pod);
      } else running.push(pod);
    }
    return { running: running.sort(oldestBoundFirst), ended };
  }

  #failedBackOff(set: DaemonSet, node: string): number {
    const { now } = this.#context.kernel.clock;
    const key = `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
    if (this.#backOff.isInBackOffSinceUpdate(key, now)) return this.#backOff.get(key);
    this.#backOff.next(key, now);
    return 0;
  }

  /** Of several pods on a node the oldest of each revision stays, the old one until the new is available. */
  #surgedOut(set: DaemonSet, running: readonly Pod[], hash: string): Pod[] {
    const isNew = (pod: Pod) => hashOf(pod) === hash;
    const newest = running.find(isNew);
    const oldest = running.find((pod) => !isNew(pod));
    const out = running.filter((pod) => pod !== newest && pod !== oldest);
    if (!newest || !oldest) return out;
    if (!isPodReady(oldest) || this.#isAvailable(set, newest)) out.push(oldest);
    return out;
  }

  #isAvailable(set: DaemonSet, pod: Pod): boolean {
    return isPodAvailable(pod, set.spec.minReadySeconds ?? 0, this.#context.kernel.unixMs());
  }

  #syncNodes(
    set: DaemonSet,
    toDelete: readonly Pod[],
    toCreate: readonly string[],
    hash: string,
  ): Error | undefined {
    const failure = slowStart(Math.min(toCreate.length, BURST), (nth) => {
      this.#podControl.create(set, daemonPod(set, toCreate[nth] ?? '', hash));
    });
    return this.#podControl.deleteAll(set, toDelete.slice(0, BURST)) ?? failure;
  }

  // The rolling update -----------------------------------------------------------------------------

  /** Models rollingUpdate of update.go. */
  #roll(set: DaemonSet, nodes: readonly Node[], hash: string): Error | undefined {
    if (set.spec.updateStrategy?.type !== 'RollingUpdate') return undefined;
    const byNode = this.#podsByNode(set);
    const wanted = nodes.filter((node) => daemonFit(set, node).shouldRun);
    for (const { metadata } of wanted) {
      if (!byNode.has(metadata.name)) byNode.set(metadata.name, []);
    }
    const { maxSurge = 0, maxUnavailable = 0 } = set.spec.updateStrategy.rollingUpdate ?? {};
    const surge = scaledIntOrPercent(maxSurge, wanted.length, true);
    const unavailable = scaledIntOrPercent(maxUnavailable, wanted.length, true);
    if (surge > 0) return this.#rollWithSurge(set, nodes, byNode, surge, hash);
    return this.#rollInPlace(set, byNode, Math.max(1, unavailable), hash);
  }

  #rollInPlace(
    set: DaemonSet,
    byNode: ReadonlyMap<string, readonly Pod[]>,
    most: number,
    hash: string,
  ): Error | undefined {
    let unavailable = 0;
    const unfit: Pod[] = [];
    const candidates: Pod[] = [];
    for (const pods of byNode.values()) {
      const { current, outdated, clear } = onNode(pods, hash);
      const oneOfThem = (current === undefined) !== (outdated === undefined);
      if (!clear || !oneOfThem) unavailable++;
      else if (current) {
        if (!this.#isAvailable(set, current)) unavailable++;
      } else if (outdated) {
        if (this.#isAvailable(set, outdated)) candidates.push(outdated);
        else {
          unfit.push(outdated);
          unavailable++;
        }
      }
    }
    const allowed = candidates.slice(0, Math.max(0, most - unavailable));
    return this.#syncNodes(set, [...unfit, ...allowed], [], hash);
  }

  #rollWithSurge(
    set: DaemonSet,
    nodes: readonly Node[],
    byNode: ReadonlyMap<string, readonly Pod[]>,
    most: number,
    hash: string,
  ): Error | undefined {
    let surged = 0;
    const done: Pod[] = [];
    const urgent: string[] = [];
    const candidates: string[] = [];
    for (const [name, pods] of byNode) {
      const { current, outdated, clear } = onNode(pods, hash);
      if (!clear) {
        surged++;
        continue;
      }
      if (!outdated) continue;
      if (current) {
        if (this.#isAvailable(set, current)) done.push(outdated);
        else surged++;
        continue;
      }
      const node = nodes.find(({ metadata }) => metadata.name === name);
      const stays = node !== undefined && daemonFit(set, node).shouldRun;
      if (!stays) done.push(outdated);
      else if (this.#isAvailable(set, outdated)) candidates.push(name);
      else urgent.push(name);
    }
    const allowed = candidates.slice(0, Math.max(0, most - surged));
    return this.#syncNodes(set, done, [...urgent, ...allowed], hash);
  }

  // Status -----------------------------------------------------------------------------------------

  #writeStatus(set: DaemonSet, nodes: readonly Node[], hash: string): void {
    const byNode = this.#podsByNode(set);
    const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
    for (const node of nodes) {
      const [pod] = [...(byNode.get(node.metadata.name) ?? [])].sort(oldestBoundFirst);
      if (!daemonFit(set, node).shouldRun) {
        if (pod) counts.misscheduled++;
        continue;
      }
      counts.desired++;
      if (!pod) continue;
      counts.current++;
      if (isPodReady(pod)) counts.ready++;
      if (this.#isAvailable(set, pod)) counts.available++;
      if (hashOf(pod) === hash) counts.updated++;
    }
    const unavailable = counts.desired - counts.available;
    const status: DaemonSetStatus = {
      currentNumberScheduled: counts.current,
      numberMisscheduled: counts.misscheduled,
      desiredNumberScheduled: counts.desired,
      numberReady: counts.ready,
      observedGeneration: set.metadata.generation ?? 0,
      ...(counts.updated > 0 ? { updatedNumberScheduled: counts.updated } : {}),
      ...(counts.available > 0 ? { numberAvailable: counts.available } : {}),
      ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
      ...(set.status?.collisionCount ? { collisionCount: set.status.collisionCount } : {}),
    };
    const { minReadySeconds = 0 } = set.spec;
    if (minReadySeconds > 0 && counts.ready !== counts.available) {
      this.#queue.addAfter(keyOf(set), minReadySeconds * 1000);
    }
    if (equalJson(set.status as unknown as Json, status as unknown as Json)) return;
    const object = { ...unversioned(set), status };
    const options = { subresource: 'status' } as const;
    this.#context.client.update(RESOURCE, set.metadata.namespace, object, options);
  }
}

function isAlive({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp === undefined;
}

function hashOf({ metadata }: Pod): string {
  return metadata.labels?.[REVISION_LABEL] ?? '';
}

function allowsSurge({ spec }: DaemonSet): boolean {
  const { maxSurge = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  return maxSurge !== 0 && maxSurge !== '0%';
}

/** The pods of the current and of another revision on a node; `clear`: at most one of each. */
function onNode(pods: readonly Pod[], hash: string) {
  const alive = pods.filter(isAlive);
  const current = alive.filter((pod) => hashOf(pod) === hash);
  const outdated = alive.filter((pod) => hashOf(pod) !== hash);
  const clear = current.length <= 1 && outdated.length <= 1;
  return { current: current[0], outdated: outdated[0], clear };
}

/** Models podByCreationTimestampAndPhase: bound pods first, then the older ones. */
function oldestBoundFirst(a: Pod, b: Pod): number {
  const bound = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  if (bound !== 0) return bound;
  const key = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.name}`;
  return key(a) < key(b) ? -1 : 1;
}
