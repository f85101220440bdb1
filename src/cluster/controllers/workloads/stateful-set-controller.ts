import { equalJson, type Json } from '../../../api/patch/json-value';
import type { KubeObject, Pod } from '../../../api/types';
import { Claims } from '../claims';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  keyOf,
  unversioned,
} from '../controller-context';
import { slowStart } from '../pod-control';
import { availableAtMs, countsChanged, isPodAvailable, isPodReady } from '../pod-facts';
import { WorkQueue } from '../work-queue';
import type { StatefulSet, StatefulSetStatus } from '../workload-types';
import {
  type ControllerRevision,
  isCollision,
  Revisions,
  revisionData,
  revisionHash,
  templateOf,
} from './controller-revisions';
import { ordinalOf, podRevision, StatefulPodControl, statefulPod } from './stateful-pods';

const RESOURCE = 'statefulsets.apps';
const KIND = 'StatefulSet';
const HASH_LABEL = 'controller.kubernetes.io/hash';

/** Keeps pods with stable names, in order. Models pkg/controller/statefulset. */
export class StatefulSetController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #claims: Claims;
  readonly #podControl: StatefulPodControl;

  constructor(context: ControllerContext) {
    this.#context = context;
    const events = new ControllerEvents(context, 'statefulset-controller');
    this.#podControl = new StatefulPodControl(context, events);
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    this.#claims = new Claims(context, 'pods', RESOURCE, (key) => this.#queue.add(key));
    context.subscribe(RESOURCE, ({ object }) => this.#queue.add(keyOf(object)));
    // The index of revisions has to be there before the first of them.
    context.dependents('controllerrevisions.apps');
    context.dependents('pods').onOwned(KIND, (key, _uid, change) => {
      if (countsChanged(change)) this.#queue.add(key);
    });
  }

  #sync(key: string): void {
    const { kernel } = this.#context;
    const set = findByKey(this.#context, RESOURCE, key) as StatefulSet | undefined;
    if (!set) return;
    const pods = (this.#claims.claim(set) as Pod[]).filter(
      (pod) => ordinalOf(pod, set) !== undefined,
    );
    const sync = new StatefulSetSync(this.#context, this.#podControl, set, pods);
    const waitMs = sync.run();
    if (waitMs !== undefined) this.#queue.addAfter(key, waitMs - kernel.unixMs());
  }
}

/** One of the pods that there should be: a stored one, or one to be created. */
interface Replica {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
  readonly draft: KubeObject | undefined;
}

/** One look at one StatefulSet. Models stateful_set_control.go. */
class StatefulSetSync {
  readonly #context: ControllerContext;
  readonly #podControl: StatefulPodControl;
  readonly #set: StatefulSet;
  readonly #pods: readonly Pod[];
  readonly #nowMs: number;

  constructor(
    context: ControllerContext,
    podControl: StatefulPodControl,
    set: StatefulSet,
    pods: readonly Pod[],
  ) {
    this.#context = context;
    this.#podControl = podControl;
    this.#set = set;
    this.#pods = pods;
    this.#nowMs = context.kernel.unixMs();
  }

  /** Returns when the next pod becomes available, Unix ms. */
  run(): number | undefined {
    const set = this.#set;
    const revisions = new Revisions(this.#context, set);
    const update = this.#updateRevision(revisions);
    if (!update) return undefined;
    const current =
      revisions.all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    const status = this.#status(current, update);
    let removed = 0;
    try {
      if (!set.metadata.deletionTimestamp) removed = this.#reconcile(current, update);
    } finally {
      const currentReplicas = Math.max(0, (status.currentReplicas ?? 0) - removed);
      this.#writeStatus({ ...status, currentReplicas });
    }
    const inUse = new Set([current.metadata.name, update.metadata.name]);
    for (const pod of this.#pods) inUse.add(podRevision(pod));
    revisions.truncate(set.spec.revisionHistoryLimit ?? 10, ({ metadata }) =>
      inUse.has(metadata.name),
    );
    return this.#nextAvailableMs();
  }

  #updateRevision(revisions: Revisions): ControllerRevision | undefined {
    const { template } = this.#set.spec;
    const collisionCount = this.#set.status?.collisionCount ?? 0;
    const hash = revisionHash(revisionData(template), collisionCount);
    try {
      return revisions.current({ owner: this.#set, hash, label: HASH_LABEL, template });
    } catch (error) {
      if (!isCollision(error)) throw error;
      const before = this.#set.status ?? { replicas: 0, availableReplicas: 0 };
      this.#writeStatus({ ...before, collisionCount: collisionCount + 1 });
      return undefined;
    }
  }

  #nextAvailableMs(): number | undefined {
    const { minReadySeconds = 0 } = this.#set.spec;
    if (minReadySeconds === 0) return undefined;
    const times = this.#pods.map((pod) => availableAtMs(pod, minReadySeconds) ?? 0);
    const next = Math.min(...times.filter((at) => at > this.#nowMs));
    return Number.isFinite(next) ? next : undefined;
  }

  // Pods -------------------------------------------------------------------------------------------

  get #start(): number {
    return this.#set.spec.ordinals?.start ?? 0;
  }

  #replicas(current: ControllerRevision, update: ControllerRevision): Replica[] {
    const byOrdinal = new Map(this.#pods.map((pod) => [ordinalOf(pod, this.#set), pod]));
    return Array.from({ length: this.#set.spec.replicas }, (_, index) => {
      const ordinal = this.#start + index;
      const pod = byOrdinal.get(ordinal);
      const draft = pod ? undefined : this.#draft(ordinal, current, update);
      return { ordinal, pod, draft };
    });
  }

  /** Models newVersionedStatefulSetPod: below the partition pods are as they were. */
  #draft(ordinal: number, current: ControllerRevision, update: ControllerRevision): KubeObject {
    const { type, rollingUpdate } = this.#set.spec.updateStrategy ?? {};
    const kept = rollingUpdate
      ? (rollingUpdate.partition ?? 0)
      : (this.#set.status?.currentReplicas ?? 0);
    const old = type === 'RollingUpdate' && ordinal < this.#start + kept;
    const revision = old ? current : update;
    return statefulPod(this.#set, templateOf(revision), revision.metadata.name ?? '', ordinal);
  }

  /** Returns how many pods of the current revision were deleted to be updated. */
  #reconcile(current: ControllerRevision, update: ControllerRevision): number {
    const replicas = this.#replicas(current, update);
    const last = this.#start + this.#set.spec.replicas - 1;
    const condemned = this.#pods
      .filter((pod) => {
        const ordinal = ordinalOf(pod, this.#set) ?? 0;
        return ordinal < this.#start || ordinal > last;
      })
      .sort((a, b) => (ordinalOf(b, this.#set) ?? 0) - (ordinalOf(a, this.#set) ?? 0));
    const monotonic = this.#set.spec.podManagementPolicy !== 'Parallel';
    if (monotonic) {
      for (const replica of replicas) if (!this.#processReplica(replica, true)) return 0;
    } else {
      const failure = slowStart(replicas.length, (nth) => {
        this.#processReplica(replicas[nth] as Replica, false);
      });
      if (failure) throw failure;
    }
    if (!this.#processCondemned(replicas, condemned, monotonic)) return 0;
    return this.#updateOne(replicas, update);
  }

  /** Returns whether those that follow may be looked at. Models processReplica. */
  #processReplica({ ordinal, pod, draft }: Replica, monotonic: boolean): boolean {
    if (!pod) {
      if (draft) this.#podControl.create(this.#set, draft, ordinal);
      return !monotonic;
    }
    const phase = pod.status?.phase;
    if (phase === 'Failed' || phase === 'Succeeded') {
      if (!pod.metadata.deletionTimestamp) this.#podControl.delete(this.#set, pod);
      return false;
    }
    if (phase === 'Pending') {
      this.#podControl.createClaims(this.#set, pod.metadata.name ?? '', ordinal);
    }
    this.#podControl.retainClaims(this.#set, pod, ordinal, false);
    return !monotonic || !this.#isUnavailable(pod);
  }

  #processCondemned(
    replicas: readonly Replica[],
    condemned: readonly Pod[],
    monotonic: boolean,
  ): boolean {
    const unhealthy =
      replicas.find(({ pod }) => !pod || this.#isUnavailable(pod)) ??
      [...condemned].reverse().find((pod) => this.#isUnavailable(pod));
    // Before a pod that is one too many goes, its claims are told to go with it, if they are to.
    for (const pod of condemned) {
      this.#podControl.retainClaims(this.#set, pod, ordinalOf(pod, this.#set) ?? 0, true);
    }
    for (const pod of condemned) {
      if (pod.metadata.deletionTimestamp) {
        if (monotonic) return false;
        continue;
      }
      if (monotonic && this.#isUnavailable(pod) && pod !== unhealthy) return false;
      this.#podControl.delete(this.#set, pod);
      if (monotonic) return false;
    }
    return true;
  }

  /** Deletes the last pod of another revision, once all behind it are healthy. */
  #updateOne(replicas: readonly Replica[], update: ControllerRevision): number {
    const { updateStrategy } = this.#set.spec;
    if (updateStrategy?.type === 'OnDelete') return 0;
    const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
    for (let index = replicas.length - 1; index >= partition; index--) {
      const pod = replicas[index]?.pod;
      if (!pod) return 0;
      const outdated = podRevision(pod) !== update.metadata.name;
      if (outdated && !pod.metadata.deletionTimestamp) {
        this.#podControl.delete(this.#set, pod);
        return 1;
      }
      if (this.#isUnavailable(pod)) return 0;
    }
    return 0;
  }

  #isUnavailable(pod: Pod): boolean {
    const { minReadySeconds = 0 } = this.#set.spec;
    const available = isPodAvailable(pod, minReadySeconds, this.#nowMs);
    return !available || pod.metadata.deletionTimestamp !== undefined;
  }

  // Status -----------------------------------------------------------------------------------------

  #status(current: ControllerRevision, update: ControllerRevision): StatefulSetStatus {
    const { minReadySeconds = 0 } = this.#set.spec;
    const running = this.#pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod));
    const alive = this.#pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    const of = ({ metadata }: ControllerRevision) =>
      alive.filter((pod) => podRevision(pod) === metadata.name).length;
    return {
      observedGeneration: this.#set.metadata.generation ?? 0,
      replicas: this.#pods.length,
      readyReplicas: running.length,
      currentReplicas: of(current),
      updatedReplicas: of(update),
      currentRevision: current.metadata.name ?? '',
      updateRevision: update.metadata.name ?? '',
      collisionCount: this.#set.status?.collisionCount ?? 0,
      availableReplicas: running.filter((pod) => {
        return isPodAvailable(pod, minReadySeconds, this.#nowMs);
      }).length,
    };
  }

  #writeStatus(counted: StatefulSetStatus): void {
    const { replicas, updateStrategy } = this.#set.spec;
    const complete =
      updateStrategy?.type === 'RollingUpdate' &&
      counted.updatedReplicas === replicas &&
      counted.readyReplicas === replicas &&
      counted.replicas === replicas;
    const status: Record<string, unknown> = {
      ...counted,
      ...(complete
        ? { currentReplicas: counted.updatedReplicas, currentRevision: counted.updateRevision }
        : {}),
    };
    for (const count of ['readyReplicas', 'currentReplicas', 'updatedReplicas']) {
      if (status[count] === 0) delete status[count];
    }
    if (equalJson(this.#set.status as unknown as Json, status as Json)) return;
    const { namespace } = this.#set.metadata;
    const object = { ...unversioned(this.#set), status };
    this.#context.client.update(RESOURCE, namespace, object, { subresource: 'status' });
  }
}
