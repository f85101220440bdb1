import { findObject } from '../../../api/find-object';
import type { Pod } from '../../../api/types';
import { type ControllerContext, isNamespaceTerminating } from '../controller-context';
import { type PodControl, slowStart } from '../pod-control';
import { byUselessness, isPodActive, isPodReady, isPodTerminating } from '../pod-facts';
import type { Job } from '../workload-types';
import type { JobIndexes } from './completion-indexes';
import { type BackoffRecord, remainingBackoffMs } from './job-backoff';
import { replacesFailedOnly } from './job-pods';
import { duplicatePods, indexBackoff, jobPod, pendingIndexes } from './new-job-pods';
import { releasePod } from './release-pod';

/** How many pods a sync creates or deletes at most. */
const BURST = 500;
/** Who has to wait for a back-off waits at least so long. */
const SHORTEST_WAIT_MS = 1000;

export interface ActiveJobPodsParts {
  readonly context: ControllerContext;
  readonly podControl: PodControl;
  /** Looks at the Job again after so many ms. */
  readonly again: (delayMs: number) => void;
}

/** How far a Job has come. */
export interface JobProgress {
  readonly succeeded: number;
  /** Of an Indexed Job. */
  readonly indexes: JobIndexes | undefined;
  readonly backoff: BackoffRecord;
}

/** How many pods are active after a change, and what went wrong with it. */
export interface Changed {
  readonly active: number;
  readonly failure: Error | undefined;
}

/**
 * The pods of a Job that have not ended, and their number. Models pkg/controller/job/job_controller.go
 * manageJob, deleteActivePods and deleteJobPods.
 */
export class ActiveJobPods {
  readonly #parts: ActiveJobPodsParts;
  readonly #job: Job;
  readonly #all: readonly Pod[];
  readonly pods: readonly Pod[];
  ready: number;
  terminating: number;

  /** `all`: every pod of the Job. */
  constructor(job: Job, all: readonly Pod[], parts: ActiveJobPodsParts) {
    this.#job = job;
    this.#all = all;
    this.#parts = parts;
    this.pods = all.filter(isPodActive);
    this.ready = this.pods.filter(isPodReady).length;
    this.terminating = all.filter(isPodTerminating).length;
  }

  /** As many pods as parallelism allows and completions still need. */
  manage(progress: JobProgress): Changed {
    const { completionMode, suspend, backoffLimitPerIndex } = this.#job.spec;
    const active = this.pods.length;
    if (suspend) return this.#remove(active);
    const wanted = this.#wanted(progress.succeeded);
    const surplus = Math.max(0, active - wanted);
    const duplicates = completionMode === 'Indexed' ? this.#duplicates().length : 0;
    if (surplus + duplicates > 0) return this.#remove(surplus);
    const missing = wanted - active - (replacesFailedOnly(this.#job) ? this.terminating : 0);
    if (missing <= 0) return { active, failure: undefined };
    // Where each index has a limit of its own, each waits for itself.
    const waitMs =
      backoffLimitPerIndex === undefined ? this.#remainingBackoffMs(progress.backoff) : 0;
    if (waitMs > 0) {
      this.#parts.again(Math.max(SHORTEST_WAIT_MS, waitMs));
      return { active: 0, failure: undefined };
    }
    return this.#create(Math.min(missing, BURST), progress.indexes);
  }

  /** Without completions, the first success ends the search: no pod is added then. */
  #wanted(succeeded: number): number {
    const { parallelism = 1, completions } = this.#job.spec;
    if (completions !== undefined) {
      return Math.max(0, Math.min(completions - succeeded, parallelism));
    }
    return succeeded > 0 ? this.pods.length : Math.max(0, parallelism);
  }

  #create(count: number, indexes: JobIndexes | undefined): Changed {
    const done = new Set([...(indexes?.succeeded ?? []), ...(indexes?.failed ?? [])]);
    const pending = pendingIndexes(this.#job, this.#all, done, count);
    const due = pending && this.#dueIndexes(pending);
    if (pending && pending.length > 0 && due?.length === 0) {
      return { active: 0, failure: undefined };
    }
    let created = 0;
    const failure = slowStart(due?.length ?? count, (nth) => {
      try {
        this.#parts.podControl.create(this.#job, jobPod(this.#job, this.#all, due?.[nth]));
        created++;
      } catch (error) {
        if (!isNamespaceTerminating(error)) throw error;
      }
    });
    return { active: this.pods.length + created, failure };
  }

  /** Indexes that need not wait any longer after a failure of theirs. */
  #dueIndexes(pending: readonly number[]): readonly number[] {
    if (this.#job.spec.backoffLimitPerIndex === undefined) return pending;
    const waits = pending.map((index) => {
      return this.#remainingBackoffMs(indexBackoff(this.#job, this.#all, index));
    });
    const due = pending.filter((_index, nth) => waits[nth] === 0);
    if (due.length === 0) this.#parts.again(Math.max(SHORTEST_WAIT_MS, Math.min(...waits)));
    return due;
  }

  /** Deletes pods that count as neither succeeded nor failed: they lose their finalizer first. */
  #remove(atLeast: number): Changed {
    const first = this.#job.spec.completionMode === 'Indexed' ? this.#duplicates() : [];
    const others = this.#ranked(this.pods.filter((pod) => !first.includes(pod)));
    const victims = [...first, ...others.slice(0, Math.max(0, atLeast - first.length))];
    for (const pod of victims) releasePod(this.#parts.context, pod);
    return this.#delete(victims);
  }

  /** When the Job is over: what still runs is not waited for. */
  deleteAll(): Changed {
    return this.#delete(this.pods);
  }

  #delete(victims: readonly Pod[]): Changed {
    const failure = this.#parts.podControl.deleteAll(this.#job, victims);
    if (failure) return { active: this.pods.length, failure };
    this.ready -= victims.filter(isPodReady).length;
    this.terminating += victims.filter((pod) => this.#isStillThere(pod)).length;
    return { active: this.pods.length - victims.length, failure };
  }

  #isStillThere({ metadata: { namespace, name = '' } }: Pod): boolean {
    return findObject(this.#parts.context.client, 'pods', namespace, name) !== undefined;
  }

  #duplicates(): Pod[] {
    return duplicatePods(this.#job, this.#ranked(this.pods));
  }

  #ranked(pods: readonly Pod[]): Pod[] {
    return byUselessness(pods, () => 0, this.#parts.context.kernel.unixMs());
  }

  #remainingBackoffMs(record: BackoffRecord): number {
    return remainingBackoffMs(record, this.#parts.context.kernel.unixMs());
  }
}
