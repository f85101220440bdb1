import { parseTime } from '../../../api/time';
import { conditionOf, withCondition, withoutCondition } from '../conditions';
import type {
  Deployment,
  DeploymentStatus,
  ReplicaSet,
  WorkloadCondition,
} from '../workload-types';
import { desiredReplicas, isComplete, sum } from './deployment-replica-sets';
import { fencepostsOf } from './fenceposts';

/** Statuses of Deployments. Models pkg/controller/deployment sync.go and progress.go. */

type Status = DeploymentStatus & { readonly conditions: readonly WorkloadCondition[] };

/** A deadline that means none. */
const NEVER = 2 ** 31 - 1;

/** Models HasProgressDeadline. */
export function hasProgressDeadline({ spec }: Deployment): boolean {
  const { progressDeadlineSeconds } = spec;
  return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== NEVER;
}

/** Models NewDeploymentCondition. */
export function deploymentCondition(
  type: string,
  status: WorkloadCondition['status'],
  reason: string,
  message: string,
  now: string,
): WorkloadCondition {
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** The counts, and whether enough replicas are available. Models calculateStatus. */
export function calculateStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  now: string,
): Status {
  const { metadata, spec, status = {} } = deployment;
  const count = (read: (status: NonNullable<ReplicaSet['status']>) => number | undefined) =>
    sum(all, (set) => set.status && read(set.status));
  const available = count(({ availableReplicas }) => availableReplicas);
  const unavailable = Math.max(0, desiredReplicas(all) - available);
  const counts = {
    replicas: count(({ replicas }) => replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: count(({ readyReplicas }) => readyReplicas),
    availableReplicas: available,
    unavailableReplicas: unavailable,
  };
  const enough = available >= spec.replicas - fencepostsOf(spec).maxUnavailable;
  const condition = enough
    ? availability('True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : availability(
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
  return {
    observedGeneration: metadata.generation ?? 0,
    ...nonZero(counts),
    terminatingReplicas: count(({ terminatingReplicas }) => terminatingReplicas),
    ...(status.collisionCount === undefined ? {} : { collisionCount: status.collisionCount }),
    conditions: withCondition(status.conditions ?? [], condition),
  };

  function availability(value: 'True' | 'False', reason: string, message: string) {
    return deploymentCondition('Available', value, reason, message, now);
  }
}

/** Counts of zero are not written. */
function nonZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** The status with what is to be said of the rollout's progress. Models syncRolloutStatus. */
export function withProgress(
  deployment: Deployment,
  status: Status,
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  at: { readonly text: string; readonly unixMs: number },
): Status {
  let { conditions } = status;
  const before = conditionOf(deployment.status?.conditions, 'Progressing');
  if (!hasProgressDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  else {
    const settled =
      (status.replicas ?? 0) === (status.updatedReplicas ?? 0) &&
      before?.reason === 'NewReplicaSetAvailable';
    if (!settled) conditions = progressing(deployment, { ...status, conditions }, current, at);
  }
  const failure = replicaFailure(all, current);
  conditions = failure
    ? withCondition(conditions, failure)
    : withoutCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions };
}

function progressing(
  deployment: Deployment,
  status: Status,
  current: ReplicaSet | undefined,
  { text, unixMs }: { readonly text: string; readonly unixMs: number },
): readonly WorkloadCondition[] {
  const { conditions } = status;
  const subject = current
    ? `ReplicaSet "${current.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  const say = (value: 'True' | 'False', reason: string, message: string) =>
    deploymentCondition('Progressing', value, reason, `${subject} ${message}`, text);
  if (isComplete(deployment, status)) {
    const done = say('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
    return withCondition(conditions, done);
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const before = conditionOf(deployment.status?.conditions, 'Progressing');
    const moved = say('True', 'ReplicaSetUpdated', 'is progressing.');
    if (!before) return withCondition(conditions, moved);
    const since = before.status === 'True' ? before.lastTransitionTime : text;
    const others = withoutCondition(conditions, 'Progressing');
    return [...others, { ...moved, lastTransitionTime: since }];
  }
  if (hasTimedOut(deployment, status, unixMs)) {
    const late = say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
    return withCondition(conditions, late);
  }
  return conditions;
}

/** Models DeploymentProgressing: more new pods, fewer old ones, or more that are ready. */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const of = (status: DeploymentStatus) => ({
    updated: status.updatedReplicas ?? 0,
    old: (status.replicas ?? 0) - (status.updatedReplicas ?? 0),
    ready: status.readyReplicas ?? 0,
    available: status.availableReplicas ?? 0,
  });
  const then = of(before);
  const now = of(after);
  return (
    now.updated > then.updated ||
    now.old < then.old ||
    now.ready > then.ready ||
    now.available > then.available
  );
}

/** Models DeploymentTimedOut; `unixMs` is the current time. */
function hasTimedOut(deployment: Deployment, status: Status, unixMs: number): boolean {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  const seconds = deployment.spec.progressDeadlineSeconds ?? 0;
  return (parseTime(condition.lastUpdateTime) ?? 0) + seconds * 1000 < unixMs;
}

/** When a rollout is to be looked at again, in ms from now; undefined: it is over, or has no deadline. */
export function progressCheckMs(
  deployment: Deployment,
  status: DeploymentStatus,
  unixMs: number,
): number | undefined {
  const condition = conditionOf(deployment.status?.conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition) return undefined;
  if (isComplete(deployment, status)) return undefined;
  if (condition.reason === 'ProgressDeadlineExceeded') return undefined;
  const seconds = deployment.spec.progressDeadlineSeconds ?? 0;
  return (parseTime(condition.lastUpdateTime) ?? 0) + seconds * 1000 - unixMs;
}

/** The failure of the current ReplicaSet, else of any. */
function replicaFailure(
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
): WorkloadCondition | undefined {
  const failureOf = (set: ReplicaSet | undefined) =>
    conditionOf(set?.status?.conditions, 'ReplicaFailure');
  const found = failureOf(current) ?? all.map(failureOf).find((one) => one !== undefined);
  return found && { ...found, lastUpdateTime: found.lastTransitionTime };
}
