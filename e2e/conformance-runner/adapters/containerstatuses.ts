import type { ContainerStatus } from '../../../src/api/stored-objects.ts';
import { convertToAPIContainerStatuses } from '../../../src/cluster/kubelet/status/container-statuses.ts';
import type { Case, Outcome } from '../table.ts';
import { comparableStatus, compareJson, listOf, podOf, runtimePodStatus } from './kubelet-case.ts';

/** Table containerstatuses: what the API shall say of a pod's containers. */
export function containerstatuses(testCase: Case): Outcome {
  const pod = podOf(testCase.pod);
  const isInitContainer = testCase.forInitContainers === true;
  const containers = isInitContainer ? (pod.spec.initContainers ?? []) : pod.spec.containers;
  const actual = convertToAPIContainerStatuses({
    pod,
    podStatus: runtimePodStatus([], listOf(testCase.runtimeStatuses), containers),
    previous: listOf(testCase.previousStatuses) as ContainerStatus[],
    containers,
    hasInitContainers: testCase.podHasInitContainers === true,
    isInitContainer,
    podRestarting: testCase.podRestarting === true,
    waitingReason: () => undefined,
  });
  const expected = (listOf(testCase.expect) as ContainerStatus[]).map(comparableStatus);
  return compareJson('statuses', expected, actual.map(comparableStatus));
}
