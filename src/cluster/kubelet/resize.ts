import type {
  Container,
  Pod,
  PodCondition,
  ResourceList,
  ResourceRequirements,
} from '../../api/stored-objects';
import type { EventType } from '../events';
import { addTo, amountsOf, podRequests, type Sum } from '../scheduler/pod-requests';
import type { NodeRecords } from './node-records';
import { sameJson } from './same-json';

/** Resources that can change while a container runs. */
const RESIZABLE = ['cpu', 'memory'] as const;

interface Verdict {
  readonly reason: 'Deferred' | 'Infeasible';
  readonly message: string;
}

interface ResizeState {
  /** The generation whose resources are wanted and cannot be had, and why. */
  pending: (Verdict & { readonly generation: number }) | undefined;
  /** The generation whose resources are being given to the containers. */
  inProgress: number | undefined;
}

export interface ResizeOptions {
  readonly records: NodeRecords;
  readonly allocatable: ResourceList;
  /** The pods on this node that may still run, the one in question left out. */
  readonly others: (uid: string) => readonly Pod[];
  readonly event: (pod: Pod, type: EventType, reason: string, message: string) => void;
}

/**
 * What resources pods have been given, which may be less than their specs now ask for. Models
 * pkg/kubelet/allocation/allocation_manager.go.
 */
export class ResizeAllocation {
  readonly #options: ResizeOptions;
  readonly #states = new Map<string, ResizeState>();

  constructor(options: ResizeOptions) {
    this.#options = options;
  }

  /** The pod with the resources that it has been given; a resize that fits is granted here. */
  allocate(pod: Pod): Pod {
    const { records } = this.#options;
    const { uid, generation = 1 } = pod.metadata;
    const given = records.allocations.get(uid);
    if (!given) {
      records.allocations.set(uid, pod.spec);
      return pod;
    }
    if (given === pod.spec || sameResources(given, pod.spec)) {
      this.#states.delete(uid);
      records.allocations.set(uid, pod.spec);
      return pod;
    }
    const state = this.#state(uid);
    const verdict = this.#verdict(pod);
    if (!verdict) {
      const before = withResources(pod, given);
      records.allocations.set(uid, pod.spec);
      state.pending = undefined;
      state.inProgress = generation;
      const changed = resizeText(pod, before, generation);
      this.#options.event(pod, 'Normal', 'ResizeStarted', `Pod resize started: ${changed}`);
      return pod;
    }
    if (state.pending?.generation !== generation || state.pending.reason !== verdict.reason) {
      const { reason, message } = verdict;
      const text = resizeText(pod, withResources(pod, given), generation, message);
      this.#options.event(pod, 'Warning', `Resize${reason}`, `Pod resize ${reason}: ${text}`);
    }
    state.pending = { ...verdict, generation };
    return withResources(pod, given);
  }

  /** Every container has what it was given. */
  completed(pod: Pod): void {
    const state = this.#states.get(pod.metadata.uid);
    if (state?.inProgress === undefined) return;
    const generation = state.inProgress;
    state.inProgress = undefined;
    const text = JSON.stringify({ containers: resourcesOf(pod.spec.containers), generation });
    this.#options.event(pod, 'Normal', 'ResizeCompleted', `Pod resize completed: ${text}`);
  }

  /** Whether containers may still have other resources than they were given. */
  isInProgress(uid: string): boolean {
    return this.#states.get(uid)?.inProgress !== undefined;
  }

  /** Pods whose resize waits for room on the node. */
  get deferred(): string[] {
    return [...this.#states].flatMap(([uid, { pending }]) =>
      pending?.reason === 'Deferred' ? uid : [],
    );
  }

  conditions(uid: string): PodCondition[] {
    const { pending, inProgress } = this.#states.get(uid) ?? {};
    return [
      ...(pending
        ? [
            {
              type: 'PodResizePending',
              status: 'True' as const,
              reason: pending.reason,
              message: pending.message,
              observedGeneration: pending.generation,
            },
          ]
        : []),
      ...(inProgress === undefined
        ? []
        : [
            {
              type: 'PodResizeInProgress',
              status: 'True' as const,
              observedGeneration: inProgress,
            },
          ]),
    ];
  }

