import { parseQuantity, scaledValue } from '../../../api/quantity';
import type { Container, Pod } from '../../../api/stored-objects';
import { isRestartableInitContainer } from '../../pod-containers';

const GUARANTEED = -997;
const BEST_EFFORT = 1000;
/** A Burstable container is never below a Guaranteed one, nor at the BestEffort's mark. */
const LEAST_BURSTABLE = 3;
/** Pods of the node's own make. */
const NODE_CRITICAL_PRIORITY = 2_000_001_000;

/**
 * Whom the kernel kills first when the node runs out of memory: the higher, the sooner. Models
 * pkg/kubelet/qos/policy.go GetContainerOOMScoreAdjust.
 */
export function oomScoreAdjustment(
  pod: Pod,
  container: Container,
  nodeMemoryBytes: number,
): number {
  if ((pod.spec.priority ?? 0) >= NODE_CRITICAL_PRIORITY) return GUARANTEED;
  const { qosClass } = pod.status ?? {};
  if (qosClass === 'Guaranteed') return GUARANTEED;
  if (qosClass !== 'Burstable') return BEST_EFFORT;
  const own = burstableScore(memoryRequest(container), nodeMemoryBytes);
  const isSidecar = (pod.spec.initContainers ?? []).some(
    (one) => one.name === container.name && isRestartableInitContainer(one),
  );
  if (!isSidecar) return own;
  const smallest = Math.min(...pod.spec.containers.map(memoryRequest));
  return Math.min(own, burstableScore(smallest, nodeMemoryBytes));
}

function burstableScore(requestBytes: number, nodeMemoryBytes: number): number {
  const score = BEST_EFFORT - Math.floor((1000 * requestBytes) / nodeMemoryBytes);
  return Math.min(Math.max(score, LEAST_BURSTABLE), BEST_EFFORT - 1);
}

function memoryRequest({ resources }: Container): number {
  const request = resources?.requests?.memory;
  return request === undefined ? 0 : Number(scaledValue(parseQuantity(String(request)), 0));
}
