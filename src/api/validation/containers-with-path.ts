import type { Container, PodSpec } from '../types';

/** Every container and its path: init containers first, as the server visits them. */
export function containersWithPath(spec: PodSpec, field: string): [Container, string][] {
  const visit = (list: readonly unknown[] | undefined, name: string) =>
    (list ?? []).map((container, index): [Container, string] => [
      container as Container,
      `${field}.${name}[${index}]`,
    ]);
  return [
    ...visit(spec.initContainers, 'initContainers'),
    ...visit(spec.containers, 'containers'),
    ...visit(spec.ephemeralContainers, 'ephemeralContainers'),
  ];
}
