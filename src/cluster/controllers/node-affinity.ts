import type {
  Affinity,
  LabelSelector,
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
} from '../kubelet/core-v1';

type Labels = Readonly<Record<string, string>>;

/** nodeSelector and required node affinity together. Models GetRequiredNodeAffinity().Match. */
export function matchesRequiredNodeAffinity(pod: Pod, node: Node): boolean {
  const { nodeSelector = {}, affinity } = pod.spec;
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
  if (!selected) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, node));
}

/** Sum of the weights of preferences that hold. Models PreferredSchedulingTerms.Score. */
export function preferredScore(affinity: Affinity | undefined, node: Node): number {
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred
    .filter(({ preference }) => matchesTerm(preference, node))
    .reduce((sum, { weight }) => sum + weight, 0);
}

/** A term without requirements matches nothing. */
function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields = { 'metadata.name': node.metadata.name };
  return (
    matchExpressions.every((requirement) => holds(requirement, node.metadata.labels ?? {})) &&
    matchFields.every((requirement) => holds(requirement, fields))
  );
}

function holds({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
      const [actual, wanted] = [Number(value), Number(values[0])];
      return operator === 'Gt' ? actual > wanted : actual < wanted;
    }
    default:
      return false;
  }
}

/** Whether labels match a label selector; an absent selector matches nothing. */
export function matchesLabelSelector(
  selector: LabelSelector | undefined,
  labels: Labels = {},
): boolean {
  if (!selector) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((requirement) => holds(requirement, labels))
  );
}
