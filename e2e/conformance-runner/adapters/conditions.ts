import type {
  ContainerStatus,
  PodCondition,
  PodPhase,
  PodSpec,
  PodStatus,
} from '../../../src/api/stored-objects.ts';
import {
  generateAllContainersRestartingCondition,
  generateContainersReadyCondition,
  generatePodInitializedCondition,
  generatePodReadyCondition,
  generatePodReadyToStartContainersCondition,
} from '../../../src/cluster/kubelet/status/conditions.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import type { Case, Outcome } from '../table.ts';
import { listOf, recordOf, runtimePodStatus } from './kubelet-case.ts';

function generate(testCase: Case): PodCondition {
  const spec = recordOf(testCase.spec, 'spec') as unknown as PodSpec;
  const pod = { metadata: { name: 'pod', namespace: 'default', uid: 'u' }, spec };
  const statuses = testCase.containerStatuses as readonly ContainerStatus[] | null;
  const phase = testCase.phase as PodPhase;
  const runtime = runtimePodStatus(
    listOf(testCase.sandboxes),
    listOf(testCase.runtimeStatuses),
    spec.containers,
  );
  const oldStatus: PodStatus = { conditions: listOf(testCase.oldConditions) as PodCondition[] };
  switch (testCase.condition) {
    case 'ContainersReady':
      return generateContainersReadyCondition(pod, statuses, phase);
    case 'Ready': {
      const given = listOf(testCase.podConditions) as PodCondition[];
      return generatePodReadyCondition(pod, given, statuses, phase);
    }
    case 'Initialized':
      return generatePodInitializedCondition(pod, oldStatus, statuses, phase);
    case 'PodReadyToStartContainers':
      return generatePodReadyToStartContainersCondition(pod, runtime);
    case 'AllContainersRestarting':
      return generateAllContainersRestartingCondition(pod, runtime, oldStatus, phase);
    default:
      throw new Error(`unknown condition ${String(testCase.condition)}`);
  }
}

/** Table conditions: one pod condition from statuses, phase and sandboxes. */
export function conditions(testCase: Case): Outcome {
  const actual = generate(testCase);
  const expect = recordOf(testCase.expect, 'expectation');
  const differences = Object.entries(expect).map(([key, wanted]) => {
    if (!['type', 'status', 'reason', 'message'].includes(key)) {
      throw new Error(`unknown expectation ${key}`);
    }
    const got = actual[key as 'type' | 'status' | 'reason' | 'message'] ?? '';
    return textDifference(key, String(wanted ?? ''), got);
  });
  return outcomeOf(differences);
}
