import type { ApiClient } from '../../api/client';
import { parseQuantity, scaledValue } from '../../api/quantity';
import type { Node, Pod } from '../../api/stored-objects';
import type { Timer } from '../../kernel/clock';
import type { Kernel } from '../../kernel/kernel';
import { type Task, WaitQueue } from '../../kernel/task';
import { type Bytes, toBytes } from '../../runtime/bytes';
import type { ImageService, RuntimeService } from '../../runtime/cri';
import type { FileNode } from '../../runtime/vfs/node';
import { putFile } from '../../runtime/vfs/tree';
import { createEventRecorder, type EventSubject, type EventType } from '../events';
import { createApiLookup } from './api-lookup';
import { BackOff } from './back-off';
import { generatePodReadyCondition } from './conditions';
import { ContainerKiller } from './container-killer';
import { ContainerStarter } from './container-starter';
import type { NodeFacts } from './field-ref';
import { ImageManager } from './image-manager';
import type { Latency } from './latency';
import { HookRunner } from './lifecycle-hooks';
import { LifecycleTracker } from './lifecycle-tracker';
import { LocalStorageEviction } from './local-storage-eviction';
import { MemoryEviction } from './memory-eviction';
import type { NodeRecords } from './node-records';
import { type NodeDescription, NodeStatus } from './node-status';
import type { NodeStorage } from './node-storage';
import { Pleg, type PodLifecycleEvent } from './pleg';
import { admissionFailure, pressureFailure } from './pod-admission';
import { type PodChange, PodConfig } from './pod-config';
import { isTerminalPhase, podKey } from './pod-containers';
import type { ClusterDns } from './pod-dns';
import { PodEvents } from './pod-events';
import { hostsFile } from './pod-hostname';
import { PodRuntime } from './pod-runtime';
import { readPodStatus } from './pod-status-reader';
import { KubeletPodSyncer } from './pod-syncer';
import { PodWorkers } from './pod-workers';
import type { ProbeNetwork } from './probe-network';
import type { ProbeUpdate } from './probe-results';
import { Prober } from './prober';
import { ProberManager } from './prober-manager';
import { ResizeAllocation } from './resize';
import { apiContainerId } from './runtime-status';
import { StatusManager } from './status-manager';
import { TaskGroup } from './task-group';
import { VolumeManager } from './volume-manager';
import { WorkQueue } from './work-queue';

const INITIAL_RESTART_DELAY_MS = 10_000;
const LONGEST_RESTART_DELAY_MS = 300_000;
/** Restarts are forgiven after this, whatever the longest delay is. */
const RESTART_EXPIRY_MS = 600_000;
/** Leftovers of pods that are gone from the API are looked for this long after the start. */
const HOUSEKEEPING_MS = 2000;
/** What an evicted pod gets, whatever it asked for. */
const EVICTION_GRACE_SECONDS = 1;
const NO_PRESSURE: ReadonlySet<string> = new Set();
const MEMORY_PRESSURE: ReadonlySet<string> = new Set(['MemoryPressure']);
/** A kubelet that was there when the run began has been running for long. */
const LONG_AGO_MS = 3_600_000;

export interface KubeletOptions {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly runtime: RuntimeService;
  readonly images: ImageService;
  readonly node: NodeDescription;
  readonly storage: NodeStorage;
  readonly network: ProbeNetwork;
  readonly dns: ClusterDns;
  readonly latency: Latency;
}

/**
 * One life of the node agent: everything it holds in memory. What outlives it lies in the records and in
 * the runtime. Models pkg/kubelet/kubelet.go.
 */
