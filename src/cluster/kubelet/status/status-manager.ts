import type { ApiClient } from '../../../api/client';
import { findObject } from '../../../api/find-object';
import { ApiError } from '../../../api/status';
import type {
  ContainerState,
  ContainerStatus,
  Draft,
  Pod,
  PodCondition,
  PodStatus,
} from '../../../api/stored-objects';
import { formatTime } from '../../../api/time';
import type { KubeObject } from '../../../api/types';
import { withFields } from '../../../api/with-fields';
import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import {
  allContainers,
  isRestartableInitContainer,
  isTerminalPhase,
  podKey,
} from '../../pod-containers';
import { allContainersCouldRestart, containerShouldRestart } from '../actions/restart-policy';
import { sameJson } from '../same-json';
import {
  generateContainersReadyCondition,
  generatePodReadyCondition,
  isKubeletCondition,
} from './conditions';
import { unseenEnd } from './container-statuses';

interface Cached {
  readonly status: PodStatus;
  /** Nothing of the pod is left; its object may go. */
  readonly podIsFinished: boolean;
}

/** Statuses that the API server could not be given are sent again after this, ms. */
const RETRY_MS = 10_000;
/** A pod's termination messages together are cut to this. */
const MESSAGE_BYTES = 12_288;
const UNKNOWN = unseenEnd(
  137,
  'ContainerStatusUnknown',
  'The container could not be located when the pod was terminated',
);

export interface StatusManagerOptions {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  /** The pod as the kubelet last saw it in the API. */
  readonly podOf: (uid: string) => Pod | undefined;
  readonly couldHaveRunningContainers: (uid: string) => boolean;
  readonly onReadyChange: (pod: Pod, container: string, ready: boolean) => void;
}

/** The only writer of pod status. Models pkg/kubelet/status/status_manager.go. */
export class StatusManager {
  readonly #options: StatusManagerOptions;
  readonly #cache = new Map<string, Cached>();
  /** Pods whose status the API server could not be given. */
  readonly #unsent = new Map<string, Pod>();
  #retry: Timer | undefined;

  constructor(options: StatusManagerOptions) {
    this.#options = options;
  }

