import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodPhase,
  PodStatus,
  RestartPolicy,
} from '../../../src/api/stored-objects.ts';
import type { ProbeResult } from '../../../src/cluster/kubelet/actions/pod-actions-draft.ts';
import { ProbeResults, type ProbeType } from '../../../src/cluster/kubelet/probes/probe-results.ts';
import { ProbeWorker } from '../../../src/cluster/kubelet/probes/probe-worker.ts';
import { createKernel } from '../../../src/kernel/kernel.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { listOf, recordOf } from './kubelet-case.ts';

interface ContainerRow {
  readonly name: string;
  readonly id?: string;
  readonly state: string;
  readonly exitCode?: number;
  readonly started?: boolean;
  readonly runningForSeconds?: number;
}

interface StatusRow {
  readonly phase: PodPhase | null;
  readonly container?: ContainerRow;
  readonly otherContainers?: readonly ContainerRow[];
  readonly containerStartedRelativeToKubeletStartSeconds?: number;
}

interface Step {
  readonly status?: StatusRow;
  readonly podDeleted?: boolean;
  readonly setStarted?: boolean;
  readonly probeResult: string;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** Unix ms of every case's present, at which upstream's test starts its kubelet. */
const NOW_MS = 1_700_000_000_000;
/** Where a case says nothing of the kubelet's start, it is no matter: the container is younger. */
const LONG_AGO_MS = NOW_MS - 3_600_000;

function stateOf(row: ContainerRow, startedMs: number): ContainerState {
  if (row.state === 'running') return { running: { startedAt: new Date(startedMs).toISOString() } };
  if (row.state === 'terminated') return { terminated: { exitCode: row.exitCode ?? 0 } };
  return row.state === 'waiting' ? { waiting: {} } : {};
}

function statusOf(row: ContainerRow, startedMs: number): ContainerStatus {
  return {
    name: row.name,
    state: stateOf(row, startedMs),
    lastState: {},
    ready: false,
    restartCount: 0,
    image: '',
    imageID: '',
    ...(row.id === undefined ? {} : { containerID: `test://${row.id}` }),
    ...(row.started === undefined ? {} : { started: row.started }),
  };
}

function podStatusOf(row: StatusRow, sidecar: boolean): PodStatus | undefined {
  if (row.phase === null || !row.container) return row.phase ? { phase: row.phase } : undefined;
  const relative = row.containerStartedRelativeToKubeletStartSeconds;
  const startedMs =
    relative === undefined
      ? NOW_MS - (row.container.runningForSeconds ?? 0) * 1000
      : NOW_MS + relative * 1000;
  const own = statusOf(row.container, startedMs);
  const others = (row.otherContainers ?? []).map((other) => statusOf(other, startedMs));
  return sidecar
    ? { phase: row.phase, initContainerStatuses: [own], containerStatuses: others }
    : { phase: row.phase, containerStatuses: [own, ...others] };
}

/** Table probes: one worker, tick by tick; the handler's results are given. */
export function probes(testCase: Case): Outcome {
  const { sidecar, ...row } = recordOf(testCase.container, 'container');
  const isSidecar = sidecar === true;
  const container = {
    ...row,
    image: '',
    ...(isSidecar ? { restartPolicy: 'Always' } : {}),
  } as unknown as Container;
  const others = listOf(testCase.otherContainers) as Container[];
  const pod = (deleted: boolean): Pod => ({
    metadata: {
      name: 'p',
      namespace: 'default',
      uid: 'u',
      ...(deleted ? { deletionTimestamp: '2024-01-01T00:00:00Z' } : {}),
    },
    spec: {
      restartPolicy: testCase.podRestartPolicy as RestartPolicy,
      containers: isSidecar ? others : [container, ...others],
      ...(isSidecar ? { initContainers: [container] } : {}),
    },
  });
  const type = testCase.probeType as ProbeType;
  const results = new ProbeResults(type, () => {});
  const gates = isRecord(testCase.featureGateValues) ? testCase.featureGateValues : {};
  const steps = listOf(testCase.steps) as Step[];
  let status: PodStatus | undefined;
  let outcome: string;
  const restarted = steps.some(
    ({ status: row }) => row?.containerStartedRelativeToKubeletStartSeconds !== undefined,
  );
  const make = (deleted: boolean) =>
    new ProbeWorker({
      kernel: createKernel({ seed: 1, epochMs: NOW_MS }),
      type,
      pod: pod(deleted),
      container,
      spec: recordOf(testCase.probe, 'probe'),
      results,
      status: () => status,
      probe: () => {
        throw new Error('the steps tell what comes of each attempt');
      },
      kubeletStartedMs: restarted ? NOW_MS : LONG_AGO_MS,
      forgetsOverRestart: gates.ChangeContainerStatusOnKubeletRestart === true,
    });
  const worker = make(steps.some(({ podDeleted }) => podDeleted === true));
  const differences: (string | undefined)[] = [];
  steps.forEach((step, index) => {
    if (step.status) status = podStatusOf(step.status, isSidecar);
    if (step.setStarted !== undefined) status = withStarted(status, step.setStarted);
    const id = status && idOf(status, container.name);
    if (index === 0 && typeof testCase.presetResult === 'string' && id) {
      results.set('u', id, testCase.presetResult as ProbeResult);
    }
    outcome = step.probeResult;
    const next = worker.tick();
    if (next && next !== 'end') {
      worker.conclude({ result: outcome as 'success' | 'failure', message: '' }, next.containerId);
    }
    const actual: Record<string, unknown> = {
      continue: next !== 'end',
      result: (id && results.get(id)) ?? null,
      onHold: worker.onHold,
      resultRun: worker.resultRun,
    };
    for (const [key, wanted] of Object.entries(step.expect)) {
      if (!(key in actual)) throw new Error(`unknown expectation ${key}`);
      const title = `step ${index}: ${key}`;
      differences.push(textDifference(title, String(wanted), String(actual[key])));
    }
  });
  return outcomeOf(differences);
}

function idOf(status: PodStatus, name: string): string | undefined {
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  return all.find((one) => one.name === name)?.containerID;
}

function withStarted(status: PodStatus | undefined, started: boolean): PodStatus | undefined {
  const each = (list: readonly ContainerStatus[] | undefined) =>
    list?.map((one) => ({ ...one, started }));
  return (
    status && {
      ...status,
      containerStatuses: each(status.containerStatuses),
      initContainerStatuses: each(status.initContainerStatuses),
    }
  );
}
