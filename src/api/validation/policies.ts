import { nameIsDnsSubdomain } from '../names';
import { compareQuantities, parseQuantity, quantityText, signOf } from '../quantity';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector } from '../types';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import { validateObjectMeta } from './object-meta';
import { isPositiveIntOrPercent } from './rollout';

type ResourceList = Readonly<Record<string, string | number>>;

/** PodDisruptionBudgets. Models pkg/apis/policy/validation/validation.go. */
export function validateDisruptionBudget(object: KubeObject): FieldError[] {
  const spec = (object.spec ?? {}) as {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  errors.push(...isPositiveIntOrPercent(minAvailable, 'spec.minAvailable'));
  errors.push(...isPositiveIntOrPercent(maxUnavailable, 'spec.maxUnavailable'));
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const policies = ['AlwaysAllow', 'IfHealthyBudget'];
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, policies));
  }
  return errors;
}

const QUOTA_NAMES: ReadonlySet<string> = new Set([
  ...['cpu', 'memory', 'ephemeral-storage', 'pods', 'services', 'replicationcontrollers'],
  ...['secrets', 'configmaps', 'persistentvolumeclaims', 'resourcequotas'],
  ...['services.nodeports', 'services.loadbalancers', 'requests.storage'],
  ...['requests.cpu', 'requests.memory', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
]);

function isQuotaName(name: string): boolean {
  if (QUOTA_NAMES.has(name) || name.includes('/')) return true;
  return name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');
}

/** ResourceQuotas. Models ValidateResourceQuota. */
export function validateQuota(object: KubeObject): FieldError[] {
  const { hard } = (object.spec ?? {}) as { readonly hard?: ResourceList };
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  for (const name of Object.keys(hard ?? {}).sort()) {
    const field = `spec.hard[${name}]`;
    if (!isQuotaName(name)) {
      errors.push(invalid(field, name, 'must be a standard resource for quota'));
    }
    const amount = parseQuantity(String(hard?.[name]));
    if (signOf(amount) < 0) {
      errors.push(invalid(field, quantityText(amount), 'must be greater than or equal to 0'));
    }
  }
  return errors;
}

interface LimitRangeItem {
  readonly type?: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
}

/** LimitRanges. Models ValidateLimitRange. */
export function validateLimitRange(object: KubeObject): FieldError[] {
  const { limits } = (object.spec ?? {}) as { readonly limits?: readonly LimitRangeItem[] };
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  (limits ?? []).forEach((item, i) => {
    errors.push(...limitErrors(item, `spec.limits[${i}]`));
  });
  return errors;
}

function limitErrors(item: LimitRangeItem, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (item.type === 'Pod') {
    for (const key of ['default', 'defaultRequest'] as const) {
      if (Object.keys(item[key] ?? {}).length === 0) continue;
      errors.push(forbidden(`${field}.${key}`, "may not be specified when `type` is 'Pod'"));
    }
  }
  const comparisons = [
    ['min', 'max', 'min', 'min value', 'max value'],
    ['defaultRequest', 'default', 'defaultRequest', 'default request value', 'default limit value'],
    ['min', 'defaultRequest', 'defaultRequest', 'min value', 'default request value'],
    ['defaultRequest', 'max', 'defaultRequest', 'default request value', 'max value'],
    ['min', 'default', 'default', 'min value', 'default value'],
    ['default', 'max', 'default', 'default value', 'max value'],
  ] as const;
  const lists = [item.max, item.min, item.default, item.defaultRequest];
  const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
  for (const name of [...names].sort()) {
    for (const [less, more, at, lessText, moreText] of comparisons) {
      const [a, b] = [item[less]?.[name], item[more]?.[name]];
      if (a === undefined || b === undefined) continue;
      const [low, high] = [parseQuantity(String(a)), parseQuantity(String(b))];
      if (compareQuantities(low, high) <= 0) continue;
      const why = `${lessText} ${quantityText(low)} is greater than ${moreText} ${quantityText(high)}`;
      errors.push(invalid(`${field}.${at}[${name}]`, String(item[at]?.[name]), why));
    }
  }
  return errors;
}

const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** PriorityClasses. Models pkg/apis/scheduling/validation/validation.go. */
export function validatePriorityClass(object: KubeObject): FieldError[] {
  const { value = 0, preemptionPolicy } = object as KubeObject & {
    value?: number;
    preemptionPolicy?: string;
  };
  const errors = validateObjectMeta(object.metadata, false, nameIsDnsSubdomain);
  const { name = '' } = object.metadata;
  if (name.startsWith('system-')) {
    const why = `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`;
    errors.push(forbidden('metadata.name', why));
  } else if (value > HIGHEST_USER_PRIORITY) {
    const why = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
    errors.push(forbidden('value', why));
  }
  const policies = ['Never', 'PreemptLowerPriority'];
  if (preemptionPolicy !== undefined && !policies.includes(preemptionPolicy)) {
    errors.push(notSupported('preemptionPolicy', preemptionPolicy, policies));
  }
  return errors;
}

/** StorageClasses. Models pkg/apis/storage/validation/validation.go. */
export function validateStorageClass(object: KubeObject): FieldError[] {
  const { provisioner, reclaimPolicy, volumeBindingMode } = object as KubeObject & {
    provisioner?: string;
    reclaimPolicy?: string;
    volumeBindingMode?: string;
  };
  const errors = validateObjectMeta(object.metadata, false, nameIsDnsSubdomain);
  if (!provisioner) errors.push(required('provisioner'));
  const policies = ['Delete', 'Retain'];
  if (reclaimPolicy && !policies.includes(reclaimPolicy)) {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, policies));
  }
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  if (volumeBindingMode && !modes.includes(volumeBindingMode)) {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, modes));
  }
  return errors;
}

/** HorizontalPodAutoscalers. Models pkg/apis/autoscaling/validation/validation.go. */
export function validateAutoscaler(object: KubeObject): FieldError[] {
  const spec = (object.spec ?? {}) as {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  };
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {} } = spec;
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (maxReplicas < 1) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    const why = 'must be greater than or equal to `minReplicas`';
    errors.push(invalid('spec.maxReplicas', maxReplicas, why));
  }
  if (!scaleTargetRef.kind) errors.push(required('spec.scaleTargetRef.kind'));
  if (!scaleTargetRef.name) errors.push(required('spec.scaleTargetRef.name'));
  return errors;
}
