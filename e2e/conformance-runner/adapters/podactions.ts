import type { Container, Pod, PodStatus, RestartPolicy } from '../../../src/api/stored-objects.ts';
import { computePodActions } from '../../../src/cluster/kubelet/actions/pod-actions.ts';
import type { ProbeResult } from '../../../src/cluster/kubelet/actions/pod-actions-draft.ts';
import type { Case, Outcome } from '../table.ts';
import { compareJson, listOf, recordOf, runtimePodStatus } from './kubelet-case.ts';

const KNOWN = new Set([
  'killPod',
  'createSandbox',
  'attempt',
  'initContainersToStart',
  'containersToStart',
  'ephemeralContainersToStart',
  'containersToKill',
  'containersToReset',
]);

interface Row {
  readonly id: string;
  readonly liveness?: ProbeResult;
  readonly startup?: ProbeResult;
}

/** Table podactions: what one sync of a pod is to do. */
export function podactions(testCase: Case): Outcome {
  const expect = recordOf(testCase.expect, 'expectation');
  const unknown = Object.keys(expect).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) throw new Error(`unknown expectation ${unknown.join(', ')}`);

  const containers = listOf(testCase.containers) as Container[];
  const initContainers = listOf(testCase.initContainers) as Container[];
  const ephemeralContainers = listOf(testCase.ephemeralContainers) as Container[];
  const pod: Pod = {
    metadata: { name: 'foo', namespace: 'new', uid: '12345678' },
    spec: {
      restartPolicy: testCase.restartPolicy as RestartPolicy,
      containers,
      initContainers,
      ephemeralContainers,
    },
    status: { conditions: listOf(testCase.podConditions) } as PodStatus,
  };
  const rows = listOf(testCase.statuses) as Row[];
  const sandbox = recordOf(testCase.sandbox, 'sandbox');
  const actions = computePodActions({
    pod,
    podStatus: runtimePodStatus(sandbox.state === 'none' ? [] : [sandbox], rows, [
      ...initContainers,
      ...containers,
      ...ephemeralContainers,
    ]),
    restartAllContainers: testCase.restartAllContainers === true,
    livenessResult: (id) => rows.find((row) => row.id === id)?.liveness,
    startupResult: (id) => rows.find((row) => row.id === id)?.startup,
  });
  const names = (list: readonly Container[], indexes: readonly number[]) =>
    indexes.map((index) => list[index]?.name);
  return compareJson(
    'actions',
    { ...expect, containersToKill: [...listOf(expect.containersToKill)].sort() },
    {
      killPod: actions.killPod,
      createSandbox: actions.createSandbox,
      // The table gives the attempt only where the sandbox changes.
      attempt: actions.killPod || actions.createSandbox ? actions.attempt : 0,
      initContainersToStart: names(initContainers, actions.initContainersToStart),
      containersToStart: names(containers, actions.containersToStart),
      ephemeralContainersToStart: names(ephemeralContainers, actions.ephemeralContainersToStart),
      containersToKill: [...actions.containersToKill.values()]
        .map(({ container }) => container.name)
        .sort(),
      containersToReset: actions.containersToReset.map(({ container, id, kill }) => ({
        name: container.name,
        id,
        kill,
      })),
    },
  );
}
