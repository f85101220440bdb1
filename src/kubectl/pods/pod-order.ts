import type { Pod } from '../../api/types';
import { goSort } from '../print/go-sort';

/** Models k8s.io/kubectl pkg/util/podutils. */

function readyCondition(pod: Pod) {
  return pod.status?.conditions?.find((one) => one.type === 'Ready' && one.status === 'True');
}

function time(text: string | undefined): number {
  return text ? Date.parse(text) : 0;
}

function readyTime(pod: Pod): number {
  return time(readyCondition(pod)?.lastTransitionTime);
}

function maxRestarts(pod: Pod): number {
  const counts = (pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return Math.max(0, ...counts);
}

/** An unset time counts as later than any other. */
function afterOrZero(a: number, b: number): boolean {
  return a === 0 || b === 0 ? a === 0 : a > b;
}

const LOGGING_PHASES: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };
const ACTIVE_PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Pods in the order in which `kubectl logs` prefers them. */
export function byLogging(pods: readonly Pod[]): Pod[] {
  return goSort(pods, (a, b) => {
    const assigned = Boolean(a.spec.nodeName);
    if (assigned !== Boolean(b.spec.nodeName)) return assigned;
    const phase = LOGGING_PHASES[a.status?.phase ?? ''] ?? 0;
    const other = LOGGING_PHASES[b.status?.phase ?? ''] ?? 0;
    if (phase !== other) return phase < other;
    const ready = readyCondition(a) !== undefined;
    if (ready !== (readyCondition(b) !== undefined)) return ready;
    if (ready && readyTime(a) !== readyTime(b)) return afterOrZero(readyTime(b), readyTime(a));
    if (maxRestarts(a) !== maxRestarts(b)) return maxRestarts(a) > maxRestarts(b);
    const created = time(a.metadata.creationTimestamp);
    const otherCreated = time(b.metadata.creationTimestamp);
    return created !== otherCreated && afterOrZero(otherCreated, created);
  });
}

/** Pods in the order in which `kubectl exec` prefers them: the reverse of the order of deletion. */
export function byActivity(pods: readonly Pod[]): Pod[] {
  return goSort(pods, (a, b) => diesBefore(b, a));
}

function diesBefore(a: Pod, b: Pod): boolean {
  const assigned = Boolean(a.spec.nodeName);
  if (assigned !== Boolean(b.spec.nodeName)) return !assigned;
  const phase = ACTIVE_PHASES[a.status?.phase ?? ''] ?? 0;
  const other = ACTIVE_PHASES[b.status?.phase ?? ''] ?? 0;
  if (phase !== other) return phase < other;
  const ready = readyCondition(a) !== undefined;
  if (ready !== (readyCondition(b) !== undefined)) return !ready;
  if (ready && readyTime(a) !== readyTime(b)) return afterOrZero(readyTime(a), readyTime(b));
  if (maxRestarts(a) !== maxRestarts(b)) return maxRestarts(a) > maxRestarts(b);
  const created = time(a.metadata.creationTimestamp);
  const otherCreated = time(b.metadata.creationTimestamp);
  return created !== otherCreated && afterOrZero(created, otherCreated);
}
