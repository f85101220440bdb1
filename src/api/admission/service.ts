import { copyJson } from '../copy-json';
import { invalidError } from '../status';
import type { Service, ServicePort } from '../types';
import { type FieldError, invalid } from '../validation/field-error';
import { parseIp } from '../validation/ip';
import { clusterIpErrors } from '../validation/service-addresses';

/** Where a service's addresses and node ports come from. The `claim`s return why they cannot be had. */
export interface ServiceAllocator {
  /** A free cluster IP. */
  clusterIp(): string;
  claimClusterIp(ip: string): string | undefined;
  /** A free node port. */
  nodePort(): number;
  claimNodePort(port: number): string | undefined;
}

type ServiceSpec = NonNullable<Service['spec']>;
type Family = NonNullable<ServiceSpec['ipFamilies']>[number];

/**
 * Gives a service its cluster IP, IP families and node ports. Takes a defaulted service, and for an update
 * the stored one, whose addresses and ports it has already; returns a new one. Throws ApiError (Invalid).
 * Comes before validation. Models pkg/registry/core/service/storage for a cluster with IPv4 only.
 */
export function allocateService(
  service: Service,
  allocator: ServiceAllocator,
  old?: Service,
): Service {
  const allocated = copyJson(service);
  const spec = allocated.spec ?? {};
  allocated.spec = spec;
  const refuse = (errors: readonly FieldError[]) => {
    if (errors.length > 0) throw invalidError('Service', service.metadata.name ?? '', errors);
  };
  if (spec.type !== 'ExternalName') {
    if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
    refuse(clusterIpErrors(spec));
    refuse(familyErrors(spec));
    allocateClusterIp(spec, allocator, old?.spec, refuse);
  } else delete spec.internalTrafficPolicy;
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
    allocateNodePorts(spec, allocator, old?.spec, refuse);
  }
  const needsHealthCheck = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  if (needsHealthCheck && !spec.healthCheckNodePort)
    spec.healthCheckNodePort = allocator.nodePort();
  return allocated;
}

/**
 * A changed service without what its new type has no use for and the user did not touch, and with the
 * addresses and ports that it has already and the user left out. Models dropTypeDependentFields and
 * patchAllocatedValues.
 */
export function reconciledService(service: Service, old: Service): Service {
  const spec: ServiceSpec = { ...service.spec };
  const before = old.spec ?? {};
  dropUnused(spec, before);
  if (usesAddresses(spec) && usesAddresses(before)) {
    spec.clusterIP ||= before.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0) spec.clusterIPs = before.clusterIPs;
  }
  if (usesNodePorts(spec) && usesNodePorts(before)) {
    const kept = nodePortsOf(before).filter((port) => nodePortsOf(spec).includes(port));
    spec.ports = spec.ports?.map((port) => {
      const known = before.ports?.find(({ name = '' }) => name === (port.name ?? ''))?.nodePort;
      if (port.nodePort || !known || kept.includes(known)) return port;
      return { ...port, nodePort: known };
    });
  }
  if (usesHealthCheck(spec) && usesHealthCheck(before)) {
    spec.healthCheckNodePort ||= before.healthCheckNodePort;
  }
  return { ...service, spec };
}

