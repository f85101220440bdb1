import type { Service } from '../types';

/** Where a service's addresses and node ports come from. */
export interface ServiceAllocator {
  /** A free cluster IP. */
  clusterIp(): string;
  /** A free node port. */
  nodePort(): number;
}

/**
 * Gives a service its cluster IP, IP families and node ports. Takes a defaulted service that has
 * passed validation and returns a new one. Models pkg/registry/core/service/storage for a cluster
 * with IPv4 only.
 */
export function allocateService(service: Service, allocator: ServiceAllocator): Service {
  const allocated = structuredClone(service);
  const spec = allocated.spec ?? {};
  allocated.spec = spec;
  if (spec.type === 'ExternalName') return allocated;
  const wanted = spec.clusterIP || spec.clusterIPs?.[0] || '';
  const ip = wanted === '' ? allocator.clusterIp() : wanted;
  spec.clusterIP = ip;
  spec.clusterIPs ??= [ip];
  const headlessAlone = ip === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= headlessAlone ? 'RequireDualStack' : 'SingleStack';
  spec.ipFamilies ??= headlessAlone ? ['IPv4', 'IPv6'] : ['IPv4'];
  const balanced = spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false;
  if (spec.type !== 'NodePort' && !balanced) return allocated;
  for (const port of spec.ports ?? []) port.nodePort ||= nodePortFor(port.port, spec, allocator);
  return allocated;
}

/** One number with two protocols shares its node port. */
function nodePortFor(
  number: number,
  spec: NonNullable<Service['spec']>,
  allocator: ServiceAllocator,
): number {
  const same = spec.ports?.find(({ port, nodePort }) => port === number && nodePort);
  return same?.nodePort ?? allocator.nodePort();
}
