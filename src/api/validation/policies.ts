import { nameIsDnsSubdomain } from '../names';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector } from '../types';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import { validateObjectMeta } from './object-meta';
import { isPositiveIntOrPercent } from './rollout';

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
  const policies = ['PreemptLowerPriority', 'Never'];
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
