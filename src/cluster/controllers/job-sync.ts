import { isNotFound } from '../../api/find-object';
import { ApiError } from '../../api/status';
import { parseTime } from '../../api/time';
import type { Pod } from '../../api/types';
import {
  completionIndexOf,
  formatIndexes,
  matchedSuccessRule,
  parseIndexes,
} from './completion-indexes';
import { conditionOf } from './conditions';
import {
  type ControllerContext,
  type ControllerEvents,
  isNamespaceTerminating,
  nowText,
  unversioned,
} from './controller-context';
import {
  activePods,
  type BackoffRecord,
  isPodFailed,
  isTracked,
  jobFailure,
  nextBackoffRecord,
  policyVerdict,
  remainingBackoffMs,
  replacesFailedOnly,
} from './job-pods';
import {
  duplicatePods,
  INDEX_FAILURES,
  indexBackoff,
  jobPod,
  pendingIndexes,
} from './new-job-pods';
import { type PodControl, slowStart } from './pod-control';
import { byUselessness, isPodReady, isPodTerminating } from './pod-facts';
import { releasePod } from './release-pod';
import { SyncError } from './work-queue';
import type { Job, JobStatus, WorkloadCondition } from './workload-types';

const RESOURCE = 'jobs.batch';

/** How many pods a sync creates or deletes at most. */
const BURST = 500;

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

export function isJobFinished(job: Job): boolean {
  return finishedCondition(job) !== undefined;
}

/** `Complete` or `Failed`, once a Job has come to its end. */
export function finishedCondition({ status }: Job): string | undefined {
  return ['Complete', 'Failed'].find((type) => {
    return conditionOf(status?.conditions, type)?.status === 'True';
  });
}

/** One look at one Job that has not finished. Models pkg/controller/job/job_controller.go syncJob. */
export class JobSync {
  readonly #parts: JobSyncParts;
  #job: Job;
  readonly #status: JobStatus;
  readonly #pods: readonly Pod[];
  readonly #active: readonly Pod[];
  readonly #now: string;
  readonly #nowMs: number;
  #finished: WorkloadCondition | undefined;
  #ready: number;
  #terminating: number;
  #succeeded = 0;
  #dirty = false;
  #succeededIndexes = new Set<number>();
  #failedIndexes: Set<number> | undefined;

  constructor(job: Job, parts: JobSyncParts) {
    this.#job = job;
    this.#parts = parts;
    this.#pods = parts.pods;
    this.#active = activePods(parts.pods);
    this.#ready = this.#active.filter(isPodReady).length;
    this.#terminating = parts.pods.filter(isPodTerminating).length;
    this.#status = { ...job.status };
    this.#now = nowText(parts.context);
    this.#nowMs = parts.context.kernel.unixMs();
  }

