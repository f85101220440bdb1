import { findObject, isNotFound } from '../../../api/find-object';
import { equalJson, type Json } from '../../../api/patch/json-value';
import { ApiError } from '../../../api/status';
import type { LabelSelector, Pod } from '../../../api/types';
import { conditionOf, withCondition } from '../conditions';
import {
  type ControllerContext,
  type ControllerEvents,
  isNamespaceTerminating,
  keyOf,
  nowText,
  unversioned,
} from '../controller-context';
import { controllerOf, controllerReference } from '../owner-references';
import { SyncError, type WorkQueue } from '../work-queue';
import type {
  Deployment,
  DeploymentStatus,
  ReplicaSet,
  WorkloadCondition,
} from '../workload-types';
import {
  annotatedCount,
  byAge,
  byRevision,
  bySize,
  currentAnnotations,
  DESIRED_REPLICAS,
  desiredReplicas,
  isComplete,
  newReplicaSetOf,
  newReplicas,
  proportion,
  REVISION,
  replicaAnnotations,
  revisionOf,
  sameTemplate,
  sum,
  TEMPLATE_HASH,
} from './deployment-replica-sets';
import {
  calculateStatus,
  deploymentCondition,
  hasProgressDeadline,
  progressCheckMs,
  withProgress,
} from './deployment-status';
import { fencepostsOf } from './fenceposts';
import { templateHash } from './template-hash';

const RESOURCE = 'deployments.apps';
const REPLICA_SETS = 'replicasets.apps';

/** A limit that means none. */
const NEVER = 2 ** 31 - 1;

/** Longest name of a ReplicaSet. */
const NAME_LENGTH = 253;

/** A Deployment's ReplicaSets by their part in the rollout. */
interface Sets {
  readonly current: ReplicaSet | undefined;
  readonly old: ReplicaSet[];
}

/** One look at one Deployment. Models syncDeployment with sync.go, rolling.go and recreate.go. */
export class DeploymentSync {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  readonly #queue: WorkQueue;
  readonly #sets: readonly ReplicaSet[];
  #deployment: Deployment;

  constructor(
    context: ControllerContext,
    events: ControllerEvents,
    queue: WorkQueue,
    deployment: Deployment,
    sets: readonly ReplicaSet[],
  ) {
    this.#context = context;
    this.#events = events;
    this.#queue = queue;
    this.#deployment = deployment;
    this.#sets = sets;
  }

