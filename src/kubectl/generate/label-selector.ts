import type { JsonObject } from '../../api/patch/json-value';
import { parseLabelSelector, type Requirement } from '../../api/selectors';

const EXPRESSIONS: Readonly<Partial<Record<Requirement['operator'], string>>> = {
  in: 'In',
  notin: 'NotIn',
  '!=': 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

/** A selector's text as the API's structure. Models metav1.ParseToLabelSelector. */
export function labelSelectorOf(text: string): JsonObject {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: JsonObject[] = [];
  for (const { key, operator, values } of parseLabelSelector(text)) {
    const spelt = EXPRESSIONS[operator];
    if (spelt === undefined) matchLabels[key] = values[0] ?? '';
    else matchExpressions.push({ key, operator: spelt, values: [...values] });
  }
  return { matchLabels, matchExpressions };
}
