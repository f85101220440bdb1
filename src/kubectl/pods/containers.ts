import { goQuote } from '../../api/golang/quote';
import type { Container, Pod } from '../../api/types';

/** Names the container that commands take when nobody names one. */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export interface ContainerChoice {
  /** Undefined: there is no container of the wanted name. */
  readonly name: string | undefined;
  /** For standard error: which container was taken, and out of which. */
  readonly notices: readonly string[];
}

/** `app, debugger-x (ephem), setup (init)`. Models podcmd.AllContainerNames. */
export function allContainerNames({ spec }: Pod): string {
  return [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(', ');
}

/** All names: init containers, regular ones, ephemeral ones. */
export function containersInOrder({ spec }: Pod): string[] {
  return [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ].map(({ name }) => name);
}

export function hasContainer(pod: Pod, name: string): boolean {
  return containersInOrder(pod).includes(name);
}

/** The container that is meant when no name is given. Models podcmd.FindOrDefaultContainerByName. */
export function defaultContainer(pod: Pod): ContainerChoice {
  const notices: string[] = [];
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  if (annotated) {
    if (hasContainer(pod, annotated)) return { name: annotated, notices };
    notices.push(
      `Default container name ${goQuote(annotated)} not found in pod ${pod.metadata.name}`,
    );
  }
  const first = pod.spec.containers[0]?.name ?? '';
  if (containersInOrder(pod).length > 1) {
    notices.push(`Defaulted container ${goQuote(first)} out of: ${allContainerNames(pod)}`);
  }
  return { name: first, notices };
}

/** `container x is not valid for pod web out of: app`. */
export function invalidContainer(pod: Pod, container: string): string {
  return `container ${container} is not valid for pod ${pod.metadata.name} out of: ${allContainerNames(pod)}`;
}

/** The container of a name, whatever its sort. */
export function findContainer({ spec }: Pod, name: string): Container | undefined {
  const all = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...((spec.ephemeralContainers ?? []) as Container[]),
  ];
  return all.find((container) => container.name === name);
}
