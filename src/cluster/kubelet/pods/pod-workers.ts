import type { Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import type { Random } from '../../../kernel/random';
import type { Task } from '../../../kernel/task';
import { isTerminalPhase } from '../../pod-containers';
import type { LifecycleTracker } from '../machines/lifecycle-tracker';
import type { Pleg } from '../observed/pleg';
import type { RuntimePodStatus } from '../observed/runtime-status';
import type { WaitingReason } from '../status/container-statuses';
import { Cancellation, CancelledError, SyncError } from '../sync-error';
import type { TaskGroup } from '../task-group';
import type { WorkQueue } from './work-queue';

/** Each pod is looked at this often even if nothing happens, up to half as long again. */
const RESYNC_MS = 60_000;
const RESYNC_JITTER = 0.5;
/** After an error, up to half as long again. */
const ERROR_BACK_OFF_MS = 10_000;
const ERROR_JITTER = 0.5;

export type UpdateType = 'create' | 'update' | 'sync' | 'kill';

/** Why the kubelet itself ends a pod. */
export interface Eviction extends WaitingReason {
  /** The node is to blame, not the pod: its status says so in a condition. */
  readonly disrupts?: boolean;
}

/** What the kubelet does for a pod in each of its stages. */
export interface PodSyncer {
  /** Returns whether the pod has ended by itself. */
  syncPod(
    pod: Pod,
    status: RuntimePodStatus,
    cancellation: Cancellation,
  ): Task<{ readonly terminal: boolean; readonly relist: boolean }>;
  /** `eviction`: why the kubelet itself ends the pod. */
  syncTerminatingPod(
    pod: Pod,
    status: RuntimePodStatus,
    graceSeconds: number,
    eviction: Eviction | undefined,
  ): Task;
  syncTerminatedPod(pod: Pod, status: RuntimePodStatus): Task;
}

interface Worker {
  pod: Pod;
  pending: Pod | undefined;
  working: boolean;
  cancellation: Cancellation | undefined;
  graceSeconds: number;
  eviction: Eviction | undefined;
  terminationRequested: boolean;
  terminated: boolean;
  finished: boolean;
  /** The last sync's end: what was looked at before is stale. */
  lastObservation: number;
  lastSyncMs: number;
}

export interface PodWorkersOptions {
  readonly kernel: Kernel;
  readonly syncer: PodSyncer;
  readonly pleg: Pleg;
  readonly queue: WorkQueue;
  readonly tasks: TaskGroup;
  readonly tracker: LifecycleTracker;
  readonly onFinished: (uid: string) => void;
}

/**
 * One worker per pod; it carries out one sync at a time, with the newest update. Models
 * pkg/kubelet/pod_workers.go.
 */
export class PodWorkers {
  readonly #options: PodWorkersOptions;
  readonly #workers = new Map<string, Worker>();
  readonly #jitter: Random;

  constructor(options: PodWorkersOptions) {
    this.#options = options;
    this.#jitter = options.kernel.random.stream('kubelet sync jitter');
  }

  has(uid: string): boolean {
    return this.#workers.has(uid);
  }

  isTerminationRequested(uid: string): boolean {
    return this.#workers.get(uid)?.terminationRequested ?? false;
  }

  couldHaveRunningContainers(uid: string): boolean {
    const worker = this.#workers.get(uid);
    return worker !== undefined && !worker.terminated;
  }

  /** Whether nobody needs the containers of a pod any more. Models ShouldPodContentBeRemoved. */
  mayContentGo(uid: string): boolean {
    const worker = this.#workers.get(uid);
    if (!worker) return false;
    const isDeleted = worker.pod.metadata.deletionTimestamp !== undefined;
    return worker.eviction !== undefined || (isDeleted && worker.terminated);
  }

  isFinished(uid: string): boolean {
    return this.#workers.get(uid)?.finished ?? false;
  }

  forget(uid: string): void {
    this.#workers.delete(uid);
    this.#options.queue.remove(uid);
  }

  /** Ends a pod although nobody has asked for it; it fails with this reason and message. */
  evict(pod: Pod, why: Eviction, graceSeconds: number): void {
    const worker = this.#workers.get(pod.metadata.uid);
    if (!worker || worker.terminationRequested) return;
    worker.eviction = why;
    this.update(pod, 'kill', graceSeconds);
  }

  /** `graceSeconds`: an eviction's own, shorter grace period. Models UpdatePod. */
  update(pod: Pod, type: UpdateType, graceSeconds?: number): void {
    const { uid } = pod.metadata;
    let worker = this.#workers.get(uid);
    if (!worker) {
      worker = newWorker(pod);
      this.#workers.set(uid, worker);
    }
    if (worker.finished) return;
    let cancels = false;
    if (!worker.terminationRequested && mustEnd(pod, type)) {
      this.#requestTermination(uid, worker);
      cancels = true;
    }
    if (worker.terminationRequested && !worker.terminated) {
      const before = worker.graceSeconds;
      worker.graceSeconds = effectiveGrace(before, pod, graceSeconds);
      cancels ||= before !== 0 && before !== worker.graceSeconds;
    }
    worker.pending = pod;
    if (cancels) worker.cancellation?.cancel();
    if (!worker.working) {
      worker.working = true;
      this.#options.tasks.start(this.#work(uid, worker));
    }
  }

  #requestTermination(uid: string, worker: Worker): void {
    worker.terminationRequested = true;
    this.#options.tracker.pod(uid).send({ type: 'terminate' });
  }

  *#work(uid: string, worker: Worker): Task {
    while (worker.pending) {
      const pod = worker.pending;
      worker.pending = undefined;
      worker.pod = pod;
      const cancellation = new Cancellation();
      worker.cancellation = cancellation;
      yield* this.#syncOnce(uid, worker, pod, cancellation);
      if (worker.finished) break;
    }
    worker.working = false;
    if (worker.finished) this.#options.onFinished(uid);
  }

  *#syncOnce(uid: string, worker: Worker, pod: Pod, cancellation: Cancellation): Task {
    const { kernel, pleg, queue, syncer, tracker } = this.#options;
    const status = yield* pleg.getNewerThan(uid, worker.lastObservation, worker.lastSyncMs);
    // A pod that nobody wants to end is being synced; its machine need not be asked.
    const stage = worker.terminationRequested ? tracker.pod(uid).stage : 'syncing';
    let transition = false;
    let failure: SyncError | undefined;
    let relist = false;
    try {
      if (stage === 'terminated') {
        yield* syncer.syncTerminatedPod(pod, status);
        tracker.pod(uid).send({ type: 'cleaned up' });
        worker.finished = true;
        return;
      }
      if (stage === 'terminating') {
        yield* syncer.syncTerminatingPod(pod, status, worker.graceSeconds, worker.eviction);
        worker.terminated = true;
        tracker.pod(uid).send({ type: 'containers stopped' });
        transition = true;
      } else {
        const outcome = yield* syncer.syncPod(pod, status, cancellation);
        relist = outcome.relist;
        if (outcome.terminal) {
          this.#requestTermination(uid, worker);
          worker.graceSeconds = effectiveGrace(worker.graceSeconds, pod, undefined);
          transition = true;
        }
      }
    } catch (error) {
      if (error instanceof SyncError) failure = error;
      else if (!(error instanceof CancelledError)) throw error;
    }
    worker.lastObservation = pleg.observation;
    worker.lastSyncMs = kernel.clock.now;
    if (relist) pleg.relistPod(uid);
    if (transition) {
      worker.pending ??= pod;
      queue.enqueue(uid, 0);
    } else {
      queue.enqueue(uid, this.#nextSyncIn(failure));
    }
  }

  /** Models completeWork: when the pod is looked at again unless something happens. */
  #nextSyncIn(failure: SyncError | undefined): number {
    const jittered = (ms: number, factor: number) =>
      Math.round(ms * (1 + factor * this.#jitter.fraction()));
    if (!failure) return jittered(RESYNC_MS, RESYNC_JITTER);
    const { retryAtMs } = failure;
    const { now } = this.#options.kernel.clock;
    const wanted = retryAtMs === undefined ? ERROR_BACK_OFF_MS : retryAtMs - now;
    return jittered(Math.min(Math.max(wanted, 0), RESYNC_MS), ERROR_JITTER);
  }
}

function newWorker(pod: Pod): Worker {
  return {
    pod,
    pending: undefined,
    working: false,
    cancellation: undefined,
    graceSeconds: 0,
    eviction: undefined,
    terminationRequested: false,
    terminated: false,
    finished: false,
    lastObservation: -1,
    lastSyncMs: -1,
  };
}

function mustEnd(pod: Pod, type: UpdateType): boolean {
  return (
    pod.metadata.deletionTimestamp !== undefined ||
    isTerminalPhase(pod.status?.phase) ||
    type === 'kill'
  );
}

/** A grace period can only become shorter; never below 1 s. Models calculateEffectiveGracePeriod. */
function effectiveGrace(current: number, pod: Pod, wanted: number | undefined): number {
  let grace = current;
  let overridden = false;
  for (const override of [pod.metadata.deletionGracePeriodSeconds, wanted]) {
    if (override === undefined) continue;
    if (grace === 0 || override < grace) {
      grace = override;
      overridden = true;
    }
  }
  if (!overridden && grace === 0) grace = pod.spec.terminationGracePeriodSeconds ?? 0;
  return Math.max(grace, 1);
}
