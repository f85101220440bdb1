import { nameIsDnsSubdomain, qualifiedNameProblems } from '../names';
import {
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityText,
  scaledValue,
} from '../quantity';
import type { KubeObject } from '../types';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  required,
} from './field-error';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
import {
  containerResourceNameErrors,
  isOvercommitAllowed,
  quantityValueErrors,
  resourceNameErrors,
} from './resources';

/** What namespaces may use. Models ValidateResourceQuota and ValidateLimitRange. */

type ResourceList = Readonly<Record<string, string | number>>;

interface ScopeRequirement {
  readonly scopeName?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface QuotaSpec {
  readonly hard?: ResourceList;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}

const POD_AMOUNTS = ['cpu', 'memory'].flatMap((name) => [
  name,
  `limits.${name}`,
  `requests.${name}`,
]);
/** What counts objects: whole numbers. */
const COUNTS = [
  ...['pods', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'resourcequotas', 'services.nodeports', 'services.loadbalancers'],
];
const QUOTA_NAMES: ReadonlySet<string> = new Set([
  ...[...COUNTS, ...POD_AMOUNTS, 'ephemeral-storage', 'requests.storage'],
  ...['requests.ephemeral-storage', 'limits.ephemeral-storage'],
]);
/** Scopes and the resources that they can be applied to. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  Terminating: ['pods', ...POD_AMOUNTS],
  NotTerminating: ['pods', ...POD_AMOUNTS],
  BestEffort: ['pods'],
  NotBestEffort: ['pods', ...POD_AMOUNTS],
  PriorityClass: ['pods', ...POD_AMOUNTS],
  CrossNamespacePodAffinity: ['pods', ...POD_AMOUNTS],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

function isStandardName(name: string): boolean {
  return QUOTA_NAMES.has(name) || /^(requests\.)?hugepages-/.test(name);
}

export function validateQuota(object: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(object.metadata, true, nameIsDnsSubdomain),
    ...quotaErrors((object.spec ?? {}) as QuotaSpec),
  ];
}

/** What a quota is about stays as it was. */
export function validateQuotaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map(({ spec }) => [
    ...new Set(((spec ?? {}) as QuotaSpec).scopes ?? []),
  ]) as [string[], string[]];
  const changed = [...now].sort().join() !== [...before].sort().join();
  const { scopes = [] } = (object.spec ?? {}) as QuotaSpec;
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...quotaErrors((object.spec ?? {}) as QuotaSpec),
    ...(changed ? [invalid('spec.scopes', scopes, 'field is immutable')] : []),
  ];
}

function quotaErrors({ hard = {}, scopes = [], scopeSelector }: QuotaSpec): FieldError[] {
  const names = Object.keys(hard).sort();
  const errors: FieldError[] = [];
  for (const name of names) {
    const field = `spec.hard[${name}]`;
    errors.push(...resourceNameErrors(name, field));
    if (!name.includes('/') && !isStandardName(name)) {
      errors.push(invalid(field, name, 'must be a standard resource for quota'));
    }
    errors.push(...amountErrors(name, parseQuantity(String(hard[name])), field));
  }
  for (const scope of scopes) {
    errors.push(...scopeErrors(scope, names, 'spec.scopes', scopes));
  }
  errors.push(...oppositeErrors(scopes, 'spec.scopes', scopes));
  const at = 'spec.scopeSelector.matchExpressions';
  const expressions = scopeSelector?.matchExpressions ?? [];
  for (const { scopeName = '', operator = '', values = [] } of expressions) {
    const shown = { MatchExpressions: expressions.map(shownRequirement) };
    errors.push(...scopeErrors(scopeName, names, at, shown, scopeName));
    errors.push(...operatorErrors(scopeName, operator, values, at));
  }
  const selected = expressions.map(({ scopeName = '' }) => scopeName);
  return [...errors, ...oppositeErrors(selected, at, scopes.length === 0 ? null : scopes)];
}

function shownRequirement({ scopeName = '', operator = '', values }: ScopeRequirement): object {
  return { ScopeName: scopeName, Operator: operator, Values: values ?? null };
}

function amountErrors(name: string, amount: Quantity, field: string): FieldError[] {
  const errors = quantityValueErrors(name, amount, field);
  if (!COUNTS.includes(name) || scaledValue(amount, -3) % 1000n === 0n) return errors;
  return [...errors, invalid(field, quantityText(amount), 'must be an integer')];
}

function scopeErrors(
  scope: string,
  names: readonly string[],
  field: string,
  shown: unknown,
  ofSelector?: string,
): FieldError[] {
  const allowed = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
  if (allowed === undefined) {
    return ofSelector === undefined
      ? [invalid(field, shown, 'unsupported scope')]
      : [invalid(`${field}.scopeName`, ofSelector, 'unsupported scope')];
  }
  return names
    .filter((name) => isStandardName(name) && !allowed.includes(name))
    .map(() => invalid(field, shown, 'unsupported scope applied to resource'));
}

function oppositeErrors(scopes: readonly string[], field: string, shown: unknown): FieldError[] {
  return OPPOSITES.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
    invalid(field, shown, 'conflicting scopes'),
  );
}

const EXISTS_ONLY = [
  ...['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating'],
  'CrossNamespacePodAffinity',
];