export class KubeletProcess {
  readonly #options: KubeletOptions;
  readonly #records: NodeRecords;
  readonly #tasks: TaskGroup;
  readonly #config: PodConfig;
  readonly #pleg: Pleg;
  readonly #queue: WorkQueue;
  readonly #workers: PodWorkers;
  readonly #statuses: StatusManager;
  readonly #prober: ProberManager;
  readonly #volumes: VolumeManager;
  readonly #syncer: KubeletPodSyncer;
  readonly #podRuntime: PodRuntime;
  readonly #resize: ResizeAllocation;
  readonly #killer: ContainerKiller;
  readonly #eviction: LocalStorageEviction;
  readonly #memory: MemoryEviction;
  readonly #nodeStatus: NodeStatus;
  readonly #nodeEvent: (type: EventType, reason: string, message: string) => void;
  readonly #tracker: LifecycleTracker;
  readonly #events: PodEvents;
  readonly #runtimeChanged = new WaitQueue();
  readonly #deadlines = new Map<string, Timer>();
  #housekeeping: Timer | undefined;

  constructor(options: KubeletOptions, records: NodeRecords, wasThereBefore: boolean) {
    const { kernel, client, runtime, network, latency, storage, dns, node } = options;
    this.#options = options;
    this.#records = records;
    this.#tasks = new TaskGroup(kernel);
    this.#tracker = new LifecycleTracker(kernel);
    const recorder = createEventRecorder({
      kernel,
      client,
      component: 'kubelet',
      host: node.name,
    });
    const events = new PodEvents(recorder);
    this.#events = events;
    const lookup = createApiLookup(client);
    const nodeFacts = (_pod: Pod, podIPs: readonly string[]): NodeFacts => ({
      hostIPs: [node.ip],
      podIPs,
      allocatable: node.allocatable,
    });
    this.#config = new PodConfig(kernel, client, node.name, latency.watchMs);
    this.#pleg = new Pleg(
      kernel,
      (uid) => readPodStatus(uid, runtime, records),
      (event) => this.#onLifecycleEvent(event),
    );
    this.#queue = new WorkQueue(kernel, (uid) => this.#sync(uid));
    this.#statuses = new StatusManager({
      kernel,
      client,
      podOf: (uid) => this.#config.get(uid),
      couldHaveRunningContainers: (uid) => this.#workers.couldHaveRunningContainers(uid),
      onReadyChange: (pod, container, ready) => this.#onReadyChange(pod, container, ready),
    });
    this.#prober = new ProberManager({
      kernel,
      tasks: this.#tasks,
      prober: new Prober({ kernel, runtime, network, events }),
      status: (uid) => this.#statuses.get(uid),
      onUpdate: (update) => this.#onProbeUpdate(update),
      kubeletStartedMs: kernel.unixMs() - (wasThereBefore ? LONG_AGO_MS : 0),
    });
    const hooks = new HookRunner({
      clock: kernel.clock,
      runtime,
      network,
      events,
      podIp: (pod) => this.#pleg.get(pod.metadata.uid).ips[0] ?? this.#newestIp(pod),
    });
    this.#killer = new ContainerKiller({
      kernel,
      runtime,
      hooks,
      events,
      tasks: this.#tasks,
      tracker: this.#tracker,
      runtimeChanged: this.#runtimeChanged,
    });
    this.#volumes = new VolumeManager({
      kernel,
      storage,
      onNode: records.volumes,
      lookup,
      latency,
      events,
      nodeFacts: (pod) => nodeFacts(pod, this.#pleg.get(pod.metadata.uid).ips),
    });
    const starter = new ContainerStarter({
      kernel,
      runtime,
      images: new ImageManager(kernel, options.images, events, this.#tasks),
      records,
      lookup,
      events,
      hooks,
      killer: this.#killer,
      tasks: this.#tasks,
      tracker: this.#tracker,
      volumes: (uid) => this.#volumes.mounted(uid),
      nodeMemoryBytes: Number(scaledValue(parseQuantity(String(node.capacity.memory)), 0)),
      nodeFacts,
      hostsFile: (pod, podIPs) => this.#hostsFile(pod, podIPs),
    });
    this.#resize = new ResizeAllocation({
      records,
      allocatable: node.allocatable,
      others: (uid) => this.#others(uid),
      event: (pod, type, reason, message) => events.pod(pod, type, reason, message),
    });
    this.#podRuntime = new PodRuntime({
      kernel,
      runtime,
      records,
      events,
      starter,
      killer: this.#killer,
      tasks: this.#tasks,
      resize: this.#resize,
      tracker: this.#tracker,
      backOff: new BackOff(() => kernel.clock.now, {
        initialMs: INITIAL_RESTART_DELAY_MS,
        maxMs: LONGEST_RESTART_DELAY_MS,
        expiresAfterMs: RESTART_EXPIRY_MS,
      }),
      dns,
      latency,
      probeResults: {
        livenessResult: (id) => this.#prober.result('liveness', id),
        startupResult: (id) => this.#prober.result('startup', id),
      },
      onSandboxReady: (pod) => this.#statuses.setReadyToStartContainers(this.#newest(pod)),
    });
    this.#syncer = new KubeletPodSyncer({
      kernel,
      runtime,
      records,
      podRuntime: this.#podRuntime,
      volumes: this.#volumes,
      prober: this.#prober,
      resize: this.#resize,
      statuses: this.#statuses,
      events,
      tracker: this.#tracker,
      latency,
      hostIPs: [node.ip],
      onSyncAgain: (pod) => this.#workers.update(pod, 'update'),
    });
    this.#workers = new PodWorkers({
      kernel,
      syncer: this.#syncer,
      pleg: this.#pleg,
      queue: this.#queue,
      tasks: this.#tasks,
      tracker: this.#tracker,
      onFinished: (uid) => this.#onFinished(uid),
    });
    this.#eviction = new LocalStorageEviction({
      kernel,
      runtime,
      records,
      volumes: (uid) => this.#volumes.mounted(uid),
      evict: (pod, message) => {
        events.pod(pod, 'Warning', 'Evicted', message);
        this.#workers.evict(pod, { reason: 'Evicted', message }, EVICTION_GRACE_SECONDS);
      },
    });
    const nodeEvent = (type: EventType, reason: string, message: string) =>
      recorder.event(nodeSubject(node.name), type, reason, message);
    this.#nodeEvent = nodeEvent;
    this.#memory = new MemoryEviction({
      kernel,
      runtime,
      records,
      pods: () => this.#others(''),
      evict: (pod, message) => {
        events.pod(pod, 'Warning', 'Evicted', message);
        const why = { reason: 'Evicted', message, disrupts: true };
        this.#workers.evict(pod, why, EVICTION_GRACE_SECONDS);
      },
      onThresholdMet: () =>
        nodeEvent('Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory'),
      onPressure: (isUnderPressure) => {
        const state = isUnderPressure ? 'NodeHasInsufficientMemory' : 'NodeHasSufficientMemory';
        nodeEvent('Normal', state, `Node ${node.name} status is now: ${state}`);
        this.#nodeStatus.report();
      },
    });
    this.#nodeStatus = new NodeStatus({
      kernel,
      client,
      images: options.images,
      node,
      boot: () => records.boots,
      pressure: () => (this.#memory.isUnderPressure ? MEMORY_PRESSURE : NO_PRESSURE),
      event: nodeEvent,
    });
  }

  start(): void {
    this.#nodeStatus.start();
    for (const uid of this.#records.podUids()) this.#takeOver(uid);
    this.#tasks.start(this.#config.run((change) => this.#onChange(change)));
    if (this.#records.podUids().length === 0) return;
    this.#housekeeping = this.#options.kernel.clock.after(HOUSEKEEPING_MS, () =>
      this.#removeOrphans(),
    );
  }

  /** The process ends: nothing of it goes on, what runs in the runtime does. */
  halt(): void {
    this.#config.close();
    this.#tasks.halt();
    this.#pleg.halt();
    this.#queue.halt();
    this.#volumes.halt();
    this.#eviction.halt();
    this.#memory.halt();
    this.#nodeStatus.halt();
    this.#statuses.halt();
    this.#tracker.halt();
    const { clock } = this.#options.kernel;
    for (const timer of this.#deadlines.values()) clock.cancel(timer);
    if (this.#housekeeping) clock.cancel(this.#housekeeping);
  }

  /** Something has changed in the runtime; the kubelet hears of it with its next relist. */
  runtimeChanged(uid: string, containerId: string | undefined): void {
    this.#runtimeChanged.wakeAll();
    this.#pleg.changed(uid);
    const record = containerId === undefined ? undefined : this.#records.container(containerId);
    if (!record || containerId === undefined) return;
    const status = this.#options.runtime.containerStatus(containerId);
    if (status?.state !== 'exited') return;
    const newest = this.#records
      .containerIds(uid)
      .find((id) => this.#records.container(id)?.name === record.name);
    if (newest !== containerId) return;
    this.#tracker.containerOf(uid, record.name).send({ type: 'exited', exitCode: status.exitCode });
  }

  /** Memory is short on the node; `victim`: whom the kernel has killed for it. */
  memoryIsLow(victim: { readonly name: Bytes; readonly pid: number } | undefined): void {
    this.#memory.watch();
    if (!victim) return;
    const text = `System OOM encountered, victim process: ${victim.name}, pid: ${victim.pid}`;
    this.#nodeEvent('Warning', 'SystemOOM', text);
  }

  /** What only the kubelet knows of a pod, for the picture. */
  inspect(uid: string) {
    const pod = this.#config.get(uid);
    if (!pod) return undefined;
    const status = readPodStatus(uid, this.#options.runtime, this.#records);
    return {
      ...this.#tracker.podState(uid),
      nextSyncAt: this.#queue.dueAt(uid),
      containers: [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((container) => {
        const { name } = container;
        const record = status.containers.find((one) => one.name === name);
        return {
          name,
          nodeTruth: record?.state ?? ('none' as const),
          containerId: record?.id,
          attempt: record?.restartCount,
          backoffUntil: this.#podRuntime.backOffUntil(pod, container, status),
          probes: this.#prober.inspect(uid, name),
          ...this.#tracker.containerState(uid, name),
        };
      }),
    };
  }

  // Changes from the API ---------------------------------------------------------------------------

  #onChange({ op, pod }: PodChange): void {
    const { uid } = pod.metadata;
    if (op === 'remove') {
      this.#options.kernel.trace.emit('pod.deleted', { pod: podKey(pod) });
      if (!this.#workers.has(uid) || this.#workers.isFinished(uid)) this.#cleanUp(uid);
      else this.#workers.update(pod, 'kill');
      return;
    }
    if (op === 'reconcile') {
      if (readinessGateChanged(pod)) this.#workers.update(pod, 'sync');
      return;
    }
    if (op === 'add' && this.#rejects(pod)) return;
    this.#workers.update(pod, op === 'add' ? 'create' : 'update');
    this.#watchDeadline(pod);
    this.#eviction.watch(pod);
    if (op === 'add') this.#takeOverReadiness(pod);
  }

  /** Fails a pod that does not fit here. Models canAdmitPod and rejectPod. */
  #rejects(pod: Pod): boolean {
    const { client, node } = this.#options;
    if (isTerminalPhase(pod.status?.phase) || pod.metadata.deletionTimestamp) return false;
    const { uid } = pod.metadata;
    const others = this.#others(uid);
    const stored = client.get('nodes', undefined, node.name) as unknown as Node;
    const failure = this.#memory.isUnderPressure
      ? (pressureFailure(pod) ?? admissionFailure(pod, stored, others))
      : admissionFailure(pod, stored, others);
    if (!failure) return false;
    this.#events.pod(pod, 'Warning', failure.reason, failure.message);
    this.#statuses.set(pod, {
      phase: 'Failed',
      reason: failure.reason,
      message: `Pod was rejected: ${failure.message}`,
      ...(pod.status?.qosClass ? { qosClass: pod.status.qosClass } : {}),
    });
    return true;
  }

  /** The other pods on this node that may still run. */
  #others(uid: string): readonly Pod[] {
    return this.#config
      .list()
      .filter(({ metadata }) => metadata.uid !== uid)
      .filter(({ metadata }) => this.#workers.couldHaveRunningContainers(metadata.uid));
  }

  /** Containers that were ready before this kubelet started are so still. */
  #takeOverReadiness(pod: Pod): void {
    const runs = new Set(
      this.#options.runtime
        .listContainers(pod.metadata.uid)
        .flatMap(({ name, state }) => (state === 'running' ? name : [])),
    );
    for (const { name, ready } of pod.status?.containerStatuses ?? []) {
      if (ready && runs.has(name)) this.#tracker.container(pod, name).send({ type: 'ready' });
    }
  }

  /** The newest version that the API has shown of a pod. */
  #newest(pod: Pod): Pod {
    return this.#config.get(pod.metadata.uid) ?? pod;
  }

  #sync(uid: string): void {
    const pod = this.#config.get(uid);
    if (pod) this.#workers.update(pod, 'sync');
  }

  /** A pod with a deadline is looked at with the first tick after it. */
  #watchDeadline(pod: Pod): void {
    const { uid } = pod.metadata;
    const { kernel } = this.#options;
    const seconds = pod.spec.activeDeadlineSeconds;
    if (seconds === undefined || this.#deadlines.has(uid)) return;
    const at = this.#syncer.deadlineAt(pod) ?? kernel.clock.now + seconds * 1000;
    const timer = kernel.clock.at(at, () => {
      this.#deadlines.delete(uid);
      const due = this.#syncer.deadlineAt(this.#newest(pod));
      if (due !== undefined && due > kernel.clock.now) this.#watchDeadline(this.#newest(pod));
      else this.#queue.enqueue(uid, 0);
    });
    this.#deadlines.set(uid, timer);
  }

  // Changes from the runtime and the probes --------------------------------------------------------

  #onLifecycleEvent(event: PodLifecycleEvent): void {
    if (event.type !== 'ContainerRemoved') this.#sync(event.uid);
    if (event.type !== 'ContainerDied' || event.containerName === undefined) return;
    const status = this.#pleg.get(event.uid);
    if (this.#workers.mayContentGo(event.uid)) this.#podRuntime.removeDead(status);
    else this.#podRuntime.removeSurplus(status, event.containerName);
  }

  #onProbeUpdate({ type, uid, containerId, result }: ProbeUpdate): void {
    const success = result === 'success';
    if (type === 'readiness') {
      this.#statuses.setContainerReadiness(uid, apiContainerId(containerId), success);
    } else if (type === 'startup') {
      this.#statuses.setContainerStartup(uid, apiContainerId(containerId), success);
    } else if (result !== 'failure') {
      return;
    }
    this.#sync(uid);
  }

  #onReadyChange(pod: Pod, container: string, ready: boolean): void {
    const about = { pod: podKey(pod), container };
    this.#options.kernel.trace.emit(ready ? 'container.ready' : 'container.unready', about);
    this.#tracker.container(pod, container).send({ type: ready ? 'ready' : 'unready' });
  }

  // The end of pods --------------------------------------------------------------------------------

  #onFinished(uid: string): void {
    this.#eviction.forget(uid);
    this.#resize.forget(uid);
    // There is room now for a resize that has waited for it.
    for (const waiting of this.#resize.deferred) this.#sync(waiting);
    if (!this.#config.get(uid)) this.#cleanUp(uid);
  }

  /** Nothing wants to know of the pod any more: the runtime's records go too. */
  #cleanUp(uid: string): void {
    const { runtime, kernel } = this.#options;
    this.#workers.forget(uid);
    this.#statuses.forget(uid);
    this.#syncer.forget(uid);
    this.#volumes.unmount(uid);
    this.#prober.removePod(uid);
    this.#tracker.forget(uid);
    const timer = this.#deadlines.get(uid);
    if (timer) kernel.clock.cancel(timer);
    this.#deadlines.delete(uid);
    for (const id of [...this.#records.containerIds(uid)]) runtime.removeContainer(id);
    for (const id of this.#records.sandboxIds(uid)) runtime.removePodSandbox(id);
    this.#records.removePod(uid);
    this.#pleg.forget(uid);
  }

  /** Pods that vanished from the API while no kubelet was there are ended. */
  #removeOrphans(): void {
    this.#housekeeping = undefined;
    for (const uid of this.#records.podUids()) {
      if (this.#config.get(uid) || this.#workers.has(uid)) continue;
      this.#traceDeletion(uid);
      this.#tasks.start(this.#endOrphan(uid), () => this.#cleanUp(uid));
    }
  }

  /** The API has forgotten the pod; its name is known from what it has left here. */
  #traceDeletion(uid: string): void {
    const { runtime, kernel } = this.#options;
    const sandbox = runtime.sandboxStatus(this.#records.sandboxIds(uid)[0] ?? '');
    if (!sandbox) return;
    const { namespace, name } = sandbox.config;
    kernel.trace.emit('pod.deleted', { pod: `${namespace}/${name}` });
  }

  *#endOrphan(uid: string): Task {
    const { runtime } = this.#options;
    for (const id of this.#records.containerIds(uid)) yield* runtime.stopContainer(id, 2000);
    for (const id of this.#records.sandboxIds(uid)) yield* runtime.stopPodSandbox(id);
  }

  /** A kubelet that starts on a node with pods finds out where they stand. */
  #takeOver(uid: string): void {
    this.#records.forgetMissing(uid, this.#options.runtime);
    this.#pleg.relistPod(uid);
    const seen = new Set<string>();
    for (const id of this.#records.containerIds(uid)) {
      const status = this.#options.runtime.containerStatus(id);
      if (!status || seen.has(status.name)) continue;
      seen.add(status.name);
      // The last kubelet was stopped before it could start this one: it will be made again.
      if (status.state === 'created') continue;
      const machine = this.#tracker.containerOf(uid, status.name);
      machine.send({ type: 'create' });
      machine.send({ type: 'started', attempt: status.attempt, hook: false });
      if (status.state === 'running') this.#tracker.pod(uid).send({ type: 'run' });
      if (status.state === 'exited') {
        machine.send({ type: 'exited', exitCode: status.exitCode });
      }
    }
  }

  // Files and addresses ----------------------------------------------------------------------------

  #hostsFile(pod: Pod, podIPs: readonly string[]): FileNode | undefined {
    const { dns, storage, node } = this.#options;
    const { uid } = pod.metadata;
    if (podIPs.length === 0 && !pod.spec.hostNetwork) return undefined;
    return this.#records.hosts(uid, () => {
      const nodeHosts = `127.0.0.1\tlocalhost\n${node.ip}\t${node.name}\n`;
      const text = hostsFile(pod, podIPs, dns.domain, nodeHosts);
      return putFile(storage.kubeletFiles, `${uid}/etc-hosts`, toBytes(text), { mode: 0o644 });
    });
  }

  #newestIp(pod: Pod): string {
    const id = this.#records.sandboxIds(pod.metadata.uid)[0];
    return (id && this.#options.runtime.sandboxStatus(id)?.ip) || '';
  }
}

/** The kubelet does not know its node's UID and takes the name for it. */
function nodeSubject(name: string): EventSubject {
  return { kind: 'Node', name, uid: name, apiVersion: '' };
}

/** Models NeedToReconcilePodReadiness: somebody has changed a condition that is a readiness gate. */
function readinessGateChanged(pod: Pod): boolean {
  if (!pod.spec.readinessGates?.length || !pod.status) return false;
  const { conditions = [], containerStatuses = [], initContainerStatuses = [], phase } = pod.status;
  const all = [...initContainerStatuses, ...containerStatuses];
  const wanted = generatePodReadyCondition(pod, conditions, all, phase);
  const current = conditions.find(({ type }) => type === 'Ready');
  return current === undefined || current.status !== wanted.status;
}
