import type { Container, Pod } from '../../../api/stored-objects';
import { isRestartableInitContainer } from '../../pod-containers';
import {
  findContainerStatus,
  hashContainer,
  type RuntimeContainerStatus,
  type RuntimePodStatus,
} from '../observed/runtime-status';
import type { PodActionsContext, PodActionsDraft } from './pod-actions-draft';
import { shouldContainerBeRestarted } from './restart-policy';

/** Models kuberuntime HasAnyRegularContainerCreated: then all init containers have done their part. */
export function hasAnyRegularContainerCreated(pod: Pod, status: RuntimePodStatus): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = findContainerStatus(status, name)?.state;
    return state === 'created' || state === 'running' || state === 'exited';
  });
}

/** An exited container of an earlier sandbox proves nothing, so only living ones count here. */
function hasLivingRegularContainer(pod: Pod, status: RuntimePodStatus): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = findContainerStatus(status, name)?.state;
    return state === 'created' || state === 'running';
  });
}

/**
 * Adds what is to be done with init containers; returns whether the pod is initialised. The list is walked
 * from its end, because records of completed init containers may have been removed: the last one that has
 * a record says how far the pod has come. Models kuberuntime computeInitContainerActions.
 */
export function computeInitContainerActions(
  context: PodActionsContext,
  actions: PodActionsDraft,
): boolean {
  const { pod, podStatus } = context;
  const inits = pod.spec.initContainers ?? [];
  if (inits.length === 0) return true;
  const walk: Walk = {
    context,
    actions,
    last: inits.length - 1,
    podHasInitialized: hasLivingRegularContainer(pod, podStatus),
    previouslyInitialized: false,
  };
  walk.previouslyInitialized = walk.podHasInitialized;

  for (let index = inits.length - 1; index >= 0; index--) {
    const container = inits[index] as Container;
    const sidecar = isRestartableInitContainer(container);
    const status = findContainerStatus(podStatus, container.name);
    if (!status) {
      if (walk.previouslyInitialized && sidecar) actions.initContainersToStart.push(index);
      continue;
    }
    if (walk.previouslyInitialized && !sidecar) continue;
    if (!visit(walk, index, container, status)) {
      actions.killPod = true;
      actions.initContainersToStart.length = 0;
      return false;
    }
    walk.previouslyInitialized = true;
  }
  if (!walk.previouslyInitialized) actions.initContainersToStart.push(0);
  actions.initContainersToStart.reverse();
  return walk.podHasInitialized;
}

interface Walk {
  readonly context: PodActionsContext;
  readonly actions: PodActionsDraft;
  readonly last: number;
  podHasInitialized: boolean;
  /** Something later in the list has a record, so this entry was initialised before. */
  previouslyInitialized: boolean;
}

/** Returns false when the pod has failed for good. */
function visit(
  walk: Walk,
  index: number,
  container: Container,
  status: RuntimeContainerStatus,
): boolean {
  const { actions, context } = walk;
  const sidecar = isRestartableInitContainer(container);
  switch (status.state) {
    case 'created':
      // Made but never started: the runtime failed half-way, so it is started anew.
      actions.initContainersToStart.push(index);
      return true;
    case 'running':
      if (sidecar) visitRunningSidecar(walk, index, container, status);
      return true;
    case 'exited':
      if (sidecar) {
        actions.initContainersToStart.push(index);
      } else if (status.exitCode !== 0) {
        if (!shouldContainerBeRestarted(container, context.pod, context.podStatus)) return false;
        actions.initContainersToStart.push(index);
      } else {
        initialized(walk, index);
      }
      return true;
    default:
      return visitUnknown(walk, index, container, status);
  }
}

function visitRunningSidecar(
  walk: Walk,
  index: number,
  container: Container,
  status: RuntimeContainerStatus,
): void {
  const { actions, context } = walk;
  const replace = (message: string, reason: 'StartupProbe' | 'LivenessProbe' | '') => {
    actions.containersToKill.set(status.id, { container, message, reason });
    actions.initContainersToStart.push(index);
  };
  if (container.startupProbe) {
    const startup = context.startupResult(status.id);
    if (startup === 'failure') {
      replace(`Init container ${container.name} failed startup probe`, 'StartupProbe');
    }
    if (startup !== 'success') return;
  }
  if (index === walk.last || !walk.previouslyInitialized) initialized(walk, index);
  if (status.hash !== hashContainer(container)) {
    replace(`Init container ${container.name} definition changed`, '');
    return;
  }
  if (container.livenessProbe && context.livenessResult(status.id) === 'failure') {
    replace(`Init container ${container.name} failed liveness probe`, 'LivenessProbe');
  }
}

function initialized(walk: Walk, index: number): void {
  if (index === walk.last) walk.podHasInitialized = true;
  else walk.actions.initContainersToStart.push(index + 1);
}

function visitUnknown(
  walk: Walk,
  index: number,
  container: Container,
  status: RuntimeContainerStatus,
): boolean {
  const { actions, context } = walk;
  if (!isRestartableInitContainer(container)) {
    const policy = container.restartPolicy ?? context.pod.spec.restartPolicy;
    if (policy === 'Never') return false;
  }
  const message = `Init container is in "${status.state}" state, try killing it before restart`;
  actions.containersToKill.set(status.id, { container, message, reason: 'Unknown' });
  actions.initContainersToStart.push(index);
  return true;
}
