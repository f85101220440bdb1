import type { QosClass } from '../../../api/qos';
import type {
  Container,
  ContainerStatus,
  Draft,
  Pod,
  PodCondition,
  PodStatus,
} from '../../../api/stored-objects';
import { withFields } from '../../../api/with-fields';
import { isTerminalPhase } from '../../pod-containers';
import { allContainersCouldRestart, shouldAllContainersRestart } from '../actions/restart-policy';
import type { RuntimePodStatus } from '../observed/runtime-status';
import {
  generateAllContainersRestartingCondition,
  generateContainersReadyCondition,
  generatePodInitializedCondition,
  generatePodReadyCondition,
  generatePodReadyToStartContainersCondition,
  isKubeletCondition,
  podScheduledCondition,
} from './conditions';
import { convertToAPIContainerStatuses, type WaitingReason } from './container-statuses';
import { getPhase } from './phase';

export interface ApiPodStatusInput {
  readonly pod: Pod;
  readonly podStatus: RuntimePodStatus;
  /** The status manager's last status of the pod; the API's when it has none. */
  readonly oldStatus: PodStatus;
  /** Nothing of the pod will run again. */
  readonly podIsTerminal: boolean;
  readonly hostIPs: readonly string[];
  readonly qosClass: QosClass;
  readonly waitingReason: (container: string) => WaitingReason | undefined;
  /** The kubelet ends the pod (its deadline has passed): the reason and the message. */
  readonly evicted: WaitingReason | undefined;
  /** What has become of a resize that the spec asks for. */
  readonly resizeConditions?: readonly PodCondition[];
  /** The prober's part: `started` and `ready`. */
  readonly withProbeResults: (
    statuses: readonly ContainerStatus[],
    containers: readonly Container[],
    init: boolean,
  ) => ContainerStatus[];
}

/** The whole status that the API shall show. Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus. */
export function generateAPIPodStatus(input: ApiPodStatusInput): PodStatus {
  const { pod, podStatus, oldStatus } = input;
  const raw = containerStatuses(input);
  const end = decidePhase(input, [...raw.regular, ...raw.init]);
  const { phase } = end;
  const regular = input.withProbeResults(raw.regular, pod.spec.containers, false);
  const init = input.withProbeResults(raw.init, pod.spec.initContainers ?? [], true);

  const conditions: PodCondition[] = (pod.status?.conditions ?? []).filter(
    ({ type }) => !isKubeletCondition(type),
  );
  conditions.push(...(input.resizeConditions ?? []));
  keepDisruption(conditions, oldStatus);
  const all = [...init, ...regular];
  conditions.push(generatePodReadyToStartContainersCondition(pod, podStatus));
  conditions.push(generatePodInitializedCondition(pod, oldStatus, all, phase));
  conditions.push(generatePodReadyCondition(pod, conditions, all, phase));
  conditions.push(generateContainersReadyCondition(pod, all, phase));
  conditions.push(podScheduledCondition(pod));
  if (allContainersCouldRestart(pod.spec)) {
    conditions.push(generateAllContainersRestartingCondition(pod, podStatus, oldStatus, phase));
  }

  const hostNetworkIps = pod.spec.hostNetwork ? input.hostIPs : [];
  const podIPs = podStatus.ips.length > 0 ? podStatus.ips : hostNetworkIps;
  const status: Draft<PodStatus> = {};
  if (end.message) status.message = end.message;
  if (end.reason) status.reason = end.reason;
  status.phase = phase;
  status.conditions = conditions;
  status.hostIP = input.hostIPs[0];
  status.hostIPs = input.hostIPs.map((ip) => ({ ip }));
  if (podIPs.length > 0) {
    status.podIP = podIPs[0];
    status.podIPs = podIPs.map((ip) => ({ ip }));
  }
  if (init.length > 0) status.initContainerStatuses = init;
  status.containerStatuses = regular;
  if (raw.ephemeral.length > 0) status.ephemeralContainerStatuses = raw.ephemeral;
  status.qosClass = input.qosClass;
  return status;
}

function containerStatuses({ pod, podStatus, oldStatus, waitingReason }: ApiPodStatusInput): {
  regular: ContainerStatus[];
  init: ContainerStatus[];
  ephemeral: ContainerStatus[];
} {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const common = {
    pod,
    podStatus,
    hasInitContainers: initContainers.length > 0,
    podRestarting: shouldAllContainersRestart(pod, podStatus, oldStatus),
    waitingReason,
  };
  const convert = (
    list: readonly Container[],
    previous: readonly ContainerStatus[] | undefined,
    isInitContainer: boolean,
  ) =>
    list.length === 0
      ? []
      : convertToAPIContainerStatuses(
          withFields(common, { previous: previous ?? [], containers: list, isInitContainer }),
        );
  return {
    regular: convert(containers, oldStatus.containerStatuses, false),
    init: convert(initContainers, oldStatus.initContainerStatuses, true),
    ephemeral: convert(ephemeralContainers, oldStatus.ephemeralContainerStatuses, false),
  };
}

/** Phase with the reason and message that belong to it; a terminal phase is never left again. */
function decidePhase(
  input: ApiPodStatusInput,
  statuses: readonly ContainerStatus[],
): Pick<PodStatus, 'phase' | 'reason' | 'message'> {
  const { pod, podStatus, oldStatus } = input;
  const regularNames = new Set(pod.spec.containers.map(({ name }) => name));
  const active = podStatus.activeContainers.some(({ name }) => regularNames.has(name));
  let phase = getPhase(pod, statuses, input.podIsTerminal, active);
  if (!isTerminalPhase(phase)) {
    if (oldStatus.phase && isTerminalPhase(oldStatus.phase)) phase = oldStatus.phase;
    else if (pod.status?.phase && isTerminalPhase(pod.status.phase)) phase = pod.status.phase;
  }
  let reason: string | undefined;
  let message: string | undefined;
  if (phase === oldStatus.phase) {
    reason = oldStatus.reason || pod.status?.reason;
    message = oldStatus.message || pod.status?.message;
  }
  if (input.evicted) {
    phase = 'Failed';
    ({ reason, message } = input.evicted);
  }
  if (pod.status?.phase && isTerminalPhase(pod.status.phase)) phase = pod.status.phase;
  return { phase, reason, message };
}

/** A disruption that the kubelet itself has noted stays noted. */
function keepDisruption(conditions: PodCondition[], oldStatus: PodStatus): void {
  const noted = oldStatus.conditions?.find(({ type }) => type === 'DisruptionTarget');
  if (!noted) return;
  const index = conditions.findIndex(({ type }) => type === noted.type);
  if (index >= 0) conditions[index] = noted;
  else conditions.push(noted);
}
