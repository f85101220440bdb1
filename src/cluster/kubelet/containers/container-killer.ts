import type { Container, Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import { anyOf, sleep, type Task, WaitQueue } from '../../../kernel/task';
import type { RuntimeService } from '../../../runtime/cri';
import { findContainer, podKey } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import type { KillReason } from '../actions/pod-actions-draft';
import { hasSidecar, TerminationOrder } from '../actions/termination-order';
import type { LifecycleTracker } from '../machines/lifecycle-tracker';
import type { RuntimePodStatus } from '../observed/runtime-status';
import type { TaskGroup } from '../task-group';
import { HookError, type HookRunner } from './lifecycle-hooks';

/** However little is left of the grace period, a container gets this long, s. */
const MINIMUM_GRACE_SECONDS = 2;

export interface KillOptions {
  readonly message?: string;
  readonly reason?: KillReason;
  /** Seconds; undefined: the pod's own. */
  readonly graceOverride?: number | undefined;
  readonly order?: TerminationOrder | undefined;
}

/** Stops containers with hooks, signals and grace periods. Models kuberuntime killContainer. */
export class ContainerKiller {
  readonly #kernel: Kernel;
  readonly #runtime: RuntimeService;
  readonly #hooks: HookRunner;
  readonly #events: PodEvents;
  readonly #tasks: TaskGroup;
  readonly #tracker: LifecycleTracker;
  readonly #runtimeChanged: WaitQueue;

  constructor(options: {
    readonly kernel: Kernel;
    readonly runtime: RuntimeService;
    readonly hooks: HookRunner;
    readonly events: PodEvents;
    readonly tasks: TaskGroup;
    readonly tracker: LifecycleTracker;
    /** Wakes on every change of a container's state. */
    readonly runtimeChanged: WaitQueue;
  }) {
    this.#kernel = options.kernel;
    this.#runtime = options.runtime;
    this.#hooks = options.hooks;
    this.#events = options.events;
    this.#tasks = options.tasks;
    this.#tracker = options.tracker;
    this.#runtimeChanged = options.runtimeChanged;
  }

  *kill(pod: Pod, id: string, name: string, options: KillOptions): Task {
    const container = findContainer(pod, name);
    const text = options.message || `Stopping container ${name}`;
    this.#events.container(pod, name, 'Normal', 'Killing', text);
    this.#tracker.container(pod, name).send({ type: 'kill' });
    let grace = options.graceOverride ?? gracePeriod(pod, container, options.reason ?? '');
    if (container?.lifecycle?.preStop && grace > 0) {
      grace -= yield* this.#preStop(pod, container, id, grace);
    }
    if (options.order && grace > 0) grace -= yield* options.order.waitForTurn(name, grace);
    const last = Math.max(grace, MINIMUM_GRACE_SECONDS);
    yield* this.#runtime.stopContainer(id, last * 1000);
    while (this.#runtime.containerStatus(id)?.state === 'running') {
      yield this.#runtimeChanged.wait;
    }
    options.order?.containerEnded(name);
  }

  /** Stops all running containers of a pod side by side, then its sandboxes. Models KillPod. */
  *killPod(pod: Pod, status: RuntimePodStatus, graceOverride?: number): Task {
    // Newest first in the status; recorded clusters report the oldest first.
    const running = status.containers.filter(({ state }) => state === 'running').reverse();
    const names = new Set(running.map(({ name }) => name));
    const order = hasSidecar(pod)
      ? new TerminationOrder(this.#kernel.clock, pod, names)
      : undefined;
    yield* this.#tasks.all(
      running.map(({ id, name }) => this.kill(pod, id, name, { graceOverride, order })),
    );
    for (const { id } of status.sandboxes) yield* this.#runtime.stopPodSandbox(id);
  }

  /** Returns the whole seconds that the hook took; it is left alone when the grace period is over. */
  *#preStop(pod: Pod, container: Container, id: string, graceSeconds: number): Task<number> {
    const { clock, trace } = this.#kernel;
    const hook = container.lifecycle?.preStop;
    if (!hook) return 0;
    const began = clock.now;
    const about = { pod: podKey(pod), container: container.name, hook: 'preStop' };
    const ended = { done: false, queue: new WaitQueue() };
    const hooks = this.#hooks;
    const report = (problem: string | undefined) => {
      trace.emit('hook.finished', {
        ...about,
        ok: problem === undefined,
        ...(problem === undefined ? {} : { message: problem }),
      });
      if (problem !== undefined) {
        const text = 'PreStopHook failed';
        this.#events.container(pod, container.name, 'Warning', 'FailedPreStopHook', text);
      }
      ended.done = true;
      ended.queue.wakeAll();
    };
    function* attempt(): Task {
      try {
        yield* hooks.run(pod, container, id, hook as NonNullable<typeof hook>);
        report(undefined);
      } catch (error) {
        if (!(error instanceof HookError)) throw error;
        report(error.message);
      }
    }
    trace.emit('hook.started', about);
    this.#tasks.start(attempt());
    const deadline = began + graceSeconds * 1000;
    while (!ended.done && clock.now < deadline) {
      yield anyOf(ended.queue.wait, sleep(clock, deadline - clock.now));
    }
    return Math.floor((clock.now - began) / 1000);
  }
}

/** Models kuberuntime setTerminationGracePeriod. */
function gracePeriod(pod: Pod, container: Container | undefined, reason: KillReason): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  if (deletionGracePeriodSeconds !== undefined) return deletionGracePeriodSeconds;
  const own = pod.spec.terminationGracePeriodSeconds ?? MINIMUM_GRACE_SECONDS;
  if (reason === 'StartupProbe') {
    return container?.startupProbe?.terminationGracePeriodSeconds ?? own;
  }
  if (reason === 'LivenessProbe') {
    return container?.livenessProbe?.terminationGracePeriodSeconds ?? own;
  }
  return own;
}
