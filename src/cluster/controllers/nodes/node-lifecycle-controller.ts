import { findObject, isNotFound } from '../../../api/find-object';
import type { Node, PodCondition } from '../../../api/stored-objects';
import type { KubeObject, Pod } from '../../../api/types';
import type { Timer } from '../../../kernel/clock';
import {
  type ControllerContext,
  ControllerEvents,
  nowText,
  unversioned,
} from '../controller-context';
import type { ObjectChange } from '../object-change';
import { WorkQueue } from '../work-queue';
import { NOT_READY, setNoExecuteTaint, syncNoScheduleTaints, UNREACHABLE } from './node-taints';

const LEASES = 'leases.coordination.k8s.io';
const LEASE_NAMESPACE = 'kube-node-lease';

/** Nodes are looked at this often. */
const MONITOR_MS = 5000;
/** So long a node may be silent (node-monitor-grace-period). */
const GRACE_MS = 50_000;
/** One node in ten seconds is tainted so that its pods have to go (node-eviction-rate 0.1). */
const TAINTING_MS = 10_000;
/** From this share on of nodes that are not ready nobody has to go, in a small cluster. */
const UNHEALTHY_SHARE = 0.55;

const CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/**
 * Notices nodes that have fallen silent. Models pkg/controller/nodelifecycle. Upstream looks at every node
 * every five seconds; here a timer stands for the first of these moments at which there may be something to
 * be done, so that nodes that are well cost nothing.
 */
