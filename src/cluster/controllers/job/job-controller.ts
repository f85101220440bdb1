import type { Pod } from '../../../api/types';
import { Claims } from '../claims';
import { type ControllerContext, ControllerEvents, findByKey, keyOf } from '../controller-context';
import type { ObjectChange } from '../object-change';
import { controllerOf } from '../owner-references';
import { PodControl } from '../pod-control';
import { WorkQueue } from '../work-queue';
import type { Job } from '../workload-types';
import { type BackoffRecord, NO_FAILURES } from './job-backoff';
import { isJobFinished } from './job-outcome';
import { isTracked, TRACKING_FINALIZER } from './job-pods';
import { JobSync } from './job-sync';
import { releasePod } from './release-pod';

const RESOURCE = 'jobs.batch';
const KIND = 'Job';

/** What happens to a Job's pods is looked at in batches. */
const BATCH_MS = 1000;

/** Runs pods to their end. Models pkg/controller/job/job_controller.go. */
export class JobController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #claims: Claims;
  readonly #events: ControllerEvents;
  readonly #podControl: PodControl;
  /** Failures by the Job's key. */
  readonly #backoff = new Map<string, BackoffRecord>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'job-controller');
    this.#podControl = new PodControl(context, this.#events);
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    const batched = (key: string) => this.#queue.addAfter(key, BATCH_MS);
    this.#claims = new Claims(context, 'pods', RESOURCE, batched, [TRACKING_FINALIZER]);
    context.subscribe(RESOURCE, (change) => this.#onJob(change));
    context.dependents('pods').onOwned(KIND, (key, uid, change) => {
      this.#onPod(key, uid, change);
    });
  }

  #onJob({ type, object, previous }: ObjectChange): void {
    const key = keyOf(object);
    if (type === 'DELETED') {
      this.#backoff.delete(key);
      for (const pod of this.#context.dependents('pods').of(object.metadata.uid)) {
        if (isTracked(pod as Pod) && pod.metadata.deletionTimestamp) this.#abandon(pod as Pod);
      }
      return;
    }
    if (isJobFinished(object as Job)) return;
    const changed = !previous || previous.metadata.generation !== object.metadata.generation;
    if (changed) this.#queue.add(key);
    else this.#queue.addAfter(key, BATCH_MS);
  }

  #onPod(key: string, uid: string, { object }: ObjectChange): void {
    const pod = object as Pod;
    const job = findByKey(this.#context, RESOURCE, key) as Job | undefined;
    const alive = job?.metadata.uid === uid && !isJobFinished(job);
    if (alive) this.#queue.addAfter(key, BATCH_MS);
    else if (pod.metadata.deletionTimestamp && isTracked(pod)) this.#abandon(pod);
  }

  /** Models syncOrphanPod: nobody will count this pod any more. */
  #abandon(pod: Pod): void {
    const { clock } = this.#context.kernel;
    clock.after(this.#context.latency.watchMs, () => {
      releasePod(this.#context, pod);
    });
  }

  #sync(key: string): void {
    const job = findByKey(this.#context, RESOURCE, key) as Job | undefined;
    if (!job || isJobFinished(job)) {
      this.#backoff.delete(key);
      return;
    }
    const manager = job.spec.managedBy;
    if (manager !== undefined && manager !== 'kubernetes.io/job-controller') return;
    const pods = this.#claims.claim(job).filter((pod) => {
      return controllerOf(pod)?.uid === job.metadata.uid;
    }) as Pod[];
    const sync = new JobSync(job, {
      context: this.#context,
      events: this.#events,
      podControl: this.#podControl,
      pods,
      backoff: this.#backoff.get(key) ?? NO_FAILURES,
      setBackoff: (record) => this.#backoff.set(key, record),
      again: (delayMs) => this.#queue.addAfter(key, delayMs),
    });
    sync.run();
  }
}
