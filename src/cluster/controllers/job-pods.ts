import { parseTime } from '../../api/time';
import type { ContainerStatus, Pod } from '../../api/types';
import { isPodActive } from './pod-facts';
import type { Job, PodFailureRule } from './workload-types';

/** What a Job's controller sees in a pod. Models pkg/controller/job. */

/** Pods that a Job has not counted yet cannot go away. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) === true;
}

/** Only pods that have ended are replaced, not those that are ending. */
export function replacesFailedOnly({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export function isPodFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  if (replacesFailedOnly(job)) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

export interface PolicyVerdict {
  /** The message with which the whole Job fails. */
  readonly failJob?: string;
  readonly failIndex?: boolean;
  readonly counts: boolean;
}

/** Models matchPodFailurePolicy: the first rule that fits decides. */
export function policyVerdict(job: Job, pod: Pod): PolicyVerdict {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const match = matchedBy(rule, pod);
    if (match === undefined) continue;
    const { action } = rule;
    if (action === 'Ignore') return { counts: false };
    if (action === 'FailIndex') return { counts: true, failIndex: true };
    if (action === 'Count') return { counts: true };
    if (action === 'FailJob') {
      return { counts: true, failJob: `${match} matching FailJob rule at index ${index}` };
    }
  }
  return { counts: true };
}

/** How a rule fits a failed pod, as the first half of a message. */
function matchedBy(rule: PodFailureRule, { metadata, status }: Pod): string | undefined {
  const name = `${metadata.namespace}/${metadata.name}`;
  if (rule.onExitCodes) {
    const { containerName, operator, values } = rule.onExitCodes;
    const statuses = [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []),
    ];
    const found = statuses.find(({ name: container, state }) => {
      const code = state?.terminated?.exitCode ?? 0;
      if (code === 0 || (containerName !== undefined && containerName !== container)) return false;
      return operator === 'In' ? values.includes(code) : !values.includes(code);
    });
    const code = found?.state?.terminated?.exitCode;
    return found && `Container ${found.name} for pod ${name} failed with exit code ${code}`;
  }
  const patterns = rule.onPodConditions ?? [];
  const condition = status?.conditions?.find((one) =>
    patterns.some((pattern) => pattern.type === one.type && pattern.status === one.status),
  );
  return condition && `Pod ${name} has condition ${condition.type}`;
}

/** Models pastBackoffLimitOnFailure: restarts of pods that are restarted in place count as failures. */
function restartsExceed({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { restartCount } of all) restarts += restartCount ?? 0;
  }
  const limit = spec.backoffLimit ?? 0;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Why a Job has to fail, after so many failed pods; undefined: it need not. */
export function jobFailure(
  job: Job,
  pods: readonly Pod[],
  failed: number,
): { readonly reason: string; readonly message: string } | undefined {
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? policyVerdict(job, pod).failJob : undefined;
    if (message !== undefined) return { reason: 'PodFailurePolicy', message };
  }
  if (failed <= (job.spec.backoffLimit ?? 0) && !restartsExceed(job, pods)) return undefined;
  const message = 'Job has reached the specified backoff limit';
  return { reason: 'BackoffLimitExceeded', message };
}

/** When a pod ended, Unix ms. Models getFinishedTime. */
export function finishedAtMs(pod: Pod): number {
  const { metadata, status, spec } = pod;
  const sidecars = new Set(
    (spec.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  );
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const ended = latestEnd(statuses);
  if (ended !== undefined) return ended;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const unready = ready?.status === 'False' ? parseTime(ready.lastTransitionTime) : undefined;
  if (unready !== undefined) return unready;
  const deleted = parseTime(metadata.deletionTimestamp);
  if (deleted !== undefined) return deleted - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return parseTime(metadata.creationTimestamp) ?? 0;
}

function latestEnd(statuses: readonly ContainerStatus[]): number | undefined {
  let latest: number | undefined;
  for (const { state } of statuses) {
    const at = parseTime(state?.terminated?.finishedAt);
    if (at === undefined) return undefined;
    latest = Math.max(latest ?? at, at);
  }
  return latest;
}

export function activePods(pods: readonly Pod[]): Pod[] {
  return pods.filter(isPodActive);
}

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

/** What a Job remembers of its failures, to wait longer and longer before it tries again. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailureMs: number;
}

export const NO_FAILURES: BackoffRecord = { failures: 0, lastFailureMs: 0 };

/** Models newBackoffRecord: failures after the last success count. */
export function nextBackoffRecord(
  before: BackoffRecord,
  succeeded: readonly Pod[],
  failed: readonly Pod[],
): BackoffRecord {
  const failures = failed.map(finishedAtMs);
  if (succeeded.length === 0) {
    if (failures.length === 0) return before;
    return {
      failures: before.failures + failures.length,
      lastFailureMs: Math.max(...failures),
    };
  }
  const success = Math.max(...succeeded.map(finishedAtMs));
  const later = failures.filter((at) => at > success);
  if (later.length === 0) return NO_FAILURES;
  return { failures: later.length, lastFailureMs: Math.max(...later) };
}

/** How long to wait before the next pod, in ms. Models getRemainingTimeForFailuresCount. */
export function remainingBackoffMs({ failures, lastFailureMs }: BackoffRecord, nowMs: number) {
  if (failures === 0) return 0;
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
  return Math.max(0, backoff - (nowMs - lastFailureMs));
}