  halt(): void {
    if (this.#retry) this.#options.kernel.clock.cancel(this.#retry);
    this.#retry = undefined;
  }

  get(uid: string): PodStatus | undefined {
    return this.#cache.get(uid)?.status;
  }

  forget(uid: string): void {
    this.#cache.delete(uid);
    this.#unsent.delete(uid);
  }

  /** Publishes a status as a sync has computed it. */
  set(pod: Pod, status: PodStatus): void {
    const { generation, deletionTimestamp } = pod.metadata;
    const observed: Draft<PodStatus> = {};
    if (generation !== undefined) observed.observedGeneration = generation;
    this.#update(pod, Object.assign(observed, status), deletionTimestamp !== undefined, false);
  }

  /** A readiness probe's verdict reaches the API at once, before the next sync. */
  setContainerReadiness(uid: string, containerID: string, ready: boolean): void {
    this.#change(uid, containerID, (pod, status, container) => {
      if (container.ready === ready) return undefined;
      const changed = withContainer(status, { ...container, ready });
      const all = [...(changed.initContainerStatuses ?? []), ...(changed.containerStatuses ?? [])];
      const conditions = changed.conditions ?? [];
      const podReady = generatePodReadyCondition(pod, conditions, all, changed.phase);
      const containersReady = generateContainersReadyCondition(pod, all, changed.phase);
      return {
        ...changed,
        conditions: withCondition(withCondition(conditions, podReady), containersReady),
      };
    });
  }

  setContainerStartup(uid: string, containerID: string, started: boolean): void {
    this.#change(uid, containerID, (_pod, status, container) =>
      container.started === started ? undefined : withContainer(status, { ...container, started }),
    );
  }

  /** The sandbox stands: its condition is published ahead of the next sync. */
  setReadyToStartContainers(pod: Pod): void {
    const status = this.get(pod.metadata.uid) ?? pod.status ?? {};
    const { generation } = pod.metadata;
    const condition: PodCondition = {
      type: 'PodReadyToStartContainers',
      status: 'True',
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    };
    const conditions = withCondition(status.conditions ?? [], condition);
    this.set(pod, withFields(status, { conditions }));
  }

  /** The last write: what has no end gets one, and the object may go if it is being deleted. */
  terminatePod(pod: Pod): void {
    const status = this.get(pod.metadata.uid) ?? pod.status ?? {};
    const regular = status.containerStatuses ?? [];
    const inits = status.initContainerStatuses ?? [];
    const begun = lastBegun(inits);
    const { phase } = status;
    const ended: PodStatus = {
      ...status,
      ...(status.containerStatuses
        ? { containerStatuses: hasInitialized(pod) ? regular.map(withEnd) : regular }
        : {}),
      ...(status.initContainerStatuses
        ? {
            initContainerStatuses: inits.map((one, index) => (index <= begun ? withEnd(one) : one)),
          }
        : {}),
      phase: isTerminalPhase(phase) ? phase : 'Failed',
    };
    this.#update(pod, ended, true, true);
  }

  #change(
    uid: string,
    containerID: string,
    change: (pod: Pod, status: PodStatus, container: ContainerStatus) => PodStatus | undefined,
  ): void {
    const pod = this.#options.podOf(uid);
    const status = this.get(uid);
    if (!pod || !status) return;
    const container = [
      ...(status.containerStatuses ?? []),
      ...(status.initContainerStatuses ?? []),
    ].find((one) => one.containerID === containerID);
    const changed = container && change(pod, status, container);
    if (changed) this.#update(pod, changed, false, false);
  }

  /** Models updateStatusInternal. */
  #update(pod: Pod, given: PodStatus, force: boolean, podIsFinished: boolean): void {
    const { uid } = pod.metadata;
    const cached = this.#cache.get(uid);
    const old = cached?.status ?? pod.status ?? {};
    if (leavesTheEnd(old, given, pod)) return;
    const now = formatTime(this.#options.kernel.unixMs());
    const status = normalized(pod, given, {
      conditions: (given.conditions ?? []).map((one) => withTransitionTime(one, old, now)),
      startTime: old.startTime ?? given.startTime ?? now,
    });
    if (cached && !force && sameJson(cached.status, status)) return;
    const finished = podIsFinished || (cached?.podIsFinished ?? false);
    this.#cache.set(uid, { status, podIsFinished: finished });
    this.#tellReadiness(pod, old, status);
    this.#write(pod, status, finished);
  }

  #tellReadiness(pod: Pod, old: PodStatus, status: PodStatus): void {
    const before = new Map(
      [...(old.containerStatuses ?? []), ...(old.initContainerStatuses ?? [])].map(
        (one) => [one.name, one.ready] as const,
      ),
    );
    const tell = (one: ContainerStatus) => {
      if ((before.get(one.name) ?? false) === one.ready) return;
      this.#options.onReadyChange(pod, one.name, one.ready);
    };
    for (const one of status.containerStatuses ?? []) tell(one);
    for (const one of status.initContainerStatuses ?? []) {
      const spec = pod.spec.initContainers?.find(({ name }) => name === one.name);
      if (spec && isRestartableInitContainer(spec)) tell(one);
    }
  }

  /** Writes a status, now or when the API server can be reached again. */
  #write(pod: Pod, status: PodStatus, podIsFinished: boolean): void {
    const { uid } = pod.metadata;
    try {
      this.#send(pod, status, podIsFinished);
      this.#unsent.delete(uid);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.code !== 500) throw error;
      this.#unsent.set(uid, pod);
      this.#retry ??= this.#options.kernel.clock.after(RETRY_MS, () => this.#sendAgain());
    }
  }

  #sendAgain(): void {
    this.#retry = undefined;
    for (const [uid, pod] of [...this.#unsent]) {
      const cached = this.#cache.get(uid);
      if (cached) this.#write(pod, cached.status, cached.podIsFinished);
      else this.#unsent.delete(uid);
    }
  }

  /** Models status manager syncPod: writes what differs, then lets go of a pod that has ended. */
  #send(pod: Pod, status: PodStatus, podIsFinished: boolean): void {
    const { client, kernel, couldHaveRunningContainers } = this.#options;
    const { name, namespace, uid } = pod.metadata;
    const stored = findObject(client, 'pods', namespace, name) as unknown as Pod | undefined;
    if (!stored || stored.metadata.uid !== uid) return;
    const before = stored.status ?? {};
    const merged = mergePodStatus(stored, before, status, couldHaveRunningContainers(uid));
    if (!sameJson(before, merged)) {
      const object = withFields(stored, { status: merged });
      client.update('pods', namespace, object as unknown as KubeObject, { subresource: 'status' });
      if (before.phase !== merged.phase) {
        const change = { from: before.phase ?? '', to: merged.phase };
        kernel.trace.emit('pod.phase', { pod: podKey(pod), ...change });
      }
    }
    const deletable =
      podIsFinished &&
      stored.metadata.deletionTimestamp !== undefined &&
      isTerminalPhase(merged.phase);
    if (!deletable) return;
    try {
      client.delete('pods', namespace, name, { gracePeriodSeconds: 0, uid });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.code === 500) throw error;
    }
    this.forget(uid);
  }
}

