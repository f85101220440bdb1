import type { CriContainerState, CriContainerStatus, SandboxStatus } from '../../../runtime/cri';

/** One container instance as the kubelet knows it from the runtime. Models kubecontainer.Status. */
export interface RuntimeContainerStatus {
  readonly id: string;
  readonly name: string;
  readonly state: CriContainerState;
  readonly sandboxId: string;
  /** Unix ms; 0 while it has not happened. */
  readonly createdMs: number;
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly exitCode: number;
  readonly reason: string;
  /** The runtime's message, joined with the termination message. */
  readonly message: string;
  readonly restartCount: number;
  readonly image: string;
  readonly imageRef: string;
  /** Of the definition it was made from; see `hashContainer`. */
  readonly hash: string;
  readonly user?: CriContainerStatus['user'];
}

/** What the runtime says of one pod. Models kubecontainer.PodStatus. */
export interface RuntimePodStatus {
  readonly uid: string;
  readonly ips: readonly string[];
  /** Newest first. */
  readonly sandboxes: readonly SandboxStatus[];
  /** Newest first. */
  readonly containers: readonly RuntimeContainerStatus[];
  /** Those of the newest sandbox, if that is ready. */
  readonly activeContainers: readonly RuntimeContainerStatus[];
}

/** Of a pod that the runtime has never heard of. */
export function emptyPodStatus(uid: string): RuntimePodStatus {
  return { uid, ips: [], sandboxes: [], containers: [], activeContainers: [] };
}

/** The newest instance of a container. */
export function findContainerStatus(
  status: RuntimePodStatus,
  name: string,
): RuntimeContainerStatus | undefined {
  return status.containers.find((container) => container.name === name);
}

/**
 * Models kubecontainer.HashContainer: only the name and the image count, so that a container is replaced
 * when its image is edited and for no other change.
 */
export function hashContainer(container: {
  readonly name: string;
  readonly image: string;
}): string {
  return `${container.name} ${container.image}`;
}

const TYPE = 'containerd://';

/** A container id as the API writes it. */
export function apiContainerId(id: string): string {
  return `${TYPE}${id}`;
}

/** The runtime's id of a container id of the API; '' when there is none. */
export function parseContainerId(apiId: string | undefined): string {
  return apiId?.startsWith(TYPE) ? apiId.slice(TYPE.length) : (apiId ?? '');
}

/** RFC 3339 in whole seconds, as the API writes times. */
export function apiTime(unixMs: number): string {
  return `${new Date(Math.floor(unixMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