  run(): void {
    if (this.#deployment.metadata.deletionTimestamp) {
      this.#syncCounts(this.#sorted(false));
      return;
    }
    this.#checkPaused();
    const { spec } = this.#deployment;
    if (spec.paused || this.#isScaling()) this.#scaleOnly();
    else if (spec.strategy.type === 'Recreate') this.#recreate();
    else this.#roll();
  }

  // The rollout ------------------------------------------------------------------------------------

  #roll(): void {
    const sets = this.#sorted(true);
    if (!sets.current) throw new SyncError('no new replica set');
    if (this.#growCurrent(sets) || this.#shrinkOld(sets)) {
      this.#syncProgress(this.#again(sets));
      return;
    }
    if (isComplete(this.#deployment, this.#deployment.status ?? {})) this.#cleanUp(sets.old);
    this.#syncProgress(sets);
  }

  /** Models reconcileNewReplicaSet. */
  #growCurrent({ current, old }: Sets): boolean {
    if (!current) return false;
    const wanted = this.#deployment.spec.replicas;
    const own = current.spec.replicas;
    if (own === wanted) return false;
    const count = own > wanted ? wanted : newReplicas(this.#deployment, [...old, current], own);
    return this.#scaleSet(current, count) !== current;
  }

  /** Models reconcileOldReplicaSets: unhealthy old pods first, then as many as availability allows. */
  #shrinkOld({ current, old }: Sets): boolean {
    const active = old.filter(isActive);
    if (!current || desiredReplicas(active) === 0) return false;
    const { replicas } = this.#deployment.spec;
    const least = replicas - fencepostsOf(this.#deployment.spec).maxUnavailable;
    const unavailable = current.spec.replicas - (current.status?.availableReplicas ?? 0);
    const most = desiredReplicas([...old, current]) - least - unavailable;
    if (most <= 0) return false;
    const { sets, removed } = this.#removeUnhealthy(active, most);
    const available = sum([...sets, current], ({ status }) => status?.availableReplicas);
    let left = available - least;
    let shrunk = removed;
    for (const set of [...sets].sort(byAge)) {
      if (left <= 0) break;
      const count = Math.min(set.spec.replicas, left);
      if (count === 0) continue;
      this.#scaleSet(set, set.spec.replicas - count);
      left -= count;
      shrunk += count;
    }
    return shrunk > 0;
  }

  /** Models cleanupUnhealthyReplicas. */
  #removeUnhealthy(
    active: readonly ReplicaSet[],
    most: number,
  ): { readonly sets: ReplicaSet[]; readonly removed: number } {
    let removed = 0;
    const sets = [...active].sort(byAge).map((set) => {
      const unhealthy = set.spec.replicas - (set.status?.availableReplicas ?? 0);
      const count = Math.min(most - removed, unhealthy);
      if (count <= 0) return set;
      removed += count;
      return this.#scaleSet(set, set.spec.replicas - count);
    });
    return { sets, removed };
  }

  #recreate(): void {
    let sets = this.#sorted(false);
    const active = sets.old.filter(isActive);
    if (active.length > 0) {
      for (const set of active) this.#scaleSet(set, 0);
      this.#syncProgress(this.#again(sets));
      return;
    }
    if (this.#oldPodsRun(sets)) {
      this.#syncProgress(sets);
      return;
    }
    if (!sets.current) sets = this.#sorted(true);
    if (sets.current) {
      const current = this.#scaleSet(sets.current, this.#deployment.spec.replicas);
      sets = { ...sets, current };
    }
    if (isComplete(this.#deployment, this.#deployment.status ?? {})) this.#cleanUp(sets.old);
    this.#syncProgress(sets);
  }

  #oldPodsRun({ current, old }: Sets): boolean {
    if (sum(old, ({ status }) => status?.replicas) > 0) return true;
    const pods = this.#context.dependents('pods');
    return this.#sets.some((set) => {
      if (set.metadata.uid === current?.metadata.uid) return false;
      const own = pods.of(set.metadata.uid) as Pod[];
      return own.some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
    });
  }

  // Scaling ----------------------------------------------------------------------------------------

  /** The number of replicas has changed since the ReplicaSets were last scaled. Models isScalingEvent. */
  #isScaling(): boolean {
    const { current, old } = this.#sorted(false);
    const wanted = this.#deployment.spec.replicas;
    return present(old, current)
      .filter(isActive)
      .some((set) => {
        const noted = annotatedCount(set, DESIRED_REPLICAS);
        return noted !== undefined && noted !== wanted;
      });
  }

  #scaleOnly(): void {
    const sets = this.#sorted(false);
    this.#scale(sets);
    const after = this.#again(sets);
    if (this.#deployment.spec.paused) this.#cleanUp(after.old);
    this.#syncCounts(after);
  }

  /** Models scale: the one active ReplicaSet, or all of them in proportion. */
  #scale({ current, old }: Sets): void {
    const deployment = this.#deployment;
    const wanted = deployment.spec.replicas;
    const active = present(old, current).filter(isActive);
    if (active.length <= 1) {
      const only = active[0] ?? current ?? [...old].sort(byAge).at(-1);
      if (only) this.#scaleSet(only, wanted);
      return;
    }
    if (current && isSaturated(current, wanted)) {
      for (const set of old.filter(isActive)) this.#scaleSet(set, 0);
      return;
    }
    if (deployment.spec.strategy.type !== 'RollingUpdate') return;
    const most = wanted > 0 ? wanted + fencepostsOf(deployment.spec).maxSurge : 0;
    const toAdd = most - desiredReplicas(active);
    const sorted = toAdd === 0 ? active : [...active].sort(bySize(toAdd > 0));
    let added = 0;
    const sizes = sorted.map((set) => {
      const share = proportion(set, deployment, toAdd, added);
      added += share;
      return set.spec.replicas + share;
    });
    sorted.forEach((set, index) => {
      const leftover = index === 0 ? toAdd - added : 0;
      this.#scaleSet(set, Math.max(0, (sizes[index] ?? 0) + leftover), true);
    });
  }

  /** Returns the ReplicaSet after scaling; the same one when nothing was to be done. */
  #scaleSet(set: ReplicaSet, replicas: number, noteAnyway = false): ReplicaSet {
    const before = set.spec.replicas;
    if (before === replicas && !noteAnyway) return set;
    const annotations = { ...set.metadata.annotations, ...replicaAnnotations(this.#deployment) };
    const noted = equalJson(annotations, set.metadata.annotations as Json);
    if (before === replicas && noted) return set;
    const updated = this.#updateSet({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas },
    });
    if (before !== replicas) {
      const way = before < replicas ? 'up' : 'down';
      const text = `Scaled ${way} replica set ${set.metadata.name} from ${before} to ${replicas}`;
      this.#events.normal(this.#deployment, 'ScalingReplicaSet', text);
    }
    return updated;
  }

  // ReplicaSets ------------------------------------------------------------------------------------

  /** Models getAllReplicaSetsAndSyncRevision. */
  #sorted(create: boolean): Sets {
    const existing = newReplicaSetOf(this.#deployment, this.#sets);
    const old = this.#sets.filter((set) => set !== existing).sort(byAge);
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    if (existing) return { current: this.#adjusted(existing, revision), old };
    return { current: create ? this.#create(old, revision) : undefined, old };
  }

  /** The same ReplicaSets as they are now. */
  #again({ current, old }: Sets): Sets {
    const fresh = (set: ReplicaSet) => {
      const { namespace, name = '' } = set.metadata;
      return (findObject(this.#context.client, REPLICA_SETS, namespace, name) ?? set) as ReplicaSet;
    };
    return { current: current && fresh(current), old: old.map(fresh) };
  }

  #adjusted(existing: ReplicaSet, revision: number): ReplicaSet {
    const { minReadySeconds = 0 } = this.#deployment.spec;
    const before = existing.metadata.annotations ?? {};
    const annotations = currentAnnotations(this.#deployment, before, revision);
    const ready = (existing.spec.minReadySeconds ?? 0) === minReadySeconds;
    if (!ready || !equalJson(annotations, before)) {
      return this.#updateSet({
        ...existing,
        metadata: { ...existing.metadata, annotations },
        spec: { ...existing.spec, minReadySeconds },
      });
    }
    const progress = conditionOf(this.#deployment.status?.conditions, 'Progressing');
    const found = `Found new replica set "${existing.metadata.name}"`;
    const condition =
      hasProgressDeadline(this.#deployment) && !progress
        ? this.#condition('Progressing', 'True', 'FoundNewReplicaSet', found)
        : undefined;
    this.#noteRevision(annotations[REVISION] ?? '', condition);
    return existing;
  }

  /** Models the second half of getNewReplicaSet. */
  #create(old: readonly ReplicaSet[], revision: number): ReplicaSet {
    const deployment = this.#deployment;
    const set = this.#newSet(old, revision);
    const { namespace, name } = set.metadata;
    let created: ReplicaSet;
    try {
      created = this.#context.client.create(REPLICA_SETS, namespace, set) as ReplicaSet;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status.reason === 'AlreadyExists') return this.#afterCollision(set, error);
      if (isNamespaceTerminating(error)) throw error;
      const why = `Failed to create new replica set "${name}": ${error.message}`;
      if (hasProgressDeadline(deployment)) {
        const failed = this.#condition('Progressing', 'False', 'ReplicaSetCreateError', why);
        this.#writeStatus(this.#statusWith(failed));
      }
      this.#events.warning(deployment, 'ReplicaSetCreateError', why);
      throw error;
    }
    if (created.spec.replicas > 0) {
      const text = `Scaled up replica set ${name} from 0 to ${created.spec.replicas}`;
      this.#events.normal(deployment, 'ScalingReplicaSet', text);
    }
    const text = `Created new replica set "${name}"`;
    const condition = hasProgressDeadline(deployment)
      ? this.#condition('Progressing', 'True', 'NewReplicaSetCreated', text)
      : undefined;
    this.#noteRevision(String(revision), condition);
    return created;
  }

  #newSet(old: readonly ReplicaSet[], revision: number): ReplicaSet {
    const deployment = this.#deployment;
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = templateHash(template, deployment.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
    const matchLabels = { ...selector.matchLabels, [TEMPLATE_HASH]: hash };
    const annotations = {
      ...currentAnnotations(deployment, {}, revision),
      ...replicaAnnotations(deployment),
    };
    const name = `${deployment.metadata.name?.slice(0, NAME_LENGTH - 1 - hash.length)}-${hash}`;
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        ...(deployment.metadata.namespace ? { namespace: deployment.metadata.namespace } : {}),
        labels,
        annotations,
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: newReplicas(deployment, old, 0),
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels } as LabelSelector,
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
  }

  /** A ReplicaSet of that name is there: ours after all, or the hash has to be another one. */
  #afterCollision(set: ReplicaSet, error: ApiError): ReplicaSet {
    const { namespace, name = '' } = set.metadata;
    const found = findObject(this.#context.client, REPLICA_SETS, namespace, name) as
      | ReplicaSet
      | undefined;
    if (!found) throw error;
    const ours = controllerOf(found)?.uid === this.#deployment.metadata.uid;
    if (ours && sameTemplate(found.spec.template, set.spec.template)) return found;
    const { status = {} } = this.#deployment;
    this.#writeStatus({ ...status, collisionCount: (status.collisionCount ?? 0) + 1 });
    throw error;
  }

  #updateSet(set: ReplicaSet): ReplicaSet {
    const { namespace } = set.metadata;
    return this.#context.client.update(REPLICA_SETS, namespace, unversioned(set)) as ReplicaSet;
  }

  /** Models cleanupDeployment: old ReplicaSets beyond the limit go, the oldest revisions first. */
  #cleanUp(old: readonly ReplicaSet[]): void {
    const { revisionHistoryLimit } = this.#deployment.spec;
    if (revisionHistoryLimit === undefined || revisionHistoryLimit === NEVER) return;
    const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp).sort(byRevision);
    const surplus = alive.length - revisionHistoryLimit;
    for (const set of alive.slice(0, Math.max(0, surplus))) {
      const seen = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
      if ((set.status?.replicas ?? 0) !== 0 || set.spec.replicas !== 0 || !seen) continue;
      const { namespace, name = '' } = set.metadata;
      try {
        this.#context.client.delete(REPLICA_SETS, namespace, name);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }

  // Status -----------------------------------------------------------------------------------------

  #checkPaused(): void {
    const deployment = this.#deployment;
    if (!hasProgressDeadline(deployment)) return;
    const { paused = false } = deployment.spec;
    const reason = conditionOf(deployment.status?.conditions, 'Progressing')?.reason;
    if (reason === 'ProgressDeadlineExceeded' || paused === (reason === 'DeploymentPaused')) return;
    const condition = paused
      ? this.#condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
      : this.#condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    this.#writeStatus(this.#statusWith(condition));
  }

  #syncCounts({ current, old }: Sets): void {
    const now = nowText(this.#context);
    const status = calculateStatus(this.#deployment, present(old, current), current, now);
    this.#writeStatus(status);
  }

  #syncProgress({ current, old }: Sets): void {
    const all = present(old, current);
    const at = { text: nowText(this.#context), unixMs: this.#context.kernel.unixMs() };
    const counted = calculateStatus(this.#deployment, all, current, at.text);
    const status = withProgress(this.#deployment, counted, all, current, at);
    if (this.#writeStatus(status)) return;
    const checkMs = progressCheckMs(this.#deployment, status, at.unixMs);
    if (checkMs === undefined) return;
    const key = keyOf(this.#deployment);
    if (checkMs < 1000) this.#queue.addRateLimited(key);
    else this.#queue.addAfter(key, checkMs + 1000);
  }

  #condition(
    type: string,
    status: WorkloadCondition['status'],
    reason: string,
    message: string,
  ): WorkloadCondition {
    return deploymentCondition(type, status, reason, message, nowText(this.#context));
  }

  #statusWith(condition: WorkloadCondition | undefined): DeploymentStatus {
    const { status = {} } = this.#deployment;
    if (!condition) return status;
    return { ...status, conditions: withCondition(status.conditions ?? [], condition) };
  }

  #noteRevision(revision: string, condition: WorkloadCondition | undefined): void {
    const { annotations } = this.#deployment.metadata;
    if (annotations?.[REVISION] === revision && !condition) return;
    const metadata = {
      ...this.#deployment.metadata,
      annotations: { ...annotations, [REVISION]: revision },
    };
    this.#store({ ...this.#deployment, metadata, status: this.#statusWith(condition) });
  }

  /** Returns whether there was anything new to write. */
  #writeStatus(status: DeploymentStatus): boolean {
    const before = this.#deployment.status;
    if (equalJson(before as unknown as Json, status as unknown as Json)) return false;
    this.#store({ ...this.#deployment, status });
    return true;
  }

  /** The status goes with the revision's annotation, which the status subresource takes as well. */
  #store(deployment: Deployment): void {
    const { namespace } = deployment.metadata;
    const options = { subresource: 'status' } as const;
    const object = unversioned(deployment);
    this.#deployment = this.#context.client.update(
      RESOURCE,
      namespace,
      object,
      options,
    ) as Deployment;
  }
}

function isActive({ spec }: ReplicaSet): boolean {
  return spec.replicas > 0;
}

function present(old: readonly ReplicaSet[], current: ReplicaSet | undefined): ReplicaSet[] {
  return current ? [...old, current] : [...old];
}

/** Models IsSaturated. */
function isSaturated(set: ReplicaSet, wanted: number): boolean {
  return (
    set.spec.replicas === wanted &&
    annotatedCount(set, DESIRED_REPLICAS) === wanted &&
    (set.status?.availableReplicas ?? 0) === wanted
  );
}
