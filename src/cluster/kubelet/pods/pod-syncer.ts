import type { ContainerStatus, Pod, PodStatus } from '../../../api/stored-objects';
import { withFields } from '../../../api/with-fields';
import type { Kernel } from '../../../kernel/kernel';
import { sleepFully, type Task } from '../../../kernel/task';
import type { RuntimeService } from '../../../runtime/cri';
import type { Latency } from '../../latency';
import { isTerminalPhase } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import type { ResizeAllocation } from '../actions/resize';
import { type ApiLookup, MissingObjectError } from '../api-lookup';
import type { LifecycleTracker } from '../machines/lifecycle-tracker';
import type { NodeRecords } from '../observed/node-records';
import { readPodStatus } from '../observed/pod-status-reader';
import type { RuntimePodStatus } from '../observed/runtime-status';
import type { ProberManager } from '../probes/prober-manager';
import { generateAPIPodStatus } from '../status/api-pod-status';
import type { WaitingReason } from '../status/container-statuses';
import type { StatusManager } from '../status/status-manager';
import { type Cancellation, SyncError } from '../sync-error';
import { type SyncResult, syncErrorOf } from '../sync-result';
import type { VolumeManager } from '../volumes/volume-manager';
import type { PodRuntime } from './pod-runtime';
import type { Eviction, PodSyncer } from './pod-workers';

export interface KubeletPodSyncerOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly records: NodeRecords;
  readonly podRuntime: PodRuntime;
  readonly volumes: VolumeManager;
  readonly lookup: Pick<ApiLookup, 'secret'>;
  readonly prober: ProberManager;
  readonly resize: ResizeAllocation;
  readonly statuses: StatusManager;
  readonly events: PodEvents;
  readonly tracker: LifecycleTracker;
  readonly latency: Latency;
  readonly hostIPs: readonly string[];
  /** The pod is to be looked at again at once: a rule restarts all containers, or they were resized. */
  readonly onSyncAgain: (pod: Pod) => void;
}

const DEADLINE: WaitingReason = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

/** What a sync began with that found nothing to do and nothing to tell. */
interface Quiet {
  readonly pod: Pod;
  readonly status: RuntimePodStatus;
  readonly published: PodStatus | undefined;
  readonly verdicts: number;
}

/** What the kubelet does for one pod. Models SyncPod, SyncTerminatingPod, SyncTerminatedPod of kubelet.go. */
export class KubeletPodSyncer implements PodSyncer {
  readonly #options: KubeletPodSyncerOptions;
  /** Why containers could not be started, by pod UID and name. Models reason_cache.go. */
  readonly #reasons = new Map<string, Map<string, WaitingReason>>();
  /** By pod UID. A sync that begins with the same again comes to the same, and need not be carried out. */
  readonly #quiet = new Map<string, Quiet>();

  constructor(options: KubeletPodSyncerOptions) {
    this.#options = options;
  }

  forget(uid: string): void {
    this.#reasons.delete(uid);
    this.#quiet.delete(uid);
  }

