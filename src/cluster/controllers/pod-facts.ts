import { parseTime } from '../../api/time';
import type { Pod, PodCondition } from '../../api/types';
import type { ObjectChange } from './object-change';

/** Neither ended nor ending. Models pkg/controller IsPodActive. */
export function isPodActive({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed' && metadata.deletionTimestamp === undefined;
}

/** Models pkg/controller IsPodTerminating: being deleted, and not ended yet. */
export function isPodTerminating({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed' && metadata.deletionTimestamp !== undefined;
}

function readyCondition({ status }: Pod): PodCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

/** Models pkg/api/v1/pod IsPodReady. */
export function isPodReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** Ready for long enough. Models pkg/api/v1/pod IsPodAvailable; `nowMs` is Unix time. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const at = availableAtMs(pod, minReadySeconds);
  return at !== undefined && at <= nowMs;
}

/** When a ready pod becomes available, Unix ms; undefined: it is not ready. */
export function availableAtMs(pod: Pod, minReadySeconds: number): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = parseTime(condition.lastTransitionTime);
  return since === undefined ? undefined : since + minReadySeconds * 1000;
}

/** Whether a change of a pod is one of what the controllers count. */
export function countsChanged({ type, object, previous }: ObjectChange): boolean {
  if (type !== 'MODIFIED' || !previous) return true;
  const [before, after] = [previous as Pod, object as Pod];
  return (
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.status?.phase !== after.status?.phase ||
    isPodReady(before) !== isPodReady(after) ||
    readyCondition(before)?.lastTransitionTime !== readyCondition(after)?.lastTransitionTime
  );
}

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * The order in which pods are given up: those of least use first. `companions` says how many pods of the
 * same application run on a node. Models pkg/controller ActivePodsWithRanks; `nowMs` is Unix time.
 */
export function byUselessness(
  pods: readonly Pod[],
  companions: (node: string) => number,
  nowMs: number,
): Pod[] {
  return [...pods].sort((a, b) => compareUselessness(a, b, companions, nowMs));
}

function compareUselessness(
  a: Pod,
  b: Pod,
  companions: (node: string) => number,
  nowMs: number,
): number {
  const nodeA = a.spec.nodeName ?? '';
  const nodeB = b.spec.nodeName ?? '';
  if (nodeA !== nodeB && (nodeA === '' || nodeB === '')) return nodeA === '' ? -1 : 1;
  const phases = phaseOrder(a) - phaseOrder(b);
  if (phases !== 0) return phases;
  const ready = isPodReady(a);
  if (ready !== isPodReady(b)) return ready ? 1 : -1;
  const costs = deletionCost(a) - deletionCost(b);
  if (costs !== 0) return costs;
  const crowds = companions(nodeB) - companions(nodeA);
  if (crowds !== 0) return crowds;
  if (ready) {
    const since = compareAges(readySince(a), readySince(b), a, b, nowMs);
    if (since !== 0) return since;
  }
  const restarts = mostRestarts(b) - mostRestarts(a);
  if (restarts !== 0) return restarts;
  return compareAges(created(a), created(b), a, b, nowMs);
}

function phaseOrder({ status }: Pod): number {
  return PHASE_ORDER[status?.phase ?? ''] ?? 0;
}

function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[DELETION_COST];
  return text !== undefined && /^-?(0|[1-9][0-9]*)$/.test(text) ? Number(text) : 0;
}

function readySince(pod: Pod): number {
  return parseTime(readyCondition(pod)?.lastTransitionTime) ?? 0;
}

function created({ metadata }: Pod): number {
  return parseTime(metadata.creationTimestamp) ?? 0;
}

/** Ages count by their logarithm; of pods that are about as old the smaller UID goes first. */
function compareAges(sinceA: number, sinceB: number, a: Pod, b: Pod, nowMs: number): number {
  if (sinceA === sinceB) return 0;
  const ranks = logarithmicAge(sinceA, nowMs) - logarithmicAge(sinceB, nowMs);
  if (ranks !== 0) return ranks;
  return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
}

function logarithmicAge(since: number, nowMs: number): number {
  const nanoseconds = (nowMs - since) * 1e6;
  return nanoseconds <= 0 ? -1 : Math.floor(Math.log2(nanoseconds));
}

function mostRestarts({ status }: Pod): number {
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount ?? 0));
}
