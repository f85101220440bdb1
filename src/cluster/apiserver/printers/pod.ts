import { ageSince } from '../../../api/duration';
import type { ContainerState, ContainerStatus, Pod } from '../../../api/types';
import { age, columns, type PrintContext, type Printer, type Row } from './printer';

const SUCCEEDED = [
  {
    type: 'Completed',
    status: 'True',
    reason: 'Succeeded',
    message: 'The pod has completed successfully.',
  },
];
const FAILED = [
  { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
];

interface Tally {
  reason: string;
  ready: number;
  restarts: number;
  /** RFC 3339; '' without any. */
  lastRestart: string;
}

/** What the columns READY, STATUS and RESTARTS say. Models printPod. */
export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

/** The columns READY, STATUS and RESTARTS. Models printPod of pkg/printers/internalversion/printers.go. */
export function summarizePod(pod: Pod, nowMs: number): PodSummary {
  const sidecars = sidecarNames(pod);
  const status = pod.status ?? {};
  const tally: Tally = { reason: status.phase ?? '', ready: 0, restarts: 0, lastRestart: '' };
  if (status.reason) tally.reason = status.reason;
  const gated = status.conditions?.some(
    (one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated',
  );
  if (gated) tally.reason = 'SchedulingGated';
  const initializing = tallyInitContainers(pod, sidecars, tally);
  if (!initializing || hasCondition(pod, 'Initialized')) tallyContainers(pod, sidecars, tally);
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') tally.reason = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed')
      tally.reason = 'Terminating';
  }
  const ago =
    tally.restarts !== 0 && tally.lastRestart !== ''
      ? ` (${ageSince(tally.lastRestart, nowMs)} ago)`
      : '';
  return {
    ready: `${tally.ready}/${pod.spec.containers.length + sidecars.size}`,
    status: tally.reason,
    restarts: `${tally.restarts}${ago}`,
  };
}

function sidecarNames(pod: Pod): Set<string> {
  const sidecars = (pod.spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always');
  return new Set(sidecars.map((container) => container.name));
}

function hasCondition(pod: Pod, type: string): boolean {
  return (pod.status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
}

function count(tally: Pick<Tally, 'restarts' | 'lastRestart'>, status: ContainerStatus): void {
  tally.restarts += status.restartCount;
  const finished = status.lastState?.terminated?.finishedAt;
  if (finished && finished > tally.lastRestart) tally.lastRestart = finished;
}

/** Returns whether the walk stopped at an init container that is not done. */
function tallyInitContainers(pod: Pod, sidecars: ReadonlySet<string>, tally: Tally): boolean {
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    count(tally, status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecars.has(status.name) && status.started) {
      if (status.ready) tally.ready++;
      continue;
    }
    if (terminated) {
      tally.reason = `Init:${terminatedText(terminated)}`;
    } else if (waiting?.reason && waiting.reason !== 'PodInitializing') {
      tally.reason = `Init:${waiting.reason}`;
    } else {
      tally.reason = `Init:${index}/${pod.spec.initContainers?.length ?? 0}`;
    }
    return true;
  }
  return false;
}

function terminatedText(terminated: NonNullable<ContainerState['terminated']>): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

/** From last to first: the first troubled container has the last word. */
function tallyContainers(pod: Pod, sidecars: ReadonlySet<string>, tally: Tally): void {
  tally.restarts = 0;
  tally.lastRestart = '';
  for (const status of pod.status?.initContainerStatuses ?? []) {
    if (sidecars.has(status.name)) count(tally, status);
  }
  let hasRunning = false;
  let failure = '';
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    count(tally, status);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) {
      tally.reason = waiting.reason;
    } else if (terminated) {
      tally.reason = terminatedText(terminated);
      if (terminated.exitCode !== 0) failure = tally.reason;
    } else if (status.ready && running) {
      hasRunning = true;
      tally.ready++;
    }
  }
  if (tally.reason !== 'Completed') return;
  if (hasRunning && hasCondition(pod, 'Ready')) tally.reason = 'Running';
  else if (failure !== '') tally.reason = failure;
  else if (hasRunning) tally.reason = 'NotReady';
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter(({ conditionType }) => {
    const condition = pod.status?.conditions?.find((one) => one.type === conditionType);
    return condition?.status === 'True';
  });
  return `${met.length}/${gates.length}`;
}

export const podPrinter: Printer = {
  columns: columns(
    'Name',
    'Ready',
    'Status',
    'Restarts',
    'Age',
    'wide:',
    'IP',
    'Node',
    'Nominated Node',
    'Readiness Gates',
  ),
  row(pod: Pod, context: PrintContext): Row {
    const { ready, status, restarts } = summarizePod(pod, context.nowMs);
    const phase = pod.status?.phase;
    return {
      cells: [
        pod.metadata.name ?? '',
        ready,
        status,
        restarts,
        age(pod.metadata, context),
        pod.status?.podIPs?.[0]?.ip || '<none>',
        pod.spec.nodeName || '<none>',
        pod.status?.nominatedNodeName || '<none>',
        readinessGates(pod),
      ],
      conditions: phase === 'Succeeded' ? SUCCEEDED : phase === 'Failed' ? FAILED : undefined,
    };
  },
};
