import type { Container, Node, Pod, PodAffinityTerm, Taint } from '../../api/stored-objects';
import { matchesLabelSelector, matchesRequiredNodeAffinity } from './node-affinity';
import { type NodeUse, type Rejection, refused, taken } from './node-use';
import { podRequests } from './pod-requests';
import { firstUntoleratedTaint, toleratesTaint } from './taints';
import { podTopologySpread } from './topology-spread';

type Filter = (pod: Pod, use: NodeUse, all: readonly NodeUse[]) => Rejection | undefined;

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

/** In the order of upstream's default plugins; volumes are looked at between the two lists. */
const FILTERS: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
];
const FILTERS_AFTER_VOLUMES: readonly Filter[] = [podTopologySpread, interPodAffinity];

/** The verdict of the first filter that rejects the node; undefined: it will do. */
export function filterNode(
  pod: Pod,
  use: NodeUse,
  all: readonly NodeUse[],
  volumes?: (use: NodeUse) => Rejection | undefined,
): Rejection | undefined {
  for (const filter of FILTERS) {
    const rejection = filter(pod, use, all);
    if (rejection) return rejection;
  }
  const rejection = volumes?.(use);
  if (rejection) return rejection;
  for (const filter of FILTERS_AFTER_VOLUMES) {
    const later = filter(pod, use, all);
    if (later) return later;
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

/** `0/3 nodes are available: 3 Insufficient cpu.`: each reason with its number. Models FitError.Error. */
export function fitErrorText(reasons: readonly (readonly string[])[]): string {
  return `0/${reasons.length} nodes are available: ${histogram(reasons.flat())}.`;
}

/** A rejection before any node was looked at; its odd end is real. */
export function preFilterText(nodes: number, message: string): string {
  return `0/${nodes} nodes are available: ${message}. not found`;
}
