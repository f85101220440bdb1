import { labelSelectorRequirements, matchesLabels } from '../../../api/selectors';
import { type ApiError, statusError } from '../../../api/status';
import type { KubeObject, LabelSelector, Pod } from '../../../api/types';
import { plainError } from '../errors';
import { withCondition } from './pod-strategy';
import type { RegistryContext } from './strategy';

const BUDGETS = 'poddisruptionbudgets.policy';

export interface Budget extends KubeObject {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  status?: {
    observedGeneration?: number;
    disruptedPods?: Readonly<Record<string, string>>;
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    expectedPods?: number;
    conditions?: readonly object[];
  };
}

/** Whether a budget is about a pod. A selector without requirements selects everything. */
export function isBudgetOf({ metadata, spec }: Budget, pod: Pod): boolean {
  if (metadata.namespace !== pod.metadata.namespace || !spec?.selector) return false;
  const requirements = labelSelectorRequirements(spec.selector) ?? [];
  return matchesLabels(requirements, pod.metadata.labels);
}

const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * Asks the disruption budgets whether a pod may be evicted, and charges the one that it has. Returns the
 * pod as it is to be deleted, with the condition that says why. Models
 * pkg/registry/core/pod/storage/eviction.go. Throws 429 TooManyRequests.
 */
export function admitEviction(pod: Pod, context: RegistryContext, dryRun: boolean): Pod {
  if (isOver(pod)) return pod;
  const { store } = context;
  const budgets = (store.list(BUDGETS, pod.metadata.namespace) as readonly Budget[]).filter(
    (budget) => isBudgetOf(budget, pod),
  );
  if (budgets.length > 1) {
    throw plainError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (budget && !mayGoAnyway(budget, pod)) {
    const charged = charge(budget, pod, context);
    if (!dryRun) store.put(BUDGETS, charged);
  }
  const conditions = withCondition(
    pod.status?.conditions,
    {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      observedGeneration: pod.metadata.generation,
    },
    context.nowText(),
  );
  return { ...pod, status: { ...pod.status, conditions } };
}

/** Nobody counts on pods that have ended, that have not begun or that are going anyway. */
function isOver({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  const ended = phase === 'Succeeded' || phase === 'Failed';
  return ended || phase === 'Pending' || metadata.deletionTimestamp !== undefined;
}

function mayGoAnyway({ spec, status }: Budget, pod: Pod): boolean {
  const ready = pod.status?.conditions?.some(
    (one) => one.type === 'Ready' && one.status === 'True',
  );
  if (ready) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function charge(budget: Budget, pod: Pod, context: RegistryContext): Budget {
  const { name = '', generation = 0 } = budget.metadata;
  const status = budget.status ?? {};
  if ((status.observedGeneration ?? 0) < generation) {
    throw refusal(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const allowed = status.disruptionsAllowed ?? 0;
  if (allowed <= 0) {
    throw refusal(
      `The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`,
      0,
    );
  }
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? '']: context.nowText() };
  return { ...budget, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } };
}

function refusal(cause: string, retryAfterSeconds: number): ApiError {
  const details = {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  };
  return statusError(429, 'TooManyRequests', REFUSAL, details);
}
