import type { Pod } from '../../../api/types';
import { conditionOf } from '../conditions';
import {
  type ControllerContext,
  type ControllerEvents,
  keyOf,
  nowText,
} from '../controller-context';
import { SyncError, type WorkQueue } from '../work-queue';
import type { Deployment, ReplicaSet } from '../workload-types';
import {
  annotatedCount,
  byAge,
  bySize,
  DESIRED_REPLICAS,
  desiredReplicas,
  isComplete,
  newReplicas,
  proportion,
  sum,
} from './deployment-replica-sets';
import {
  calculateStatus,
  hasProgressDeadline,
  progressCheckMs,
  withProgress,
} from './deployment-status';
import { DeploymentWriter } from './deployment-writer';
import { fencepostsOf } from './fenceposts';
import { OwnedReplicaSets, type Sets } from './owned-replica-sets';

/** One look at one Deployment. Models syncDeployment with sync.go, rolling.go and recreate.go. */
export class DeploymentSync {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #writer: DeploymentWriter;
  readonly #sets: OwnedReplicaSets;

  constructor(
    context: ControllerContext,
    events: ControllerEvents,
    queue: WorkQueue,
    deployment: Deployment,
    sets: readonly ReplicaSet[],
  ) {
    this.#context = context;
    this.#queue = queue;
    this.#writer = new DeploymentWriter(context, deployment);
    this.#sets = new OwnedReplicaSets(context, events, this.#writer, sets);
  }

  run(): void {
    if (this.#writer.deployment.metadata.deletionTimestamp) {
      this.#syncCounts(this.#sets.sorted(false));
      return;
    }
    this.#checkPaused();
    const { spec } = this.#writer.deployment;
    if (spec.paused || this.#isScaling()) this.#scaleOnly();
    else if (spec.strategy.type === 'Recreate') this.#recreate();
    else this.#roll();
  }

  // The rollout ------------------------------------------------------------------------------------

  #roll(): void {
    const sets = this.#sets.sorted(true);
    if (!sets.current) throw new SyncError('no new replica set');
    if (this.#growCurrent(sets) || this.#shrinkOld(sets)) {
      this.#syncProgress(this.#sets.again(sets));
      return;
    }
    if (isComplete(this.#writer.deployment, this.#writer.deployment.status ?? {}))
      this.#sets.cleanUp(sets.old);
    this.#syncProgress(sets);
  }

  /** Models reconcileNewReplicaSet. */
  #growCurrent({ current, old }: Sets): boolean {
    if (!current) return false;
    const wanted = this.#writer.deployment.spec.replicas;
    const own = current.spec.replicas;
    if (own === wanted) return false;
    const count =
      own > wanted ? wanted : newReplicas(this.#writer.deployment, [...old, current], own);
    return this.#sets.scale(current, count) !== current;
  }

  /** Models reconcileOldReplicaSets: unhealthy old pods first, then as many as availability allows. */
  #shrinkOld({ current, old }: Sets): boolean {
    const active = old.filter(isActive);
    if (!current || desiredReplicas(active) === 0) return false;
    const { replicas } = this.#writer.deployment.spec;
    const least = replicas - fencepostsOf(this.#writer.deployment.spec).maxUnavailable;
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
      this.#sets.scale(set, set.spec.replicas - count);
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
      return this.#sets.scale(set, set.spec.replicas - count);
    });
    return { sets, removed };
  }

  #recreate(): void {
    let sets = this.#sets.sorted(false);
    const active = sets.old.filter(isActive);
    if (active.length > 0) {
      for (const set of active) this.#sets.scale(set, 0);
      this.#syncProgress(this.#sets.again(sets));
      return;
    }
    if (this.#oldPodsRun(sets)) {
      this.#syncProgress(sets);
      return;
    }
    if (!sets.current) sets = this.#sets.sorted(true);
    if (sets.current) {
      const current = this.#sets.scale(sets.current, this.#writer.deployment.spec.replicas);
      sets = { ...sets, current };
    }
    if (isComplete(this.#writer.deployment, this.#writer.deployment.status ?? {}))
      this.#sets.cleanUp(sets.old);
    this.#syncProgress(sets);
  }

  #oldPodsRun({ current, old }: Sets): boolean {
    if (sum(old, ({ status }) => status?.replicas) > 0) return true;
    const pods = this.#context.dependents('pods');
    return this.#sets.all.some((set) => {
      if (set.metadata.uid === current?.metadata.uid) return false;
      const own = pods.of(set.metadata.uid) as Pod[];
      return own.some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
    });
  }

  // Scaling ----------------------------------------------------------------------------------------

  /** The number of replicas has changed since the ReplicaSets were last scaled. Models isScalingEvent. */
  #isScaling(): boolean {
    const { current, old } = this.#sets.sorted(false);
    const wanted = this.#writer.deployment.spec.replicas;
    return present(old, current)
      .filter(isActive)
      .some((set) => {
        const noted = annotatedCount(set, DESIRED_REPLICAS);
        return noted !== undefined && noted !== wanted;
      });
  }

  #scaleOnly(): void {
    const sets = this.#sets.sorted(false);
    this.#scale(sets);
    const after = this.#sets.again(sets);
    if (this.#writer.deployment.spec.paused) this.#sets.cleanUp(after.old);
    this.#syncCounts(after);
  }

  /** Models scale: the one active ReplicaSet, or all of them in proportion. */
  #scale({ current, old }: Sets): void {
    const deployment = this.#writer.deployment;
    const wanted = deployment.spec.replicas;
    const active = present(old, current).filter(isActive);
    if (active.length <= 1) {
      const only = active[0] ?? current ?? [...old].sort(byAge).at(-1);
      if (only) this.#sets.scale(only, wanted);
      return;
    }
    if (current && isSaturated(current, wanted)) {
      for (const set of old.filter(isActive)) this.#sets.scale(set, 0);
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
      this.#sets.scale(set, Math.max(0, (sizes[index] ?? 0) + leftover), true);
    });
  }

  // Status -----------------------------------------------------------------------------------------

  #checkPaused(): void {
    const deployment = this.#writer.deployment;
    if (!hasProgressDeadline(deployment)) return;
    const { paused = false } = deployment.spec;
    const reason = conditionOf(deployment.status?.conditions, 'Progressing')?.reason;
    if (reason === 'ProgressDeadlineExceeded' || paused === (reason === 'DeploymentPaused')) return;
    const now = paused ? 'paused' : 'resumed';
    const known = paused ? 'DeploymentPaused' : 'DeploymentResumed';
    this.#writer.writeCondition(this.#writer.progress('Unknown', known, `Deployment is ${now}`));
  }

  #syncCounts({ current, old }: Sets): void {
    const now = nowText(this.#context);
    const status = calculateStatus(this.#writer.deployment, present(old, current), current, now);
    this.#writer.writeStatus(status);
  }

  #syncProgress({ current, old }: Sets): void {
    const all = present(old, current);
    const at = { text: nowText(this.#context), unixMs: this.#context.kernel.unixMs() };
    const counted = calculateStatus(this.#writer.deployment, all, current, at.text);
    const status = withProgress(this.#writer.deployment, counted, all, current, at);
    if (this.#writer.writeStatus(status)) return;
    const checkMs = progressCheckMs(this.#writer.deployment, status, at.unixMs);
    if (checkMs === undefined) return;
    const key = keyOf(this.#writer.deployment);
    if (checkMs < 1000) this.#queue.addRateLimited(key);
    else this.#queue.addAfter(key, checkMs + 1000);
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
