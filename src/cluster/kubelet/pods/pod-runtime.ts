import type { Container, Pod } from '../../../api/stored-objects';
import { withFields } from '../../../api/with-fields';
import type { Kernel } from '../../../kernel/kernel';
import { sleepFully, type Task } from '../../../kernel/task';
import { CriError, type RuntimeService } from '../../../runtime/cri';
import type { BackOff } from '../../back-off';
import type { Latency } from '../../latency';
import { formatPod, isRestartableInitContainer, podKey } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import { computePodActions } from '../actions/pod-actions';
import type { PodActions, PodActionsContext } from '../actions/pod-actions-draft';
import { type MemoryChange, type ResizeAllocation, whyMemoryStays } from '../actions/resize';
import { containerShouldRestart } from '../actions/restart-policy';
import { containerLimits } from '../containers/container-config';
import type { ContainerKiller } from '../containers/container-killer';
import type { ContainerStarter } from '../containers/container-starter';
import { type ClusterDns, podResolvConf } from '../containers/pod-dns';
import { sandboxHostname } from '../containers/pod-hostname';
import { goDuration } from '../go-duration';
import type { LifecycleTracker } from '../machines/lifecycle-tracker';
import type { ContainerRecord, NodeRecords } from '../observed/node-records';
import { hashContainer, type RuntimePodStatus } from '../observed/runtime-status';
import { sameJson } from '../same-json';
import type { Cancellation } from '../sync-error';
import type { SyncAction, SyncResult } from '../sync-result';
import type { TaskGroup } from '../task-group';

export interface PodRuntimeOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly records: NodeRecords;
  readonly events: PodEvents;
  readonly starter: ContainerStarter;
  readonly killer: ContainerKiller;
  readonly tasks: TaskGroup;
  readonly resize: ResizeAllocation;
  readonly tracker: LifecycleTracker;
  readonly backOff: BackOff;
  readonly dns: ClusterDns;
  readonly latency: Latency;
  readonly probeResults: Pick<PodActionsContext, 'livenessResult' | 'startupResult'>;
  /** The sandbox stands and has an address. */
  readonly onSandboxReady: (pod: Pod) => void;
}

/** Moves what runs of a pod towards its spec. Models kuberuntime_manager.go. */
export class PodRuntime {
  readonly #options: PodRuntimeOptions;

  constructor(options: PodRuntimeOptions) {
    this.#options = options;
  }

  /** One pass. Models kuberuntime SyncPod; the steps are upstream's. */
  *syncPod(
    pod: Pod,
    status: RuntimePodStatus,
    restartAllContainers: boolean,
    cancellation: Cancellation,
  ): Task<readonly SyncResult[]> {
    const { events, killer, tasks, probeResults, resize, records } = this.#options;
    const actions = computePodActions({
      pod,
      podStatus: status,
      restartAllContainers,
      ...probeResults,
      ...(resize.isInProgress(pod.metadata.uid)
        ? { givenResources: (id) => ({ resources: records.container(id)?.resources }) }
        : {}),
    });
    const results: SyncResult[] = [];
    if (actions.createSandbox && actions.sandboxId !== undefined) {
      const text = 'Pod sandbox changed, it will be killed and re-created.';
      events.pod(pod, 'Normal', 'SandboxChanged', text);
    }
    if (actions.killPod) {
      yield* tasks.unlessCancelled(killer.killPod(pod, status), cancellation);
      if (actions.createSandbox) this.#purgeInitContainers(pod, status);
    } else {
      yield* this.#killUnwanted(pod, actions, results, cancellation);
      yield* tasks.unlessCancelled(this.#reset(pod, actions, results), cancellation);
    }
    this.#pruneInitContainers(pod, status);

    if (cancellation.cancelled) return results;
    let sandboxId = actions.sandboxId;
    let podIPs = status.ips;
    if (actions.createSandbox) {
      sandboxId = yield* this.#createSandbox(pod, actions.attempt, results);
      if (sandboxId === undefined) return results;
      const ip = this.#options.runtime.sandboxStatus(sandboxId)?.ip;
      if (ip && !pod.spec.hostNetwork) podIPs = [ip];
      this.#options.onSandboxReady(pod);
    }
    if (sandboxId === undefined) return results;
    // The configuration of the sandbox is put together at each pass, which tells of what does not fit.
    if (pod.spec.dnsConfig) this.#resolvConf(pod);
    const into = { sandboxId, podIPs, results, cancellation };
    yield* this.#startContainers(pod, status, actions, into);
    if (resize.isInProgress(pod.metadata.uid)) this.#resize(pod, results);
    return results;
  }

  *#killUnwanted(
    pod: Pod,
    actions: PodActions,
    results: SyncResult[],
    cancellation: Cancellation,
  ): Task {
    const { killer, tasks } = this.#options;
    for (const [id, { container, message, reason }] of actions.containersToKill) {
      results.push({ action: 'KillContainer', target: container.name });
      const kill = killer.kill(pod, id, container.name, { message, reason });
      yield* tasks.unlessCancelled(kill, cancellation);
    }
  }

