import type { Node, Pod } from '../../api/stored-objects';
import { type Amounts, addTo, amountsOf, podRequests, type Sum } from './pod-requests';

/** A node with what has been assigned to it. */
export class NodeUse {
  node: Node;
  allocatable: Amounts;
  readonly pods = new Map<string, Pod>();
  /** Those that want certain others kept away. */
  readonly guarded = new Map<string, Pod>();
  readonly requested: Sum = new Map();

  constructor(node: Node) {
    this.node = node;
    this.allocatable = amountsOf(node.status?.allocatable);
  }

  setNode(node: Node): void {
    this.node = node;
    this.allocatable = amountsOf(node.status?.allocatable);
  }

  add(pod: Pod): void {
    if (this.pods.has(pod.metadata.uid)) return;
    this.pods.set(pod.metadata.uid, pod);
    addTo(this.requested, podRequests(pod.spec));
    if (pod.spec.affinity?.podAntiAffinity) this.guarded.set(pod.metadata.uid, pod);
  }

  remove(uid: string): boolean {
    const pod = this.pods.get(uid);
    if (!pod) return false;
    this.pods.delete(uid);
    this.guarded.delete(uid);
    addTo(this.requested, podRequests(pod.spec), -1);
    return true;
  }

  /** A pod here has changed; returns whether it leaves more room than before. */
  update(pod: Pod): boolean {
    const { uid } = pod.metadata;
    const before = this.pods.get(uid);
    if (!before) return false;
    this.pods.set(uid, pod);
    if (this.guarded.has(uid)) this.guarded.set(uid, pod);
    if (before.spec === pod.spec) return false;
    const asked = podRequests(before.spec);
    const asks = podRequests(pod.spec);
    addTo(this.requested, asked, -1);
    addTo(this.requested, asks);
    return [...asked].some(([name, amount]) => (asks.get(name) ?? 0) < amount);
  }

  /** One to try things out on. */
  copy(): NodeUse {
    const other = new NodeUse(this.node);
    for (const pod of this.pods.values()) other.add(pod);
    return other;
  }
}

/** Why a node does not do for a pod. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** Removing other pods might help. */
  readonly resolvable: boolean;
}

export function refused(...reasons: string[]): Rejection {
  return { reasons, resolvable: false };
}

export function taken(...reasons: string[]): Rejection {
  return { reasons, resolvable: true };
}
