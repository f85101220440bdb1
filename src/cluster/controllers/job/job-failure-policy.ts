import type { Pod } from '../../../api/types';
import type { Job, PodFailureRule } from '../workload-types';

/** What the end of a failed pod means for its Job. Models pkg/controller/job/pod_failure_policy.go. */

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