  /** A rule restarts all containers: each is stopped without grace and its record removed. */
  *#reset(pod: Pod, actions: PodActions, results: SyncResult[]): Task {
    const { killer, tracker } = this.#options;
    for (const { id, container, kill } of actions.containersToReset) {
      results.push({ action: 'RemoveContainer', target: container.name });
      if (kill) {
        yield* killer.kill(pod, id, container.name, {
          message: 'killing',
          reason: 'RestartAllContainers',
          graceOverride: 0,
        });
      }
      this.#remove(id);
      tracker.container(pod, container.name).send({ type: 'removed' });
    }
  }

  /** Gives the containers that run what their pod has been given. Models doPodResizeAction. */
  #resize(pod: Pod, results: SyncResult[]): void {
    const { records, runtime, resize } = this.#options;
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const running = records.containerIds(pod.metadata.uid).flatMap((id): ResizedContainer[] => {
      const record = records.container(id);
      const container = record && containers.find(({ name }) => name === record.name);
      if (!container || runtime.containerStatus(id)?.state !== 'running') return [];
      return [{ id, record, container }];
    });
    const problem = this.#whyMemoryStays(running);
    if (problem !== undefined) {
      resize.failed(pod, problem);
      const error = { reason: 'ResizePodInPlaceError', message: problem };
      results.push({ action: 'ResizePodInPlace', target: formatPod(pod), error });
      return;
    }
    for (const { id, record, container } of running) {
      if (sameJson(record.resources, container.resources)) continue;
      runtime.updateContainerResources(id, containerLimits(container));
      record.resources = container.resources;
    }
    resize.completed(pod);
  }

  #whyMemoryStays(running: readonly ResizedContainer[]): string | undefined {
    const { runtime } = this.#options;
    const changes = running.map(
      ({ id, record, container }): MemoryChange => ({
        name: container.name,
        usedBytes: runtime.containerUsage(id)?.memoryBytes ?? 0,
        limitBytes: memoryLimit(container),
        limitBefore: memoryLimit(withFields(container, { resources: record.resources ?? {} })),
      }),
    );
    // The pod as a whole is limited only if each of its containers is.
    const whole = (key: 'limitBytes' | 'limitBefore') =>
      changes.every((one) => one[key] > 0) ? sumOf(changes, key) : 0;
    return whyMemoryStays(
      {
        usedBytes: sumOf(changes, 'usedBytes'),
        limitBytes: whole('limitBytes'),
        limitBefore: whole('limitBefore'),
      },
      changes,
    );
  }

  #resolvConf(pod: Pod): string {
    const { events, dns } = this.#options;
    return podResolvConf(pod, dns, (message) =>
      events.pod(pod, 'Warning', 'DNSConfigForming', message),
    );
  }

  *#createSandbox(pod: Pod, attempt: number, results: SyncResult[]): Task<string | undefined> {
    const { kernel, runtime, records, events, dns, tracker } = this.#options;
    const result: SyncResult = { action: 'CreatePodSandbox', target: formatPod(pod) };
    results.push(result);
    tracker.pod(pod.metadata.uid).send({ type: 'create sandbox' });
    const { name, namespace, uid } = pod.metadata;
    const { sysctls } = pod.spec.securityContext ?? {};
    try {
      const id = yield* runtime.runPodSandbox({
        name,
        namespace,
        uid,
        attempt,
        hostname: sandboxHostname(pod, dns.domain),
        hostNetwork: pod.spec.hostNetwork ?? false,
        shareProcessNamespace: pod.spec.shareProcessNamespace ?? false,
        resolvConf: this.#resolvConf(pod),
        portMappings: portMappings(pod),
        ...(sysctls
          ? { sysctls: Object.fromEntries(sysctls.map((entry) => [entry.name, entry.value])) }
          : {}),
      });
      records.addSandbox(uid, id);
      const ip = runtime.sandboxStatus(id)?.ip;
      kernel.trace.emit('sandbox.created', { pod: podKey(pod), attempt, ip });
      return id;
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      const why = `rpc error: code = ${error.code} desc = ${error.message}`;
      result.error = { reason: 'CreatePodSandboxError', message: why };
      const text = `Failed to create pod sandbox: ${why}`;
      events.pod(pod, 'Warning', 'FailedCreatePodSandBox', text);
      return undefined;
    }
  }

  *#startContainers(
    pod: Pod,
    status: RuntimePodStatus,
    actions: PodActions,
    into: {
      readonly sandboxId: string;
      readonly podIPs: readonly string[];
      readonly results: SyncResult[];
      readonly cancellation: Cancellation;
    },
  ): Task {
    const { cancellation } = into;
    const machine = this.#options.tracker.pod(pod.metadata.uid);
    const { ephemeralContainers = [], initContainers = [], containers } = pod.spec;
    for (const index of actions.ephemeralContainersToStart) {
      const container = ephemeralContainers[index];
      if (container && !cancellation.cancelled) yield* this.#start(pod, container, status, into);
    }
    if (cancellation.cancelled) return;
    if (actions.initContainersToStart.length > 0) machine.send({ type: 'initialize' });
    for (const index of actions.initContainersToStart) {
      const container = initContainers[index];
      if (!container || cancellation.cancelled) continue;
      const started = yield* this.#start(pod, container, status, into);
      // A sidecar that fails to start is skipped; an ordinary init container holds up the rest.
      if (!started && !isRestartableInitContainer(container)) return;
    }
    if (actions.containersToStart.length === 0 || cancellation.cancelled) return;
    machine.send({ type: 'start containers' });
    for (const index of actions.containersToStart) {
      const container = containers[index];
      // A pod that is to end has its last pass cut short.
      if (cancellation.cancelled) return;
      if (container) yield* this.#start(pod, container, status, into);
    }
    if (!cancellation.cancelled) machine.send({ type: 'run' });
  }

  /** Returns whether the container runs. */
  *#start(
    pod: Pod,
    container: Container,
    status: RuntimePodStatus,
    into: {
      readonly sandboxId: string;
      readonly podIPs: readonly string[];
      readonly results: SyncResult[];
      readonly cancellation: Cancellation;
    },
  ): Task<boolean> {
    const action: SyncAction = 'StartContainer';
    const result: SyncResult = { action, target: container.name };
    into.results.push(result);
    result.error =
      this.#doBackOff(pod, container, status) ??
      (yield* this.#options.starter.start(
        pod,
        container,
        into.sandboxId,
        status,
        into.podIPs,
        into.cancellation,
      ));
    return result.error === undefined;
  }

  /** Models kuberuntime doBackOff: the delay counts from the end of the last instance. */
  #doBackOff(
    pod: Pod,
    container: Container,
    status: RuntimePodStatus,
  ): SyncResult['error'] | undefined {
    const { kernel, backOff, events, tracker } = this.#options;
    const { name } = container;
    const dead = status.containers.find((one) => one.name === name && one.state === 'exited');
    if (!dead) return undefined;
    const finishedAt = dead.finishedMs - kernel.epochMs;
    const key = backOffKey(pod, container);
    if (!backOff.isInBackOffSince(key, finishedAt)) {
      backOff.next(key, finishedAt);
      return undefined;
    }
    const delay = backOff.get(key);
    const until = finishedAt + delay;
    const text = `Back-off restarting failed container ${name} in pod ${formatPod(pod)}`;
    events.container(pod, name, 'Warning', 'BackOff', text);
    const left = until - kernel.clock.now;
    kernel.trace.emit('container.backoff', { pod: podKey(pod), container: name, delayMs: delay });
    tracker.container(pod, name).send({ type: 'back off', delayMs: left });
    return {
      reason: 'CrashLoopBackOff',
      message: `back-off ${goDuration(delay)} restarting failed container=${name} pod=${formatPod(pod)}`,
      retryAtMs: until,
    };
  }

  /**
   * When the restart delay of a container ends, virtual ms; undefined when none runs, or when the container
   * ended in a way after which it is not started again: the entry of its failures before outlives them.
   */
  backOffUntil(pod: Pod, container: Container, status: RuntimePodStatus): number | undefined {
    const { kernel, backOff } = this.#options;
    const newest = status.containers.find(({ name }) => name === container.name);
    if (newest?.state !== 'exited') return undefined;
    if (newest.exitCode === 0 && isOrdinaryInit(pod, container)) return undefined;
    if (!containerShouldRestart(container, pod.spec, newest.exitCode)) return undefined;
    const key = backOffKey(pod, container);
    const finishedAt = newest.finishedMs - kernel.epochMs;
    return backOff.isInBackOffSince(key, finishedAt) ? finishedAt + backOff.get(key) : undefined;
  }

  /** Of each init container only the newest dead record is kept. */
  #pruneInitContainers(pod: Pod, status: RuntimePodStatus): void {
    for (const { name } of pod.spec.initContainers ?? []) {
      const dead = status.containers.filter(
        (one) => one.name === name && (one.state === 'exited' || one.state === 'unknown'),
      );
      for (const { id } of dead.slice(1)) this.#remove(id);
    }
  }

  /** A new sandbox begins with the first init container: nothing is left of the old ones. */
  #purgeInitContainers(pod: Pod, status: RuntimePodStatus): void {
    const names = new Set((pod.spec.initContainers ?? []).map(({ name }) => name));
    for (const { id, name } of status.containers) if (names.has(name)) this.#remove(id);
  }

  #remove(id: string): void {
    this.#options.runtime.removeContainer(id);
    this.#options.records.removeContainer(id);
  }

  /** Nothing is kept of the ended containers of an evicted pod. */
  removeDead(status: RuntimePodStatus): void {
    for (const { id, state } of status.containers) if (state === 'exited') this.#remove(id);
  }

  /** Models pkg/kubelet/pod_container_deletor.go: of each container's dead instances one is kept. */
  removeSurplus(status: RuntimePodStatus, name: string): void {
    const dead = status.containers.filter((one) => one.name === name && one.state === 'exited');
    for (const { id } of dead.slice(1)) this.#remove(id);
  }

  /** Stops what runs of a pod and its sandbox. */
  *killPod(pod: Pod, status: RuntimePodStatus, graceSeconds: number): Task {
    yield* this.#options.killer.killPod(pod, status, graceSeconds);
    const { removeSandboxMs } = this.#options.latency;
    if (removeSandboxMs > 0) yield* sleepFully(this.#options.kernel.clock, removeSandboxMs);
  }
}

