import type { KubeObject, Node, Pod, Service } from '../../../api/types';
import { isPodReady } from '../pod-facts';

export interface EndpointPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly appProtocol?: string;
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: {
    readonly ready: boolean;
    readonly serving: boolean;
    readonly terminating: boolean;
  };
  readonly hostname?: string;
  readonly targetRef?: {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
  };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[];
    readonly forNodes?: readonly { readonly name: string }[];
  };
}

export type AddressType = 'IPv4' | 'IPv6';

export interface EndpointSlice extends KubeObject {
  readonly addressType: AddressType;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}

/** Endpoints with the same ports and kind of address: they can share slices. */
export interface EndpointGroup {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface DesiredEndpoints {
  readonly groups: readonly EndpointGroup[];
  /** Pods that had to be left out; upstream retries because of them. */
  readonly errors: readonly string[];
}

const ZONE = 'topology.kubernetes.io/zone';

/**
 * What a Service's slices shall say. `pods` are those that its selector matches. Models
 * k8s.io/endpointslice reconciler.go and utils.go.
 */
export function desiredEndpoints(
  service: Service,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
): DesiredEndpoints {
  const groups: EndpointGroup[] = [];
  const errors: string[] = [];
  for (const addressType of addressTypesOf(service, pods)) {
    const byPorts = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
    for (const pod of pods) {
      if (!hasEndpoint(pod)) continue;
      const addresses = addressesOf(pod, addressType);
      if (addresses.length === 0) continue;
      const { nodeName } = pod.spec;
      const node = nodeName ? nodeOf(nodeName) : undefined;
      if (nodeName && !node) {
        const { namespace, name } = service.metadata;
        const service_ = `${namespace ?? 'default'}/${name}`;
        errors.push(
          `skipping Pod ${pod.metadata.name} for Service ${service_}: Node ${nodeName} Not Found`,
        );
        continue;
      }
      const ports = endpointPorts(service, pod);
      const key = portsKey(ports);
      const group = byPorts.get(key) ?? { ports, endpoints: [] };
      group.endpoints.push(endpointOf(service, pod, node, addresses));
      byPorts.set(key, group);
    }
    if (byPorts.size === 0) groups.push({ addressType, ports: [], endpoints: [] });
    for (const group of byPorts.values()) groups.push({ addressType, ...group });
  }
  return { groups: groups.map((group) => withHints(service, group)), errors };
}

/** Ports as one text, so that equal ones can be found. */
export function portsKey(ports: readonly EndpointPort[]): string {
  return JSON.stringify(
    ports.map(({ name, protocol, port, appProtocol }) => [name, protocol, port, appProtocol]),
  );
}

/** Models GetAddressTypesForService: the families of the Service, or those that its addresses show. */
function addressTypesOf({ spec }: Service, pods: readonly Pod[]): AddressType[] {
  const families = spec?.ipFamilies ?? [];
  if (families.length > 0) return families.map((family) => family as AddressType);
  const clusterIp = spec?.clusterIP;
  if (clusterIp && clusterIp !== 'None') return [familyOf(clusterIp)];
  const podIp = pods.find(({ status }) => status?.podIP)?.status?.podIP;
  return [podIp === undefined ? 'IPv4' : familyOf(podIp)];
}

function familyOf(address: string): AddressType {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

/** Models ShouldPodBeInEndpoints: pods that have not ended and have an address. */
export function hasEndpoint({ status }: Pod): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false;
  return Boolean(status?.podIP) || (status?.podIPs ?? []).length > 0;
}

function addressesOf({ status }: Pod, type: AddressType): string[] {
  const all = status?.podIPs?.map(({ ip }) => ip ?? '') ?? [status?.podIP ?? ''];
  return all.filter((ip) => ip !== '' && familyOf(ip) === type);
}

/** The ports of the Service as this pod has them; one that it does not have is left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((port) => {
    const protocol = port.protocol ?? 'TCP';
    const number = targetPort(port.targetPort ?? port.port, protocol, pod);
    if (number === undefined) return [];
    const { appProtocol } = port;
    return {
      name: port.name ?? '',
      protocol,
      port: number,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    };
  });
}

/** Models FindPort: names are looked for in containers, then in sidecars. */
function targetPort(target: number | string, protocol: string, pod: Pod): number | undefined {
  if (typeof target === 'number') return target;
  const sidecars = (pod.spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  return [...pod.spec.containers, ...sidecars]
    .flatMap(({ ports }) => ports ?? [])
    .find((port) => port.name === target && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}

function endpointOf(
  service: Service,
  pod: Pod,
  node: Node | undefined,
  addresses: readonly string[],
): Endpoint {
  const { metadata, spec } = pod;
  const serving = isPodReady(pod);
  const terminating = metadata.deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = node?.metadata.labels?.[ZONE];
  const named = spec.hostname && spec.subdomain === service.metadata.name;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(named ? { hostname: spec.hostname } : {}),
    targetRef: targetOf(pod),
    ...(spec.nodeName ? { nodeName: spec.nodeName } : {}),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** The pod behind an address. Models k8s.io/endpointslice utils.go podToEndpoint. */
export function targetOf({ metadata }: Pod): NonNullable<Endpoint['targetRef']> {
  const { namespace, name = '', uid } = metadata;
  return {
    kind: 'Pod',
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid === undefined ? {} : { uid }),
  };
}

/** Tells proxies to stay close, where the Service wants it. Models trafficdist.ReconcileHints. */
function withHints(service: Service, group: EndpointGroup): EndpointGroup {
  const wish = service.spec?.trafficDistribution;
  const sameNode = wish === 'PreferSameNode';
  if (!sameNode && wish !== 'PreferClose' && wish !== 'PreferSameZone') return group;
  const endpoints = group.endpoints.map((endpoint) => {
    const { conditions, zone, nodeName } = endpoint;
    if (!conditions.ready || (zone === undefined && !sameNode)) return endpoint;
    const hints = {
      ...(zone === undefined ? {} : { forZones: [{ name: zone }] }),
      ...(sameNode && nodeName !== undefined ? { forNodes: [{ name: nodeName }] } : {}),
    };
    return Object.keys(hints).length === 0 ? endpoint : { ...endpoint, hints };
  });
  return { ...group, endpoints };
}
