import { getPhase } from '../../../src/cluster/kubelet/status/phase.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import type { Case, Outcome } from '../table.ts';
import { podOf } from './kubelet-case.ts';

/** Table phase: the pod's phase from its containers' statuses. */
export function phase(testCase: Case): Outcome {
  const pod = podOf(testCase.pod);
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const actual = getPhase(
    pod,
    [...containerStatuses, ...initContainerStatuses],
    testCase.podIsTerminal === true,
    testCase.podHasInitialized === true,
  );
  return outcomeOf([textDifference('phase', String(testCase.expectPhase), actual)]);
}
