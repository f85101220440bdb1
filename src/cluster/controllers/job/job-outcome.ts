import { parseTime } from '../../../api/time';
import type { Pod } from '../../../api/types';
import { conditionOf } from '../conditions';
import type { Job } from '../workload-types';
import type { JobIndexes } from './completion-indexes';
import { policyVerdict } from './job-failure-policy';
import { isPodFailed } from './job-pods';
import { matchedSuccessRule } from './job-success-policy';

/** Whether a Job is over, and how. Models pkg/controller/job/job_controller.go syncJob. */

/** What a Job's condition says of its end: at first that it will end so, then that it has. */
export interface JobOutcome {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget' | 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** `Complete` or `Failed`, once a Job has come to its end. Models IsJobFinished. */
export function finishedCondition({ status }: Job): 'Complete' | 'Failed' | undefined {
  return (['Complete', 'Failed'] as const).find((type) => {
    return conditionOf(status?.conditions, type)?.status === 'True';
  });
}

/** Models pkg/controller/job/utils.go IsJobFinished. */
export function isJobFinished(job: Job): boolean {
  return finishedCondition(job) !== undefined;
}

/** What an earlier sync has decided. */
export function decidedOutcome({ status }: Job): JobOutcome | undefined {
  const met = conditionOf(status?.conditions, 'SuccessCriteriaMet');
  if (met?.status === 'True') {
    return { type: 'SuccessCriteriaMet', reason: met.reason ?? '', message: met.message ?? '' };
  }
  const target = conditionOf(status?.conditions, 'FailureTarget');
  if (target?.status !== 'True') return undefined;
  return { type: 'Failed', reason: target.reason ?? '', message: target.message ?? '' };
}

/** Why a Job has to fail, after so many failed pods; undefined: it need not. */
export function failureOutcome(
  job: Job,
  pods: readonly Pod[],
  failed: number,
): JobOutcome | undefined {
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? policyVerdict(job, pod).failJob : undefined;
    if (message !== undefined) return failure('PodFailurePolicy', message);
  }
  if (failed <= (job.spec.backoffLimit ?? 0) && !restartsExceed(job, pods)) return undefined;
  return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
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

export const DEADLINE_EXCEEDED = failure(
  'DeadlineExceeded',
  'Job was active longer than specified deadline',
);

/** How long a running Job may go on, in ms; undefined: as long as it likes. Models pastActiveDeadline. */
export function deadlineLeftMs(
  { spec: { activeDeadlineSeconds, suspend } }: Job,
  startTime: string | undefined,
  nowMs: number,
): number | undefined {
  const started = parseTime(startTime);
  if (activeDeadlineSeconds === undefined || suspend || started === undefined) return undefined;
  return started + activeDeadlineSeconds * 1000 - nowMs;
}

/** How the indexes of an Indexed Job end it: too many have failed, or enough have succeeded. */
export function indexOutcome({ spec }: Job, indexes: JobIndexes): JobOutcome | undefined {
  const { completions = 0, maxFailedIndexes, successPolicy } = spec;
  const { succeeded, failed } = indexes;
  if (failed && maxFailedIndexes !== undefined && failed.size > maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failure('MaxFailedIndexesExceeded', message);
  }
  if (failed && failed.size > 0 && failed.size + succeeded.size >= completions) {
    return failure('FailedIndexes', 'Job has failed indexes');
  }
  const rule = matchedSuccessRule(successPolicy?.rules ?? [], completions, succeeded);
  if (rule === undefined) return undefined;
  const message = `Matched rules at index ${rule}`;
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message };
}

/** A Job without completions is complete when a pod has succeeded and the others have ended. */
export function completionOutcome(
  { spec: { completions } }: Job,
  succeeded: number,
  active: number,
): JobOutcome | undefined {
  if (active > 0 || succeeded < (completions ?? 1)) return undefined;
  const message = 'Reached expected number of succeeded pods';
  return { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message };
}

function failure(reason: string, message: string): JobOutcome {
  return { type: 'FailureTarget', reason, message };
}
