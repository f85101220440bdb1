import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import type { Task } from '../../../kernel/task';
import type { RuntimeService } from '../../../runtime/cri';
import type { LifecycleTracker } from '../machines/lifecycle-tracker';
import type { NodeRecords } from '../observed/node-records';
import type { Pleg } from '../observed/pleg';
import type { TaskGroup } from '../task-group';

/** Pods that are gone from the API are looked for this long after the start. */
const HOUSEKEEPING_MS = 2000;
const ORPHAN_GRACE_MS = 2000;

export interface LeftoversOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly records: NodeRecords;
  readonly pleg: Pleg;
  readonly tracker: LifecycleTracker;
  readonly tasks: TaskGroup;
  /** Whether the API still has a pod, or somebody looks after its end. */
  readonly isKnown: (uid: string) => boolean;
  readonly onEnded: (uid: string) => void;
}

/**
 * What a kubelet finds on its node when it starts: pods that run on, and those that nobody knows any more.
 * Models HandlePodCleanups of kubelet_pods.go.
 */
export class Leftovers {
  readonly #options: LeftoversOptions;
  #housekeeping: Timer | undefined;

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  takeOver(): void {
    const { kernel, records } = this.#options;
    const uids = records.podUids();
    for (const uid of uids) this.#takeOverPod(uid);
    if (uids.length === 0) return;
    this.#housekeeping = kernel.clock.after(HOUSEKEEPING_MS, () => this.#removeOrphans());
  }

  halt(): void {
    if (this.#housekeeping) this.#options.kernel.clock.cancel(this.#housekeeping);
    this.#housekeeping = undefined;
  }

  /** Finds out where the pod's containers stand. */
  #takeOverPod(uid: string): void {
    const { records, runtime, pleg, tracker } = this.#options;
    records.forgetMissing(uid, runtime);
    pleg.relistPod(uid);
    const seen = new Set<string>();
    for (const id of records.containerIds(uid)) {
      const status = runtime.containerStatus(id);
      if (!status || seen.has(status.name)) continue;
      seen.add(status.name);
      // The last kubelet was stopped before it could start this one: it will be made again.
      if (status.state === 'created') continue;
      const machine = tracker.containerOf(uid, status.name);
      machine.send({ type: 'create' });
      machine.send({ type: 'started', attempt: status.attempt, hook: false });
      if (status.state === 'running') tracker.pod(uid).send({ type: 'run' });
      if (status.state === 'exited') machine.send({ type: 'exited', exitCode: status.exitCode });
    }
  }

  /** Pods that vanished from the API while no kubelet was there are ended. */
  #removeOrphans(): void {
    const { records, tasks, isKnown, onEnded } = this.#options;
    this.#housekeeping = undefined;
    for (const uid of records.podUids()) {
      if (isKnown(uid)) continue;
      this.#traceDeletion(uid);
      tasks.start(this.#end(uid), () => onEnded(uid));
    }
  }

  /** The API has forgotten the pod; its name is known from what it has left here. */
  #traceDeletion(uid: string): void {
    const { runtime, kernel, records } = this.#options;
    const sandbox = runtime.sandboxStatus(records.sandboxIds(uid)[0] ?? '');
    if (!sandbox) return;
    const { namespace, name } = sandbox.config;
    kernel.trace.emit('pod.deleted', { pod: `${namespace}/${name}` });
  }

  *#end(uid: string): Task {
    const { runtime, records } = this.#options;
    for (const id of records.containerIds(uid)) yield* runtime.stopContainer(id, ORPHAN_GRACE_MS);
    for (const id of records.sandboxIds(uid)) yield* runtime.stopPodSandbox(id);
  }
}
