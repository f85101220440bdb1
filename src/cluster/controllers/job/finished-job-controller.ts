import { findObject, isNotFound } from '../../../api/find-object';
import { parseTime } from '../../../api/time';
import { conditionOf } from '../conditions';
import { type ControllerContext, keyOf, splitKey } from '../controller-context';
import { WorkQueue } from '../work-queue';
import type { Job } from '../workload-types';
import { finishedCondition } from './job-outcome';

const RESOURCE = 'jobs.batch';

/** Deletes Jobs some time after their end. Models pkg/controller/ttlafterfinished. */
export class FinishedJobController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    context.subscribe(RESOURCE, ({ type, object }) => {
      const job = object as Job;
      if (type === 'DELETED' || job.spec.ttlSecondsAfterFinished === undefined) return;
      if (finishedCondition(job)) this.#queue.add(keyOf(job));
    });
  }

  #sync(key: string): void {
    const { client, kernel } = this.#context;
    const { namespace, name } = splitKey(key);
    const job = findObject(client, RESOURCE, namespace, name) as Job | undefined;
    const type = job && finishedCondition(job);
    const ttl = job?.spec.ttlSecondsAfterFinished;
    if (!job || !type || ttl === undefined || job.metadata.deletionTimestamp) return;
    const condition = conditionOf(job.status?.conditions, type);
    const leftMs = (parseTime(condition?.lastTransitionTime) ?? 0) + ttl * 1000 - kernel.unixMs();
    if (leftMs > 0) {
      this.#queue.addAfter(key, leftMs);
      return;
    }
    try {
      const options = { propagationPolicy: 'Foreground', uid: job.metadata.uid } as const;
      client.delete(RESOURCE, namespace, name, options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
