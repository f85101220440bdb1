import { isPodLevelResource, podLimits, podRequests } from '../pod-resources';
import { addQuantities, parseQuantity, type Quantity, quantityOf } from '../quantity';
import type { KubeObject, Pod, Service } from '../types';

export type Usage = ReadonlyMap<string, Quantity>;

/** Resources that are counted under a short name, besides `count/…`. */
const SHORT_COUNTS: ReadonlySet<string> = new Set([
  ...['configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas'],
  ...['secrets', 'services'],
]);

/** Resources whose objects a quota can count beyond their number. */
export const MEASURED_RESOURCES: readonly string[] = ['pods', 'services', 'persistentvolumeclaims'];

/**
 * What an object uses of a quota, by the quota's names. `resource` is `pods`, `deployments.apps` ….
 * `nowMs` is Unix ms. Models pkg/quota/v1/evaluator.
 */
export function usageOf(resource: string, object: KubeObject, nowMs: number): Usage {
  const usage = new Map<string, Quantity>([[`count/${resource}`, one()]]);
  if (SHORT_COUNTS.has(resource)) usage.set(resource, one());
  if (resource === 'pods') addPod(usage, object as Pod, nowMs);
  else if (resource === 'services') addService(usage, object as Service);
  else if (resource === 'persistentvolumeclaims') addClaim(usage, object);
  return usage;
}

function one(): Quantity {
  return quantityOf(1, 'DecimalSI');
}

/** Models QuotaV1Pod: pods that have ended, or should be gone by now, do not count. */
export function countsForQuota({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return true;
  return nowMs <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function addPod(usage: Map<string, Quantity>, pod: Pod, nowMs: number): void {
  if (!countsForQuota(pod, nowMs)) return;
  usage.set('pods', one());
  const options = { useStatus: true };
  addResources(usage, podRequests(pod, options), podLimits(pod, options));
}

function addResources(usage: Map<string, Quantity>, requests: Usage, limits: Usage): void {
  for (const [name, amount] of requests) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') {
      usage.set(name, amount);
      usage.set(`requests.${name}`, amount);
    } else if (name.startsWith('hugepages-')) {
      usage.set(name, amount);
      usage.set(`requests.${name}`, amount);
    } else if (name.includes('/')) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of limits) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') {
      usage.set(`limits.${name}`, amount);
    }
  }
}

function addService(usage: Map<string, Quantity>, { spec }: Service): void {
  const ports = (spec?.ports ?? []).length;
  const nodePorts =
    spec?.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === false ? 0 : ports;
  if (spec?.type === 'NodePort') usage.set('services.nodeports', quantityOf(ports, 'DecimalSI'));
  if (spec?.type !== 'LoadBalancer') return;
  usage.set('services.nodeports', quantityOf(nodePorts, 'DecimalSI'));
  usage.set('services.loadbalancers', one());
}

function addClaim(usage: Map<string, Quantity>, claim: KubeObject): void {
  const spec = claim.spec as
    | { storageClassName?: string; resources?: { requests?: { storage?: string } } }
    | undefined;
  const storage = spec?.resources?.requests?.storage;
  const storageClass = spec?.storageClassName;
  const prefix = `${storageClass}.storageclass.storage.k8s.io/`;
  if (storageClass) usage.set(`${prefix}persistentvolumeclaims`, one());
  if (storage === undefined) return;
  const amount = parseQuantity(String(storage));
  usage.set('requests.storage', amount);
  if (storageClass) usage.set(`${prefix}requests.storage`, amount);
}

const COMPUTE = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/**
 * Why a pod cannot be measured: its containers do not say what a quota limits. Undefined: they do. Models
 * podEvaluator.Constraints.
 */
export function unmeasured(pod: Pod, limited: readonly string[]): string | undefined {
  const required = COMPUTE.filter((name) => limited.includes(name));
  const missing = new Map<string, string[]>();
  // What the pod asks for as a whole is enough.
  const { requests: whole, limits: most } = pod.spec.resources ?? {};
  if ([...Object.keys(whole ?? {}), ...Object.keys(most ?? {})].some(isPodLevelResource)) {
    return undefined;
  }
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  for (const container of containers) {
    const { requests, limits } = container.resources ?? {};
    const said = new Set([
      ...Object.keys(requests ?? {}).flatMap((name) => [name, `requests.${name}`]),
      ...Object.keys(limits ?? {}).map((name) => `limits.${name}`),
    ]);
    for (const name of required) {
      if (!said.has(name)) missing.set(name, [...(missing.get(name) ?? []), container.name]);
    }
  }
  if (missing.size === 0) return undefined;
  const texts = [...missing.keys()]
    .sort()
    .map((name) => `${name} for: ${[...(missing.get(name) ?? [])].sort().join(',')}`);
  return `must specify ${texts.join('; ')}`;
}

export function addUsage(sum: Map<string, Quantity>, more: Usage): void {
  for (const [name, amount] of more) {
    const before = sum.get(name);
    sum.set(name, before ? addQuantities(before, amount) : amount);
  }
}
