import { ApiError } from '../../../api/status';
import type { Pod } from '../../../api/types';
import {
  type ControllerContext,
  type ControllerEvents,
  nowText,
  unversioned,
} from '../controller-context';
import type { PodControl } from '../pod-control';
import { SyncError } from '../work-queue';
import type { Job, WorkloadCondition } from '../workload-types';
import { ActiveJobPods, type Changed, type JobProgress } from './active-job-pods';
import { completionIndexOf, type JobIndexes, jobIndexes } from './completion-indexes';
import { type BackoffRecord, nextBackoffRecord } from './job-backoff';
import { policyVerdict } from './job-failure-policy';
import {
  completionOutcome,
  DEADLINE_EXCEEDED,
  deadlineLeftMs,
  decidedOutcome,
  failureOutcome,
  indexOutcome,
  type JobOutcome,
} from './job-outcome';
import { isPodFailed, isTracked } from './job-pods';
import { JobStatusDraft } from './job-status-draft';
import { releasePod } from './release-pod';

const RESOURCE = 'jobs.batch';

export interface JobSyncParts {
  readonly context: ControllerContext;
  readonly events: ControllerEvents;
  readonly podControl: PodControl;
  /** All pods of the Job. */
  readonly pods: readonly Pod[];
  readonly backoff: BackoffRecord;
  readonly setBackoff: (record: BackoffRecord) => void;
  /** Looks at the Job again after so many ms. */
  readonly again: (delayMs: number) => void;
}

/** One look at one Job that has not finished. Models pkg/controller/job/job_controller.go syncJob. */
export class JobSync {
  readonly #parts: JobSyncParts;
  #job: Job;
  readonly #status: JobStatusDraft;
  readonly #active: ActiveJobPods;
  /** Of an Indexed Job. */
  readonly #indexes: JobIndexes | undefined;
  readonly #now: string;
  /** How the Job ends, if it does. */
  #outcome: JobOutcome | undefined;

  constructor(job: Job, parts: JobSyncParts) {
    this.#job = job;
    this.#parts = parts;
    this.#active = new ActiveJobPods(job, parts.pods, parts);
    this.#indexes = job.spec.completionMode === 'Indexed' ? jobIndexes(job, parts.pods) : undefined;
    this.#status = new JobStatusDraft(job.status);
    this.#now = nowText(parts.context);
  }

