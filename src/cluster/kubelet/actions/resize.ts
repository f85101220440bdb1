import type {
  Container,
  Pod,
  PodCondition,
  ResourceList,
  ResourceRequirements,
} from '../../../api/stored-objects';
import type { EventType } from '../../events';
import { addTo, amountsOf, podRequests, type Sum } from '../../scheduler/pod-requests';
import type { NodeRecords } from '../observed/node-records';
import { sameJson } from '../same-json';

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
  /** Why they cannot be given at present. */
  error?: string | undefined;
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
      const known = this.#states.get(uid);
      if (known) known.pending = undefined;
      records.allocations.set(uid, pod.spec);
      return pod;
    }
    const state = this.#state(uid);
    const verdict = this.#verdict(pod);
    if (!verdict) {
      records.allocations.set(uid, pod.spec);
      state.pending = undefined;
      state.inProgress = generation;
      state.error = undefined;
      const wanted = resizeText(pod, generation);
      this.#options.event(pod, 'Normal', 'ResizeStarted', `Pod resize started: ${wanted}`);
      return pod;
    }
    if (state.pending?.generation !== generation || state.pending.reason !== verdict.reason) {
      const { reason, message } = verdict;
      const text = resizeText(pod, generation, message);
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
    state.error = undefined;
    const text = resizeText(pod, generation);
    this.#options.event(pod, 'Normal', 'ResizeCompleted', `Pod resize completed: ${text}`);
  }

  /** The containers cannot have what they were given; it is tried again later. */
  failed(pod: Pod, error: string): void {
    const state = this.#states.get(pod.metadata.uid);
    if (state?.inProgress === undefined || state.error === error) return;
    state.error = error;
    const text = resizeText(pod, state.inProgress, error);
    this.#options.event(pod, 'Warning', 'ResizeError', `Pod resize error: ${text}`);
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
    const { pending, inProgress, error } = this.#states.get(uid) ?? {};
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
              ...(error === undefined ? {} : { reason: 'Error', message: error }),
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

/** What all containers are to have, as the events about resizes say it. Models podResizeMessage. */
function resizeText({ spec }: Pod, generation: number, error?: string): string {
  const { initContainers = [], containers } = spec;
  return JSON.stringify({
    ...(initContainers.length > 0 ? { initContainers: initContainers.map(summary) } : {}),
    containers: containers.map(summary),
    generation,
    ...(error === undefined ? {} : { error }),
  });
}

function summary({ name, resources = {} }: Container): object {
  return { name, resources: sorted(resources) };
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

/** A container's memory, bytes; 0 as the limit: none. */
export interface MemoryChange {
  readonly name: string;
  readonly usedBytes: number;
  readonly limitBytes: number;
  readonly limitBefore: number;
}

/**
 * Why memory limits cannot be lowered to what the spec asks for: more is in use. `pod`: all containers
 * together. Models kuberuntime_manager.go validateMemoryResizeAction.
 */
export function whyMemoryStays(
  pod: Omit<MemoryChange, 'name'>,
  containers: readonly MemoryChange[],
): string | undefined {
  const errors: string[] = [];
  const lowered = ({ limitBytes, limitBefore }: Omit<MemoryChange, 'name'>) =>
    limitBytes > 0 && (limitBefore === 0 || limitBytes < limitBefore);
  if (lowered(pod) && pod.usedBytes >= pod.limitBytes) {
    errors.push(
      `attempting to set pod memory limit (${pod.limitBytes}) below current usage (${pod.usedBytes})`,
    );
  }
  for (const one of containers) {
    if (!lowered(one) || one.usedBytes < one.limitBytes) continue;
    errors.push(
      `attempting to set container "${one.name}" memory limit (${one.limitBytes}) below current usage (${pod.usedBytes})`,
    );
  }
  if (errors.length === 0) return undefined;
  const all = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  return `cannot decrease memory limits: ${all}`;
}
