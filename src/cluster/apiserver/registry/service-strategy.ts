import { allocateService } from '../../../api/admission/service';
import { invalidError } from '../../../api/status';
import type { KubeObject, Service } from '../../../api/types';
import { type FieldError, invalid } from '../../../api/validation/field-error';
import { clusterIpErrors } from '../../../api/validation/service';
import type { RegistryContext, Strategy } from './strategy';

/** The range that Services get their addresses from: 10.96.0.0/12. */
const RANGE_FIRST_OCTETS = [10, 96] as const;
const RANGE_SECOND_OCTETS = 16;
/** Where addresses for Services that name none begin; below lie those that are asked for by name. */
const DYNAMIC_THIRD_OCTET = 200;
const NODE_PORT_FIRST = 30_000;
const NODE_PORT_LAST = 32_767;
/** Where node ports for Services that name none begin. */
const NODE_PORT_DYNAMIC = 30_080;
/** Nothing is allocated for a dry run: its Services get numbers that no allocator would give. */
const DRY_RUN_PORT = 32_769;

/** Models pkg/registry/core/service: addresses and node ports. */
export const serviceStrategy: Strategy = {
  countsGenerations: false,
  hasStatus: true,

  allocate: (object, context, { dryRun = false }) => {
    const service = object as Service;
    const errors = clusterIpErrors(service.spec ?? {});
    if (errors.length > 0) throw refuse(service, ...errors);
    return allocate(service, context, { dryRun });
  },

  prepareForUpdate(object, old, context) {
    const before = old as Service;
    const next = object as Service;
    const spec = { ...next.spec };
    const headed = spec.type !== 'ExternalName' && before.spec?.type !== 'ExternalName';
    if (headed && !spec.clusterIP) {
      spec.clusterIP = before.spec?.clusterIP;
      spec.clusterIPs = before.spec?.clusterIPs;
    }
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
      spec.ports = spec.ports?.map((port) => {
        if (port.nodePort) return port;
        const same = before.spec?.ports?.find(
          (one) => one.port === port.port && one.protocol === port.protocol,
        );
        return same?.nodePort ? { ...port, nodePort: same.nodePort } : port;
      });
    }
    const service = allocate({ ...next, spec }, context, { old: before });
    return { ...service, status: old.status } as KubeObject;
  },
};

function allocate(
  service: Service,
  context: RegistryContext,
  { old, dryRun = false }: { old?: Service; dryRun?: boolean },
): Service {
  const { spec } = service;
  const wanted = spec?.clusterIP;
  if (wanted && wanted !== 'None' && wanted !== old?.spec?.clusterIP) {
    checkAddress(service, wanted, context);
  }
  const taken = takenNodePorts(context, service);
  spec?.ports?.forEach(({ nodePort }, index) => {
    if (!nodePort) return;
    checkNodePort(service, index, nodePort, taken, old);
    taken.add(nodePort);
  });
  let dummyPort = DRY_RUN_PORT;
  return allocateService(service, {
    clusterIp: () => freeAddress(context),
    nodePort: () => {
      if (dryRun) return dummyPort++;
      const port = freeNodePort(taken);
      taken.add(port);
      return port;
    },
  });
}

function services(context: RegistryContext): readonly Service[] {
  return context.store.list('services') as readonly Service[];
}

function freeAddress(context: RegistryContext): string {
  const all = services(context);
  const taken = new Set(all.map((service) => service.spec?.clusterIP));
  for (let i = all.length + 1; ; i++) {
    const third = DYNAMIC_THIRD_OCTET + (i >> 8);
    const address = `${RANGE_FIRST_OCTETS.join('.')}.${third}.${i & 255}`;
    if (!taken.has(address)) return address;
  }
}

function checkAddress(service: Service, address: string, context: RegistryContext): void {
  const octets = address.split('.').map(Number);
  const inRange =
    octets.length === 4 &&
    octets[0] === RANGE_FIRST_OCTETS[0] &&
    (octets[1] ?? 0) >= RANGE_FIRST_OCTETS[1] &&
    (octets[1] ?? 0) < RANGE_FIRST_OCTETS[1] + RANGE_SECOND_OCTETS;
  if (!inRange) {
    const why = `failed to allocate IP ${address}: the provided network does not match the current range`;
    throw refuse(service, invalid('spec.clusterIPs', [address], why));
  }
  if (services(context).some((one) => one.spec?.clusterIP === address)) {
    const why = `failed to allocate IP ${address}: provided IP is already allocated`;
    throw refuse(service, invalid('spec.clusterIPs', [address], why));
  }
}

function takenNodePorts(context: RegistryContext, except: Service): Set<number> {
  const taken = new Set<number>();
  for (const service of services(context)) {
    const same =
      service.metadata.name === except.metadata.name &&
      service.metadata.namespace === except.metadata.namespace;
    if (same) continue;
    for (const port of service.spec?.ports ?? []) if (port.nodePort) taken.add(port.nodePort);
  }
  return taken;
}

function freeNodePort(taken: ReadonlySet<number>): number {
  let port = NODE_PORT_DYNAMIC;
  while (taken.has(port)) port = port === NODE_PORT_LAST ? NODE_PORT_FIRST : port + 1;
  return port;
}

function checkNodePort(
  service: Service,
  index: number,
  nodePort: number,
  taken: ReadonlySet<number>,
  old: Service | undefined,
): void {
  const kept = old?.spec?.ports?.some((port) => port.nodePort === nodePort);
  if (kept) return;
  const field = `spec.ports[${index}].nodePort`;
  if (nodePort < NODE_PORT_FIRST || nodePort > NODE_PORT_LAST) {
    const why = `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_FIRST}-${NODE_PORT_LAST}`;
    throw refuse(service, invalid(field, nodePort, why));
  }
  if (taken.has(nodePort)) {
    throw refuse(service, invalid(field, nodePort, 'provided port is already allocated'));
  }
}

function refuse(service: Service, ...errors: FieldError[]) {
  return invalidError('Service', service.metadata.name ?? '', errors);
}
