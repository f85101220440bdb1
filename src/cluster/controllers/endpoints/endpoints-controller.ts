import { findObject } from '../../../api/find-object';
import { equalJson, type Json } from '../../../api/patch/json-value';
import type { KubeObject, Pod, Service } from '../../../api/types';
import { type ControllerContext, splitKey, unversioned } from '../controller-context';
import { isPodReady } from '../pod-facts';
import { WorkQueue } from '../work-queue';
import { triggerTime } from './endpoint-slice-controller';
import { type EndpointPort, endpointPorts, hasEndpoint, portsKey, targetOf } from './endpoints';
import { hasSelector, ServiceIndex, selectedPods } from './service-pods';

const RESOURCE = 'endpoints';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Address {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef: object;
}

interface Subset {
  addresses?: Address[];
  notReadyAddresses?: Address[];
  ports?: { name?: string; port: number; protocol: string; appProtocol?: string }[];
}

/** Writes the old Endpoints objects of Services. Models pkg/controller/endpoint. */
export class EndpointsController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #services = new ServiceIndex();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    this.#services.queueChanges(context, this.#queue);
  }

  #sync(key: string): void {
    const { client } = this.#context;
    const { namespace, name } = splitKey(key);
    const service = findObject(client, 'services', namespace, name) as Service | undefined;
    const existing = findObject(client, RESOURCE, namespace, name);
    if (!service) {
      if (existing) client.delete(RESOURCE, namespace, name);
      return;
    }
    if (!hasSelector(service)) return;
    const pods = selectedPods(client, service);
    const subsets = subsetsOf(service, pods);
    const labels = {
      ...service.metadata.labels,
      [MANAGED_BY]: 'endpoint-controller',
      ...(service.spec?.clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
    };
    if (existing && isSame(existing, subsets, labels)) return;
    const annotations = { [TRIGGER_TIME]: triggerTime(service, pods) };
    const content = subsets.length === 0 ? {} : { subsets };
    if (existing) {
      const { subsets: _, ...before } = unversioned(existing) as KubeObject & { subsets?: unknown };
      const metadata = {
        ...before.metadata,
        labels,
        annotations: { ...before.metadata.annotations, ...annotations },
      };
      client.update(RESOURCE, namespace, { ...before, metadata, ...content });
      return;
    }
    const metadata = { name, labels, annotations };
    client.create(RESOURCE, namespace, {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata,
      ...content,
    });
  }
}

function isSame(existing: KubeObject, subsets: Subset[], labels: Record<string, string>): boolean {
  const before = (existing as KubeObject & { subsets?: Subset[] }).subsets ?? [];
  return (
    equalJson(before as unknown as Json, subsets as unknown as Json) &&
    equalJson((existing.metadata.labels ?? {}) as Json, labels)
  );
}

/** Pods with the same ports together. Models syncService and endpoints.RepackSubsets. */
function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const tolerant = service.spec?.publishNotReadyAddresses === true;
  const byPorts = new Map<string, { ports: readonly EndpointPort[]; subset: Subset }>();
  for (const pod of pods) {
    if (!hasEndpoint(pod) || (pod.metadata.deletionTimestamp && !tolerant)) continue;
    const ports = endpointPorts(service, pod);
    const headless = service.spec?.clusterIP === 'None' && (service.spec.ports ?? []).length === 0;
    if (ports.length === 0 && !headless) continue;
    const key = portsKey(ports);
    const entry = byPorts.get(key) ?? { ports, subset: {} };
    byPorts.set(key, entry);
    const list = tolerant || isPodReady(pod) ? 'addresses' : 'notReadyAddresses';
    entry.subset[list] = [...(entry.subset[list] ?? []), addressOf(service, pod)];
  }
  return [...byPorts.values()].map(({ ports, subset }) => ({
    ...(subset.addresses ? { addresses: sorted(subset.addresses) } : {}),
    ...(subset.notReadyAddresses ? { notReadyAddresses: sorted(subset.notReadyAddresses) } : {}),
    ...(ports.length > 0 ? { ports: ports.map(portOf) } : {}),
  }));
}

function sorted(addresses: readonly Address[]): Address[] {
  return [...addresses].sort((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0));
}

function portOf({ name, protocol, port, appProtocol }: EndpointPort) {
  return {
    ...(name === '' ? {} : { name }),
    port,
    protocol,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

function addressOf(service: Service, pod: Pod): Address {
  const { spec, status } = pod;
  const named = spec.hostname && spec.subdomain === service.metadata.name;
  return {
    ip: status?.podIP ?? '',
    ...(named ? { hostname: spec.hostname } : {}),
    ...(spec.nodeName ? { nodeName: spec.nodeName } : {}),
    targetRef: targetOf(pod),
  };
}
