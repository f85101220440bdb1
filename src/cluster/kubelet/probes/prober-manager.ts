import type {
  Container,
  ContainerStatus,
  Pod,
  PodStatus,
  Probe,
} from '../../../api/stored-objects';
import { withFields } from '../../../api/with-fields';
import type { Kernel } from '../../../kernel/kernel';
import { isRestartableInitContainer } from '../../pod-containers';
import type { ProbeResult } from '../actions/pod-actions-draft';
import { parseContainerId } from '../observed/runtime-status';
import type { TaskGroup } from '../task-group';
import { ProbeResults, type ProbeType, type ProbeUpdate } from './probe-results';
import { ProbeWorker } from './probe-worker';
import { type Prober, ProbeTarget } from './prober';

export interface ProberManagerOptions {
  readonly kernel: Kernel;
  readonly tasks: TaskGroup;
  readonly prober: Prober;
  readonly status: (uid: string) => PodStatus | undefined;
  readonly onUpdate: (update: ProbeUpdate) => void;
  /** When the kubelet started, Unix ms. */
  readonly kubeletStartedMs: number;
}

const TYPES: readonly ProbeType[] = ['startup', 'readiness', 'liveness'];

/** The probes of all pods on the node. Models pkg/kubelet/prober/prober_manager.go. */
export class ProberManager {
  readonly #options: ProberManagerOptions;
  readonly #results: Readonly<Record<ProbeType, ProbeResults>>;
  /** By pod UID, then container and type. */
  readonly #workers = new Map<string, Map<string, ProbeWorker>>();

  constructor(options: ProberManagerOptions) {
    this.#options = options;
    const { onUpdate } = options;
    this.#results = {
      startup: new ProbeResults('startup', onUpdate),
      readiness: new ProbeResults('readiness', onUpdate),
      liveness: new ProbeResults('liveness', onUpdate),
    };
  }

  /** Grows with each verdict on any container of the node, and when one is forgotten. */
  get verdicts(): number {
    const { startup, readiness, liveness } = this.#results;
    return startup.changes + readiness.changes + liveness.changes;
  }

  result(type: ProbeType, containerId: string): ProbeResult | undefined {
    return this.#results[type].get(containerId);
  }

  /** Starts the probes of a pod; those that run already go on. */
  addPod(pod: Pod): void {
    for (const container of probedContainers(pod)) {
      for (const type of TYPES) {
        const spec = probeOf(container, type);
        if (spec && !this.#worker(pod.metadata.uid, container.name, type)) {
          this.#start(pod, container, type, spec);
        }
      }
    }
  }

  /** The pod is ending: only readiness goes on. */
  stopLivenessAndStartup(pod: Pod): void {
    for (const { name } of pod.spec.containers) {
      this.#worker(pod.metadata.uid, name, 'liveness')?.stop();
      this.#worker(pod.metadata.uid, name, 'startup')?.stop();
    }
  }

  removePod(uid: string): void {
    for (const worker of this.#workers.get(uid)?.values() ?? []) worker.stop();
  }

  inspect(uid: string, container: string): ReturnType<ProbeWorker['inspect']>[] {
    return TYPES.map((type) => this.#worker(uid, container, type))
      .filter((worker) => worker !== undefined)
      .map((worker) => worker.inspect());
  }

  /**
   * Fills in `started` and `ready`. A container that has started but is not ready is probed at once.
   * Models UpdatePodStatus.
   */
  withProbeResults(
    pod: Pod,
    statuses: readonly ContainerStatus[],
    containers: readonly Container[],
    init: boolean,
  ): ContainerStatus[] {
    return statuses.map((status) => {
      const started = this.#isStarted(pod, status);
      const container = containers.find(({ name }) => name === status.name);
      if (init && !(container && isRestartableInitContainer(container))) {
        const done = status.state.terminated?.exitCode === 0;
        return withFields(status, { started, ready: done || status.ready });
      }
      if (!started) return withFields(status, { started });
      return withFields(status, { started, ready: this.#isReady(pod, status, container) });
    });
  }

  #isStarted(pod: Pod, status: ContainerStatus): boolean {
    if (!status.state.running) return false;
    const result = this.result('startup', parseContainerId(status.containerID));
    if (result !== undefined) return result === 'success';
    if (status.started) return true;
    return !this.#worker(pod.metadata.uid, status.name, 'startup');
  }

  #isReady(pod: Pod, status: ContainerStatus, container: Container | undefined): boolean {
    const { running } = status.state;
    if (!running) return false;
    const id = parseContainerId(status.containerID);
    const result = this.result('readiness', id);
    if (result === 'success') return true;
    const worker = this.#worker(pod.metadata.uid, status.name, 'readiness');
    worker?.trigger();
    const wasThere = Date.parse(running.startedAt ?? '') < this.#options.kubeletStartedMs - 10_000;
    if (!wasThere) return worker === undefined;
    // A kubelet that has just started takes over what the API says of containers it finds running.
    if (container?.readinessProbe) {
      const podReady = pod.status?.conditions?.some(
        (one) => one.type === 'Ready' && one.status === 'True',
      );
      return podReady === true && result === undefined;
    }
    return true;
  }

  #start(pod: Pod, container: Container, type: ProbeType, spec: Probe): void {
    const { kernel, tasks, prober, status, kubeletStartedMs } = this.#options;
    const { uid } = pod.metadata;
    const target = new ProbeTarget(type, spec, pod, container);
    const worker = new ProbeWorker({
      kernel,
      type,
      pod,
      container,
      spec,
      results: this.#results[type],
      status: () => status(uid),
      probe: (containerId, podIp) => prober.probe(target, containerId, podIp),
      kubeletStartedMs,
    });
    const workers = this.#workers.get(uid) ?? new Map<string, ProbeWorker>();
    const key = workerKey(container.name, type);
    workers.set(key, worker);
    this.#workers.set(uid, workers);
    tasks.start(worker.run(), () => {
      workers.delete(key);
      if (workers.size === 0 && this.#workers.get(uid) === workers) this.#workers.delete(uid);
    });
  }

  #worker(uid: string, container: string, type: ProbeType): ProbeWorker | undefined {
    return this.#workers.get(uid)?.get(workerKey(container, type));
  }
}

function workerKey(container: string, type: ProbeType): string {
  return `${container} ${type}`;
}

function probeOf(container: Container, type: ProbeType): Probe | undefined {
  if (type === 'startup') return container.startupProbe;
  return type === 'readiness' ? container.readinessProbe : container.livenessProbe;
}

/** Regular containers and sidecars. */
function probedContainers(pod: Pod): readonly Container[] {
  return [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter(isRestartableInitContainer),
  ];
}
