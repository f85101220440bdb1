import { parseIndexes } from './completion-indexes';

/** When a Job has succeeded before all of its indexes have. Models pkg/controller/job/success_policy.go. */

interface SuccessRule {
  readonly succeededIndexes?: string;
  readonly succeededCount?: number;
}

/** The number of the first rule that the succeeded indexes fulfil. Models matchSuccessPolicy. */
export function matchedSuccessRule(
  rules: readonly SuccessRule[],
  completions: number,
  succeeded: ReadonlySet<number>,
): number | undefined {
  if (succeeded.size === 0) return undefined;
  const index = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) {
      return succeededCount !== undefined && succeeded.size >= succeededCount;
    }
    const wanted = parseIndexes(succeededIndexes, completions);
    if (wanted.size === 0) return false;
    const met = [...wanted].filter((one) => succeeded.has(one)).length;
    return met === wanted.size || (succeededCount !== undefined && met >= succeededCount);
  });
  return index < 0 ? undefined : index;
}
