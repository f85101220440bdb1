import { nameIsDnsSubdomain, nameIsPathSegment } from '../names';
import { labelSelectorRequirements, validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector } from '../types';
import { type FieldError, invalid, invalidFor, notSupported, required } from './field-error';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta';

/** Roles and their bindings. Models pkg/apis/rbac/validation/validation.go. */

interface PolicyRule {
  readonly verbs?: readonly string[] | null;
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface RoleRef {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

const GROUP = 'rbac.authorization.k8s.io';

export function validateRole(role: KubeObject): FieldError[] {
  const { rules } = role as KubeObject & { rules?: readonly PolicyRule[] | null };
  const namespaced = role.kind === 'Role';
  return [
    ...validateObjectMeta(role.metadata, namespaced, nameIsPathSegment),
    ...(rules ?? []).flatMap((rule, i) => ruleErrors(rule, namespaced, `rules[${i}]`)),
    ...aggregationErrors(role as ClusterRole, 'aggregationRule.clusterRoleSelectors'),
  ];
}

type ClusterRole = KubeObject & {
  aggregationRule?: { clusterRoleSelectors?: readonly LabelSelector[] };
};

/** A cluster role that is put together from others has to say from which. */
function aggregationErrors({ aggregationRule }: ClusterRole, field: string): FieldError[] {
  if (aggregationRule === undefined) return [];
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    return [required(field, why)];
  }
  return selectors.flatMap((selector, i) => {
    const at = `${field}[${i}]`;
    const errors = validateLabelSelector(selector, at);
    if (isUsable(selector)) return errors;
    return [...errors, invalid(at, null, 'invalid label selector.')];
  });
}

function isUsable(selector: LabelSelector): boolean {
  try {
    labelSelectorRequirements(selector);
    return true;
  } catch {
    return false;
  }
}

export function validateRoleUpdate(role: KubeObject, old: KubeObject): FieldError[] {
  return [...validateObjectMetaUpdate(role.metadata, old.metadata), ...validateRole(role)];
}

function ruleErrors(rule: PolicyRule, namespaced: boolean, field: string): FieldError[] {
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  const verbs = rule.verbs ?? [];
  const urls = rule.nonResourceURLs ?? [];
  const errors: FieldError[] = [];
  if (verbs.length === 0) {
    errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  }
  if (urls.length > 0) {
    const at = `${field}.nonResourceURLs`;
    if (namespaced) {
      errors.push(invalid(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const why = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalid(at, urls, why));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    const why = 'resource rules must supply at least one api group';
    errors.push(required(`${field}.apiGroups`, why));
  }
  if (resources.length === 0) {
    const why = 'resource rules must supply at least one resource';
    errors.push(required(`${field}.resources`, why));
  }
  return errors;
}

type Binding = KubeObject & { roleRef?: RoleRef; subjects?: readonly Subject[] };

export function validateRoleBinding(object: KubeObject): FieldError[] {
  const { metadata, kind, roleRef = {}, subjects } = object as Binding;
  const namespaced = kind === 'RoleBinding';
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const errors = validateObjectMeta(metadata, namespaced, nameIsPathSegment);
  const { apiGroup = '', name = '' } = roleRef;
  if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]));
  if (!kinds.includes(roleRef.kind ?? '')) {
    errors.push(notSupported('roleRef.kind', roleRef.kind ?? '', kinds));
  }
  if (name === '') errors.push(required('roleRef.name'));
  else errors.push(...invalidFor('roleRef.name', name, nameIsPathSegment(name)));
  errors.push(
    ...(subjects ?? []).flatMap((subject, i) =>
      subjectErrors(subject, namespaced, `subjects[${i}]`),
    ),
  );
  return errors;
}

export function validateRoleBindingUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateRoleBinding(object),
  ];
  const { roleRef } = object as Binding;
  if (JSON.stringify(roleRef) !== JSON.stringify((old as Binding).roleRef)) {
    const { apiGroup = '', kind = '', name = '' } = roleRef ?? {};
    const shown = { APIGroup: apiGroup, Kind: kind, Name: name };
    errors.push(invalid('roleRef', shown, 'cannot change roleRef'));
  }
  return errors;
}

function subjectErrors(subject: Subject, namespaced: boolean, field: string): FieldError[] {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${field}.name`));
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') {
        errors.push(...invalidFor(`${field}.name`, name, nameIsDnsSubdomain(name)));
      }
      if (apiGroup !== '') errors.push(notSupported(`${field}.apiGroup`, apiGroup, ['']));
      if (!namespaced && namespace === '') errors.push(required(`${field}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== GROUP) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [GROUP]));
      break;
    default:
      errors.push(notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}
