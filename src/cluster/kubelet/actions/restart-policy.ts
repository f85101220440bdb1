import type {
  Container,
  ContainerRestartRule,
  ContainerStatus,
  Pod,
  PodSpec,
  PodStatus,
} from '../../../api/stored-objects';
import { findContainerStatus, type RuntimePodStatus } from '../observed/runtime-status';

/** Why a container is waiting or ended when a rule restarts all containers of its pod. */
export const RESTARTING_ALL_CONTAINERS = 'RestartingAllContainers';

/** The first rule that an exit code matches. Models pkg/api/v1/pod FindMatchingContainerRestartRule. */
export function findMatchingContainerRestartRule(
  container: Container,
  exitCode: number,
): ContainerRestartRule | undefined {
  return container.restartPolicyRules?.find(({ exitCodes }) => {
    if (!exitCodes) return false;
    const listed = exitCodes.values?.includes(exitCode) ?? false;
    if (exitCodes.operator === 'In') return listed;
    return exitCodes.operator === 'NotIn' && !listed;
  });
}

/** Whether a rule of the container asks that all of the pod's containers run again. */
export function restartsAllContainers(container: Container, exitCode: number): boolean {
  const rule = findMatchingContainerRestartRule(container, exitCode);
  return rule?.action === 'RestartAllContainers';
}

/**
 * Whether a container that ended with `exitCode` is to run again: its rules, then its own policy, then the
 * pod's. Models pkg/api/v1/pod ContainerShouldRestart.
 */
export function containerShouldRestart(
  container: Container,
  spec: PodSpec,
  exitCode: number,
): boolean {
  if (container.restartPolicy !== undefined) {
    const action = findMatchingContainerRestartRule(container, exitCode)?.action;
    if (action === 'Restart' || action === 'RestartAllContainers') return true;
  }
  const own = container.restartPolicy;
  const known = own === 'Always' || own === 'OnFailure' || own === 'Never';
  const policy = known ? own : spec.restartPolicy;
  if (policy === 'OnFailure') return exitCode !== 0;
  return policy !== 'Never';
}

/** Whether some end of some container would restart all. Models AllContainersCouldRestart. */
export function allContainersCouldRestart(spec: PodSpec): boolean {
  return [...(spec.initContainers ?? []), ...spec.containers].some((container) =>
    container.restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
  );
}

/** Models kubecontainer.ShouldContainerBeRestarted. */
export function shouldContainerBeRestarted(
  container: Container,
  pod: Pod,
  status: RuntimePodStatus,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const newest = findContainerStatus(status, container.name);
  if (!newest) return true;
  if (newest.state === 'running') return false;
  if (newest.state === 'unknown' || newest.state === 'created') return true;
  return containerShouldRestart(container, pod.spec, newest.exitCode);
}

/**
 * Whether all containers of a pod are to start over, because one ended with a code that a rule names.
 * Models kubecontainer.ShouldAllContainersRestart.
 */
export function shouldAllContainersRestart(
  pod: Pod,
  status: RuntimePodStatus | undefined,
  apiStatus: PodStatus | undefined,
): boolean {
  const underWay = apiStatus?.conditions?.some(
    ({ type, status: value }) => type === 'AllContainersRestarting' && value === 'True',
  );
  if (underWay) return true;
  if (!allContainersCouldRestart(pod.spec)) return false;

  const reported = new Map<string, ContainerStatus>();
  for (const entry of apiStatus?.initContainerStatuses ?? []) reported.set(entry.name, entry);
  for (const entry of apiStatus?.containerStatuses ?? []) reported.set(entry.name, entry);

  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some((container) => {
    if (status) {
      const newest = findContainerStatus(status, container.name);
      if (newest?.state !== 'exited') return false;
      if (restartsAllContainers(container, newest.exitCode)) return true;
    }
    const terminated = reported.get(container.name)?.state.terminated;
    return terminated !== undefined && restartsAllContainers(container, terminated.exitCode);
  });
}

/** Models kubecontainer.AllContainersRestartCleanedUp: nothing of the pod is left in the runtime. */
export function allContainersRestartCleanedUp(pod: Pod, status: RuntimePodStatus): boolean {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].every(
    (container) => findContainerStatus(status, container.name) === undefined,
  );
}
