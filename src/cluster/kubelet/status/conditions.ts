import type {
  Container,
  ContainerStatus,
  Draft,
  Pod,
  PodCondition,
  PodPhase,
  PodStatus,
} from '../../../api/stored-objects';
import { isRestartableInitContainer } from '../../pod-containers';
import { podSandboxChanged } from '../actions/pod-sandbox-changed';
import {
  allContainersRestartCleanedUp,
  shouldAllContainersRestart,
} from '../actions/restart-policy';
import type { RuntimePodStatus } from '../observed/runtime-status';

/** Conditions that the kubelet owns, in the order in which it writes them. */
export const KUBELET_CONDITIONS = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'AllContainersRestarting',
] as const;

const OWNED: ReadonlySet<string> = new Set([
  ...KUBELET_CONDITIONS,
  'PodResizePending',
  'PodResizeInProgress',
]);

/** Models pkg/kubelet/types PodConditionByKubelet. */
export function isKubeletCondition(type: string): boolean {
  return OWNED.has(type);
}

function condition(
  pod: Pod,
  type: string,
  status: 'True' | 'False',
  reason?: string,
  message?: string,
): PodCondition {
  const made: Draft<PodCondition> = { type, status };
  if (reason) made.reason = reason;
  if (message) made.message = message;
  const { generation } = pod.metadata;
  if (generation !== undefined) made.observedGeneration = generation;
  return made;
}

function sortedOut(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  isFine: (container: Container, status: ContainerStatus) => boolean,
): { unknown: string[]; lacking: string[] } {
  const unknown: string[] = [];
  const lacking: string[] = [];
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    if (!status) unknown.push(container.name);
    else if (!isFine(container, status)) lacking.push(container.name);
  }
  return { unknown, lacking };
}

function lackMessage(found: { unknown: string[]; lacking: string[] }, word: string): string {
  const parts: string[] = [];
  if (found.unknown.length > 0) {
    parts.push(`containers with unknown status: [${found.unknown.join(' ')}]`);
  }
  if (found.lacking.length > 0) {
    parts.push(`containers with ${word} status: [${found.lacking.join(' ')}]`);
  }
  return parts.join(', ');
}

/** Models pkg/kubelet/status/generate.go GenerateContainersReadyCondition. `null`: statuses unknown. */
export function generateContainersReadyCondition(
  pod: Pod,
  statuses: readonly ContainerStatus[] | null,
  phase: PodPhase | undefined,
  type = 'ContainersReady',
): PodCondition {
  if (!statuses) return condition(pod, type, 'False', 'UnknownContainerStatuses');
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInitContainer);
  const found = sortedOut(
    [...sidecars, ...pod.spec.containers],
    statuses,
    (_container, status) => status.ready,
  );
  if (phase === 'Succeeded' && found.unknown.length === 0) {
    return condition(pod, type, 'False', 'PodCompleted');
  }
  if (phase === 'Failed') return condition(pod, type, 'False', 'PodFailed');
  const message = lackMessage(found, 'unready');
  return message
    ? condition(pod, type, 'False', 'ContainersNotReady', message)
    : condition(pod, type, 'True');
}

/** Models GeneratePodReadyCondition: the containers' readiness, then the readiness gates. */
export function generatePodReadyCondition(
  pod: Pod,
  conditions: readonly PodCondition[],
  statuses: readonly ContainerStatus[] | null,
  phase: PodPhase | undefined,
): PodCondition {
  const ready = generateContainersReadyCondition(pod, statuses, phase, 'Ready');
  if (ready.status !== 'True') return ready;
  const messages: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const gate = conditions.find(({ type }) => type === conditionType);
    if (!gate) {
      messages.push(
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
      );
    } else if (gate.status !== 'True') {
      messages.push(
        `the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`,
      );
    }
  }
  if (messages.length === 0) return ready;
  return condition(pod, 'Ready', 'False', 'ReadinessGatesNotReady', messages.join(', '));
}

/** Models GeneratePodInitializedCondition. */
export function generatePodInitializedCondition(
  pod: Pod,
  oldStatus: PodStatus | undefined,
  statuses: readonly ContainerStatus[] | null,
  phase: PodPhase | undefined,
): PodCondition {
  const type = 'Initialized';
  const inits = pod.spec.initContainers ?? [];
  if (!statuses && inits.length > 0) {
    return condition(pod, type, 'False', 'UnknownContainerStatuses');
  }
  const known = statuses ?? [];
  const found = sortedOut(inits, known, (container, status) =>
    isRestartableInitContainer(container) ? status.started === true : status.ready,
  );
  if (phase === 'Succeeded' && found.unknown.length === 0) {
    return condition(pod, type, 'True', 'PodCompleted');
  }
  if (hasAnyRegularContainerStarted(pod, known)) return condition(pod, type, 'True');
  const message = lackMessage(found, 'incomplete');
  if (!message) return condition(pod, type, 'True');
  // Once initialised, a pod stays so, also while a rule restarts all its containers.
  const before = oldStatus?.conditions?.find((entry) => entry.type === type);
  if (before?.status === 'True') return condition(pod, type, 'True');
  return condition(pod, type, 'False', 'ContainersNotInitialized', message);
}

function hasAnyRegularContainerStarted(pod: Pod, statuses: readonly ContainerStatus[]): boolean {
  return statuses.some(
    ({ name, state }) =>
      (state.running || state.terminated) &&
      pod.spec.containers.some((container) => container.name === name),
  );
}

/** Models GeneratePodReadyToStartContainersCondition: a sandbox with an address stands ready. */
export function generatePodReadyToStartContainersCondition(
  pod: Pod,
  status: RuntimePodStatus,
): PodCondition {
  const ready = !podSandboxChanged(pod, status).changed;
  return condition(pod, 'PodReadyToStartContainers', ready ? 'True' : 'False');
}

/** Whoever sees the pod here knows that it has been scheduled. */
export function podScheduledCondition(pod: Pod): PodCondition {
  return condition(pod, 'PodScheduled', 'True');
}

/** Models GenerateAllContainersRestartingCondition. */
export function generateAllContainersRestartingCondition(
  pod: Pod,
  status: RuntimePodStatus,
  oldStatus: PodStatus | undefined,
  phase: PodPhase | undefined,
): PodCondition {
  const type = 'AllContainersRestarting';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const restarting =
    shouldAllContainersRestart(pod, status, oldStatus) &&
    !allContainersRestartCleanedUp(pod, status);
  if (!restarting) return { type, status: 'False' };
  return {
    type,
    status: 'True',
    reason: 'RestartAllContainersStarted',
    message: 'container exited with restart policy rule',
  };
}
