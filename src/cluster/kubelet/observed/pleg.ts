import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import { anyOf, sleep, type Task, WaitQueue } from '../../../kernel/task';
import { emptyPodStatus, type RuntimePodStatus } from './runtime-status';

/** How often the runtime is relisted. */
const RELIST_MS = 1000;

export interface PodLifecycleEvent {
  readonly uid: string;
  readonly type: 'ContainerStarted' | 'ContainerDied' | 'ContainerRemoved' | 'PodSync';
  /** Of containers; sandboxes count as containers without a name. */
  readonly containerName: string | undefined;
}

type SeenState = 'running' | 'exited' | 'unknown';

interface Seen {
  readonly state: SeenState;
  readonly name: string | undefined;
}

interface CacheEntry {
  status: RuntimePodStatus;
  /** Grows with every look at this pod. */
  observed: number;
  /** By id of container or sandbox. */
  seen: Map<string, Seen>;
}

/**
 * The pod lifecycle event generator: what happens in the runtime reaches the kubelet with the next relist.
 * The ticks are counted from the kubelet's start; one happens only when there is something to see. Models
 * pkg/kubelet/pleg/generic.go and the pod cache behind it.
 */
export class Pleg {
  readonly #kernel: Kernel;
  readonly #read: (uid: string) => RuntimePodStatus;
  #deliver: (event: PodLifecycleEvent) => void;
  readonly #startedMs: number;
  readonly #cache = new Map<string, CacheEntry>();
  readonly #dirty = new Set<string>();
  readonly #relisted = new WaitQueue();
  #timer: Timer | undefined;
  #observations = 0;

  constructor(
    kernel: Kernel,
    read: (uid: string) => RuntimePodStatus,
    deliver: (event: PodLifecycleEvent) => void,
  ) {
    this.#kernel = kernel;
    this.#read = read;
    this.#deliver = deliver;
    this.#startedMs = kernel.clock.now;
  }

  /** A number that later looks at any pod exceed. */
  get observation(): number {
    return this.#observations;
  }

  /** Something of the pod has changed in the runtime. */
  changed(uid: string): void {
    this.#dirty.add(uid);
    this.#timer ??= this.#kernel.clock.after(this.#untilTick(), () => {
      this.#timer = undefined;
      this.#relist();
    });
  }

  /** The status as of the last look. */
  get(uid: string): RuntimePodStatus {
    return this.#cache.get(uid)?.status ?? emptyPodStatus(uid);
  }

  /**
   * The status as of a look that is later than a sync: `after` is its observation number, `sinceMs` its
   * time. Waits for the next tick where there was none since. Models cache.GetNewerThan.
   */
  *getNewerThan(uid: string, after: number, sinceMs: number): Task<RuntimePodStatus> {
    const { clock } = this.#kernel;
    for (;;) {
      const observed = this.#cache.get(uid)?.observed ?? 0;
      if (observed > after || this.#lastTick() > sinceMs) return this.get(uid);
      yield anyOf(this.#relisted.wait, sleep(clock, this.#untilTick()));
    }
  }

  /** Looks at one pod at once, as is done after each successful sync. Models RequestPodRelist. */
  relistPod(uid: string): void {
    this.#reconcile(uid);
  }

  forget(uid: string): void {
    this.#cache.delete(uid);
    this.#dirty.delete(uid);
  }

  halt(): void {
    if (this.#timer) this.#kernel.clock.cancel(this.#timer);
    this.#timer = undefined;
    this.#dirty.clear();
    this.#cache.clear();
    this.#deliver = () => {};
  }

  /** The last tick that has been carried out, virtual ms. */
  #lastTick(): number {
    const { now } = this.#kernel.clock;
    const tick = now - ((now - this.#startedMs) % RELIST_MS);
    return this.#timer && this.#timer.at <= tick ? tick - RELIST_MS : tick;
  }

  #untilTick(): number {
    const { now } = this.#kernel.clock;
    return RELIST_MS - ((now - this.#startedMs) % RELIST_MS);
  }

  #relist(): void {
    const uids = [...this.#dirty];
    this.#dirty.clear();
    for (const uid of uids) this.#reconcile(uid);
  }

  #reconcile(uid: string): void {
    const status = this.#read(uid);
    const before = this.#cache.get(uid);
    const ips = status.ips.length > 0 ? status.ips : keptIps(status, before?.status);
    const seen = seenStates(status);
    this.#cache.set(uid, {
      status: { ...status, ips },
      observed: ++this.#observations,
      seen,
    });
    this.#dirty.delete(uid);
    this.#relisted.wakeAll();
    for (const event of lifecycleEvents(uid, before?.seen ?? new Map(), seen)) {
      this.#deliver(event);
    }
  }
}

/** The address of a pod that has ended stays in its status. */
function keptIps(
  status: RuntimePodStatus,
  before: RuntimePodStatus | undefined,
): readonly string[] {
  const ready = status.sandboxes.some(({ state }) => state === 'ready');
  return ready ? [] : (before?.ips ?? []);
}

function seenStates(status: RuntimePodStatus): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const { id, name, state } of status.containers) {
    seen.set(id, { name, state: state === 'created' ? 'unknown' : state });
  }
  for (const { id, state } of status.sandboxes) {
    seen.set(id, { name: undefined, state: state === 'ready' ? 'running' : 'exited' });
  }
  return seen;
}

function lifecycleEvents(
  uid: string,
  before: ReadonlyMap<string, Seen>,
  after: ReadonlyMap<string, Seen>,
): PodLifecycleEvent[] {
  const events: PodLifecycleEvent[] = [];
  for (const [id, { state, name }] of after) {
    if (before.get(id)?.state === state) continue;
    if (state === 'running') events.push({ uid, type: 'ContainerStarted', containerName: name });
    else if (state === 'exited') events.push({ uid, type: 'ContainerDied', containerName: name });
  }
  for (const [id, { state, name }] of before) {
    if (after.has(id)) continue;
    if (state !== 'exited') events.push({ uid, type: 'ContainerDied', containerName: name });
    events.push({ uid, type: 'ContainerRemoved', containerName: name });
  }
  return events;
}
