import type { ApiClient } from '../../api/client';
import { parseQuantity, scaledValue } from '../../api/quantity';
import type { Node, Pod } from '../../api/stored-objects';
import type { Kernel } from '../../kernel/kernel';
import { WaitQueue } from '../../kernel/task';
import { type Bytes, toBytes } from '../../runtime/bytes';
import type { ImageService, RuntimeService } from '../../runtime/cri';
import type { FileNode } from '../../runtime/vfs/node';
import { putFile } from '../../runtime/vfs/tree';
import { BackOff } from '../back-off';
import { createEventRecorder, type EventSubject, type EventType } from '../events';
import type { Latency } from '../latency';
import { isTerminalPhase, podKey } from '../pod-containers';
import { PodEvents } from '../pod-events';
import { ResizeAllocation } from './actions/resize';
import { createApiLookup } from './api-lookup';
import { ContainerKiller } from './containers/container-killer';
import { ContainerStarter } from './containers/container-starter';
import { ImageManager } from './containers/image-manager';
import { HookRunner } from './containers/lifecycle-hooks';
import type { ClusterDns } from './containers/pod-dns';
import { hostsFile } from './containers/pod-hostname';
import { PodEviction } from './eviction/pod-eviction';
import type { NodeFacts } from './field-ref';
import { LifecycleTracker } from './machines/lifecycle-tracker';
import { type NodeDescription, NodeStatus } from './node/node-status';
import type { NodeRecords } from './observed/node-records';
import { Pleg, type PodLifecycleEvent } from './observed/pleg';
import { readPodStatus } from './observed/pod-status-reader';
import { apiContainerId } from './observed/runtime-status';
import { ActiveDeadlines } from './pods/active-deadlines';
import { Leftovers } from './pods/leftovers';
import { admissionFailure, pressureFailure } from './pods/pod-admission';
import { type PodChange, PodConfig } from './pods/pod-config';
import { PodRuntime } from './pods/pod-runtime';
import { KubeletPodSyncer } from './pods/pod-syncer';
import { PodWorkers } from './pods/pod-workers';
import { WorkQueue } from './pods/work-queue';
import type { ProbeNetwork } from './probes/probe-network';
import type { ProbeUpdate } from './probes/probe-results';
import { Prober } from './probes/prober';
import { ProberManager } from './probes/prober-manager';
import { generatePodReadyCondition } from './status/conditions';
import { StatusManager } from './status/status-manager';
import { TaskGroup } from './task-group';
import type { NodeStorage } from './volumes/node-storage';
import { VolumeManager } from './volumes/volume-manager';

const INITIAL_RESTART_DELAY_MS = 10_000;
const LONGEST_RESTART_DELAY_MS = 300_000;
/** Restarts are forgiven after this, whatever the longest delay is. */
const RESTART_EXPIRY_MS = 600_000;
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
  readonly #eviction: PodEviction;
  readonly #nodeStatus: NodeStatus;
  readonly #tracker: LifecycleTracker;
  readonly #events: PodEvents;
  readonly #runtimeChanged = new WaitQueue();
  readonly #deadlines: ActiveDeadlines;
  readonly #leftovers: Leftovers;

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
      lookup,
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
    this.#deadlines = new ActiveDeadlines({
      clock: kernel.clock,
      dueAt: (pod) => this.#syncer.deadlineAt(pod),
      newest: (pod) => this.#newest(pod),
      onDue: (uid) => this.#queue.enqueue(uid, 0),
    });
    this.#leftovers = new Leftovers({
      kernel,
      runtime,
      records,
      pleg: this.#pleg,
      tracker: this.#tracker,
      tasks: this.#tasks,
      isKnown: (uid) => this.#config.get(uid) !== undefined || this.#workers.has(uid),
      onEnded: (uid) => this.#cleanUp(uid),
    });
    const nodeEvent = (type: EventType, reason: string, message: string) =>
      recorder.event(nodeSubject(node.name), type, reason, message);
    this.#eviction = new PodEviction({
      kernel,
      runtime,
      records,
      node,
      events,
      nodeEvent,
      volumes: (uid) => this.#volumes.mounted(uid),
      pods: () => this.#others(''),
      evict: (pod, why, graceSeconds) => this.#workers.evict(pod, why, graceSeconds),
      onPressure: () => this.#nodeStatus.report(),
    });
    this.#nodeStatus = new NodeStatus({
      kernel,
      client,
      images: options.images,
      node,
      boot: () => records.boots,
      pressure: () => this.#eviction.pressure,
      event: nodeEvent,
    });
  }

  start(): void {
    this.#nodeStatus.start();
    this.#leftovers.takeOver();
    this.#tasks.start(this.#config.run((change) => this.#onChange(change)));
  }

  /** The process ends: nothing of it goes on, what runs in the runtime does. */
  halt(): void {
    this.#config.close();
    this.#tasks.halt();
    this.#pleg.halt();
    this.#queue.halt();
    this.#volumes.halt();
    this.#eviction.halt();
    this.#nodeStatus.halt();
    this.#statuses.halt();
    this.#tracker.halt();
    this.#deadlines.halt();
    this.#leftovers.halt();
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
    this.#eviction.memoryIsLow(victim);
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
    this.#deadlines.watch(pod);
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
    const failure = this.#eviction.pressure.has('MemoryPressure')
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
    const { runtime } = this.#options;
    this.#workers.forget(uid);
    this.#statuses.forget(uid);
    this.#syncer.forget(uid);
    this.#volumes.unmount(uid);
    this.#prober.removePod(uid);
    this.#tracker.forget(uid);
    this.#deadlines.forget(uid);
    for (const id of [...this.#records.containerIds(uid)]) runtime.removeContainer(id);
    for (const id of this.#records.sandboxIds(uid)) runtime.removePodSandbox(id);
    this.#records.removePod(uid);
    this.#pleg.forget(uid);
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