  *syncPod(
    wanted: Pod,
    status: RuntimePodStatus,
    cancellation: Cancellation,
  ): Task<{ readonly terminal: boolean; readonly relist: boolean }> {
    const { statuses, volumes, prober, podRuntime, tracker } = this.#options;
    const { uid } = wanted.metadata;
    const pod = this.#options.resize.allocate(wanted);
    const start = { pod, status, published: statuses.get(uid), verdicts: prober.verdicts };
    if (isSameStart(this.#quiet.get(uid), start)) {
      yield* volumes.waitForAttachAndMount(pod, cancellation);
      return { terminal: false, relist: false };
    }
    const apiStatus = this.#generate(pod, status, false);
    statuses.set(pod, apiStatus);
    if (isTerminalPhase(apiStatus.phase)) return { terminal: true, relist: false };

    if (status.sandboxes.length === 0) tracker.pod(uid).send({ type: 'mount volumes' });
    yield* volumes.waitForAttachAndMount(pod, cancellation);
    const lacksPullSecret = this.#lacksPullSecret(pod);
    prober.addPod(pod);
    const restartAll = isRestartingAll(apiStatus);
    const ips = (apiStatus.podIPs ?? []).map(({ ip }) => ip);
    const withIps = withFields(status, { ips });
    const resizes = this.#options.resize.isInProgress(uid);
    const results = yield* podRuntime.syncPod(pod, withIps, restartAll, cancellation);
    this.#noteReasons(uid, results);
    const failure = syncErrorOf(results);
    if (failure) throw failure;
    const removed = restartAll && results.some(({ action }) => action === 'RemoveContainer');
    if (removed || resizes) {
      this.#options.onSyncAgain(wanted);
    }
    const isAtWork = results.length > 0 || resizes;
    if (!isAtWork && !lacksPullSecret && isSettled(pod, apiStatus)) this.#quiet.set(uid, start);
    return { terminal: false, relist: isAtWork };
  }

  *syncTerminatingPod(
    pod: Pod,
    status: RuntimePodStatus,
    graceSeconds: number,
    eviction: Eviction | undefined,
  ): Task {
    const { statuses, prober, podRuntime, runtime, records } = this.#options;
    const { uid } = pod.metadata;
    const apiStatus = this.#generate(pod, status, false);
    statuses.set(pod, eviction ? evicted(pod, apiStatus, eviction) : apiStatus);
    prober.stopLivenessAndStartup(pod);
    yield* podRuntime.killPod(pod, status, graceSeconds);
    prober.removePod(uid);
    const stopped = readPodStatus(uid, runtime, records);
    if (stopped.containers.some(({ state }) => state === 'running')) {
      throw new SyncError('detected running containers after a successful KillPod');
    }
    const ips = stopped.ips.length > 0 ? stopped.ips : status.ips;
    statuses.set(pod, this.#generate(pod, { ...stopped, ips }, true));
  }

  *syncTerminatedPod(pod: Pod, status: RuntimePodStatus): Task {
    const { statuses, volumes, kernel, latency } = this.#options;
    statuses.set(pod, this.#generate(pod, status, true));
    if (latency.unmountMs > 0) yield* sleepFully(kernel.clock, latency.unmountMs);
    volumes.unmount(pod.metadata.uid);
    statuses.terminatePod(pod);
  }

  /** When a pod's deadline is over, virtual ms; undefined without one. */
  deadlineAt(pod: Pod): number | undefined {
    const { activeDeadlineSeconds } = pod.spec;
    const startTime =
      this.#options.statuses.get(pod.metadata.uid)?.startTime ?? pod.status?.startTime;
    if (activeDeadlineSeconds === undefined || startTime === undefined) return undefined;
    const { epochMs } = this.#options.kernel;
    return Date.parse(startTime) + activeDeadlineSeconds * 1000 - epochMs;
  }

  #generate(pod: Pod, podStatus: RuntimePodStatus, podIsTerminal: boolean): PodStatus {
    const { statuses, prober, hostIPs } = this.#options;
    const { uid } = pod.metadata;
    const reasons = this.#reasons.get(uid);
    return generateAPIPodStatus({
      pod,
      podStatus,
      oldStatus: statuses.get(uid) ?? pod.status ?? {},
      podIsTerminal,
      hostIPs,
      qosClass: pod.status?.qosClass ?? 'BestEffort',
      waitingReason: (name) => reasons?.get(name),
      evicted: this.#pastDeadline(pod),
      resizeConditions: this.#options.resize.conditions(uid),
      withProbeResults: (list, containers, init) =>
        prober.withProbeResults(pod, list, containers, init),
    });
  }

  /** Each sync reports the pull secrets that are not there. Models getPullSecretsForPod. */
  #lacksPullSecret(pod: Pod): boolean {
    const { lookup, events } = this.#options;
    const missing: string[] = [];
    for (const { name } of pod.spec.imagePullSecrets ?? []) {
      if (!name) continue;
      try {
        lookup.secret(pod.metadata.namespace, name);
      } catch (error) {
        if (!(error instanceof MissingObjectError)) throw error;
        missing.push(name);
      }
    }
    if (missing.length === 0) return false;
    const text = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    events.pod(pod, 'Warning', 'FailedToRetrieveImagePullSecret', text);
    return true;
  }

  /** Models active_deadline.go ShouldEvict. */
  #pastDeadline(pod: Pod): WaitingReason | undefined {
    const at = this.deadlineAt(pod);
    if (at === undefined || this.#options.kernel.clock.now < at) return undefined;
    this.#options.events.pod(pod, 'Normal', DEADLINE.reason, DEADLINE.message);
    return DEADLINE;
  }

  #noteReasons(uid: string, results: readonly SyncResult[]): void {
    for (const { action, target, error } of results) {
      if (action !== 'StartContainer') continue;
      const reasons = this.#reasons.get(uid) ?? new Map<string, WaitingReason>();
      if (error) reasons.set(target, { reason: error.reason, message: error.message });
      else reasons.delete(target);
      this.#reasons.set(uid, reasons);
    }
  }
}

function isSameStart(quiet: Quiet | undefined, start: Quiet): boolean {
  return (
    quiet !== undefined &&
    quiet.pod === start.pod &&
    quiet.status === start.status &&
    quiet.published === start.published &&
    quiet.verdicts === start.verdicts
  );
}

/**
 * Whether only an event can bring about something else: a pod with a deadline depends on the time, and one
 * that is not ready is probed at each sync.
 */
function isSettled({ spec }: Pod, status: PodStatus): boolean {
  const isReady = ({ ready }: ContainerStatus) => ready;
  return (
    spec.activeDeadlineSeconds === undefined &&
    (status.containerStatuses ?? []).every(isReady) &&
    (status.initContainerStatuses ?? []).every(isReady)
  );
}

/** Models the status function of evictPod. */
function evicted(
  { metadata }: Pod,
  status: PodStatus,
  { reason, message, disrupts }: Eviction,
): PodStatus {
  const failed: PodStatus = { ...status, phase: 'Failed', reason, message };
  if (!disrupts) return failed;
  const { generation } = metadata;
  const target = {
    type: 'DisruptionTarget',
    status: 'True' as const,
    reason: 'TerminationByKubelet',
    message,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  return { ...failed, conditions: [target, ...(status.conditions ?? [])] };
}

function isRestartingAll(status: PodStatus): boolean {
  return (status.conditions ?? []).some(
    (one) => one.type === 'AllContainersRestarting' && one.status === 'True',
  );
}
