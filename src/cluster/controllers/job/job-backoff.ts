import { parseTime } from '../../../api/time';
import type { ContainerStatus, Pod } from '../../../api/types';

/** How long a Job waits before it tries again. Models pkg/controller/job/backoff_utils.go. */

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