interface ResizedContainer {
  readonly id: string;
  readonly record: ContainerRecord;
  readonly container: Container;
}

/** Bytes; 0: none. */
function memoryLimit(container: Container): number {
  return containerLimits(container).memoryLimitBytes ?? 0;
}

function sumOf<Key extends string>(list: readonly Record<Key, number>[], key: Key): number {
  return list.reduce((sum, one) => sum + one[key], 0);
}

/** Ports of the node that containers ask for. Models kuberuntime_sandbox.go generatePodSandboxConfig. */
function portMappings({ spec }: Pod): { hostPort: number; containerPort: number }[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, containerPort, protocol = 'TCP' }) =>
      hostPort > 0 && protocol === 'TCP' ? { hostPort, containerPort } : [],
    ),
  );
}

function isOrdinaryInit({ spec }: Pod, container: Container): boolean {
  const isInit = spec.initContainers?.some(({ name }) => name === container.name) ?? false;
  return isInit && !isRestartableInitContainer(container);
}

/** Only a change of image or resources makes a container new to its back-off. */
function backOffKey(pod: Pod, container: Container): string {
  const { name, namespace, uid } = pod.metadata;
  const resources = JSON.stringify(container.resources ?? {});
  return `${name}_${namespace}_${uid}_${hashContainer(container)}_${resources}`;
}
