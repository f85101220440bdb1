import { conditionOf } from '../conditions';
import type { JobStatus, WorkloadCondition } from '../workload-types';
import { formatIndexes, type JobIndexes } from './completion-indexes';

/**
 * A Job's status while a sync works on it. Ended pods are counted in two steps, so that none is counted
 * twice: first their UIDs are noted, then they lose their finalizer, then the UIDs become numbers. Models
 * pkg/controller/job trackJobStatusAndRemoveFinalizers.
 */
export class JobStatusDraft {
  readonly #status: JobStatus;
  /** There is something to write. */
  dirty = false;

  constructor(before: JobStatus | undefined) {
    this.#status = { ...before };
  }

  /** The status as it is now, to be written. */
  copy(): JobStatus {
    return { ...this.#status };
  }

  get succeeded(): number {
    return this.#status.succeeded ?? 0;
  }

  get failed(): number {
    return this.#status.failed ?? 0;
  }

  get startTime(): string | undefined {
    return this.#status.startTime;
  }

  set startTime(time: string | undefined) {
    if (time === undefined) delete this.#status.startTime;
    else this.#status.startTime = time;
  }

  set completionTime(time: string) {
    this.#status.completionTime = time;
  }

  /** Pods that have not ended, those of them that are ready, and those that are being deleted. */
  setPods(active: number, ready: number, terminating: number): void {
    const before = this.#status;
    if ((before.active ?? 0) !== active || before.ready !== ready) this.dirty = true;
    if (before.terminating !== terminating) this.dirty = true;
    this.#setCount('active', active);
    this.#status.ready = ready;
    this.#status.terminating = terminating;
  }

  setIndexes({ succeeded, failed }: JobIndexes): void {
    const completed = formatIndexes(succeeded);
    if (completed !== (this.#status.completedIndexes ?? '')) {
      this.#status.completedIndexes = completed;
      this.dirty = true;
    }
    this.#setCount('succeeded', succeeded.size);
    if (!failed) return;
    const text = formatIndexes(failed);
    if (text === this.#status.failedIndexes) return;
    this.#status.failedIndexes = text;
    this.dirty = true;
  }

  condition(type: string): WorkloadCondition | undefined {
    return conditionOf(this.#status.conditions, type);
  }

  /** In the place of the one of that type, or behind the others. */
  setCondition(condition: WorkloadCondition): void {
    const { conditions = [] } = this.#status;
    const before = this.condition(condition.type);
    this.#status.conditions = before
      ? conditions.map((one) => (one === before ? condition : one))
      : [...conditions, condition];
    this.dirty = true;
  }

  // Pods that are not counted yet ------------------------------------------------------------------

  get uncounted(): { readonly succeeded: readonly string[]; readonly failed: readonly string[] } {
    const { succeeded = [], failed = [] } = this.#status.uncountedTerminatedPods ?? {};
    return { succeeded, failed };
  }

  /** Whether the status says which pods are noted, if only that none is. */
  get tracks(): boolean {
    return this.#status.uncountedTerminatedPods !== undefined;
  }

  startTracking(): void {
    this.#status.uncountedTerminatedPods ??= {};
  }

  /** Notes an ended pod, once. */
  note(uid: string, as: 'succeeded' | 'failed'): void {
    const { succeeded, failed } = this.uncounted;
    if (succeeded.includes(uid) || failed.includes(uid)) return;
    if (as === 'succeeded') this.#setUncounted([...succeeded, uid], failed);
    else this.#setUncounted(succeeded, [...failed, uid]);
  }

  /** Pods that were noted and have lost their finalizer go into the counts. */
  countReleased(withFinalizer: ReadonlySet<string>): void {
    const { succeeded, failed } = this.uncounted;
    const leftSucceeded = succeeded.filter((uid) => withFinalizer.has(uid));
    const leftFailed = failed.filter((uid) => withFinalizer.has(uid));
    const counted = succeeded.length - leftSucceeded.length;
    const lost = failed.length - leftFailed.length;
    if (counted + lost === 0) return;
    this.#setCount('succeeded', this.succeeded + counted);
    this.#setCount('failed', this.failed + lost);
    this.#setUncounted(leftSucceeded, leftFailed);
  }

  #setUncounted(succeeded: readonly string[], failed: readonly string[]): void {
    this.#status.uncountedTerminatedPods = {
      ...(succeeded.length > 0 ? { succeeded } : {}),
      ...(failed.length > 0 ? { failed } : {}),
    };
    this.dirty = true;
  }

  #setCount(field: 'active' | 'succeeded' | 'failed', count: number): void {
    if (count === 0) delete this.#status[field];
    else this.#status[field] = count;
  }
}
