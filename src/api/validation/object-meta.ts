import { type ExactJson, goJson } from '../golang/json';
import { goQuote } from '../golang/quote';
import {
  byteLength,
  labelValueProblems,
  type NameRule,
  nameIsDnsLabel,
  qualifiedNameProblems,
} from '../names';
import type { ObjectMeta, OwnerReference } from '../types';
import { type FieldError, forbidden, invalid, invalidFor, required, tooLong } from './field-error';

/** What all objects' metadata is checked for. Models apimachinery's api/validation/objectmeta.go. */

const FIELD_IMMUTABLE = 'field is immutable';
/** Keys and values of all annotations together, in bytes. */
const ANNOTATIONS_SIZE = 256 * 1024;
const MANAGER_LENGTH = 128;
const SUBRESOURCE_LENGTH = 256;

export function validateObjectMeta(
  metadata: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule,
  field = 'metadata',
): FieldError[] {
  const errors: FieldError[] = [];
  const { generateName = '', name = '', namespace = '' } = metadata;
  if (generateName !== '') {
    errors.push(...invalidFor(`${field}.generateName`, generateName, nameRule(generateName, true)));
  }
  if (name === '') {
    errors.push(required(`${field}.name`, 'name or generateName is required'));
  } else {
    errors.push(...invalidFor(`${field}.name`, name, nameRule(name)));
  }
  if (!namespaced) {
    if (namespace !== '') errors.push(forbidden(`${field}.namespace`, 'not allowed on this type'));
  } else if (namespace === '') {
    errors.push(required(`${field}.namespace`));
  } else {
    errors.push(...invalidFor(`${field}.namespace`, namespace, nameIsDnsLabel(namespace)));
  }
  errors.push(...validateNonnegative(`${field}.generation`, metadata.generation));
  errors.push(...validateLabels(`${field}.labels`, metadata.labels));
  errors.push(...validateAnnotations(`${field}.annotations`, metadata.annotations));
  errors.push(...validateOwnerReferences(`${field}.ownerReferences`, metadata.ownerReferences));
  errors.push(...validateFinalizers(`${field}.finalizers`, metadata.finalizers));
  errors.push(...validateManagedFields(`${field}.managedFields`, metadata.managedFields));
  return errors;
}

export function validateNonnegative(field: string, value: number | undefined): FieldError[] {
  if (value === undefined || value >= 0) return [];
  return [invalid(field, value, 'must be greater than or equal to 0')];
}

export function validateLabels(
  field: string,
  labels: Readonly<Record<string, string>> = {},
): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...invalidFor(field, key, qualifiedNameProblems(key)),
    ...invalidFor(field, value, labelValueProblems(value)),
  ]);
}

export function validateAnnotations(
  field: string,
  annotations: Readonly<Record<string, string>> = {},
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    errors.push(...invalidFor(field, key, qualifiedNameProblems(key.toLowerCase())));
    size += byteLength(key) + byteLength(value);
  }
  if (size > ANNOTATIONS_SIZE) errors.push(tooLong(field, ANNOTATIONS_SIZE));
  return errors;
}

function validateOwnerReferences(
  field: string,
  references: readonly OwnerReference[] = [],
): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references) {
    errors.push(...validateOwnerReference(field, reference));
    if (!reference.controller) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller === '') {
      controller = name;
      continue;
    }
    const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
    errors.push(invalid(field, references.map(shownReference), why));
  }
  return errors;
}

/** A reference as Go's JSON has it, with empty strings where fields are missing. */
function shownReference({
  apiVersion = '',
  kind = '',
  name = '',
  uid = '',
  ...rest
}: OwnerReference) {
  return { apiVersion, kind, name, uid, ...rest };
}

function validateOwnerReference(field: string, reference: OwnerReference): FieldError[] {
  const errors: FieldError[] = [];
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const parts = apiVersion.split('/');
  const version = parts.length <= 2 ? (parts.at(-1) ?? '') : '';
  const group = parts.length === 2 ? parts[0] : '';
  if (version === '') {
    errors.push(invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty'));
  }
  if (kind === '') errors.push(invalid(`${field}.kind`, kind, 'must not be empty'));
  if (name === '') errors.push(invalid(`${field}.name`, name, 'must not be empty'));
  if (uid === '') errors.push(invalid(`${field}.uid`, uid, 'must not be empty'));
  if (group === '' && version === 'v1' && kind === 'Event') {
    const why = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(invalid(field, shownReference(reference), why));
  }
  return errors;
}

function validateFinalizers(field: string, finalizers: readonly string[] = []): FieldError[] {
  const errors = finalizers.flatMap((finalizer) =>
    invalidFor(field, finalizer, qualifiedNameProblems(finalizer)),
  );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const why = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalid(field, finalizers, why));
  }
  return errors;
}

function validateManagedFields(
  field: string,
  entries: ObjectMeta['managedFields'] = [],
): FieldError[] {
  return entries.flatMap((entry, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.push(invalid(`${at}.operation`, operation, 'must be `Apply` or `Update`'));
    }
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      errors.push(invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    }
    if (byteLength(manager) > MANAGER_LENGTH) {
      errors.push(tooLong(`${at}.manager`, MANAGER_LENGTH));
    }
    if (byteLength(subresource) > SUBRESOURCE_LENGTH) {
      errors.push(tooLong(`${at}.subresource`, SUBRESOURCE_LENGTH));
    }
    return errors;
  });
}

export function validateObjectMetaUpdate(
  metadata: ObjectMeta,
  old: ObjectMeta,
  field = 'metadata',
): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const known = new Set(old.finalizers);
    const added = [...new Set(metadata.finalizers)].filter((name) => !known.has(name)).sort();
    if (added.length > 0) {
      const list = `[]string{${added.map(goQuote).join(', ')}}`;
      const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
      errors.push(forbidden(`${field}.finalizers`, why));
    }
  }
  if (!metadata.resourceVersion) {
    const why = 'must be specified for an update';
    errors.push(invalid(`${field}.resourceVersion`, '', why));
  }
  if ((metadata.generation ?? 0) < (old.generation ?? 0)) {
    const why = 'must not be decremented';
    errors.push(invalid(`${field}.generation`, metadata.generation ?? 0, why));
  }
  for (const name of ['name', 'namespace', 'uid'] as const) {
    errors.push(...validateImmutable(`${field}.${name}`, metadata[name] ?? '', old[name] ?? ''));
  }
  for (const name of [
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    const [value, before] = [metadata[name] ?? null, old[name] ?? null];
    errors.push(...validateImmutable(`${field}.${name}`, value, before));
  }
  errors.push(...validateLabels(`${field}.labels`, metadata.labels));
  errors.push(...validateAnnotations(`${field}.annotations`, metadata.annotations));
  errors.push(...validateOwnerReferences(`${field}.ownerReferences`, metadata.ownerReferences));
  errors.push(...validateManagedFields(`${field}.managedFields`, metadata.managedFields));
  return errors;
}

/** Compares by JSON: keys in any order. */
export function validateImmutable(field: string, value: unknown, old: unknown): FieldError[] {
  if (goJson((value ?? null) as ExactJson) === goJson((old ?? null) as ExactJson)) return [];
  return [invalid(field, value ?? null, FIELD_IMMUTABLE)];
}
