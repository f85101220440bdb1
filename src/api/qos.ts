import { addQuantities, compareQuantities, parseQuantity, type Quantity, signOf } from './quantity';
import type { Pod, PodSpec } from './types';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** CPU and memory of a pod, summed up; zero and negative quantities do not count. */
export interface QosSums {
  requests: Map<string, Quantity>;
  limits: Map<string, Quantity>;
  /** Every container (or the pod, where it decides) has a CPU and a memory limit. */
  hasCpuAndMemoryLimits: boolean;
}

type ResourceList = Readonly<Record<string, number | string>>;
type Resources = { requests?: ResourceList; limits?: ResourceList };

const COUNTED = ['cpu', 'memory'];

/** Models pkg/apis/core/v1/helper/qos ComputePodQOS. */
export function computePodQOS(pod: Pod): QosClass {
  const { requests, limits, hasCpuAndMemoryLimits } = qosSums(pod.spec);
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  if (!hasCpuAndMemoryLimits || requests.size !== limits.size) return 'Burstable';
  for (const [name, request] of requests) {
    const limit = limits.get(name);
    if (limit === undefined || compareQuantities(limit, request) !== 0) return 'Burstable';
  }
  return 'Guaranteed';
}

/** Pod-level resources, where there are any, decide instead of the containers'. */
export function qosSums(spec: PodSpec): QosSums {
  return spec.resources === undefined ? containerSums(spec) : podSums(spec.resources);
}

function podSums(resources: Resources): QosSums {
  const sums: QosSums = { requests: new Map(), limits: new Map(), hasCpuAndMemoryLimits: true };
  addCounted(sums.requests, resources.requests);
  sums.hasCpuAndMemoryLimits = addCounted(sums.limits, resources.limits) === COUNTED.length;
  return sums;
}

function containerSums(spec: PodSpec): QosSums {
  const sums: QosSums = { requests: new Map(), limits: new Map(), hasCpuAndMemoryLimits: true };
  for (const { resources = {} } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    addCounted(sums.requests, resources.requests);
    if (addCounted(sums.limits, resources.limits) < COUNTED.length) {
      sums.hasCpuAndMemoryLimits = false;
    }
  }
  return sums;
}

/** Adds a list to the sums and returns how many of its resources count. */
function addCounted(sums: Map<string, Quantity>, list: ResourceList | undefined): number {
  let counted = 0;
  for (const name of COUNTED) {
    const value = list?.[name];
    if (value === undefined) continue;
    const quantity = parseQuantity(String(value));
    if (signOf(quantity) <= 0) continue;
    counted++;
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? quantity : addQuantities(quantity, sum));
  }
  return counted;
}