function usesAddresses({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName';
}

function usesNodePorts({ type }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

function usesHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function isExternal(spec: ServiceSpec): boolean {
  const { type, externalIPs = [] } = spec;
  return usesNodePorts(spec) || (type === 'ClusterIP' && externalIPs.length > 0);
}

function nodePortsOf({ ports = [] }: ServiceSpec): number[] {
  return ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
}

function dropUnused(spec: ServiceSpec, before: ServiceSpec): void {
  const drop = (...fields: (keyof ServiceSpec)[]) => {
    const same = fields.every((field) => String(spec[field] ?? '') === String(before[field] ?? ''));
    if (same) for (const field of fields) delete spec[field];
  };
  const ends = (uses: (one: ServiceSpec) => boolean) => uses(before) && !uses(spec);
  if (ends(usesAddresses)) {
    drop('clusterIP', 'clusterIPs');
    drop('ipFamilies');
    drop('ipFamilyPolicy');
  }
  const old = nodePortsOf(before);
  if (ends(usesNodePorts) && nodePortsOf(spec).every((port) => old.includes(port))) {
    spec.ports = spec.ports?.map(({ nodePort: _, ...port }) => port);
  }
  if (ends(usesHealthCheck)) drop('healthCheckNodePort');
  if (ends(({ type }) => type === 'LoadBalancer')) {
    drop('allocateLoadBalancerNodePorts');
    drop('loadBalancerClass');
  }
  if (ends(isExternal)) drop('externalTrafficPolicy');
}

/** Models initIPFamilyFields: what the wanted families mean in this cluster. Sets what is not wanted. */
function familyErrors(spec: ServiceSpec): FieldError[] {
  const ips = spec.clusterIPs ?? [];
  const families = spec.ipFamilies ?? [];
  const headlessAlone = ips[0] === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= headlessAlone ? 'RequireDualStack' : 'SingleStack';
  const policy = spec.ipFamilyPolicy;
  const errors: FieldError[] = [];
  const single = policy === 'SingleStack';
  for (const [list, what] of [
    [ips, 'cluster IPs'],
    [families, 'IP families'],
  ] as const) {
    if (!single || list.length !== 2) continue;
    const why = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    errors.push(invalid('spec.ipFamilyPolicy', policy, why));
  }
  ips.forEach((ip, index) => {
    if (ip === 'None' || index < families.length || parseIp(ip)?.bytes.length === 4) return;
    const why = 'IPv6 is not configured on this cluster';
    errors.push(invalid(`spec.clusterIPs[${index}]`, ips, why));
  });
  if (errors.length > 0) return errors;
  if (headlessAlone) {
    spec.ipFamilies = withSecondFamily(families, single);
    return [];
  }
  if (policy === 'RequireDualStack') {
    const why = 'this cluster is not configured for dual-stack services';
    errors.push(invalid('spec.ipFamilyPolicy', policy, why));
  }
  families.forEach((family, index) => {
    if (family === 'IPv4') return;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
  if (families.length === 0) spec.ipFamilies = ['IPv4'];
  return errors;
}

/** A headless service without a selector is for both families unless it says otherwise. */
function withSecondFamily(families: readonly Family[], single: boolean): Family[] {
  const [first = 'IPv4', second] = families;
  if (second !== undefined || single) return [first, ...families.slice(1)];
  return [first, first === 'IPv4' ? 'IPv6' : 'IPv4'];
}

function allocateClusterIp(
  spec: ServiceSpec,
  allocator: ServiceAllocator,
  old: ServiceSpec | undefined,
  refuse: (errors: readonly FieldError[]) => void,
): void {
  const wanted = spec.clusterIPs?.[0] ?? '';
  if (wanted === 'None') return;
  // One address in another's place is not asked for: validation refuses it.
  const isNew = old === undefined || !usesAddresses(old);
  if (wanted !== '' && isNew) {
    const why = allocator.claimClusterIp(wanted);
    if (why !== undefined) {
      const text = `failed to allocate IP ${wanted}: ${why}`;
      refuse([invalid('spec.clusterIPs', spec.clusterIPs, text)]);
    }
  }
  const ip = wanted === '' ? allocator.clusterIp() : wanted;
  spec.clusterIP = ip;
  spec.clusterIPs = [ip, ...(spec.clusterIPs ?? []).slice(1)];
}

/** Models initNodePorts: one number with two protocols has one node port. */
function allocateNodePorts(
  spec: ServiceSpec,
  allocator: ServiceAllocator,
  old: ServiceSpec | undefined,
  refuse: (errors: readonly FieldError[]) => void,
): void {
  const ports = spec.ports ?? [];
  const kept = new Set(old?.ports?.map(({ nodePort }) => nodePort));
  const known = new Map<number, number>();
  const claim = (nodePort: number, index: number) => {
    const why = kept.has(nodePort) ? undefined : allocator.claimNodePort(nodePort);
    if (why === undefined) return;
    refuse([invalid(`spec.ports[${index}].nodePort`, nodePort, why)]);
  };
  ports.forEach((port, index) => {
    const before = known.get(port.port);
    if (before !== undefined) {
      if (!port.nodePort) port.nodePort = before;
      else if (port.nodePort !== before) claim(port.nodePort, index);
      return;
    }
    if (!port.nodePort && spec.allocateLoadBalancerNodePorts === false) return;
    const asked = askedNodePort(port, ports);
    if (asked !== undefined) claim(asked, index);
    port.nodePort = asked ?? allocator.nodePort();
    known.set(port.port, port.nodePort);
  });
}

function askedNodePort({ port }: ServicePort, ports: readonly ServicePort[]): number | undefined {
  return ports.find((one) => one.port === port && one.nodePort)?.nodePort;
}
