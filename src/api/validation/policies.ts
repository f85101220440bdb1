import { nameIsDnsSubdomain, nameIsPathSegment, qualifiedNameProblems } from '../names';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector } from '../types';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
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
  const errors = validateObjectMeta(object.metadata, true, nameIsPathSegment);
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    errors.push(invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
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
  if (provisioner) {
    const name = provisioner.toLowerCase();
    errors.push(...invalidFor('provisioner', name, qualifiedNameProblems(name)));
  } else errors.push(required('provisioner'));
  const policies = ['Delete', 'Retain'];
  if (reclaimPolicy && !policies.includes(reclaimPolicy)) {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, policies));
  }
  const modes = ['Immediate', 'WaitForFirstConsumer'];
  if (volumeBindingMode && !modes.includes(volumeBindingMode)) {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, modes));
  }
  return [...errors, ...topologyErrors(object as TopologyClass)];
}

type TopologyClass = KubeObject & {
  allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly {
      readonly key?: string;
      readonly values?: readonly string[] | null;
    }[];
  }[];
};

/** Where volumes may be: labels of nodes, each once, in terms that differ. */
function topologyErrors({ allowedTopologies = [] }: TopologyClass): FieldError[] {
  const terms: string[] = [];
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) => {
    const field = `allowedTopologies[${i}].matchLabelExpressions`;
    const found = new Map<string, string>();
    const errors = matchLabelExpressions.flatMap(({ key = '', values }, j) => {
      const at = `${field}[${j}]`;
      const list = values ?? [];
      const own = list.length === 0 ? [required(`${at}.values`)] : [];
      list.forEach((value, k) => {
        if (list.indexOf(value) < k) own.push(duplicate(`${at}.values[${k}]`, value));
      });
      own.push(...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)));
      if (found.has(key)) own.push(duplicate(`${at}.key`, key));
      found.set(key, [...new Set(list)].sort().join());
      return own;
    });
    const term = JSON.stringify([...found].sort());
    const same = terms.filter((other) => other === term);
    terms.push(term);
    return [...errors, ...same.map(() => duplicate(field, ''))];
  });
}

const FIXED_OF_STORAGE = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'];

/** What volumes were made with stays as it was. */
export function validateStorageClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old] as unknown as Readonly<Record<string, unknown>>[];
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...FIXED_OF_STORAGE.flatMap((field) => validateImmutable(field, now?.[field], before?.[field])),
  ];
}

export function validatePriorityClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old] as unknown as Readonly<Record<string, unknown>>[];
  const changed = (now?.value ?? 0) !== (before?.value ?? 0);
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(changed ? [forbidden('value', 'may not be changed in an update.')] : []),
    ...validateImmutable('preemptionPolicy', now?.preemptionPolicy, before?.preemptionPolicy),
  ];
}
