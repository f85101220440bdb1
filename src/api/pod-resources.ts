import { addQuantities, compareQuantities, isZero, parseQuantity, type Quantity } from './quantity';

export type Amounts = ReadonlyMap<string, Quantity>;

export interface PodResourcesOptions {
  /** What the kubelet reports to have given counts too, while a resize is under way. */
  readonly useStatus?: boolean;
  /** Of pod-level resources as well. */
  readonly usePodLevelStatus?: boolean;
  /** The containers' alone count. */
  readonly skipPodLevel?: boolean;
  readonly withoutOverhead?: boolean;
}

type ResourceList = Readonly<Record<string, string | number>>;
type Kind = 'requests' | 'limits';

interface Resources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

interface ResourceContainer {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

/** What the kubelet says of a container's, or a pod's, resources. */
interface Reported {
  readonly name?: string;
  readonly resources?: Resources;
  readonly allocatedResources?: ResourceList;
}

/** What of a pod decides; without a status, the spec does. */
export interface ResourcePod {
  readonly spec: {
    readonly containers?: readonly ResourceContainer[];
    readonly initContainers?: readonly ResourceContainer[];
    readonly resources?: Resources;
    readonly overhead?: ResourceList;
  };
  readonly status?: PodReport;
}

interface PodReport extends Reported {
  readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
  readonly containerStatuses?: readonly Reported[];
  readonly initContainerStatuses?: readonly Reported[];
}

/**
 * What a pod takes of its node: its containers and sidecars together, or an init container with the
 * sidecars before it where that is more; pod-level requests instead, where they are set; and its overhead.
 * Models k8s.io/component-helpers/resource PodRequests.
 */
export function podRequests(pod: ResourcePod, options: PodResourcesOptions = {}): Amounts {
  const total = new Map(containersTotal(pod, 'requests', options));
  takePodLevel(total, pod, 'requests', options);
  if (options.withoutOverhead !== true) addTo(total, amounts(pod.spec.overhead));
  return total;
}

/** What a pod may use altogether, of resources that are limited. Models resource.PodLimits. */
export function podLimits(pod: ResourcePod, options: PodResourcesOptions = {}): Amounts {
  const total = new Map(containersTotal(pod, 'limits', options));
  takePodLevel(total, pod, 'limits', options);
  if (options.withoutOverhead === true) return total;
  for (const [name, amount] of amounts(pod.spec.overhead)) {
    const limit = total.get(name);
    if (limit && !isZero(limit)) total.set(name, addQuantities(limit, amount));
  }
  return total;
}

/** Resources that can be set for a whole pod. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

function containersTotal(pod: ResourcePod, kind: Kind, options: PodResourcesOptions): Amounts {
  const { spec, status } = pod;
  const infeasible = isResizeInfeasible(status);
  const amountsOf = (container: ResourceContainer, statuses: readonly Reported[] | undefined) => {
    const own = amounts(container.resources?.[kind]);
    if (options.useStatus !== true) return own;
    const reported = statuses?.find(({ name }) => name === container.name);
    return reported?.resources === undefined ? own : largestOf(own, reported, kind, infeasible);
  };
  const total = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) {
    addTo(total, amountsOf(container, status?.containerStatuses));
  }
  const sidecars = new Map<string, Quantity>();
  const highest = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      const own = amountsOf(container, status?.initContainerStatuses);
      addTo(total, own);
      addTo(sidecars, own);
      raiseTo(highest, sidecars);
    } else {
      const together = new Map(sidecars);
      addTo(together, amounts(container.resources?.[kind]));
      raiseTo(highest, together);
    }
  }
  raiseTo(total, highest);
  return total;
}

/** While a resize is under way, the largest counts; of one that cannot be done, what there was before. */
function largestOf(own: Amounts, reported: Reported, kind: Kind, infeasible: boolean): Amounts {
  const largest = new Map(infeasible ? [] : own);
  raiseTo(largest, amounts(reported.resources?.[kind]));
  if (kind === 'requests') raiseTo(largest, amounts(reported.allocatedResources));
  return largest;
}

function isResizeInfeasible(status: PodReport | undefined): boolean {
  return (status?.conditions ?? []).some(
    ({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible',
  );
}

function takePodLevel(
  total: Map<string, Quantity>,
  { spec, status }: ResourcePod,
  kind: Kind,
  options: PodResourcesOptions,
): void {
  if (options.skipPodLevel === true) return;
  const wanted = supported(amounts(spec.resources?.[kind]));
  const taken =
    options.usePodLevelStatus === true && status?.resources !== undefined
      ? largestOf(wanted, status, kind, isResizeInfeasible(status))
      : wanted;
  for (const [name, amount] of taken) if (isPodLevelResource(name)) total.set(name, amount);
}

function supported(list: Amounts): Amounts {
  return new Map([...list].filter(([name]) => isPodLevelResource(name)));
}

function amounts(list: ResourceList | undefined): Amounts {
  const entries = Object.entries(list ?? {});
  return new Map(entries.map(([name, value]) => [name, parseQuantity(String(value))]));
}

function addTo(sum: Map<string, Quantity>, more: Amounts): void {
  for (const [name, amount] of more) {
    const before = sum.get(name);
    sum.set(name, before ? addQuantities(before, amount) : amount);
  }
}

function raiseTo(sum: Map<string, Quantity>, least: Amounts): void {
  for (const [name, amount] of least) {
    const before = sum.get(name);
    if (!before || compareQuantities(before, amount) < 0) sum.set(name, amount);
  }
}