  forget(uid: string): void {
    this.#states.delete(uid);
    this.#options.records.allocations.delete(uid);
  }

  #state(uid: string): ResizeState {
    let state = this.#states.get(uid);
    if (!state) {
      state = { pending: undefined, inProgress: undefined };
      this.#states.set(uid, state);
    }
    return state;
  }

  /** Why a resize cannot be granted. Models canResizePod. */
  #verdict(pod: Pod): Verdict | undefined {
    const { allocatable, others, records } = this.#options;
    const capacity = amountsOf(allocatable);
    const wanted = podRequests(pod.spec);
    for (const name of ['memory', 'cpu'] as const) {
      const requested = wanted.get(name) ?? 0;
      const most = capacity.get(name) ?? 0;
      if (requested <= most) continue;
      const message = `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${most}`;
      return { reason: 'Infeasible', message };
    }
    const used: Sum = new Map();
    for (const other of others(pod.metadata.uid)) {
      addTo(used, podRequests(records.allocations.get(other.metadata.uid) ?? other.spec));
    }
    for (const name of RESIZABLE) {
      const requested = wanted.get(name) ?? 0;
      const taken = used.get(name) ?? 0;
      const most = capacity.get(name) ?? 0;
      if (requested === 0 || requested <= most - taken) continue;
      const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${taken}, capacity: ${most}`;
      return { reason: 'Deferred', message };
    }
    return undefined;
  }
}

type Containers = Pick<Pod['spec'], 'containers' | 'initContainers'>;

function all({ containers, initContainers = [] }: Containers): readonly Container[] {
  return [...initContainers, ...containers];
}

function sameResources(a: Containers, b: Containers): boolean {
  const [before, after] = [all(a), all(b)];
  return before.every(({ resources }, index) => sameJson(resources, after[index]?.resources));
}

/** The pod with the resources of another version of its spec. */
function withResources(pod: Pod, given: Containers): Pod {
  const byName = new Map(all(given).map(({ name, resources }) => [name, resources]));
  const replaced = (list: readonly Container[]) =>
    list.map((one) => ({ ...one, resources: byName.get(one.name) }) as Container);
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: replaced(containers),
      ...(initContainers ? { initContainers: replaced(initContainers) } : {}),
    },
  };
}

/** The containers that change, as the events about resizes have them. */
function resizeText(pod: Pod, before: Pod, generation: number, error?: string): string {
  const changed = pod.spec.containers.filter(
    ({ resources }, index) => !sameJson(resources, before.spec.containers[index]?.resources),
  );
  return JSON.stringify({
    containers: resourcesOf(changed),
    generation,
    ...(error === undefined ? {} : { error }),
  });
}

function resourcesOf(containers: readonly Container[]): object[] {
  return containers.flatMap(({ name, resources }) =>
    resources ? { name, resources: sorted(resources) } : [],
  );
}

function sorted({ limits, requests }: ResourceRequirements): object {
  const inOrder = (list: ResourceList) => Object.fromEntries(Object.entries(list).sort());
  return {
    ...(limits ? { limits: inOrder(limits) } : {}),
    ...(requests ? { requests: inOrder(requests) } : {}),
  };
}

/** Whether a change of resources asks for a new instance of the container. */
export function resizeNeedsRestart(
  container: Container,
  before: ResourceRequirements | undefined,
): boolean {
  const policies = container.resizePolicy ?? [];
  return RESIZABLE.some((name) => {
    const policy = policies.find(({ resourceName }) => resourceName === name);
    if (policy?.restartPolicy !== 'RestartContainer') return false;
    const { resources } = container;
    return (
      resources?.limits?.[name] !== before?.limits?.[name] ||
      resources?.requests?.[name] !== before?.requests?.[name]
    );
  });
}
