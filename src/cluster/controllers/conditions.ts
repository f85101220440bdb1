import type { WorkloadCondition } from './workload-types';

type Conditions = readonly WorkloadCondition[];

/** Models GetDeploymentCondition and its like. */
export function conditionOf(
  conditions: Conditions | undefined,
  type: string,
): WorkloadCondition | undefined {
  return conditions?.find((one) => one.type === type);
}

/**
 * The conditions with one set: unless its status and reason are what they were, it comes last, with the
 * time of its last change of status kept. Models SetDeploymentCondition.
 */
export function withCondition(conditions: Conditions, condition: WorkloadCondition): Conditions {
  const before = conditionOf(conditions, condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return conditions;
  const next =
    before?.status === condition.status
      ? { ...condition, lastTransitionTime: before.lastTransitionTime }
      : condition;
  return [...withoutCondition(conditions, condition.type), next];
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((one) => one.type !== type);
}
