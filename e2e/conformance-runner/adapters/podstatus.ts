import { computePodQOS } from '../../../src/api/qos.ts';
import type { ContainerStatus, PodStatus } from '../../../src/api/stored-objects.ts';
import { generateAPIPodStatus } from '../../../src/cluster/kubelet/status/api-pod-status.ts';
import type { Case, Outcome } from '../table.ts';
import {
  comparableStatus,
  compareJson,
  listOf,
  podOf,
  recordOf,
  runtimePodStatus,
} from './kubelet-case.ts';

/** The tables' conditions carry type, status and reason only. */
function comparable(status: PodStatus): unknown {
  return {
    ...status,
    conditions: status.conditions?.map(({ type, status: value, reason }) => ({
      type,
      status: value,
      reason,
    })),
    containerStatuses: status.containerStatuses?.map(comparableStatus),
  };
}

/** Table podstatus: the whole status of a pod. The node and the prober are upstream's stand-ins. */
export function podstatus(testCase: Case): Outcome {
  const pod = podOf(testCase.pod);
  const actual = generateAPIPodStatus({
    pod,
    podStatus: runtimePodStatus(
      listOf(testCase.sandboxes),
      listOf(testCase.runtimeStatuses),
      pod.spec.containers,
    ),
    oldStatus: recordOf(testCase.previousStatus, 'previous status') as PodStatus,
    podIsTerminal: testCase.podIsTerminal === true,
    hostIPs: ['127.0.0.1', '::1'],
    qosClass: computePodQOS(pod as never),
    waitingReason: () => undefined,
    evicted: undefined,
    withProbeResults: (statuses) =>
      statuses.map((status): ContainerStatus => ({ ...status, ready: true })),
  });
  const { podIP: _ip, podIPs: _ips, ...rest } = actual;
  return compareJson(
    'status',
    comparable(recordOf(testCase.expect, 'expectation') as PodStatus),
    comparable(rest),
  );
}