export class NodeLifecycleController {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;
  readonly #queue: WorkQueue;
  /** When each node was last heard of, virtual ms. */
  readonly #heardMs = new Map<string, number>();
  readonly #toTaint: string[] = [];
  #nextTaintingMs = 0;
  #allSilent = false;
  #timer: Timer | undefined;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = new ControllerEvents(context, 'node-controller');
    this.#queue = new WorkQueue(context, (name) => {
      const node = findObject(context.client, 'nodes', undefined, name);
      if (node) syncNoScheduleTaints(context, node as Node);
    });
    context.subscribe('nodes', (change) => this.#onNode(change));
    context.subscribe(LEASES, ({ type, object }) => {
      const { name = '', namespace } = object.metadata;
      if (namespace === LEASE_NAMESPACE && type !== 'DELETED') this.#hear(name);
    });
  }

  #hear(name: string): void {
    this.#heardMs.set(name, this.#context.kernel.clock.now);
    if (!this.#timer) this.#arm(GRACE_MS + 1);
  }

  #onNode({ type, object, previous }: ObjectChange): void {
    const { name = '' } = object.metadata;
    if (type === 'DELETED') {
      this.#heardMs.delete(name);
      return;
    }
    const before = previous as Node | undefined;
    const node = object as Node;
    if (!before) this.#hear(name);
    if (before && statesOf(before) === statesOf(node)) return;
    this.#queue.add(name);
    if (before) this.#arm(0);
  }

  /** Looks at the nodes at the first moment of the monitor's that is at least so far away. */
  #arm(delayMs: number): void {
    const { clock } = this.#context.kernel;
    const at = Math.ceil((clock.now + delayMs) / MONITOR_MS) * MONITOR_MS;
    if (this.#timer) {
      if (this.#timer.at <= at) return;
      clock.cancel(this.#timer);
    }
    this.#timer = clock.at(at, () => {
      this.#timer = undefined;
      this.#monitor();
    });
  }

  // Health -----------------------------------------------------------------------------------------

  #monitor(): void {
    const { client, kernel } = this.#context;
    const nodes = client.list('nodes').items as Node[];
    let nextMs = Number.POSITIVE_INFINITY;
    let silent = 0;
    for (const { metadata } of nodes) {
      const { name } = metadata;
      const dueMs = (this.#heardMs.get(name) ?? kernel.clock.now) + GRACE_MS + 1;
      const left = dueMs - kernel.clock.now;
      if (left <= 0) this.#markUnknown(name);
      else nextMs = Math.min(nextMs, left);
      if (readyStatus(this.#read(name)) !== 'True') silent++;
    }
    this.#weigh(nodes, silent);
    for (const { metadata } of nodes) this.#taint(metadata.name);
    const waiting = this.#taintSome();
    if (waiting) nextMs = Math.min(nextMs, MONITOR_MS);
    if (Number.isFinite(nextMs)) this.#arm(nextMs);
  }

  #read(name: string): Node | undefined {
    return findObject(this.#context.client, 'nodes', undefined, name) as Node | undefined;
  }

  /** Models tryUpdateNodeHealth for a node that has been silent for too long. */
  #markUnknown(name: string): void {
    const node = this.#read(name);
    if (!node || readyStatus(node) === 'Unknown') return;
    const wasReady = readyStatus(node) === 'True';
    const now = nowText(this.#context);
    const known = node.status?.conditions ?? [];
    const lost = known.map((condition): PodCondition => {
      if (!CONDITIONS.includes(condition.type) || condition.status === 'Unknown') return condition;
      return {
        ...condition,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: now,
      };
    });
    const absent = CONDITIONS.filter((type) => !known.some((one) => one.type === type)).map(
      (type) => ({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: now,
      }),
    );
    const status = { ...node.status, conditions: [...lost, ...absent] };
    const object = { ...unversioned(node as KubeObject), status };
    this.#context.client.update('nodes', undefined, object, { subresource: 'status' });
    if (!wasReady) return;
    const text = `Node ${name} status is now: NodeNotReady`;
    this.#events.normal(object, 'NodeNotReady', text);
    this.#markPodsNotReady(name);
  }

  /** Models MarkPodsNotReady: only the condition is touched; what the kubelet says of containers stays. */
  #markPodsNotReady(nodeName: string): void {
    const { client } = this.#context;
    const pods = client.list('pods', { fieldSelector: `spec.nodeName=${nodeName}` }).items as Pod[];
    const now = nowText(this.#context);
    for (const pod of pods) {
      const conditions = pod.status?.conditions ?? [];
      if (!conditions.some(({ type, status }) => type === 'Ready' && status !== 'False')) continue;
      const next = conditions.map((condition) =>
        condition.type === 'Ready'
          ? { ...condition, status: 'False' as const, lastTransitionTime: now }
          : condition,
      );
      const object = { ...unversioned(pod), status: { ...pod.status, conditions: next } };
      try {
        client.update('pods', pod.metadata.namespace, object, { subresource: 'status' });
      } catch (error) {
        if (isNotFound(error)) continue;
        throw error;
      }
      this.#events.warning(pod, 'NodeNotReady', 'Node is not ready');
    }
  }

  // Taints -----------------------------------------------------------------------------------------

  /**
   * Models handleDisruption: when all nodes are silent it is rather the control plane that is cut off, and no
   * pod has to go.
   */
  #weigh(nodes: readonly Node[], silent: number): void {
    const allSilent = nodes.length > 0 && silent === nodes.length;
    const { clock } = this.#context.kernel;
    if (allSilent && !this.#allSilent) {
      this.#toTaint.length = 0;
      for (const node of nodes) {
        const stored = this.#read(node.metadata.name);
        if (stored) setNoExecuteTaint(this.#context, stored, undefined);
      }
    } else if (!allSilent && this.#allSilent) {
      for (const { metadata } of nodes) this.#heardMs.set(metadata.name, clock.now);
    }
    this.#allSilent = allSilent;
    const partly = silent > 2 && silent / nodes.length >= UNHEALTHY_SHARE;
    this.#nextTaintingMs =
      allSilent || partly ? Number.POSITIVE_INFINITY : Math.min(this.#nextTaintingMs, clock.now);
  }

  /** Models processTaintBaseEviction. */
  #taint(name: string): void {
    const node = this.#read(name);
    if (!node) return;
    const key = taintKey(node);
    const place = this.#toTaint.indexOf(name);
    if (key === undefined) {
      if (place >= 0) this.#toTaint.splice(place, 1);
      setNoExecuteTaint(this.#context, node, undefined);
      return;
    }
    const tainted = (node.spec?.taints ?? []).some(
      (taint) =>
        taint.effect === 'NoExecute' && (taint.key === NOT_READY || taint.key === UNREACHABLE),
    );
    if (tainted) setNoExecuteTaint(this.#context, node, key);
    else if (place < 0 && !this.#allSilent) this.#toTaint.push(name);
  }

  /** Taints as many of the waiting nodes as the rate allows; returns whether some are left. */
  #taintSome(): boolean {
    const { clock } = this.#context.kernel;
    while (this.#toTaint.length > 0 && this.#nextTaintingMs <= clock.now) {
      const node = this.#read(this.#toTaint.shift() ?? '');
      const key = node && taintKey(node);
      if (!node || key === undefined) continue;
      setNoExecuteTaint(this.#context, node, key);
      this.#nextTaintingMs = clock.now + TAINTING_MS;
    }
    return this.#toTaint.length > 0;
  }
}

function readyStatus(node: Node | undefined): string | undefined {
  return node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

function taintKey(node: Node): string | undefined {
  const status = readyStatus(node);
  if (status === 'False') return NOT_READY;
  return status === 'Unknown' ? UNREACHABLE : undefined;
}

/** What of a node the controller reacts to. */
function statesOf({ spec, status }: Node): string {
  const conditions = (status?.conditions ?? []).map((one) => `${one.type}=${one.status}`);
  const taints = (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
  return `${conditions.join()} ${taints.join()} ${spec?.unschedulable === true}`;
}
