import { labelValueProblems, nameIsDnsSubdomain, qualifiedNameProblems } from '../names';
import type { KubeObject } from '../types';
import { type FieldError, invalid, invalidFor, notSupported, required } from './field-error';
import { validateObjectMeta } from './object-meta';

/** Nodes, as far as users write them: their taints. Models ValidateNode. */

interface Taint {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly timeAdded?: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateNode(object: KubeObject): FieldError[] {
  const { taints } = (object.spec ?? {}) as { taints?: readonly Taint[] };
  return [
    ...validateObjectMeta(object.metadata, false, nameIsDnsSubdomain),
    // The server reports them where they were before they had a field.
    ...(taints === undefined ? [] : taintErrors(taints, 'metadata.taints')),
  ];
}

function taintErrors(taints: readonly Taint[], field: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const at = `${field}[${index}]`;
    const { key = '', value = '', effect = '', timeAdded = null } = taint;
    const errors = [
      ...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)),
      ...invalidFor(`${at}.value`, value, labelValueProblems(value)),
    ];
    if (effect === '') errors.push(required(`${at}.effect`));
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
    const pair = `${effect} ${key}`;
    if (seen.has(pair)) {
      const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
      const why = 'taints must be unique by key and effect pair';
      errors.push({ ...invalid(at, shown, why), type: 'FieldValueDuplicate' });
    }
    seen.add(pair);
    return errors;
  });
}
