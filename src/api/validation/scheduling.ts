import {
  dnsSubdomainProblems,
  labelValueProblems,
  nameIsDnsLabel,
  qualifiedNameProblems,
} from '../names';
import { validateLabelSelector } from '../selectors';
import type { LabelSelector, PodSpec, Toleration } from '../types';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';

/** Affinity, tolerations, spread constraints. Models pkg/apis/core/validation. */

type Affinity = NonNullable<PodSpec['affinity']>;
type NodeAffinity = NonNullable<Affinity['nodeAffinity']>;
type PodAffinity = NonNullable<Affinity['podAffinity']>;
type PodTerm = NonNullable<PodAffinity['requiredDuringSchedulingIgnoredDuringExecution']>[number];
type NodeTerm = NonNullable<
  NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']
>['nodeSelectorTerms'][number];
type NodeRequirement = NonNullable<NodeTerm['matchExpressions']>[number];

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const BAD_OPERATOR = 'not a valid selector operator';
const WEIGHT = 'must be in the range 1-100';
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateAffinity(affinity: PodSpec['affinity'], field: string): FieldError[] {
  if (affinity === undefined) return [];
  return [
    ...(affinity.nodeAffinity
      ? validateNodeAffinity(affinity.nodeAffinity, `${field}.nodeAffinity`)
      : []),
    ...(affinity.podAffinity
      ? validatePodAffinity(affinity.podAffinity, `${field}.podAffinity`)
      : []),
    ...(affinity.podAntiAffinity
      ? validatePodAffinity(affinity.podAntiAffinity, `${field}.podAntiAffinity`)
      : []),
  ];
}

function validateNodeAffinity(affinity: NodeAffinity, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const wanted = affinity[REQUIRED];
  if (wanted !== undefined) errors.push(...validateNodeSelector(wanted, `${field}.${REQUIRED}`));
  (affinity[PREFERRED] ?? []).forEach(({ weight = 0, preference }, index) => {
    const at = `${field}.${PREFERRED}[${index}]`;
    if (weight <= 0 || weight > 100) errors.push(invalid(`${at}.weight`, weight, WEIGHT));
    errors.push(...validateNodeTerm(preference ?? {}, `${at}.preference`, false));
  });
  return errors;
}

export function validateNodeSelector(
  { nodeSelectorTerms: terms = [] }: NonNullable<NodeAffinity[typeof REQUIRED]>,
  field: string,
): FieldError[] {
  const at = `${field}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => validateNodeTerm(term, `${at}[${index}]`, true));
}

/** Values of required terms must be label values; preferred ones were never checked. */
function validateNodeTerm(term: NodeTerm, field: string, checkValues: boolean): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, index) =>
      nodeRequirementErrors(requirement, `${field}.matchExpressions[${index}]`, checkValues),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, index) =>
      nodeFieldErrors(requirement, `${field}.matchFields[${index}]`),
    ),
  ];
}

function nodeRequirementErrors(
  { key = '', operator, values = [] }: NodeRequirement,
  field: string,
  checkValues: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${field}.values`;
  switch (operator as string | undefined) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(at, why));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        const why = "must be specified single value when `operator` is 'Lt' or 'Gt'";
        errors.push(required(at, why));
      }
      break;
    default:
      errors.push(invalid(`${field}.operator`, operator ?? '', BAD_OPERATOR));
  }
  errors.push(...invalidFor(`${field}.key`, key, qualifiedNameProblems(key)));
  if (!checkValues) return errors;
  values.forEach((value, index) => {
    errors.push(...invalidFor(`${at}[${index}]`, value, labelValueProblems(value)));
  });
  return errors;
}

function nodeFieldErrors({ key = '', operator, values = [] }: NodeRequirement, field: string) {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${field}.operator`, operator ?? '', BAD_OPERATOR));
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, why));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalid(`${field}.key`, key, 'not a valid field selector key')];
  }
  values.forEach((value, index) => {
    errors.push(...invalidFor(`${field}.values[${index}]`, value, dnsSubdomainProblems(value)));
  });
  return errors;
}

function validatePodAffinity(affinity: PodAffinity, field: string): FieldError[] {
  return [
    ...(affinity[REQUIRED] ?? []).flatMap((term, index) =>
      validatePodTerm(term, `${field}.${REQUIRED}[${index}]`),
    ),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight = 0, podAffinityTerm }, index) => {
      const at = `${field}.${PREFERRED}[${index}]`;
      const errors = weight <= 0 || weight > 100 ? [invalid(`${at}.weight`, weight, WEIGHT)] : [];
      const term = podAffinityTerm ?? { topologyKey: '' };
      return [...errors, ...validatePodTerm(term, `${at}.podAffinityTerm`)];
    }),
  ];
}

function validatePodTerm(term: PodTerm, field: string): FieldError[] {
  const { topologyKey = '' } = term;
  const errors = [
    ...validateLabelSelector(term.labelSelector, `${field}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${field}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) =>
      invalidFor(`${field}.namespace`, name, nameIsDnsLabel(name)),
    ),
    ...labelKeysErrors(term, field),
  ];
  if (topologyKey === '') errors.push(required(`${field}.topologyKey`, 'can not be empty'));
  const problems = qualifiedNameProblems(topologyKey);
  return [...errors, ...invalidFor(`${field}.topologyKey`, topologyKey, problems)];
}