function withContainer(status: PodStatus, container: ContainerStatus): PodStatus {
  const replace = (list: readonly ContainerStatus[] | undefined) =>
    list?.map((one) => (one.containerID === container.containerID ? container : one));
  const { containerStatuses, initContainerStatuses } = status;
  return {
    ...status,
    ...(containerStatuses ? { containerStatuses: replace(containerStatuses) } : {}),
    ...(initContainerStatuses ? { initContainerStatuses: replace(initContainerStatuses) } : {}),
  };
}

/** Puts a condition in the place of its predecessor, or at the end. */
function withCondition(
  conditions: readonly PodCondition[],
  condition: PodCondition,
): PodCondition[] {
  const known = conditions.some(({ type }) => type === condition.type);
  if (!known) return [...conditions, condition];
  return conditions.map((one) => (one.type === condition.type ? condition : one));
}

function withTransitionTime(condition: PodCondition, old: PodStatus, now: string): PodCondition {
  if (!isKubeletCondition(condition.type) && condition.type !== 'DisruptionTarget') {
    return condition;
  }
  const before = old.conditions?.find(({ type }) => type === condition.type);
  const same = before?.status === condition.status;
  const lastTransitionTime = same ? (before.lastTransitionTime ?? now) : now;
  return withFields(condition, { lastProbeTime: null, lastTransitionTime });
}

function withEnd(status: ContainerStatus): ContainerStatus {
  return status.state.terminated ? status : { ...status, state: { terminated: UNKNOWN } };
}

/** The last init container of which there is a sign that it was started; the first at least. */
function lastBegun(inits: readonly ContainerStatus[]): number {
  for (let index = inits.length - 1; index >= 0; index--) {
    const one = inits[index];
    if (one && (!one.state.waiting || one.lastState.terminated)) return index;
  }
  return 0;
}

/** Models hasPodInitialized. */
function hasInitialized(pod: Pod): boolean {
  const inits = pod.spec.initContainers ?? [];
  const last = inits.at(-1);
  if (!last) return true;
  const begun = pod.status?.containerStatuses?.some(
    ({ state, lastState }) => lastState.terminated || !state.waiting,
  );
  if (begun) return true;
  const status = pod.status?.initContainerStatuses?.find(({ name }) => name === last.name);
  if (!status) return false;
  if (isRestartableInitContainer(last)) return Boolean(status.state.running && status.started);
  return status.state.terminated?.exitCode === 0 || status.lastState.terminated?.exitCode === 0;
}