  run(): void {
    if (this.#status.startTime === undefined && this.#job.spec.suspend !== true) {
      this.#status.startTime = this.#now;
    }
    const { progress, failed } = this.#progress();
    this.#outcome = this.#decide(failed);
    if (this.#indexes) this.#outcome ??= indexOutcome(this.#job, this.#indexes);
    const { active, failure } = this.#act(progress);
    this.#status.setPods(active, this.#active.ready, this.#active.terminating);
    this.#track(progress.backoff);
    if (failure) throw failure;
  }

  /** Pods in the counts, pods that are noted, and pods that have ended since. Models getNewFinishedPods. */
  #progress(): { readonly progress: JobProgress; readonly failed: number } {
    const { uncounted } = this.#status;
    const newly = (noted: readonly string[], has: (pod: Pod) => boolean) =>
      this.#parts.pods.filter(
        (pod) => isTracked(pod) && !noted.includes(pod.metadata.uid ?? '') && has(pod),
      );
    const succeeded = newly(uncounted.succeeded, ({ status }) => status?.phase === 'Succeeded');
    const failed = newly(uncounted.failed, (pod) => isPodFailed(pod, this.#job));
    const counted = failed.filter((pod) => policyVerdict(this.#job, pod).counts);
    const indexes = this.#indexes;
    return {
      progress: {
        succeeded:
          indexes?.succeeded.size ??
          this.#status.succeeded + uncounted.succeeded.length + succeeded.length,
        indexes,
        backoff: nextBackoffRecord(this.#parts.backoff, succeeded, failed),
      },
      failed: this.#status.failed + uncounted.failed.length + counted.length,
    };
  }

  #decide(failed: number): JobOutcome | undefined {
    const outcome =
      decidedOutcome(this.#job) ?? failureOutcome(this.#job, this.#parts.pods, failed);
    if (outcome) return outcome;
    const nowMs = this.#parts.context.kernel.unixMs();
    const leftMs = deadlineLeftMs(this.#job, this.#status.startTime, nowMs);
    if (leftMs === undefined) return undefined;
    if (leftMs <= 0) return DEADLINE_EXCEEDED;
    this.#parts.again(leftMs);
    return undefined;
  }

  #act(progress: JobProgress): Changed {
    if (this.#outcome) {
      const changed = this.#active.deleteAll();
      if (changed.failure) this.#outcome = undefined;
      return changed;
    }
    const managed = !this.#job.metadata.deletionTimestamp;
    const changed = managed
      ? this.#active.manage(progress)
      : { active: this.#active.pods.length, failure: undefined };
    this.#outcome = completionOutcome(this.#job, progress.succeeded, changed.active);
    if (managed && !this.#outcome) this.#noteSuspension(this.#job.spec.suspend === true);
    return changed;
  }

  #noteSuspension(suspended: boolean): void {
    if (suspended === (this.#status.condition('Suspended')?.status === 'True')) return;
    const reason = suspended ? 'Suspended' : 'Resumed';
    const message = `Job ${reason.toLowerCase()}`;
    const condition = this.#condition('Suspended', `Job${reason}`, message);
    this.#status.setCondition(suspended ? condition : { ...condition, status: 'False' });
    this.#parts.events.normal(this.#job, reason, message);
    this.#status.startTime = suspended ? undefined : this.#now;
  }

  #condition(type: string, reason: string, message: string): WorkloadCondition {
    const at = this.#now;
    return { type, status: 'True', lastProbeTime: at, lastTransitionTime: at, reason, message };
  }

  // Counting ---------------------------------------------------------------------------------------

  /** Models trackJobStatusAndRemoveFinalizers: pods are noted, then released, then counted. */
  #track(backoff: BackoffRecord): void {
    const status = this.#status;
    const tracked = this.#parts.pods.filter(isTracked);
    const withFinalizer = new Set(tracked.map(({ metadata }) => metadata.uid ?? ''));
    status.countReleased(withFinalizer);
    const toRelease = tracked.filter((pod) => this.#mayRelease(pod));
    for (const pod of toRelease) {
      const as = this.#countsAs(pod);
      if (as) status.note(pod.metadata.uid ?? '', as);
    }
    if (this.#indexes) status.setIndexes(this.#indexes);
    this.#announceEnd();
    if (status.dirty || !status.tracks) {
      status.startTracking();
      this.#write();
      this.#parts.setBackoff(backoff);
    }
    for (const pod of toRelease) {
      releasePod(this.#parts.context, pod);
      withFinalizer.delete(pod.metadata.uid ?? '');
    }
    status.countReleased(withFinalizer);
    const ended = this.#end();
    if (ended || status.dirty) this.#write();
    if (ended) this.#tellEnd(ended);
  }

  #mayRelease(pod: Pod): boolean {
    if (this.#job.metadata.deletionTimestamp || this.#outcome) return true;
    if (pod.status?.phase === 'Succeeded') return true;
    if (!isPodFailed(pod, this.#job)) return false;
    const index = completionIndexOf(pod);
    if (!this.#indexes?.failed || index === undefined) return true;
    // A failed pod is kept until its index has another one, which inherits its count of failures.
    const { succeeded, failed } = this.#indexes;
    if (succeeded.has(index) || failed.has(index)) return true;
    return this.#active.pods.some((other) => completionIndexOf(other) === index);
  }

  /** How a pod that is released goes into the counts; of an Indexed Job, indexes succeed and not pods. */
  #countsAs(pod: Pod): 'succeeded' | 'failed' | undefined {
    if (pod.status?.phase === 'Succeeded') return this.#indexes ? undefined : 'succeeded';
    const over = this.#outcome !== undefined && this.#outcome.type !== 'SuccessCriteriaMet';
    if (!isPodFailed(pod, this.#job) && !over) return undefined;
    if (!policyVerdict(this.#job, pod).counts) return undefined;
    if (!this.#indexes) return 'failed';
    const index = completionIndexOf(pod);
    return index !== undefined && index < (this.#job.spec.completions ?? 0) ? 'failed' : undefined;
  }

  // The end ----------------------------------------------------------------------------------------

  /** First it is said that the Job will end, and how; the end itself waits for the pods. */
  #announceEnd(): void {
    if (!this.#outcome) return;
    const { type, reason, message } = this.#outcome;
    if (type !== 'FailureTarget' && type !== 'SuccessCriteriaMet') return;
    if (!this.#status.condition(type)) {
      this.#status.setCondition(this.#condition(type, reason, message));
    }
    this.#outcome = { type: type === 'FailureTarget' ? 'Failed' : 'Complete', reason, message };
  }

  /** Models enactJobFinished. */
  #end(): JobOutcome | undefined {
    if (!this.#outcome || this.#active.terminating > 0) return undefined;
    const { succeeded, failed } = this.#status.uncounted;
    if (succeeded.length + failed.length > 0) return undefined;
    const { type, reason, message } = this.#outcome;
    this.#status.setCondition(this.#condition(type, reason, message));
    if (type === 'Complete') this.#status.completionTime = this.#now;
    return this.#outcome;
  }

  #tellEnd({ type, reason, message }: JobOutcome): void {
    const { events } = this.#parts;
    if (type !== 'Complete') {
      events.warning(this.#job, reason, message);
      return;
    }
    const { completions } = this.#job.spec;
    if (completions !== undefined && this.#status.succeeded > completions) {
      const why = 'Too many succeeded pods running after completion count reached';
      events.warning(this.#job, 'TooManySucceededPods', why);
    }
    events.normal(this.#job, 'Completed', 'Job completed');
  }

  #write(): void {
    const { client } = this.#parts.context;
    const { namespace } = this.#job.metadata;
    const object = { ...unversioned(this.#job), status: this.#status.copy() };
    try {
      const options = { subresource: 'status' } as const;
      this.#job = client.update(RESOURCE, namespace, object, options) as Job;
      this.#status.dirty = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new SyncError(`tracking status: ${error.message}`);
    }
  }
}
