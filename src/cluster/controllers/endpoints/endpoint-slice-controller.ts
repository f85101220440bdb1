import { findObject } from '../../../api/find-object';
import type { KubeObject, Node, Pod, Service } from '../../../api/types';
import { type ControllerContext, splitKey, unversioned } from '../controller-context';
import { controllerReference } from '../owner-references';
import { SyncError, WorkQueue } from '../work-queue';
import { planSlices } from './endpoint-slices';
import { desiredEndpoints, type EndpointGroup, type EndpointSlice } from './endpoints';
import { hasSelector, ServiceIndex, selectedPods } from './service-pods';

const RESOURCE = 'endpointslices.discovery.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Writes the EndpointSlices of Services. Models pkg/controller/endpointslice. */
export class EndpointSliceController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #services = new ServiceIndex();
  /** Key of a Service → its slices by name. */
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    this.#services.queueChanges(context, this.#queue);
    context.subscribe('nodes', ({ type }) => {
      if (type !== 'MODIFIED') for (const key of this.#services.all()) this.#queue.add(key);
    });
    context.subscribe(RESOURCE, ({ type, object }) => {
      const slice = object as EndpointSlice;
      const key = serviceKeyOf(slice);
      if (key === undefined || slice.metadata.labels?.[MANAGED_BY] !== CONTROLLER) return;
      const slices = this.#slices.get(key) ?? new Map<string, EndpointSlice>();
      this.#slices.set(key, slices);
      if (type === 'DELETED') {
        slices.delete(slice.metadata.name ?? '');
        this.#queue.add(key);
      } else slices.set(slice.metadata.name ?? '', slice);
    });
  }

  #sync(key: string): void {
    const { client } = this.#context;
    const { namespace, name } = splitKey(key);
    const service = findObject(client, 'services', namespace, name) as Service | undefined;
    const existing = [...(this.#slices.get(key)?.values() ?? [])];
    if (!service) {
      for (const slice of existing) this.#remove(slice);
      return;
    }
    if (!hasSelector(service) || service.metadata.deletionTimestamp) return;
    const pods = selectedPods(client, service);
    const nodeOf = (node: string) =>
      findObject(client, 'nodes', undefined, node) as Node | undefined;
    const desired = desiredEndpoints(service, pods, nodeOf);
    const plan = planSlices(desired, existing);
    for (const slice of plan.removals) this.#remove(slice);
    for (const { existing: slice, group } of plan.writes) {
      if (slice) this.#update(service, slice, group, pods);
      else this.#create(service, group, pods);
    }
    if (desired.errors.length > 0) throw new SyncError(desired.errors.join(', '));
  }

  #create(service: Service, group: EndpointGroup, pods: readonly Pod[]): void {
    const { namespace } = service.metadata;
    const object: KubeObject = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${service.metadata.name}-`,
        labels: labelsOf(service),
        annotations: { [TRIGGER_TIME]: triggerTime(service, pods) },
        ownerReferences: [controllerReference(service)],
      },
      ...contentOf(group),
    };
    this.#context.client.create(RESOURCE, namespace, object);
  }

  #update(
    service: Service,
    slice: EndpointSlice,
    group: EndpointGroup,
    pods: readonly Pod[],
  ): void {
    const before = unversioned(slice);
    const annotations = {
      ...before.metadata.annotations,
      [TRIGGER_TIME]: triggerTime(service, pods),
    };
    const metadata = { ...before.metadata, labels: labelsOf(service), annotations };
    const object = { ...before, metadata, ...contentOf(group) };
    this.#context.client.update(RESOURCE, service.metadata.namespace, object);
  }

  #remove({ metadata }: EndpointSlice): void {
    const { client } = this.#context;
    if (!findObject(client, RESOURCE, metadata.namespace, metadata.name ?? '')) return;
    client.delete(RESOURCE, metadata.namespace, metadata.name ?? '');
  }
}

/** Empty lists are null once stored. */
function contentOf({ addressType, ports, endpoints }: EndpointGroup): object {
  return {
    addressType,
    endpoints: endpoints.length === 0 ? null : endpoints,
    ports: ports.length === 0 ? null : ports,
  };
}

/** The Service that a slice belongs to, as `namespace/name`. */
export function serviceKeyOf({ metadata }: KubeObject): string | undefined {
  const name = metadata.labels?.[SERVICE_NAME];
  return name === undefined ? undefined : `${metadata.namespace ?? ''}/${name}`;
}

function labelsOf({ metadata, spec }: Service): Record<string, string> {
  return {
    ...metadata.labels,
    [MANAGED_BY]: CONTROLLER,
    [SERVICE_NAME]: metadata.name ?? '',
    ...(spec?.clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
  };
}

/** Since when things are as they are: the last change of a pod's readiness, or the Service's creation. */
export function triggerTime({ metadata }: Service, pods: readonly Pod[]): string {
  const times = pods.flatMap(({ status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return ready?.lastTransitionTime ? [ready.lastTransitionTime] : [];
  });
  return [metadata.creationTimestamp ?? '', ...times].sort().at(-1) ?? '';
}
