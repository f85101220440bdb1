import type { Node, Pod } from '../../../api/stored-objects';
import { matchesRequiredNodeAffinity } from '../../scheduler/node-affinity';
import {
  type Amounts,
  addTo,
  amountsOf,
  podRequests,
  type Sum,
} from '../../scheduler/pod-requests';
import { hostPortsClash } from '../../scheduler/scheduler-filters';
import { firstUntoleratedTaint } from '../../scheduler/taints';
import type { WaitingReason } from '../status/container-statuses';

/** What every node has figures for; other resources count only where the node names them. */
const OWN_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * Whether the node takes a pod that was bound to it: the scheduler may not have been asked. Returns the
 * reason and the message of the first objection. Models pkg/kubelet/lifecycle/predicate.go Admit.
 */
export function admissionFailure(
  pod: Pod,
  node: Node,
  others: readonly Pod[],
): WaitingReason | undefined {
  const short = missingResource(pod, amountsOf(node.status?.allocatable), others);
  if (short) return short;
  if (!matchesRequiredNodeAffinity(pod, node)) {
    return predicateFailure('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  }
  if (hostPortsClash(pod, others)) {
    const why = "node(s) didn't have free ports for the requested pod ports";
    return predicateFailure('NodePorts', why);
  }
  const taints = node.spec?.taints ?? [];
  if (firstUntoleratedTaint(taints, pod.spec.tolerations ?? [], ['NoExecute'])) {
    const why = "node(s) had taints that the pod didn't tolerate";
    return predicateFailure('TaintToleration', why);
  }
  return undefined;
}

/** A node that is short of memory takes no pod without requests. Models eviction_manager.go Admit. */
export function pressureFailure(pod: Pod): WaitingReason | undefined {
  if (pod.status?.qosClass !== 'BestEffort') return undefined;
  if (!firstUntoleratedTaint([MEMORY_PRESSURE_TAINT], pod.spec.tolerations ?? [], ['NoSchedule'])) {
    return undefined;
  }
  return { reason: 'Evicted', message: 'The node had condition: [MemoryPressure]. ' };
}

const MEMORY_PRESSURE_TAINT = {
  key: 'node.kubernetes.io/memory-pressure',
  effect: 'NoSchedule',
} as const;

function predicateFailure(predicate: string, why: string): WaitingReason {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${why}` };
}

/** cpu counts in thousandths of a core, the others in their own unit. */
function missingResource(
  pod: Pod,
  allocatable: Amounts,
  others: readonly Pod[],
): WaitingReason | undefined {
  const places = allocatable.get('pods') ?? 0;
  if (others.length + 1 > places) return outOf('pods', 1, others.length, places);
  const requests = podRequests(pod.spec);
  if (requests.size === 0) return undefined;
  const used: Sum = new Map();
  for (const other of others) addTo(used, podRequests(other.spec));
  const counted = [
    ...OWN_RESOURCES,
    ...[...requests.keys()].filter((name) => !OWN_RESOURCES.includes(name)),
  ];
  for (const name of counted) {
    const requested = requests.get(name) ?? 0;
    const capacity = allocatable.get(name);
    if (requested === 0 || (capacity === undefined && !OWN_RESOURCES.includes(name))) continue;
    const taken = used.get(name) ?? 0;
    if (requested > (capacity ?? 0) - taken) return outOf(name, requested, taken, capacity ?? 0);
  }
  return undefined;
}

function outOf(name: string, requested: number, used: number, capacity: number): WaitingReason {
  const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${name}`, message };
}
