import type { Container, Node, Pod, PodAffinityTerm, Taint } from '../../api/stored-objects';
import { matchesLabelSelector, matchesRequiredNodeAffinity } from './node-affinity';
import { type Amounts, addTo, amountsOf, podRequests, type Sum } from './pod-requests';
import { firstUntoleratedTaint, toleratesTaint } from './taints';

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
}

/** Why a node does not do for a pod. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** Removing other pods might help. */
  readonly resolvable: boolean;
}

type Filter = (pod: Pod, use: NodeUse, all: readonly NodeUse[]) => Rejection | undefined;

const refused = (...reasons: string[]): Rejection => ({ reasons, resolvable: false });
const taken = (...reasons: string[]): Rejection => ({ reasons, resolvable: true });

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

const nodeUnschedulable: Filter = (pod, { node }) => {
  const tolerated = pod.spec.tolerations?.some((one) => toleratesTaint(one, UNSCHEDULABLE));
  return node.spec?.unschedulable && !tolerated ? refused('node(s) were unschedulable') : undefined;
};

const nodeName: Filter = (pod, { node }) =>
  pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name
    ? refused("node(s) didn't match the requested node name")
    : undefined;

const taintToleration: Filter = (pod, { node }) => {
  const taint = firstUntoleratedTaint(node.spec?.taints ?? [], pod.spec.tolerations ?? [], [
    'NoSchedule',
    'NoExecute',
  ]);
  return taint ? refused('node(s) had untolerated taint(s)') : undefined;
};

const nodeAffinity: Filter = (pod, { node }) =>
  matchesRequiredNodeAffinity(pod, node)
    ? undefined
    : refused("node(s) didn't match Pod's node affinity/selector");

const nodePorts: Filter = (pod, { pods }) =>
  hostPortsClash(pod, pods.values())
    ? taken("node(s) didn't have free ports for the requested pod ports")
    : undefined;

/** Whether a pod wants a port of the node that one of the others has. */
export function hostPortsClash(pod: Pod, others: Iterable<Pod>): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return false;
  const used = [...others].flatMap(hostPorts);
  return wanted.some((one) => used.some((other) => portsClash(one, other)));
}

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

function hostPorts(pod: Pod): HostPort[] {
  const inits = (pod.spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  const containers: readonly Container[] = [...pod.spec.containers, ...inits];
  return containers.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
      .map(({ hostPort = 0, hostIP, protocol }) => ({
        ip: hostIP || '0.0.0.0',
        protocol: protocol ?? 'TCP',
        port: hostPort,
      })),
  );
}

function portsClash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
}

const nodeResourcesFit: Filter = (pod, { allocatable, requested, pods }) => {
  const reasons: string[] = [];
  let resolvable = true;
  if (pods.size + 1 > (allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
  for (const [name, amount] of podRequests(pod.spec)) {
    if (amount === 0) continue;
    const whole = allocatable.get(name) ?? 0;
    if (amount <= whole - (requested.get(name) ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > whole) resolvable = false;
  }
  return reasons.length > 0 ? { reasons, resolvable } : undefined;
};

const interPodAffinity: Filter = (pod, use, all) => {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  for (const term of podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
    if (affinityHolds(pod, term, use, all)) continue;
    return refused("node(s) didn't match pod affinity rules");
  }
  for (const term of podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
    if (sharesDomain(pod, term, use, all)) {
      return taken("node(s) didn't match pod anti-affinity rules");
    }
  }
  for (const other of all) {
    for (const existing of other.guarded.values()) {
      const terms =
        existing.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
      const against = terms?.some(
        (term) =>
          selects(existing, term, pod) &&
          domain(other.node, term) !== undefined &&
          domain(other.node, term) === domain(use.node, term),
      );
      if (against) return taken("node(s) didn't satisfy existing pods anti-affinity rules");
    }
  }
  return undefined;
};

function domain(node: Node, { topologyKey }: PodAffinityTerm): string | undefined {
  return node.metadata.labels?.[topologyKey];
}

/** Whether a term of `owner` is about `subject`. */
function selects(owner: Pod, term: PodAffinityTerm, subject: Pod): boolean {
  const namespaces =
    term.namespaces && term.namespaces.length > 0 ? term.namespaces : [owner.metadata.namespace];
  const inNamespace =
    namespaces.includes(subject.metadata.namespace) || term.namespaceSelector !== undefined;
  return inNamespace && matchesLabelSelector(term.labelSelector, subject.metadata.labels);
}

/** Whether a pod that the term selects runs in the same topology domain as the node. */
function sharesDomain(
  pod: Pod,
  term: PodAffinityTerm,
  use: NodeUse,
  all: readonly NodeUse[],
): boolean {
  const own = domain(use.node, term);
  if (own === undefined) return false;
  return all.some(
    (other) =>
      domain(other.node, term) === own &&
      [...other.pods.values()].some((existing) => selects(pod, term, existing)),
  );
}

/** The first pod of a group that wants to be together may go anywhere. */
function affinityHolds(
  pod: Pod,
  term: PodAffinityTerm,
  use: NodeUse,
  all: readonly NodeUse[],
): boolean {
  if (domain(use.node, term) === undefined) return false;
  if (sharesDomain(pod, term, use, all)) return true;
  const anywhere = all.some((other) =>
    [...other.pods.values()].some((existing) => selects(pod, term, existing)),
  );
  return !anywhere && selects(pod, term, pod);
}

const FILTERS: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  interPodAffinity,
];

/** The verdict of the first filter that rejects the node; undefined: it will do. */
export function filterNode(pod: Pod, use: NodeUse, all: readonly NodeUse[]): Rejection | undefined {
  for (const filter of FILTERS) {
    const rejection = filter(pod, use, all);
    if (rejection) return rejection;
  }
  return undefined;
}

/** `1 Insufficient cpu, 2 node(s) were unschedulable`: counted and sorted as text. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

/** Models FitError.Error with the messages of the post-filter plugins. */
export function fitErrorText(pod: Pod, rejections: readonly Rejection[]): string {
  const total = rejections.length;
  if (total === 0) return 'no nodes available to schedule pods';
  const reasons = histogram(rejections.flatMap((one) => one.reasons));
  return `0/${total} nodes are available: ${reasons}. no new claims to deallocate, preemption: ${preemptionText(pod, rejections)}`;
}

function preemptionText(pod: Pod, rejections: readonly Rejection[]): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const why = rejections.map(({ resolvable }) =>
    resolvable
      ? 'No preemption victims found for incoming pod'
      : 'Preemption is not helpful for scheduling',
  );
  return `0/${rejections.length} nodes are available: ${histogram(why)}.`;
}

/** A rejection before any node was looked at; its odd end is real. */
export function preFilterText(nodes: number, message: string): string {
  return `0/${nodes} nodes are available: ${message}. not found`;
}