function operatorErrors(
  scope: string,
  operator: string,
  values: readonly string[],
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${field}.operator`;
  if (EXISTS_ONLY.includes(scope) && operator !== 'Exists') {
    const why =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalid(at, operator, why));
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return errors;
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return [...errors, required(`${field}.values`, why)];
  }
  if (operator !== 'Exists' && operator !== 'DoesNotExist') {
    return [...errors, invalid(at, operator, 'not a valid selector operator')];
  }
  if (values.length === 0) return errors;
  const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
  return [...errors, invalid(`${field}.values`, values, why)];
}

const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type LimitRangeItem = { readonly type?: string } & {
  readonly [list in (typeof LISTS)[number]]?: ResourceList;
};

export function validateLimitRange(object: KubeObject): FieldError[] {
  const { limits } = (object.spec ?? {}) as { readonly limits?: readonly LimitRangeItem[] | null };
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  const types = new Set<string>();
  (limits ?? []).forEach((item, index) => {
    const field = `spec.limits[${index}]`;
    const { type = '' } = item;
    errors.push(...limitTypeErrors(type, `${field}.type`));
    if (types.has(type)) errors.push(duplicate(`${field}.type`, type));
    types.add(type);
    errors.push(...limitErrors(item, field));
  });
  return errors;
}

function limitTypeErrors(type: string, field: string): FieldError[] {
  const problems = qualifiedNameProblems(type);
  if (problems.length > 0) return invalidFor(field, type, problems);
  if (type.includes('/') || ['Pod', 'Container', 'PersistentVolumeClaim'].includes(type)) return [];
  return [invalid(field, type, 'must be a standard limit type or fully qualified')];
}

function limitErrors(item: LimitRangeItem, field: string): FieldError[] {
  const ofPods = item.type === 'Pod';
  const nameErrors =
    ofPods || item.type === 'Container' ? containerResourceNameErrors : resourceNameErrors;
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const list of LISTS) {
    const keys = Object.keys(item[list] ?? {});
    if (ofPods && (list === 'default' || list === 'defaultRequest')) {
      if (keys.length === 0) continue;
      errors.push(forbidden(`${field}.${list}`, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    if (list === 'maxLimitRequestRatio') errors.push(...storageErrors(item, field));
    for (const name of keys) {
      errors.push(...nameErrors(name, `${field}.${list}[${name}]`));
      names.add(name);
    }
  }
  for (const name of [...names].sort()) errors.push(...orderErrors(item, name, ofPods, field));
  return errors;
}

function storageErrors({ type, min, max }: LimitRangeItem, field: string): FieldError[] {
  const has = min?.storage !== undefined || max?.storage !== undefined;
  if (type !== 'PersistentVolumeClaim' || has) return [];
  const why = 'either minimum or maximum storage value is required, but neither was provided';
  return [required(`${field}.limits`, why)];
}

/** Which amount may not be above which, whose it is that is reported, and whose value is shown. */
const ORDERS = [
  ['min', 'max', 'min', 'min', 'min value', 'max value'],
  [
    'min',
    'defaultRequest',
    'defaultRequest',
    'defaultRequest',
    'min value',
    'default request value',
  ],
  [
    'defaultRequest',
    'max',
    'defaultRequest',
    'defaultRequest',
    'default request value',
    'max value',
  ],
  [
    ...(['defaultRequest', 'default', 'defaultRequest', 'defaultRequest'] as const),
    ...(['default request value', 'default limit value'] as const),
  ],
  ['min', 'default', 'default', 'min', 'min value', 'default value'],
  ['default', 'max', 'default', 'max', 'default value', 'max value'],
] as const;

function orderErrors(
  item: LimitRangeItem,
  name: string,
  ofPods: boolean,
  field: string,
): FieldError[] {
  const amountOf = (list: (typeof LISTS)[number]): Quantity | undefined => {
    const text = ofPods && list.startsWith('default') ? undefined : item[list]?.[name];
    return text === undefined ? undefined : parseQuantity(String(text));
  };
  const errors: FieldError[] = [];
  for (const [less, more, at, shown, lessText, moreText] of ORDERS) {
    const [low, high] = [amountOf(less), amountOf(more)];
    if (low === undefined || high === undefined || compareQuantities(low, high) <= 0) continue;
    const why = `${lessText} ${quantityText(low)} is greater than ${moreText} ${quantityText(high)}`;
    const value = shown === less ? low : high;
    errors.push(invalid(`${field}.${at}[${name}]`, quantityText(value), why));
  }
  errors.push(...ratioErrors(amountOf, `${field}.maxLimitRequestRatio[${name}]`));
  const [preset, request] = [amountOf('default'), amountOf('defaultRequest')];
  if (preset === undefined || request === undefined || isOvercommitAllowed(name)) return errors;
  if (compareQuantities(preset, request) === 0) return errors;
  const why = `default value ${quantityText(preset)} must equal to defaultRequest value ${quantityText(request)} in ${name}`;
  return [...errors, invalid(`${field}.defaultRequest[${name}]`, quantityText(request), why)];
}

function ratioErrors(
  amountOf: (list: (typeof LISTS)[number]) => Quantity | undefined,
  field: string,
): FieldError[] {
  const [ratio, min, max] = [amountOf('maxLimitRequestRatio'), amountOf('min'), amountOf('max')];
  if (ratio === undefined) return [];
  const text = quantityText(ratio);
  const errors: FieldError[] = [];
  if (compareQuantities(ratio, parseQuantity('1')) < 0) {
    errors.push(invalid(field, text, `ratio ${text} is less than 1`));
  }
  if (min === undefined || max === undefined) return errors;
  const [value, least, most] = [ratio, min, max].map((one) => Number(scaledValue(one, -3)) / 1000);
  const limit = (most ?? 0) / (least ?? 0);
  if ((value ?? 0) <= limit) return errors;
  return [
    ...errors,
    invalid(field, text, `ratio ${text} is greater than max/min = ${limit.toFixed(6)}`),
  ];
}