/** A container that has ended for good does not come back. Models checkContainerStateTransition. */
function leavesTheEnd(old: PodStatus, next: PodStatus, pod: Pod): boolean {
  const { spec } = pod;
  if (spec.restartPolicy === 'Always' || allContainersCouldRestart(spec)) return false;
  const came = (
    before: readonly ContainerStatus[] | undefined,
    after: readonly ContainerStatus[] | undefined,
    init: boolean,
  ) =>
    (before ?? []).some((one) => {
      const ended = one.state.terminated;
      if (!ended) return false;
      const list = init ? (spec.initContainers ?? []) : spec.containers;
      const container = list.find(({ name }) => name === one.name);
      if (!container || (init && isRestartableInitContainer(container))) return false;
      if (ended.exitCode !== 0 && spec.restartPolicy === 'OnFailure') return false;
      if (containerShouldRestart(container, spec, ended.exitCode)) return false;
      const now = after?.find(({ name }) => name === one.name);
      return now !== undefined && !now.state.terminated;
    });
  return (
    came(old.containerStatuses, next.containerStatuses, false) ||
    came(old.initContainerStatuses, next.initContainerStatuses, true)
  );
}

/** Cuts termination messages to the pod's share, and sets times. Models normalizeStatus. */
function normalized(pod: Pod, status: PodStatus, timed: Partial<PodStatus>): PodStatus {
  const count = allContainers(pod).length;
  const share = Math.floor(MESSAGE_BYTES / Math.max(count, 1));
  const cut = (state: ContainerState): ContainerState => {
    const message = state.terminated?.message;
    if (!state.terminated || message === undefined || message.length <= share) return state;
    return { terminated: { ...state.terminated, message: message.slice(0, share) } };
  };
  const each = (list: readonly ContainerStatus[] | undefined) =>
    list?.map((one) => {
      const state = cut(one.state);
      const lastState = cut(one.lastState);
      return state === one.state && lastState === one.lastState
        ? one
        : { ...one, state, lastState };
    });
  const { containerStatuses, initContainerStatuses } = status;
  const next: Draft<PodStatus> = withFields(status, timed);
  if (containerStatuses) next.containerStatuses = each(containerStatuses);
  if (initContainerStatuses) next.initContainerStatuses = each(initContainerStatuses);
  return next;
}

/**
 * What is written: others' conditions stay, and a terminal phase waits until nothing can be running.
 * Models mergePodStatus.
 */
export function mergePodStatus(
  pod: Pod,
  old: PodStatus,
  next: PodStatus,
  couldHaveRunningContainers: boolean,
): PodStatus {
  let conditions = (old.conditions ?? []).filter(({ type }) => !isKubeletCondition(type));
  const ending = !isTerminalPhase(old.phase) && isTerminalPhase(next.phase);
  for (const one of next.conditions ?? []) {
    if (isKubeletCondition(one.type)) conditions.push(one);
    else if (one.type === 'DisruptionTarget' && ending && !couldHaveRunningContainers) {
      conditions = withCondition(conditions, one);
    }
  }
  const merged: PodStatus = ending && couldHaveRunningContainers ? withEndOf(next, old) : next;
  if (!isTerminalPhase(merged.phase)) return withFields(merged, { conditions });
  const stillReady = conditions.some(
    ({ type, status }) => (type === 'Ready' || type === 'ContainersReady') && status === 'True',
  );
  if (!stillReady) return withFields(merged, { conditions });
  const reason = merged.phase === 'Failed' ? 'PodFailed' : 'PodCompleted';
  const { generation } = pod.metadata;
  const notReady = conditions.map(
    (one): PodCondition =>
      one.type === 'Ready' || one.type === 'ContainersReady'
        ? {
            type: one.type,
            status: 'False',
            reason,
            lastProbeTime: null,
            ...(generation === undefined ? {} : { observedGeneration: generation }),
            ...(one.lastTransitionTime ? { lastTransitionTime: one.lastTransitionTime } : {}),
          }
        : one,
  );
  return withFields(merged, { conditions: notReady });
}

/** Phase, reason and message of the old status, all else of the new one. */
function withEndOf(next: PodStatus, old: PodStatus): PodStatus {
  const { phase: _phase, reason: _reason, message: _message, ...rest } = next;
  return {
    ...(old.message === undefined ? {} : { message: old.message }),
    ...(old.reason === undefined ? {} : { reason: old.reason }),
    ...(old.phase === undefined ? {} : { phase: old.phase }),
    ...rest,
  };
}
