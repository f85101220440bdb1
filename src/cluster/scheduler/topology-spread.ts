import type { LabelSelector, Pod } from '../../api/stored-objects';
import { matchesLabelSelector, matchesRequiredNodeAffinity } from './node-affinity';
import { type NodeUse, type Rejection, refused, taken } from './node-use';
import { firstUntoleratedTaint } from './taints';

type Constraint = NonNullable<Pod['spec']['topologySpreadConstraints']>[number];

const MISMATCH = "node(s) didn't match pod topology spread constraints";

/** Whether a pod here keeps its kind evenly spread. Models plugins/podtopologyspread/filtering.go. */
export function podTopologySpread(
  pod: Pod,
  use: NodeUse,
  all: readonly NodeUse[],
): Rejection | undefined {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  if (constraints.length === 0) return undefined;
  const labelled = all.filter((one) =>
    constraints.every(({ topologyKey }) => domainOf(one, topologyKey) !== undefined),
  );
  for (const constraint of constraints) {
    const domain = domainOf(use, constraint.topologyKey);
    if (domain === undefined) return refused(`${MISMATCH} (missing required label)`);
    const selector = selectorOf(constraint, pod);
    const counts = countByDomain(constraint, selector, pod, labelled);
    const { minDomains = 1, maxSkew } = constraint;
    const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
    const own = matchesLabelSelector(selector, pod.metadata.labels) ? 1 : 0;
    if ((counts.get(domain) ?? 0) + own - least > maxSkew) return taken(MISMATCH);
  }
  return undefined;
}

function domainOf({ node }: NodeUse, key: string): string | undefined {
  return node.metadata.labels?.[key];
}

/** The constraint's own selector, and the pod's values of its matchLabelKeys. */
function selectorOf({ labelSelector, matchLabelKeys = [] }: Constraint, pod: Pod): LabelSelector {
  const labels = pod.metadata.labels ?? {};
  const more = matchLabelKeys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  if (!labelSelector) return { matchExpressions: [NOTHING] };
  const { matchLabels = {} } = labelSelector;
  return { ...labelSelector, matchLabels: { ...matchLabels, ...Object.fromEntries(more) } };
}

/** What no pod fulfils: without a selector, a constraint is about none. */
const NOTHING = { key: 'none', operator: 'In', values: [] } as const;

/** How many pods that the selector is about run in each domain that counts. */
function countByDomain(
  constraint: Constraint,
  selector: LabelSelector,
  pod: Pod,
  nodes: readonly NodeUse[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const use of nodes) {
    const domain = domainOf(use, constraint.topologyKey);
    if (domain === undefined || !isIncluded(constraint, pod, use)) continue;
    counts.set(domain, (counts.get(domain) ?? 0) + countMatching(use, selector, pod));
  }
  return counts;
}

function isIncluded(
  { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: Constraint,
  pod: Pod,
  { node }: NodeUse,
): boolean {
  if (nodeAffinityPolicy === 'Honor' && !matchesRequiredNodeAffinity(pod, node)) return false;
  if (nodeTaintsPolicy !== 'Honor') return true;
  const { taints = [] } = node.spec ?? {};
  const effects = ['NoSchedule', 'NoExecute'] as const;
  return firstUntoleratedTaint(taints, pod.spec.tolerations ?? [], effects) === undefined;
}

function countMatching({ pods }: NodeUse, selector: LabelSelector, { metadata }: Pod): number {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return 0;
  let count = 0;
  for (const other of pods.values()) {
    const { namespace, labels, deletionTimestamp } = other.metadata;
    if (deletionTimestamp !== undefined || namespace !== metadata.namespace) continue;
    if (matchesLabelSelector(selector, labels)) count++;
  }
  return count;
}
