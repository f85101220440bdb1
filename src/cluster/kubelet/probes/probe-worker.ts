import type {
  Container,
  ContainerStatus,
  Pod,
  PodStatus,
  Probe,
} from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import { anyOf, sleep, sleepFully, type Task, WaitQueue } from '../../../kernel/task';
import { isRestartableInitContainer, isTerminalPhase } from '../../pod-containers';
import type { ProbeResult } from '../actions/pod-actions-draft';
import { containerShouldRestart, shouldAllContainersRestart } from '../actions/restart-policy';
import { actorClock } from '../machines/kernel-clock';
import { parseContainerId } from '../observed/runtime-status';
import { ProbeLifecycle } from './probe-lifecycle';
import type { ProbeResults, ProbeType } from './probe-results';

export interface ProbeAttempt {
  readonly result: 'success' | 'failure' | undefined;
  readonly message: string;
}

interface Attempted {
  readonly containerId: string;
  readonly podIp: string;
}

export interface ProbeWorkerOptions {
  readonly kernel: Kernel;
  readonly type: ProbeType;
  /** As it was when the kubelet first synced it. */
  readonly pod: Pod;
  readonly container: Container;
  readonly spec: Probe;
  readonly results: ProbeResults;
  /** The published status of the pod. */
  readonly status: () => PodStatus | undefined;
  readonly probe: (containerId: string, podIp: string) => Task<ProbeAttempt>;
  /** When the kubelet started, Unix ms. */
  readonly kubeletStartedMs: number;
  /** Up to 1.34: a restarted kubelet resets the results of containers that it finds running. */
  readonly forgetsOverRestart?: boolean;
}

const INITIAL: Readonly<Record<ProbeType, ProbeResult>> = {
  readiness: 'failure',
  liveness: 'success',
  startup: 'unknown',
};
/** A container that started so long before the kubelet was there before it. */
const RESTART_MARGIN_MS = 10_000;
const KEPT_RESULTS = 10;

/** Runs one probe of one container. Models pkg/kubelet/prober/worker.go. */
export class ProbeWorker {
  readonly #options: ProbeWorkerOptions;
  readonly #machine: ProbeLifecycle;
  readonly #woken = new WaitQueue();
  #containerId = '';
  /** When it started, as the API writes it, and as Unix ms; NaN unless it runs. */
  #startedAt = '';
  #startedMs = Number.NaN;
  #lastResult: ProbeResult | undefined;
  #resultRun = 0;
  #stopped = false;
  #triggered = false;
  readonly #history: ('success' | 'failure' | 'unknown')[] = [];
  #message: string | undefined;

  constructor(options: ProbeWorkerOptions) {
    this.#options = options;
    this.#machine = new ProbeLifecycle(actorClock(options.kernel));
  }

  get onHold(): boolean {
    return this.#machine.onHold;
  }

  get resultRun(): number {
    return this.#resultRun;
  }