type LabelKeys = {
  matchLabelKeys?: readonly string[];
  mismatchLabelKeys?: readonly string[];
  labelSelector?: LabelSelector;
};

/** Keys whose values come from the pod itself. */
function labelKeysErrors(
  { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector }: LabelKeys,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, keys] of [
    ['matchLabelKeys', matchLabelKeys],
    ['mismatchLabelKeys', mismatchLabelKeys],
  ] as const) {
    if (keys.length === 0) continue;
    if (labelSelector === undefined) {
      const why = 'must not be specified when labelSelector is not set';
      errors.push(forbidden(`${field}.${name}`, why));
      continue;
    }
    keys.forEach((key, index) => {
      errors.push(...invalidFor(`${field}.${name}[${index}]`, key, qualifiedNameProblems(key)));
    });
  }
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && selected.has(key)) {
      const why = 'exists in both matchLabelKeys and labelSelector';
      errors.push(invalid(`${field}[${index}]`, key, why));
    }
    selected.add(key);
  }
  matchLabelKeys.forEach((key, index) => {
    if (!mismatchLabelKeys.includes(key)) return;
    const why = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalid(`${field}.matchLabelKeys[${index}]`, key, why));
  });
  return errors;
}

export function validateTolerations(
  tolerations: readonly Toleration[] = [],
  field: string,
): FieldError[] {
  return tolerations.flatMap((toleration, index) =>
    tolerationErrors(toleration, `${field}[${index}]`),
  );
}

function tolerationErrors(toleration: Toleration, at: string): FieldError[] {
  const { key = '', value = '', tolerationSeconds } = toleration;
  const operator = String(toleration.operator ?? '');
  const effect = String(toleration.effect ?? '');
  const errors = key === '' ? [] : invalidFor(`${at}.key`, key, qualifiedNameProblems(key));
  if (key === '' && operator !== 'Exists') {
    const why =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${at}.operator`, operator, why));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${at}.effect`, effect, why));
  }
  if (operator === '' || operator === 'Equal') {
    const problems = labelValueProblems(value);
    if (problems.length > 0) {
      errors.push(invalid(`${at}.operator`, value, problems.join(';')));
    }
  } else if (operator === 'Exists') {
    const why = "value must be empty when `operator` is 'Exists'";
    if (value !== '') errors.push(invalid(`${at}.operator`, value, why));
  } else if (operator === 'Lt' || operator === 'Gt') {
    const known = ['Equal', 'Exists', 'Lt', 'Gt'];
    errors.push(notSupported(`${at}.operator`, operator, known));
  } else {
    errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']));
  }
  if (effect !== '' && !EFFECTS.includes(effect)) {
    errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
  }
  return errors;
}

export function validateSpreadConstraints(
  constraints: PodSpec['topologySpreadConstraints'] = [],
  field: string,
): FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const { maxSkew = 0, topologyKey = '', minDomains } = constraint;
    const action = String(constraint.whenUnsatisfiable ?? '');
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    if (!actions.includes(action)) {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, action, actions));
    }
    const repeated = constraints
      .slice(index + 1)
      .some(
        (other) =>
          (other.topologyKey ?? '') === topologyKey &&
          String(other.whenUnsatisfiable ?? '') === action,
      );
    if (repeated) {
      const key = `{${topologyKey}, ${action}}`;
      errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, key));
    }
    if (minDomains !== undefined) {
      const where = `${at}.minDomains`;
      if (minDomains <= 0) errors.push(invalid(where, minDomains, 'must be greater than zero'));
      if (action !== 'DoNotSchedule') {
        const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
        errors.push(invalid(where, minDomains, why));
      }
    }
    const policies = ['Honor', 'Ignore'];
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[name];
      if (policy !== undefined && !policies.includes(policy)) {
        errors.push(notSupported(`${at}.${name}`, policy, policies));
      }
    }
    errors.push(...labelKeysErrors(constraint, at));
    errors.push(...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`));
    return errors;
  });
}
