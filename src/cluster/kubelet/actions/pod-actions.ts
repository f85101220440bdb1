import type { Container, Pod } from '../../../api/stored-objects';
import {
  findContainerStatus,
  hashContainer,
  type RuntimeContainerStatus,
  type RuntimePodStatus,
} from '../observed/runtime-status';
import {
  computeInitContainerActions,
  hasAnyRegularContainerCreated,
} from './init-container-actions';
import type {
  ContainerToReset,
  KillReason,
  PodActions,
  PodActionsContext,
  PodActionsDraft,
} from './pod-actions-draft';
import { podSandboxChanged } from './pod-sandbox-changed';
import { resizeNeedsRestart } from './resize';
import { restartsAllContainers, shouldContainerBeRestarted } from './restart-policy';

/** Compares what the spec asks for with what runs. Models kuberuntime computePodActions. */
export function computePodActions(context: PodActionsContext): PodActions {
  const { pod, podStatus } = context;
  const sandbox = podSandboxChanged(pod, podStatus);
  const actions: PodActionsDraft = {
    killPod: sandbox.changed,
    createSandbox: sandbox.changed,
    sandboxId: sandbox.sandboxId,
    attempt: sandbox.attempt,
    initContainersToStart: [],
    containersToStart: [],
    ephemeralContainersToStart: [],
    containersToKill: new Map(),
    containersToReset: [],
  };
  if (context.restartAllContainers) {
    actions.containersToReset = containersToReset(pod, podStatus);
    return actions;
  }
  if (sandbox.changed) {
    startOver(context, actions);
    return actions;
  }
  pod.spec.ephemeralContainers?.forEach(({ name }, index) => {
    if (!findContainerStatus(podStatus, name)) actions.ephemeralContainersToStart.push(index);
  });
  const initialized = computeInitContainerActions(context, actions);
  if (actions.killPod || !initialized) return actions;

  let kept = 0;
  pod.spec.containers.forEach((container, index) => {
    if (visitContainer(context, actions, container, index)) kept++;
  });
  if (kept === 0 && actions.containersToStart.length === 0) {
    // Nothing is left to run; sidecars must not keep the pod alive.
    actions.killPod = true;
    actions.initContainersToStart = [];
  }
  return actions;
}

/** A new sandbox is needed: everything starts over, unless the pod has done its work. */
function startOver(context: PodActionsContext, actions: PodActionsDraft): void {
  const { pod, podStatus } = context;
  const neverRestarts = pod.spec.restartPolicy === 'Never';
  if (neverRestarts && actions.attempt !== 0 && podStatus.containers.length > 0) {
    actions.createSandbox = false;
    return;
  }
  const toStart: number[] = [];
  pod.spec.containers.forEach((container, index) => {
    const policy = container.restartPolicy ?? pod.spec.restartPolicy;
    const record = findContainerStatus(podStatus, container.name);
    const done = policy === 'OnFailure' && record?.state === 'exited' && record.exitCode === 0;
    if (!done) toStart.push(index);
  });
  if (toStart.length === 0 && hasAnyRegularContainerCreated(pod, podStatus)) {
    actions.createSandbox = false;
    return;
  }
  if ((pod.spec.initContainers ?? []).length > 0) actions.initContainersToStart = [0];
  else actions.containersToStart = toStart;
}

/** Decides on one regular container; returns whether it runs and is to go on running. */
function visitContainer(
  context: PodActionsContext,
  actions: PodActionsDraft,
  container: Container,
  index: number,
): boolean {
  const { pod, podStatus } = context;
  const status = findContainerStatus(podStatus, container.name);
  if (status?.state !== 'running') {
    if (shouldContainerBeRestarted(container, pod, podStatus)) {
      actions.containersToStart.push(index);
      if (status?.state === 'unknown') {
        const message = `Container is in "${status.state}" state, try killing it before restart`;
        actions.containersToKill.set(status.id, { container, message, reason: 'Unknown' });
      }
    }
    return false;
  }
  const verdict = whyReplaced(context, container, status);
  if (!verdict) return true;
  const policy = container.restartPolicy ?? pod.spec.restartPolicy;
  const restart = verdict.always || policy !== 'Never';
  if (restart) actions.containersToStart.push(index);
  actions.containersToKill.set(status.id, {
    container,
    message: restart && !verdict.bare ? `${verdict.message}, will be restarted` : verdict.message,
    reason: verdict.reason,
  });
  return false;
}

function whyReplaced(
  context: PodActionsContext,
  container: Container,
  status: RuntimeContainerStatus,
): { message: string; reason: KillReason; always?: boolean; bare?: boolean } | undefined {
  const { name } = container;
  if (status.hash !== hashContainer(container)) {
    return { message: `Container ${name} definition changed`, reason: '', always: true };
  }
  if (context.livenessResult(status.id) === 'failure') {
    return { message: `Container ${name} failed liveness probe`, reason: 'LivenessProbe' };
  }
  if (context.startupResult(status.id) === 'failure') {
    return { message: `Container ${name} failed startup probe`, reason: 'StartupProbe' };
  }
  const given = context.givenResources?.(status.id);
  if (given && resizeNeedsRestart(container, given.resources)) {
    const message = `Container ${name} resize requires restart`;
    return { message, reason: 'Unknown', always: true, bare: true };
  }
  return undefined;
}

/** Regular before init containers, and those whose end set it off last in their kind. */
function containersToReset(pod: Pod, podStatus: RuntimePodStatus): ContainerToReset[] {
  const regular = resetOrder(pod.spec.containers, podStatus);
  const init = resetOrder(pod.spec.initContainers ?? [], podStatus);
  return [...regular.targets, ...init.targets, ...regular.sources, ...init.sources];
}

function resetOrder(
  containers: readonly Container[],
  podStatus: RuntimePodStatus,
): { sources: ContainerToReset[]; targets: ContainerToReset[] } {
  const sources: ContainerToReset[] = [];
  const targets: ContainerToReset[] = [];
  for (const container of containers) {
    for (const record of podStatus.containers) {
      if (record.name !== container.name) continue;
      const exited = record.state === 'exited';
      const source = exited && restartsAllContainers(container, record.exitCode);
      (source ? sources : targets).push({ id: record.id, container, kill: !exited });
    }
  }
  return { sources, targets };
}