  /** For the picture. */
  inspect() {
    const { type, spec } = this.#options;
    return {
      type,
      periodSeconds: spec.periodSeconds ?? 10,
      results: [...this.#history],
      message: this.#message,
      machineState: this.#machine.stateName,
      lastTransition: this.#machine.lastTransition,
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#woken.wakeAll();
  }

  /** An attempt ahead of the next tick; the ticks are counted anew from it. */
  trigger(): void {
    this.#triggered = true;
    this.#woken.wakeAll();
  }

  /** Probes until it is stopped or the container will not run again. */
  *run(): Task {
    const { kernel, spec, kubeletStartedMs, results } = this.#options;
    const { clock } = kernel;
    const periodMs = (spec.periodSeconds ?? 10) * 1000;
    if (kernel.unixMs() - kubeletStartedMs < periodMs) {
      // A restarted kubelet spreads the first attempts of all probes.
      const random = kernel.random.stream(`probe ${this.#name()} ${clock.now}`);
      yield* sleepFully(clock, Math.floor(random.fraction() * periodMs));
    }
    let nextTick = clock.now + periodMs;
    for (;;) {
      const step = this.tick();
      if (step === 'end') break;
      if (step) {
        const attempt = yield* this.#options.probe(step.containerId, step.podIp);
        this.conclude(attempt, step.containerId);
      }
      while (!this.#stopped && !this.#triggered && clock.now < nextTick) {
        yield anyOf(this.#woken.wait, sleep(clock, nextTick - clock.now));
      }
      if (this.#stopped) break;
      if (this.#triggered && clock.now < nextTick) nextTick = clock.now + periodMs;
      else nextTick += Math.floor((clock.now - nextTick) / periodMs + 1) * periodMs;
      this.#triggered = false;
    }
    if (this.#containerId !== '') results.remove(this.#containerId);
    this.#machine.send({ type: 'stop' });
  }

  #name(): string {
    const { pod, container, type } = this.#options;
    return `${pod.metadata.uid} ${container.name} ${type}`;
  }

  /** What there is to do at a tick: an attempt, nothing, or nothing ever again. Models doProbe. */
  tick(): Attempted | undefined | 'end' {
    const { kernel, type, pod, container, spec, results } = this.#options;
    const { uid } = pod.metadata;
    const status = this.#options.status();
    if (!status) return undefined;
    if (isTerminalPhase(status.phase)) return 'end';
    const current = publishedStatus(status, container.name);
    if (!current) return this.#pass('no container');
    this.#adopt(current);
    if (this.onHold) return undefined;

    if (!current.state.running) {
      this.#machine.send({ type: 'no container' });
      if (this.#containerId !== '') results.set(uid, this.#containerId, 'failure');
      return this.#mayRunAgain(current, status) ? undefined : 'end';
    }
    if (pod.metadata.deletionTimestamp !== undefined && type !== 'readiness') {
      results.set(uid, this.#containerId, 'success');
      return 'end';
    }
    const upSeconds = Math.floor((kernel.unixMs() - this.#startedMs) / 1000);
    if (upSeconds < (spec.initialDelaySeconds ?? 0)) return this.#pass('delayed');
    if ((current.started ?? false) === (type === 'startup')) return this.#pass('gated');
    this.#machine.send({ type: 'attempt' });
    return { containerId: this.#containerId, podIp: status.podIP ?? '' };
  }

  /** No attempt this time. */
  #pass(type: 'no container' | 'delayed' | 'gated'): undefined {
    this.#machine.send({ type });
  }

  /** Takes in what came of an attempt. */
  conclude({ result, message }: ProbeAttempt, containerId: string): void {
    this.#history.push(result ?? 'unknown');
    if (this.#history.length > KEPT_RESULTS) this.#history.shift();
    this.#message = message;
    if (result) this.#count(result, containerId);
    else this.#machine.send({ type: 'thrown away' });
  }

  /** A container instance that is new to the worker begins with the probe's initial result. */
  #adopt(current: ContainerStatus): void {
    const { pod, container, type, results, kubeletStartedMs } = this.#options;
    const { uid } = pod.metadata;
    const id = parseContainerId(current.containerID);
    const startedAt = current.state.running?.startedAt ?? '';
    if (startedAt !== this.#startedAt) {
      this.#startedAt = startedAt;
      this.#startedMs = Date.parse(startedAt);
    }
    if (id === this.#containerId) return;
    if (this.#containerId !== '') results.remove(this.#containerId);
    this.#containerId = id;
    const wasThere =
      this.#options.forgetsOverRestart !== true &&
      this.#startedMs < kubeletStartedMs - RESTART_MARGIN_MS;
    const sidecar = this.#isInit() && isRestartableInitContainer(container);
    if (sidecar && type === 'startup' && current.started === true) {
      results.set(uid, id, 'success');
    }
    if (!wasThere) results.set(uid, id, INITIAL[type]);
    this.#machine.send({ type: 'new container' });
  }

  #isInit(): boolean {
    const { pod, container } = this.#options;
    return pod.spec.initContainers?.some(({ name }) => name === container.name) ?? false;
  }

  #mayRunAgain(current: ContainerStatus, status: PodStatus): boolean {
    const { pod, container } = this.#options;
    const ended = current.state.terminated;
    if (!ended) return true;
    return (
      containerShouldRestart(container, pod.spec, ended.exitCode) ||
      shouldAllContainersRestart(pod, undefined, status)
    );
  }

  #count(result: 'success' | 'failure', id: string): void {
    const { type, pod, spec, results } = this.#options;
    this.#resultRun = this.#lastResult === result ? this.#resultRun + 1 : 1;
    this.#lastResult = result;
    this.#machine.send({ type: result, run: this.#resultRun });
    const threshold =
      result === 'failure' ? (spec.failureThreshold ?? 3) : (spec.successThreshold ?? 1);
    if (this.#resultRun < threshold) return;
    results.set(pod.metadata.uid, id, result);
    if (type === 'startup' || (type === 'liveness' && result === 'failure')) {
      this.#machine.send({ type: 'verdict' });
      this.#resultRun = 0;
    }
  }
}

function publishedStatus(status: PodStatus, name: string): ContainerStatus | undefined {
  return named(status.containerStatuses, name) ?? named(status.initContainerStatuses, name);
}

function named(
  statuses: readonly ContainerStatus[] | undefined,
  name: string,
): ContainerStatus | undefined {
  if (statuses) for (const one of statuses) if (one.name === name && one.containerID) return one;
  return undefined;
}
