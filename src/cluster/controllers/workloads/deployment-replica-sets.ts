import { LAST_APPLIED } from '../../../api/apply/last-applied';
import { equalJson, type Json } from '../../../api/patch/json-value';
import type { PodTemplateSpec } from '../../../api/types';
import type { Deployment, ReplicaSet } from '../workload-types';
import { fencepostsOf } from './fenceposts';

/** What a Deployment needs to know of its ReplicaSets. Models pkg/controller/deployment/util. */

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const TEMPLATE_HASH = 'pod-template-hash';

/** Annotations that a ReplicaSet does not take over from its Deployment. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  LAST_APPLIED,
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

const REVISION_HISTORY_LENGTH = 2000;

/** The oldest first. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const created = (set: ReplicaSet) => set.metadata.creationTimestamp ?? '';
  return compare(created(a), created(b)) || compare(a.metadata.name ?? '', b.metadata.name ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The largest first; of equals the newer (`newerFirst`) or the older. */
export function bySize(newerFirst: boolean): (a: ReplicaSet, b: ReplicaSet) => number {
  return (a, b) => b.spec.replicas - a.spec.replicas || (newerFirst ? byAge(b, a) : byAge(a, b));
}

/** Models ReplicaSetsByRevision. */
export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(a) - revisionOf(b) || byAge(a, b);
}

/** Models deployment_util.go Revision. */
export function revisionOf({ metadata }: ReplicaSet): number {
  const text = metadata.annotations?.[REVISION];
  return text !== undefined && /^[-+]?\d+$/.test(text) ? Number(text) : 0;
}

/** Models EqualIgnoreHash. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return equalJson(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplateSpec): Json {
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  const { creationTimestamp: _created, ...metadata } = template.metadata ?? {};
  return { ...template, metadata: { ...metadata, labels } } as unknown as Json;
}

/** The ReplicaSet of the Deployment's template, the oldest if there are several. */
export function newReplicaSetOf(
  { spec }: Deployment,
  sets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  return [...sets].sort(byAge).find((set) => sameTemplate(set.spec.template, spec.template));
}

export function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined) {
  return sets.reduce((total, set) => total + (count(set) ?? 0), 0);
}

/** Models GetReplicaCountForReplicaSets. */
export function desiredReplicas(sets: readonly ReplicaSet[]): number {
  return sum(sets, ({ spec }) => spec.replicas);
}

/** Models getNonNegativeInt32FromAnnotation. */
export function annotatedCount({ metadata }: ReplicaSet, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** How many pods the Deployment wants and may have, as its ReplicaSets note it. */
export function replicaAnnotations({ spec }: Deployment): Record<string, string> {
  return {
    [DESIRED_REPLICAS]: String(spec.replicas),
    [MAX_REPLICAS]: String(spec.replicas + fencepostsOf(spec).maxSurge),
  };
}

/**
 * A ReplicaSet's annotations when it is the current one under a revision: the Deployment's, its revision, and
 * the revisions that it had before. Models SetNewReplicaSetAnnotations.
 */
export function currentAnnotations(
  deployment: Deployment,
  before: Readonly<Record<string, string>>,
  revision: number,
): Record<string, string> {
  const annotations: Record<string, string> = { ...before };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(name)) annotations[name] = value;
  }
  const old = before[REVISION];
  if (old !== undefined && !/^[-+]?\d+$/.test(old)) return annotations;
  if (Number(old ?? 0) >= revision) return annotations;
  annotations[REVISION] = String(revision);
  if (old === undefined) return annotations;
  const history = (before[REVISION_HISTORY] ?? '').split(',').filter((one) => one !== '');
  history.push(old);
  while (history.length > 1 && history.join(',').length > REVISION_HISTORY_LENGTH) history.shift();
  annotations[REVISION_HISTORY] = history.join(',');
  return annotations;
}

/**
 * How many replicas the ReplicaSet of the current template may have. Models NewRSNewReplicas: as many as fit
 * below the surge, beside what the others have.
 */
export function newReplicas({ spec }: Deployment, all: readonly ReplicaSet[], own: number): number {
  if (spec.strategy.type !== 'RollingUpdate') return spec.replicas;
  const most = spec.replicas + fencepostsOf(spec).maxSurge;
  const current = desiredReplicas(all);
  if (current >= most) return own;
  return own + Math.min(most - current, spec.replicas - own);
}

/**
 * The ReplicaSet's share when a Deployment is scaled in the middle of a rollout. Models
 * GetReplicaSetProportion.
 */
export function proportion(
  set: ReplicaSet,
  { spec, status }: Deployment,
  toAdd: number,
  added: number,
): number {
  const own = set.spec.replicas;
  if (own === 0 || toAdd === 0 || toAdd === added) return 0;
  const allowed = toAdd - added;
  const fraction = shareOf(own);
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);

  function shareOf(replicas: number): number {
    if (spec.replicas === 0) return -replicas;
    const most = spec.replicas + fencepostsOf(spec).maxSurge;
    const before = annotatedCount(set, MAX_REPLICAS) || (status?.replicas ?? 0);
    if (before === 0) return 0;
    return Math.round((replicas * most) / before) - replicas;
  }
}

/** All wanted replicas are those of the current template, and all are available. Models DeploymentComplete. */
export function isComplete(
  { metadata, spec }: Deployment,
  status: NonNullable<Deployment['status']>,
): boolean {
  return (
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}
