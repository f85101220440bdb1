import type {
  Container,
  ContainerState,
  ContainerStatus,
  Draft,
  Pod,
  VolumeMountStatus,
} from '../../../api/stored-objects';
import { isRestartableInitContainer } from '../../pod-containers';
import { hasAnyRegularContainerCreated } from '../actions/init-container-actions';
import { RESTARTING_ALL_CONTAINERS, shouldContainerBeRestarted } from '../actions/restart-policy';
import {
  apiContainerId,
  apiTime,
  findContainerStatus,
  type RuntimeContainerStatus,
  type RuntimePodStatus,
} from '../observed/runtime-status';

/** Why the last attempt to start a container failed; the status shows it while it waits. */
export interface WaitingReason {
  readonly reason: string;
  readonly message: string;
}

export interface ContainerStatusesInput {
  readonly pod: Pod;
  readonly podStatus: RuntimePodStatus;
  readonly previous: readonly ContainerStatus[];
  readonly containers: readonly Container[];
  readonly hasInitContainers: boolean;
  readonly isInitContainer: boolean;
  /** A rule is restarting all containers of the pod. */
  readonly podRestarting: boolean;
  readonly waitingReason: (container: string) => WaitingReason | undefined;
}

const REMOVED_BY_RULE = 'The container is removed because RestartAllContainers in place';
const UNKNOWN = 'ContainerStatusUnknown';
/** The API server's zero time, as containerd's StartError containers carry it. */
const ZERO_TIME_MS = 0;

/**
 * What the API shall say of a pod's containers: defaults, then what the runtime knows, then why those that
 * are to run do not. Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses.
 */
export function convertToAPIContainerStatuses(input: ContainerStatusesInput): ContainerStatus[] {
  const previous = new Map(input.previous.map((status) => [status.name, status]));
  const statuses = new Map<string, ContainerStatus>();
  for (const container of input.containers) {
    statuses.set(container.name, defaultStatus(input, container, previous.get(container.name)));
  }
  for (const container of input.containers) {
    const old = previous.get(container.name);
    const status = statuses.get(container.name);
    if (!old || !status || findContainerStatus(input.podStatus, container.name)) continue;
    statuses.set(container.name, withoutRuntimeRecord(input, status, old));
  }
  applyRuntimeStatuses(input, statuses, previous);
  for (const container of input.containers) {
    const status = statuses.get(container.name);
    if (status) statuses.set(container.name, withWaitingReason(input, container, status));
  }
  const list = [...statuses.values()];
  // Init containers keep the spec's order; the others are sorted by name.
  return input.isInitContainer ? list : list.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function defaultStatus(
  input: ContainerStatusesInput,
  container: Container,
  old: ContainerStatus | undefined,
): ContainerStatus {
  if (old?.state.terminated) return old;
  const reason = input.hasInitContainers ? 'PodInitializing' : 'ContainerCreating';
  const volumeMounts = volumeMountStatuses(container);
  return {
    name: container.name,
    state: { waiting: { reason } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  };
}

function volumeMountStatuses(container: Container): VolumeMountStatus[] {
  return (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
  }));
}

/** The runtime knows nothing (any more) of a container that has a status. */
function withoutRuntimeRecord(
  input: ContainerStatusesInput,
  status: ContainerStatus,
  old: ContainerStatus,
): ContainerStatus {
  if (input.podRestarting && !old.state.waiting) {
    return {
      ...status,
      state: { waiting: { reason: RESTARTING_ALL_CONTAINERS, message: REMOVED_BY_RULE } },
      lastState: { terminated: unseenEnd(137, RESTARTING_ALL_CONTAINERS, REMOVED_BY_RULE) },
      restartCount: old.restartCount + 1,
    };
  }
  if (!old.state.running || status.lastState.terminated) return status;
  const message =
    'The container could not be located when the pod was deleted.  The container used to be Running';
  const deleted = input.pod.metadata.deletionTimestamp !== undefined;
  return {
    ...status,
    lastState: { terminated: unseenEnd(137, UNKNOWN, message) },
    restartCount: status.restartCount + (deleted ? 0 : 1),
  };
}

function applyRuntimeStatuses(
  input: ContainerStatusesInput,
  statuses: Map<string, ContainerStatus>,
  previous: ReadonlyMap<string, ContainerStatus>,
): void {
  const seen = new Map<string, number>();
  for (const record of input.podStatus.containers) {
    const known = statuses.get(record.name);
    const count = seen.get(record.name) ?? 0;
    if (!known || count >= 2) continue;
    seen.set(record.name, count + 1);
    const status = convertContainerStatus(input, record, previous.get(record.name), known);
    if (count === 0) statuses.set(record.name, status);
    else statuses.set(record.name, { ...known, lastState: status.state });
  }
}

