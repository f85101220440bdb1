import { type FieldRequirement, matchesFields as fieldsMatch } from '../../api/field-selectors';
import {
  matchesLabels,
  newRequirement,
  type Requirement,
  SelectorError,
  type SelectorOperator,
} from '../../api/selectors';
import type {
  LabelSelector,
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
  PreferredSchedulingTerm,
} from '../../api/stored-objects';
import { aggregateText, errorText, invalid, notSupported } from '../../api/validation/field-error';

type Labels = Readonly<Record<string, string>>;

/** Whether a node will do; `error`: a term that cannot be read, where no other one matches. */
export interface AffinityMatch {
  readonly match: boolean;
  readonly error?: string;
}

const OPERATORS: ReadonlyMap<string, SelectorOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
  ['Gt', 'gt'],
  ['Lt', 'lt'],
]);

/** nodeSelector and required node affinity together. Models GetRequiredNodeAffinity().Match. */
export function requiredNodeAffinity(pod: Pod, node: Node): AffinityMatch {
  const { nodeSelector = {}, affinity } = pod.spec;
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
  if (!selected) return { match: false };
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return { match: true };
  const errors: string[] = [];
  for (const [index, term] of (required.nodeSelectorTerms ?? []).entries()) {
    const { match, error } = matchTerm(term, node, `nodeSelectorTerms[${index}]`);
    if (match) return { match };
    if (error !== undefined) errors.push(error);
  }
  return errors.length === 0 ? { match: false } : { match: false, error: aggregateText(errors) };
}

/** Models RequiredNodeAffinity.Match; terms that cannot be read match nothing. */
export function matchesRequiredNodeAffinity(pod: Pod, node: Node): boolean {
  return requiredNodeAffinity(pod, node).match;
}

/** Sum of the weights of preferences that hold. Models PreferredSchedulingTerms.Score. */
export function preferredScore(
  preferred: readonly PreferredSchedulingTerm[],
  node: Node,
): { readonly score: number } | { readonly error: string } {
  const errors: string[] = [];
  let score = 0;
  for (const [index, { preference, weight }] of preferred.entries()) {
    if (weight === 0) continue;
    const { match, error } = matchTerm(preference, node, `[${index}]`);
    if (error !== undefined) errors.push(error);
    else if (match) score += weight;
  }
  return errors.length === 0 ? { score } : { error: aggregateText(errors) };
}

/** A term without requirements matches nothing. */
function matchTerm(term: NodeSelectorTerm, node: Node, path: string): AffinityMatch {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return { match: false };
  const errors: string[] = [];
  const read = <Read>(
    list: readonly NodeSelectorRequirement[],
    field: string,
    one: (requirement: NodeSelectorRequirement, at: string) => Read,
  ): Read[] =>
    list.flatMap((requirement, index) => {
      try {
        return one(requirement, `${path}.${field}[${index}].`);
      } catch (error) {
        if (!(error instanceof SelectorError)) throw error;
        errors.push(error.message);
        return [];
      }
    });
  const onLabels = read(matchExpressions, 'matchExpressions', labelRequirement);
  const onFields = read(matchFields, 'matchFields', fieldRequirement);
  if (errors.length > 0) return { match: false, error: aggregateText(errors) };
  const match =
    matchesLabels(onLabels, node.metadata.labels) &&
    fieldsMatch(onFields, { 'metadata.name': node.metadata.name });
  return { match };
}

function labelRequirement(
  { key, operator, values }: NodeSelectorRequirement,
  at: string,
): Requirement {
  const known = OPERATORS.get(operator);
  if (known === undefined) {
    const supported = [...OPERATORS.keys()];
    throw new SelectorError(errorText(notSupported(`${at}operator`, operator, supported)));
  }
  return newRequirement(key, known, values ?? null, at);
}

function fieldRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  at: string,
): FieldRequirement {
  if (operator !== 'In' && operator !== 'NotIn') {
    const unsupported = notSupported(`${at}operator`, operator, ['In', 'NotIn']);
    throw new SelectorError(errorText(unsupported));
  }
  const [value] = values;
  if (value === undefined || values.length !== 1) {
    throw new SelectorError(errorText(invalid(`${at}values`, values, 'must have one element')));
  }
  return { field: key, operator: operator === 'In' ? '=' : '!=', value };
}

/** Whether labels match a label selector; an absent selector matches nothing. */
export function matchesLabelSelector(
  selector: LabelSelector | undefined,
  labels: Labels = {},
): boolean {
  if (!selector) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const requirements = matchExpressions.map(
    ({ key, operator, values = [] }): Requirement => ({
      key,
      operator: OPERATORS.get(operator) ?? 'in',
      values,
    }),
  );
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchesLabels(requirements, labels)
  );
}
