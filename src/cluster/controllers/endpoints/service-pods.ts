import type { ApiClient } from '../../../api/client';
import type { Pod, Service } from '../../../api/types';
import { type ControllerContext, keyOf } from '../controller-context';
import type { ObjectChange } from '../object-change';
import type { WorkQueue } from '../work-queue';

type Labels = Readonly<Record<string, string>> | undefined;

/** Services without a selector have endpoints that somebody else writes. */
export function hasSelector({ spec }: Service): boolean {
  return Object.keys(spec?.selector ?? {}).length > 0;
}

/** An empty selector of a Service selects everything; see `hasSelector`. */
export function selects({ spec }: Service, labels: Labels): boolean {
  return Object.entries(spec?.selector ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** The pods that a Service's selector matches, in order of name. */
export function selectedPods(client: ApiClient, service: Service): Pod[] {
  const { namespace } = service.metadata;
  const pods = client.list('pods', { namespace }).items as Pod[];
  return pods.filter(({ metadata }) => selects(service, metadata.labels));
}

/**
 * Which Services a change of a pod is of interest to: those that select it now, or selected it before.
 * Keeps the Services with selectors by namespace, so that pods cost nothing where there are none.
 */
export class ServiceIndex {
  readonly #byNamespace = new Map<string, Map<string, Service>>();

  /** Queues a Service whenever it has changed, or a pod in a way that its endpoints may show. */
  queueChanges({ subscribe }: ControllerContext, queue: WorkQueue): void {
    subscribe('services', (change) => {
      this.#take(change);
      queue.add(keyOf(change.object));
    });
    subscribe('pods', (change) => {
      const concerned = this.#concernedBy(change);
      if (concerned.length === 0 || !endpointChanged(change)) return;
      for (const key of concerned) queue.add(key);
    });
  }

  #take({ type, object }: ObjectChange): void {
    const service = object as Service;
    const { namespace = '', name = '' } = service.metadata;
    const services = this.#byNamespace.get(namespace) ?? new Map<string, Service>();
    if (type !== 'DELETED' && hasSelector(service)) services.set(name, service);
    else services.delete(name);
    if (services.size === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, services);
  }

  /** Keys of the Services that a change of a pod concerns. */
  #concernedBy({ object, previous }: ObjectChange): string[] {
    const services = this.#byNamespace.get(object.metadata.namespace ?? '');
    if (!services) return [];
    return [...services.values()]
      .filter(
        (service) =>
          selects(service, object.metadata.labels) ||
          (previous !== undefined && selects(service, previous.metadata.labels)),
      )
      .map(keyOf);
  }

  all(): string[] {
    return [...this.#byNamespace.values()].flatMap((services) => [...services.values()].map(keyOf));
  }
}

/**
 * Whether endpoints can look different after a change of a pod. Models podEndpointsChanged of
 * staging/src/k8s.io/endpointslice/util/controller_utils.go.
 */
export function endpointChanged({ type, object, previous }: ObjectChange): boolean {
  if (type !== 'MODIFIED' || !previous) return true;
  const [after, before] = [object as Pod, previous as Pod];
  const condition = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'Ready');
  return (
    after.status?.phase !== before.status?.phase ||
    after.status?.podIP !== before.status?.podIP ||
    condition(after)?.status !== condition(before)?.status ||
    after.metadata.deletionTimestamp !== before.metadata.deletionTimestamp ||
    after.metadata.labels !== before.metadata.labels ||
    after.spec.nodeName !== before.spec.nodeName
  );
}
