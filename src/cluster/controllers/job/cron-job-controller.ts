import {
  type CronSchedule,
  CronScheduleError,
  parseCronSchedule,
} from '../../../api/cron-schedule';
import { findObject } from '../../../api/find-object';
import { ApiError } from '../../../api/status';
import { formatTime } from '../../../api/time';
import { formatTimeIn, isTimeZone } from '../../../api/time-zone';
import type { ObjectReference } from '../../../api/types';
import { conditionOf } from '../conditions';
import {
  type ControllerContext,
  ControllerEvents,
  findByKey,
  isNamespaceTerminating,
  keyOf,
  unversioned,
} from '../controller-context';
import { controllerOf, controllerReference } from '../owner-references';
import { SyncError, WorkQueue } from '../work-queue';
import type { CronJob, CronJobStatus, Job } from '../workload-types';
import { finishedCondition, isJobFinished } from './job-outcome';
import { mostRecentSchedule, nextScheduleInMs } from './missed-schedules';

const RESOURCE = 'cronjobs.batch';
const KIND = 'CronJob';
const JOBS = 'jobs.batch';
const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Starts Jobs by the clock. Models pkg/controller/cronjob/cronjob_controllerv2.go. */
export class CronJobController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #events: ControllerEvents;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'cronjob-controller');
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    context.subscribe(RESOURCE, ({ object }) => this.#queue.add(keyOf(object)));
    context.dependents(JOBS).onOwned(KIND, (key) => this.#queue.add(key));
  }

  #sync(key: string): void {
    const { kernel } = this.#context;
    const cronJob = findByKey(this.#context, RESOURCE, key) as CronJob | undefined;
    if (!cronJob) return;
    const jobs = this.#context.dependents(JOBS).of(cronJob.metadata.uid) as Job[];
    const sync = new CronJobSync(this.#context, this.#events, cronJob, jobs, kernel.unixMs());
    const nextMs = sync.run();
    if (nextMs !== undefined) this.#queue.addAfter(key, nextMs);
  }
}

/** One look at one CronJob. Models cleanupFinishedJobs and syncCronJob. */
class CronJobSync {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  readonly #cronJob: CronJob;
  readonly #jobs: readonly Job[];
  readonly #nowMs: number;
  #active: readonly ObjectReference[];
  #lastScheduleTime: string | undefined;
  #lastSuccessfulTime: string | undefined;

  constructor(
    context: ControllerContext,
    events: ControllerEvents,
    cronJob: CronJob,
    jobs: readonly Job[],
    nowMs: number,
  ) {
    this.#context = context;
    this.#events = events;
    this.#cronJob = cronJob;
    this.#jobs = jobs;
    this.#nowMs = nowMs;
    const { active = [], lastScheduleTime, lastSuccessfulTime } = cronJob.status ?? {};
    this.#active = active;
    this.#lastScheduleTime = lastScheduleTime;
    this.#lastSuccessfulTime = lastSuccessfulTime;
  }

  /** Returns after how many ms to look again. */
  run(): number | undefined {
    this.#cleanUp();
    try {
      this.#reviewJobs();
      return this.#schedule();
    } finally {
      this.#writeStatus();
    }
  }

  #cleanUp(): void {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = this.#cronJob.spec;
    this.#removeOldest('Complete', successfulJobsHistoryLimit);
    this.#removeOldest('Failed', failedJobsHistoryLimit);
  }

  #removeOldest(type: string, limit: number | undefined): void {
    if (limit === undefined) return;
    const started = ({ status }: Job) => status?.startTime ?? '~';
    const finished = this.#jobs
      .filter((job) => finishedCondition(job) === type && !job.metadata.deletionTimestamp)
      .sort(
        (a, b) =>
          compare(started(a), started(b)) || compare(a.metadata.name ?? '', b.metadata.name ?? ''),
      );
    for (const job of finished.slice(0, Math.max(0, finished.length - limit))) this.#delete(job);
  }

  #delete(job: Job): boolean {
    const { namespace, name = '', uid } = job.metadata;
    try {
      const options = { propagationPolicy: 'Background' } as const;
      this.#context.client.delete(JOBS, namespace, name, options);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#events.warning(this.#cronJob, 'FailedDelete', `Deleted job: ${error.message}`);
      return false;
    }
    this.#forget(uid);
    this.#events.normal(this.#cronJob, 'SuccessfulDelete', `Deleted job ${name}`);
    return true;
  }

  #forget(uid: string | undefined): void {
    this.#active = this.#active.filter((one) => one.uid !== uid);
  }

  #reviewJobs(): void {
    for (const job of this.#jobs) {
      const { uid, name } = job.metadata;
      const listed = this.#active.some((one) => one.uid === uid);
      const end = finishedCondition(job);
      if (!end && !listed) {
        const text = `Saw a job that the controller did not create or forgot: ${name}`;
        this.#events.warning(this.#cronJob, 'UnexpectedJob', text);
      }
      if (!end) continue;
      if (listed) {
        this.#forget(uid);
        const text = `Saw completed job: ${name}, condition: ${end}`;
        this.#events.normal(this.#cronJob, 'SawCompletedJob', text);
      }
      const at = job.status?.completionTime;
      const later = at !== undefined && at > (this.#lastSuccessfulTime ?? '');
      if (conditionOf(job.status?.conditions, 'Complete') && later) this.#lastSuccessfulTime = at;
    }
    for (const { name = '', namespace, uid } of this.#active) {
      if (this.#jobs.some((job) => job.metadata.uid === uid)) continue;
      if (findObject(this.#context.client, JOBS, namespace, name)) continue;
      this.#events.normal(this.#cronJob, 'MissingJob', `Active job went missing: ${name}`);
      this.#forget(uid);
    }
  }

  #schedule(): number | undefined {
    const { metadata, spec } = this.#cronJob;
    if (metadata.deletionTimestamp) return undefined;
    const { timeZone } = spec;
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      const why = `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`;
      this.#events.warning(this.#cronJob, 'UnknownTimeZone', why);
      return undefined;
    }
    if (spec.suspend) return undefined;
    const schedule = this.#parse();
    if (!schedule) return undefined;
    const recent = mostRecentSchedule(this.#cronJob, this.#nowMs, schedule, true);
    if (recent?.missed === 'many' && recent.latestMs !== undefined) {
      const why =
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.#events.warning(this.#cronJob, 'TooManyMissedTimes', why);
    }
    if (recent?.latestMs !== undefined && !this.#start(recent.latestMs)) return undefined;
    const status = this.#status();
    return nextScheduleInMs({ ...this.#cronJob, status }, this.#nowMs, schedule);
  }

  #parse(): CronSchedule | undefined {
    const { schedule, timeZone } = this.#cronJob.spec;
    try {
      return parseCronSchedule(schedule, timeZone);
    } catch (error) {
      if (!(error instanceof CronScheduleError)) throw error;
      const why = `unparseable schedule: ${JSON.stringify(schedule)} : ${error.message}`;
      this.#events.warning(this.#cronJob, 'UnparseableSchedule', why);
      return undefined;
    }
  }

  /** Returns whether to go on to the next time. */
  #start(scheduledMs: number): boolean {
    const { spec } = this.#cronJob;
    const { startingDeadlineSeconds: deadline, concurrencyPolicy } = spec;
    if (deadline !== undefined && scheduledMs + deadline * 1000 < this.#nowMs) {
      const at = new Date(scheduledMs).toUTCString().replace('GMT', '+0000');
      const why = `Missed scheduled time to start a job: ${at}`;
      this.#events.warning(this.#cronJob, 'MissSchedule', why);
      return true;
    }
    const name = `${this.#cronJob.metadata.name}-${Math.floor(scheduledMs / 60_000)}`;
    const done = this.#lastScheduleTime === formatTime(scheduledMs);
    if (done || this.#active.some((one) => one.name === name)) return true;
    if (concurrencyPolicy === 'Forbid' && this.#active.length > 0) {
      const why =
        'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#events.normal(this.#cronJob, 'JobAlreadyActive', why);
      return true;
    }
    if (concurrencyPolicy === 'Replace') this.#replaceActive();
    return this.#createJob(name, scheduledMs);
  }

  #replaceActive(): void {
    for (const { name = '', namespace } of this.#active) {
      const job = findObject(this.#context.client, JOBS, namespace, name) as Job | undefined;
      if (job && !this.#delete(job)) {
        throw new SyncError(`could not replace job ${namespace}/${name}`);
      }
    }
  }

  #createJob(name: string, scheduledMs: number): boolean {
    const { client } = this.#context;
    const { namespace } = this.#cronJob.metadata;
    let job: Job;
    try {
      job = client.create(JOBS, namespace, this.#newJob(name, scheduledMs)) as Job;
      this.#events.normal(this.#cronJob, 'SuccessfulCreate', `Created job ${name}`);
    } catch (error) {
      if (!(error instanceof ApiError) || isNamespaceTerminating(error)) throw error;
      if (error.status.reason !== 'AlreadyExists') {
        const why = `Error creating job: ${error.message}`;
        this.#events.warning(this.#cronJob, 'FailedCreate', why);
        throw error;
      }
      job = client.get(JOBS, namespace, name) as Job;
      if (controllerOf(job)?.uid !== this.#cronJob.metadata.uid) return false;
      if (isJobFinished(job)) {
        this.#lastScheduleTime = formatTime(scheduledMs);
        return true;
      }
    }
    const { uid, resourceVersion } = job.metadata;
    const reference: ObjectReference = {
      kind: 'Job',
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
      apiVersion: 'batch/v1',
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    this.#active = [...this.#active, reference];
    this.#lastScheduleTime = formatTime(scheduledMs);
    return true;
  }

  #newJob(name: string, scheduledMs: number): Job {
    const { jobTemplate, timeZone = '' } = this.#cronJob.spec;
    const { labels, annotations } = jobTemplate.metadata ?? {};
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        ...(labels ? { labels } : {}),
        annotations: { ...annotations, [SCHEDULED_AT]: formatTimeIn(timeZone, scheduledMs) },
        ownerReferences: [controllerReference(this.#cronJob)],
      },
      spec: jobTemplate.spec,
    };
  }

  #status(): CronJobStatus {
    return {
      ...(this.#active.length > 0 ? { active: this.#active } : {}),
      ...(this.#lastScheduleTime ? { lastScheduleTime: this.#lastScheduleTime } : {}),
      ...(this.#lastSuccessfulTime ? { lastSuccessfulTime: this.#lastSuccessfulTime } : {}),
    };
  }

  #writeStatus(): void {
    const { client } = this.#context;
    const { namespace, name = '' } = this.#cronJob.metadata;
    const status = this.#status();
    if (JSON.stringify(status) === JSON.stringify(this.#cronJob.status ?? {})) return;
    if (!findObject(client, RESOURCE, namespace, name)) return;
    const object = { ...unversioned(this.#cronJob), status };
    client.update(RESOURCE, namespace, object, { subresource: 'status' });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