  run(): void {
    const { spec } = this.#job;
    const suspended = spec.suspend === true;
    const uncounted = this.#status.uncountedTerminatedPods ?? {};
    const newly = (counted: readonly string[] | undefined, filter: (pod: Pod) => boolean) =>
      this.#pods.filter(
        (pod) => isTracked(pod) && !counted?.includes(pod.metadata.uid ?? '') && filter(pod),
      );
    const newSucceeded = newly(uncounted.succeeded, ({ status }) => status?.phase === 'Succeeded');
    const newFailed = newly(uncounted.failed, (pod) => isPodFailed(pod, this.#job));
    this.#succeeded =
      (this.#status.succeeded ?? 0) + newSucceeded.length + (uncounted.succeeded?.length ?? 0);
    const counted = newFailed.filter((pod) => policyVerdict(this.#job, pod).counts).length;
    const failed = (this.#status.failed ?? 0) + counted + (uncounted.failed?.length ?? 0);
    if (this.#status.startTime === undefined && !suspended) this.#status.startTime = this.#now;
    const record = nextBackoffRecord(this.#parts.backoff, newSucceeded, newFailed);
    this.#finished = this.#decide(failed);
    if (spec.completionMode === 'Indexed') this.#countIndexes();
    const { active, failure } = this.#act(record);
    const before = this.#job.status ?? {};
    if ((before.active ?? 0) !== active || before.ready !== this.#ready) this.#dirty = true;
    if (before.terminating !== this.#terminating) this.#dirty = true;
    this.#setCount('active', active);
    this.#status.ready = this.#ready;
    this.#status.terminating = this.#terminating;
    this.#track(record);
    if (failure) throw failure;
  }

  // Whether it is over -----------------------------------------------------------------------------

  #condition(type: string, reason: string, message: string): WorkloadCondition {
    const at = this.#now;
    return { type, status: 'True', lastProbeTime: at, lastTransitionTime: at, reason, message };
  }

  #decide(failed: number): WorkloadCondition | undefined {
    const { conditions } = this.#job.status ?? {};
    const met = conditionOf(conditions, 'SuccessCriteriaMet');
    if (met?.status === 'True') return met;
    const target = conditionOf(conditions, 'FailureTarget');
    if (target?.status === 'True') {
      return this.#condition('Failed', target.reason ?? '', target.message ?? '');
    }
    const failure = jobFailure(this.#job, this.#pods, failed);
    if (failure) return this.#condition('FailureTarget', failure.reason, failure.message);
    return this.#checkDeadline();
  }

  #checkDeadline(): WorkloadCondition | undefined {
    const { activeDeadlineSeconds, suspend } = this.#job.spec;
    const started = parseTime(this.#status.startTime);
    if (activeDeadlineSeconds === undefined || suspend || started === undefined) return undefined;
    const leftMs = started + activeDeadlineSeconds * 1000 - this.#nowMs;
    if (leftMs <= 0) {
      return this.#condition(
        'FailureTarget',
        'DeadlineExceeded',
        'Job was active longer than specified deadline',
      );
    }
    this.#parts.again(leftMs);
    return undefined;
  }

  #countIndexes(): void {
    const { completions = 0, backoffLimitPerIndex, maxFailedIndexes } = this.#job.spec;
    this.#succeededIndexes = parseIndexes(this.#job.status?.completedIndexes, completions);
    for (const pod of this.#pods) {
      const index = completionIndexOf(pod);
      const counts = index !== undefined && index < completions && isTracked(pod);
      if (counts && pod.status?.phase === 'Succeeded') this.#succeededIndexes.add(index);
    }
    this.#succeeded = this.#succeededIndexes.size;
    if (backoffLimitPerIndex !== undefined) {
      const failed = this.#failedIndexesNow(completions, backoffLimitPerIndex);
      this.#failedIndexes = failed;
      if (!this.#finished && maxFailedIndexes !== undefined && failed.size > maxFailedIndexes) {
        const why = 'Job has exceeded the specified maximal number of failed indexes';
        this.#finished = this.#condition('FailureTarget', 'MaxFailedIndexesExceeded', why);
      } else if (failed.size > 0 && failed.size + this.#succeeded >= completions) {
        this.#finished ??= this.#condition(
          'FailureTarget',
          'FailedIndexes',
          'Job has failed indexes',
        );
      }
    }
    const rules = this.#job.spec.successPolicy?.rules;
    if (this.#finished || !rules) return;
    const rule = matchedSuccessRule(rules, completions, this.#succeededIndexes);
    if (rule === undefined) return;
    const text = `Matched rules at index ${rule}`;
    this.#finished = this.#condition('SuccessCriteriaMet', 'SuccessPolicy', text);
  }

  #failedIndexesNow(completions: number, limit: number): Set<number> {
    const failed = parseIndexes(this.#job.status?.failedIndexes, completions);
    for (const pod of this.#pods) {
      const index = completionIndexOf(pod);
      if (index === undefined || index >= completions || !isTracked(pod)) continue;
      if (!isPodFailed(pod, this.#job)) continue;
      const verdict = policyVerdict(this.#job, pod);
      const failures = Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0);
      if (verdict.failIndex || (verdict.counts && failures >= limit)) failed.add(index);
    }
    return failed;
  }

  // Pods -------------------------------------------------------------------------------------------

  #act(record: BackoffRecord): { readonly active: number; readonly failure: Error | undefined } {
    const { completions, suspend } = this.#job.spec;
    if (this.#finished) return this.#deleteActive();
    let active = this.#active.length;
    let failure: Error | undefined;
    const managed = !this.#job.metadata.deletionTimestamp;
    if (managed) ({ active, failure } = this.#manage(record));
    const complete =
      completions === undefined
        ? this.#succeeded > 0 && active === 0
        : this.#succeeded >= completions && active === 0;
    if (complete) {
      this.#finished = this.#condition(
        'SuccessCriteriaMet',
        'CompletionsReached',
        'Reached expected number of succeeded pods',
      );
    } else if (managed) this.#noteSuspension(suspend === true);
    return { active, failure };
  }

  #deleteActive(): { readonly active: number; readonly failure: Error | undefined } {
    const failure = this.#parts.podControl.deleteAll(this.#job, this.#active);
    if (failure) {
      this.#finished = undefined;
      return { active: this.#active.length, failure };
    }
    this.#ready -= this.#active.filter(isPodReady).length;
    this.#terminating += this.#active.filter((pod) => this.#stillThere(pod)).length;
    return { active: 0, failure };
  }

  #stillThere({ metadata }: Pod): boolean {
    try {
      this.#parts.context.client.get('pods', metadata.namespace, metadata.name ?? '');
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  #noteSuspension(suspended: boolean): void {
    const { conditions = [] } = this.#status;
    const before = conditionOf(conditions, 'Suspended');
    if (suspended ? before?.status === 'True' : before?.status !== 'True') return;
    const condition: WorkloadCondition = suspended
      ? this.#condition('Suspended', 'JobSuspended', 'Job suspended')
      : { ...this.#condition('Suspended', 'JobResumed', 'Job resumed'), status: 'False' };
    this.#status.conditions = before
      ? conditions.map((one) => (one === before ? condition : one))
      : [...conditions, condition];
    this.#dirty = true;
    const reason = suspended ? 'Suspended' : 'Resumed';
    this.#parts.events.normal(this.#job, reason, condition.message ?? '');
    if (suspended) delete this.#status.startTime;
    else this.#status.startTime = this.#now;
  }

  /** Models manageJob: as many pods as parallelism allows and completions still need. */
  #manage(record: BackoffRecord): { readonly active: number; readonly failure: Error | undefined } {
    const { spec } = this.#job;
    const { parallelism = 1, completions, suspend } = spec;
    const active = this.#active.length;
    if (suspend) return this.#remove(active);
    const open = completions === undefined ? active : completions - this.#succeeded;
    const some = completions === undefined && this.#succeeded > 0;
    const wanted = some
      ? active
      : Math.max(0, completions === undefined ? parallelism : Math.min(open, parallelism));
    const surplus = Math.max(0, active - wanted);
    const duplicates =
      spec.completionMode === 'Indexed'
        ? duplicatePods(this.#job, this.#ranked(this.#active)).length
        : 0;
    if (surplus + duplicates > 0) return this.#remove(surplus);
    const missing = wanted - active - (replacesFailedOnly(this.#job) ? this.#terminating : 0);
    if (missing <= 0) return { active, failure: undefined };
    const waitMs =
      spec.backoffLimitPerIndex === undefined ? remainingBackoffMs(record, this.#nowMs) : 0;
    if (waitMs > 0) {
      this.#parts.again(Math.max(waitMs, 1000));
      return { active: 0, failure: undefined };
    }
    return this.#create(Math.min(missing, BURST));
  }

  #create(count: number): { readonly active: number; readonly failure: Error | undefined } {
    const active = this.#active.length;
    const done = new Set([...this.#succeededIndexes, ...(this.#failedIndexes ?? [])]);
    const pending = pendingIndexes(this.#job, this.#pods, done, count);
    const indexes = pending && this.#dueIndexes(pending);
    if (pending && pending.length > 0 && indexes?.length === 0) {
      return { active: 0, failure: undefined };
    }
    let created = 0;
    const failure = slowStart(indexes?.length ?? count, (nth) => {
      try {
        this.#parts.podControl.create(this.#job, jobPod(this.#job, this.#pods, indexes?.[nth]));
        created++;
      } catch (error) {
        if (!isNamespaceTerminating(error)) throw error;
      }
    });
    return { active: active + created, failure };
  }

  /** Where each index has a limit of its own, each waits for itself after a failure. */
  #dueIndexes(pending: readonly number[]): number[] {
    if (this.#job.spec.backoffLimitPerIndex === undefined) return [...pending];
    const waits = new Map(
      pending.map((index) => {
        const record = indexBackoff(this.#job, this.#pods, index);
        return [index, remainingBackoffMs(record, this.#nowMs)];
      }),
    );
    const due = pending.filter((index) => waits.get(index) === 0);
    if (due.length === 0) this.#parts.again(Math.max(1000, Math.min(...waits.values())));
    return due;
  }

  #ranked(pods: readonly Pod[]): Pod[] {
    return byUselessness(pods, () => 0, this.#nowMs);
  }

  /** Deletes pods that count as neither succeeded nor failed: they lose their finalizer first. */
  #remove(atLeast: number): { readonly active: number; readonly failure: Error | undefined } {
    const indexed = this.#job.spec.completionMode === 'Indexed';
    const first = indexed ? duplicatePods(this.#job, this.#ranked(this.#active)) : [];
    const others = this.#ranked(this.#active.filter((pod) => !first.includes(pod)));
    const victims = [...first, ...others.slice(0, Math.max(0, atLeast - first.length))];
    for (const pod of victims) releasePod(this.#parts.context, pod);
    const failure = this.#parts.podControl.deleteAll(this.#job, victims);
    if (failure) return { active: this.#active.length, failure };
    this.#ready -= victims.filter(isPodReady).length;
    this.#terminating += victims.filter((pod) => this.#stillThere(pod)).length;
    return { active: this.#active.length - victims.length, failure };
  }

  // Counting ---------------------------------------------------------------------------------------

  /** Models trackJobStatusAndRemoveFinalizers: pods are noted, then released, then counted. */
  #track(record: BackoffRecord): void {
    const tracked = this.#pods.filter(isTracked);
    const withFinalizer = new Set(tracked.map(({ metadata }) => metadata.uid ?? ''));
    if (this.#countReleased(withFinalizer)) this.#dirty = true;
    const toRelease = tracked.filter((pod) => this.#mayRelease(pod));
    for (const pod of toRelease) this.#note(pod);
    this.#writeIndexes();
    this.#announceEnd();
    if (this.#dirty || this.#status.uncountedTerminatedPods === undefined) {
      this.#status.uncountedTerminatedPods ??= {};
      this.#write();
      this.#parts.setBackoff(record);
      this.#dirty = false;
    }
    for (const pod of toRelease) {
      releasePod(this.#parts.context, pod);
      withFinalizer.delete(pod.metadata.uid ?? '');
    }
    if (this.#countReleased(withFinalizer)) this.#dirty = true;
    const ended = this.#end();
    if (ended || this.#dirty) this.#write();
    if (ended) this.#tellEnd(ended);
  }

  #mayRelease(pod: Pod): boolean {
    if (this.#job.metadata.deletionTimestamp || this.#finished) return true;
    if (pod.status?.phase === 'Succeeded') return true;
    if (!isPodFailed(pod, this.#job)) return false;
    if (this.#job.spec.backoffLimitPerIndex === undefined) return true;
    const index = completionIndexOf(pod);
    if (index === undefined) return true;
    // A failed pod is kept until its index has another one, which inherits its count of failures.
    const settled = this.#succeededIndexes.has(index) || this.#failedIndexes?.has(index) === true;
    return settled || this.#active.some((other) => completionIndexOf(other) === index);
  }

  #note(pod: Pod): void {
    const { uid = '' } = pod.metadata;
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {};
    const { completionMode, completions = 0 } = this.#job.spec;
    const indexed = completionMode === 'Indexed';
    const index = completionIndexOf(pod);
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      if (indexed || succeeded.includes(uid)) return;
      this.#setUncounted([...succeeded, uid], failed);
      return;
    }
    const over = this.#finished !== undefined && this.#finished.type !== 'SuccessCriteriaMet';
    if (!isPodFailed(pod, this.#job) && !over) return;
    if (failed.includes(uid) || !policyVerdict(this.#job, pod).counts) return;
    if (indexed && (index === undefined || index >= completions)) return;
    this.#setUncounted(succeeded, [...failed, uid]);
  }

  #setUncounted(succeeded: readonly string[], failed: readonly string[]): void {
    this.#status.uncountedTerminatedPods = {
      ...(succeeded.length > 0 ? { succeeded } : {}),
      ...(failed.length > 0 ? { failed } : {}),
    };
    this.#dirty = true;
  }

  /** Pods that were noted and have lost their finalizer go into the counts. */
  #countReleased(withFinalizer: ReadonlySet<string>): boolean {
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {};
    const leftSucceeded = succeeded.filter((uid) => withFinalizer.has(uid));
    const leftFailed = failed.filter((uid) => withFinalizer.has(uid));
    const counted = succeeded.length - leftSucceeded.length;
    const lost = failed.length - leftFailed.length;
    if (counted + lost === 0) return false;
    this.#setCount('succeeded', (this.#status.succeeded ?? 0) + counted);
    this.#setCount('failed', (this.#status.failed ?? 0) + lost);
    this.#setUncounted(leftSucceeded, leftFailed);
    return true;
  }

  #writeIndexes(): void {
    if (this.#job.spec.completionMode !== 'Indexed') return;
    const completed = formatIndexes(this.#succeededIndexes);
    if (completed !== (this.#status.completedIndexes ?? '')) {
      this.#status.completedIndexes = completed;
      this.#dirty = true;
    }
    this.#setCount('succeeded', this.#succeededIndexes.size);
    if (!this.#failedIndexes) return;
    const failed = formatIndexes(this.#failedIndexes);
    if (failed === this.#status.failedIndexes) return;
    this.#status.failedIndexes = failed;
    this.#dirty = true;
  }

  #setCount(field: 'active' | 'succeeded' | 'failed', count: number): void {
    if (count === 0) delete this.#status[field];
    else this.#status[field] = count;
  }

  // The end ----------------------------------------------------------------------------------------

  /** First it is said that the Job will end, and how; the end itself waits for the pods. */
  #announceEnd(): void {
    const { type, reason = '', message = '' } = this.#finished ?? {};
    if (type !== 'FailureTarget' && type !== 'SuccessCriteriaMet') return;
    const { conditions = [] } = this.#status;
    if (this.#finished && !conditionOf(conditions, type)) {
      this.#status.conditions = [...conditions, this.#finished];
      this.#dirty = true;
    }
    const end = type === 'FailureTarget' ? 'Failed' : 'Complete';
    this.#finished = this.#condition(end, reason, message);
  }

  /** Models enactJobFinished. */
  #end(): WorkloadCondition | undefined {
    const condition = this.#finished;
    if (!condition || this.#terminating > 0) return undefined;
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {};
    if (succeeded.length + failed.length > 0) return undefined;
    this.#status.conditions = [...(this.#status.conditions ?? []), condition];
    if (condition.type === 'Complete') this.#status.completionTime = this.#now;
    return condition;
  }

  #tellEnd({ type, reason = '', message = '' }: WorkloadCondition): void {
    const { events } = this.#parts;
    if (type !== 'Complete') {
      events.warning(this.#job, reason, message);
      return;
    }
    const { completions } = this.#job.spec;
    if (completions !== undefined && (this.#status.succeeded ?? 0) > completions) {
      const why = 'Too many succeeded pods running after completion count reached';
      events.warning(this.#job, 'TooManySucceededPods', why);
    }
    events.normal(this.#job, 'Completed', 'Job completed');
  }

  #write(): void {
    const { client } = this.#parts.context;
    const { namespace } = this.#job.metadata;
    const object = { ...unversioned(this.#job), status: { ...this.#status } };
    try {
      const options = { subresource: 'status' } as const;
      this.#job = client.update(RESOURCE, namespace, object, options) as Job;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new SyncError(`tracking status: ${error.message}`);
    }
  }
}
