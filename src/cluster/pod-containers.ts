import type { Container, Pod, PodPhase } from '../api/stored-objects';

/** `namespace/name`, as the trace names pods. */
export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

/** Models pkg/kubelet/util/format Pod: how the kubelet's texts name a pod. */
export function formatPod(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

/** Models pkg/api/v1/pod IsRestartableInitContainer: a native sidecar, if it is an init container. */
export function isRestartableInitContainer(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Init, regular and ephemeral containers of a pod, in this order. */
export function allContainers(pod: Pod): readonly Container[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  return [...initContainers, ...containers, ...ephemeralContainers];
}

/** The container of that name, wherever in the pod it stands. */
export function findContainer(pod: Pod, name: string): Container | undefined {
  return (
    pod.spec.containers.find((container) => container.name === name) ??
    pod.spec.initContainers?.find((container) => container.name === name) ??
    pod.spec.ephemeralContainers?.find((container) => container.name === name)
  );
}

export type ContainerKind = 'init' | 'sidecar' | 'regular' | 'ephemeral';

/** What part of a pod a container is. */
export function containerKind(pod: Pod, name: string): ContainerKind {
  const init = pod.spec.initContainers?.find((container) => container.name === name);
  if (init) return isRestartableInitContainer(init) ? 'sidecar' : 'init';
  const ephemeral = pod.spec.ephemeralContainers?.some((container) => container.name === name);
  return ephemeral ? 'ephemeral' : 'regular';
}

/** Models pkg/kubelet/container/ref.go fieldPath: what an event about a container points at. */
export function containerFieldPath(pod: Pod, name: string): string {
  const kind = containerKind(pod, name);
  if (kind === 'ephemeral') return `spec.ephemeralContainers{${name}}`;
  return kind === 'regular' ? `spec.containers{${name}}` : `spec.initContainers{${name}}`;
}

/** Models pkg/api/v1/pod IsPodPhaseTerminal. */
export function isTerminalPhase(phase: PodPhase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}