function convertContainerStatus(
  input: ContainerStatusesInput,
  record: RuntimeContainerStatus,
  old: ContainerStatus | undefined,
  known: ContainerStatus,
): ContainerStatus {
  const containerID = apiContainerId(record.id);
  const converted = convertState(input, record, old, containerID);
  const sameInstance = old?.containerID === containerID;
  const carried = !sameInstance && old?.state.terminated;
  const last = carried ? old.state.terminated : old?.lastState.terminated;
  const resources = input.containers.find(({ name }) => name === record.name)?.resources;
  const volumeMounts = old ? old.volumeMounts : known.volumeMounts;
  const status: Draft<ContainerStatus> = {
    name: record.name,
    state: converted.state,
    lastState: last ? { terminated: last } : {},
    ready: false,
    restartCount: converted.restartCount,
    image: record.image,
    imageID: record.imageRef,
    containerID,
  };
  if (record.state === 'running' && old?.started !== undefined) status.started = old.started;
  if (resources?.requests) status.allocatedResources = resources.requests;
  if (resources) status.resources = resources;
  if (volumeMounts) status.volumeMounts = volumeMounts;
  if (record.user) status.user = apiUser(record.user);
  return status;
}

function convertState(
  input: ContainerStatusesInput,
  record: RuntimeContainerStatus,
  old: ContainerStatus | undefined,
  containerID: string,
): { state: ContainerState; restartCount: number } {
  const restartCount = Math.max(record.restartCount, old?.restartCount ?? 0);
  if (record.state === 'running') {
    const restarted = old?.state.terminated && old.restartCount >= record.restartCount;
    return {
      state: { running: { startedAt: apiTime(record.startedMs) } },
      restartCount: restarted ? old.restartCount + 1 : restartCount,
    };
  }
  if (record.state === 'exited') {
    return {
      state: {
        terminated: {
          exitCode: record.exitCode,
          ...(record.reason ? { reason: record.reason } : {}),
          ...(record.message ? { message: record.message } : {}),
          startedAt: apiTime(record.startedMs || ZERO_TIME_MS),
          finishedAt: apiTime(record.finishedMs),
          containerID,
        },
      },
      restartCount,
    };
  }
  if (record.state === 'unknown' && old?.state.running) {
    return {
      state: {
        terminated: unseenEnd(
          137,
          input.podRestarting ? RESTARTING_ALL_CONTAINERS : UNKNOWN,
          'The container could not be located when the pod was terminated',
        ),
      },
      restartCount: old.restartCount + 1,
    };
  }
  return { state: { waiting: {} }, restartCount };
}

/** Models convertContainerStatusUser. */
function apiUser(user: NonNullable<RuntimeContainerStatus['user']>): ContainerStatus['user'] {
  const { uid, gid, groups } = user;
  return { linux: { uid, gid, supplementalGroups: groups } };
}

/** The end of a container that nobody has seen: without times, which the API shows as null. */
export function unseenEnd(
  exitCode: number,
  reason: string,
  message: string,
): NonNullable<ContainerState['terminated']> {
  return { exitCode, reason, message, startedAt: null, finishedAt: null };
}

/** A container that the next sync is to start is waiting, for the reason of its last failure. */
function withWaitingReason(
  input: ContainerStatusesInput,
  container: Container,
  status: ContainerStatus,
): ContainerStatus {
  const { pod, podStatus } = input;
  if (input.isInitContainer) {
    const record = findContainerStatus(podStatus, container.name);
    if (record?.state === 'exited' && record.exitCode === 0) return status;
    const completedBefore =
      !record &&
      status.state.waiting &&
      !isRestartableInitContainer(container) &&
      hasAnyRegularContainerCreated(pod, podStatus);
    if (completedBefore) {
      const message =
        'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally';
      return {
        ...status,
        state: { terminated: unseenEnd(0, 'Completed', message) },
      };
    }
  }
  if (!shouldContainerBeRestarted(container, pod, podStatus)) return status;
  const failure = input.waitingReason(container.name);
  if (!failure) return status;
  const { reason, message } = failure;
  return {
    ...status,
    lastState: status.state.terminated ? status.state : status.lastState,
    state: { waiting: { reason, ...(message ? { message } : {}) } },
  };
}
