import type { Pod } from '../../../api/types';
import type { Job } from '../workload-types';

/** What a Job's controller sees in a pod. Models pkg/controller/job/tracking_utils.go and job_controller.go. */

/** Pods that a Job has not counted yet cannot go away. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';

/** Whether a pod waits to be counted. Models hasJobTrackingFinalizer. */
export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) === true;
}

/** Only pods that have ended are replaced, not those that are ending. */
export function replacesFailedOnly({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

/** Models isPodFailed: where pods that are ending are replaced, those count as failed. */
export function isPodFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status?.phase === 'Failed') return true;
  if (replacesFailedOnly(job)) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}
