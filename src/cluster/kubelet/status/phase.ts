import type {
  Container,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
  PodPhase,
  PodSpec,
} from '../../../api/stored-objects';
import { isRestartableInitContainer } from '../../pod-containers';
import { containerShouldRestart, RESTARTING_ALL_CONTAINERS } from '../actions/restart-policy';

interface Tally {
  running: number;
  waiting: number;
  stopped: number;
  stoppedForGood: number;
  succeeded: number;
  unknown: number;
  pendingSidecars: number;
}

/**
 * The pod's phase from its containers' statuses (init containers' included). `podIsTerminal`: nothing will
 * be restarted any more; `podHasInitialized`: a regular container of this sandbox has started.
 * Models pkg/kubelet/kubelet_pods.go getPhase.
 */
export function getPhase(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  podIsTerminal: boolean,
  podHasInitialized: boolean,
): PodPhase {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const inits = initProgress(pod.spec, byName);
  if (inits.failedForGood) return 'Failed';

  const tally: Tally = {
    running: 0,
    waiting: 0,
    stopped: 0,
    stoppedForGood: 0,
    succeeded: 0,
    unknown: 0,
    pendingSidecars: 0,
  };
  for (const container of pod.spec.initContainers ?? []) {
    if (isRestartableInitContainer(container)) tallySidecar(tally, byName.get(container.name));
  }
  for (const container of pod.spec.containers) {
    tallyRegular(tally, container, pod.spec, byName.get(container.name));
  }

  const initializing = inits.pending || (tally.pendingSidecars > 0 && !podHasInitialized);
  if (initializing || tally.waiting > 0) return 'Pending';
  if (tally.unknown > 0) return 'Pending';
  if (tally.running > 0) return 'Running';
  if (tally.stopped === 0) return 'Pending';
  if (!podIsTerminal && tally.stopped !== tally.stoppedForGood) return 'Running';
  return tally.stopped === tally.succeeded ? 'Succeeded' : 'Failed';
}

/** Ordinary init containers: whether one is still to finish, and whether one failed and may not run again. */
function initProgress(
  spec: PodSpec,
  byName: ReadonlyMap<string, ContainerStatus>,
): { pending: boolean; failedForGood: boolean } {
  let pending = false;
  let failedForGood = false;
  for (const container of spec.initContainers ?? []) {
    if (isRestartableInitContainer(container)) continue;
    const status = byName.get(container.name);
    const ended = status && endOf(status);
    if (!ended) pending = true;
    else if (ended.exitCode !== 0 && !mayRunAgain(container, spec, ended)) failedForGood = true;
  }
  return { pending, failedForGood };
}

/** How a container ended, if it does not run; a waiting one ended if it has run before. */
function endOf(status: ContainerStatus): ContainerStateTerminated | undefined {
  if (status.state.running) return undefined;
  if (status.state.terminated) return status.state.terminated;
  return status.state.waiting ? status.lastState.terminated : undefined;
}

function mayRunAgain(
  container: Container,
  spec: PodSpec,
  ended: ContainerStateTerminated,
): boolean {
  return (
    ended.reason === RESTARTING_ALL_CONTAINERS ||
    containerShouldRestart(container, spec, ended.exitCode)
  );
}

function tallySidecar(tally: Tally, status: ContainerStatus | undefined): void {
  if (!status) {
    tally.unknown++;
  } else if (status.state.running) {
    if (!status.started) tally.pendingSidecars++;
    tally.running++;
  } else if (status.state.waiting) {
    if (status.lastState.terminated) return;
    tally.pendingSidecars++;
    tally.waiting++;
  } else if (!status.state.terminated) {
    tally.pendingSidecars++;
    tally.unknown++;
  }
}

function tallyRegular(
  tally: Tally,
  container: Container,
  spec: PodSpec,
  status: ContainerStatus | undefined,
): void {
  if (!status) {
    tally.unknown++;
    return;
  }
  const { running, terminated, waiting } = status.state;
  const ended = endOf(status);
  if (running) tally.running++;
  else if (ended) {
    tally.stopped++;
    if (!mayRunAgain(container, spec, ended)) tally.stoppedForGood++;
    if (terminated?.exitCode === 0) tally.succeeded++;
  } else if (waiting) tally.waiting++;
  else tally.unknown++;
}
