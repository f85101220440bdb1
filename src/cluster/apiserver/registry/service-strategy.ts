import {
  allocateService,
  reconciledService,
  type ServiceAllocator,
} from '../../../api/admission/service';
import type { KubeObject, Service } from '../../../api/types';
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

  allocate: (object, context, { dryRun }) => {
    const service = object as Service;
    return allocateService(service, allocatorFor(service, context, dryRun));
  },

  prepareForUpdate(object, old, context) {
    const wanted = reconciledService(object as Service, old as Service);
    const service = allocateService(wanted, allocatorFor(wanted, context), old as Service);
    const balanced = service.spec?.type === 'LoadBalancer';
    return { ...service, status: balanced ? old.status : { loadBalancer: {} } } as KubeObject;
  },
};

function allocatorFor(
  service: Service,
  context: RegistryContext,
  dryRun = false,
): ServiceAllocator {
  const taken = takenNodePorts(context, service);
  let dummyPort = DRY_RUN_PORT;
  return {
    clusterIp: () => freeAddress(context),
    claimClusterIp: (ip) => addressProblem(ip, context),
    nodePort() {
      if (dryRun) return dummyPort++;
      const port = freeNodePort(taken);
      taken.add(port);
      return port;
    },
    claimNodePort(port) {
      const why = nodePortProblem(port, taken);
      taken.add(port);
      return why;
    },
  };
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

function addressProblem(address: string, context: RegistryContext): string | undefined {
  const octets = address.split('.').map(Number);
  const inRange =
    octets.length === 4 &&
    octets[0] === RANGE_FIRST_OCTETS[0] &&
    (octets[1] ?? 0) >= RANGE_FIRST_OCTETS[1] &&
    (octets[1] ?? 0) < RANGE_FIRST_OCTETS[1] + RANGE_SECOND_OCTETS;
  if (!inRange) return 'the provided network does not match the current range';
  const taken = services(context).some((one) => one.spec?.clusterIP === address);
  return taken ? 'provided IP is already allocated' : undefined;
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

function nodePortProblem(nodePort: number, taken: ReadonlySet<number>): string | undefined {
  if (nodePort < NODE_PORT_FIRST || nodePort > NODE_PORT_LAST) {
    return `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_FIRST}-${NODE_PORT_LAST}`;
  }
  return taken.has(nodePort) ? 'provided port is already allocated' : undefined;
}
