import type { Container, Pod } from '../types';

/** Why a pod is not allowed at a level: a short reason, and what exactly, which may be empty. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** What of a pod is looked at. */
export type SecurityPod = Pick<Pod, 'spec'> & { readonly metadata?: Pod['metadata'] };

/** Undefined: there is nothing to be said against the pod. */
export type CheckPod = (pod: SecurityPod) => Violation | undefined;

/** One control of the Pod Security Standards. */
export interface Check {
  /** Checks run, and violations are told, in the order of their ids. */
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** Kubernetes minor versions from which each form of the check holds, ascending. */
  readonly versions: readonly (readonly [minor: number, check: CheckPod])[];
  /** Checks of the baseline level that this one takes the place of. */
  readonly overrides?: readonly string[];
}

export type SecurityContainer = Omit<Container, 'ports'> & Pick<Container, 'ports'>;

/** All containers in the order in which violations name them. */
export function containersOf({ spec }: SecurityPod): SecurityContainer[] {
  return [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...((spec.ephemeralContainers ?? []) as SecurityContainer[]),
  ];
}

export function namesOf(
  pod: SecurityPod,
  isBad: (container: SecurityContainer) => boolean,
): string[] {
  return containersOf(pod)
    .filter(isBad)
    .map(({ name }) => name);
}

export function plural(singular: string, several: string, count: number): string {
  return count === 1 ? singular : several;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** `container "a"`, `containers "a", "b"`. */
export function containersText(names: readonly string[]): string {
  return `${plural('container', 'containers', names.length)} ${quoted(names)}`;
}

/** `pod and containers "a", "b"`; undefined when nobody is at fault. */
export function settersText(podIsBad: boolean, names: readonly string[]): string | undefined {
  const setters = [
    ...(podIsBad ? ['pod'] : []),
    ...(names.length > 0 ? [containersText(names)] : []),
  ];
  return setters.length === 0 ? undefined : setters.join(' and ');
}

/** Sorted, each once. */
export function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

export function isWindows({ spec }: SecurityPod): boolean {
  return spec.os?.name === 'windows';
}

/** Users inside the pod are nobody outside it. */
export function hasUserNamespace({ spec }: SecurityPod): boolean {
  return spec.hostUsers === false;
}
