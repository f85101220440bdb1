import type { ContainerCase, ContainerOutcome } from './container-case.ts';

/** Runs a case in one container of image busybox:1.37 on a node of its own, without a cluster. */
export function runInContainer(_case: ContainerCase): ContainerOutcome {
  throw new Error('the container runtime is not bound yet');
}
