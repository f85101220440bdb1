import { copyJson } from '../copy-json';
import { nameIsDnsSubdomain } from '../names';
import { compareQuantities, parseQuantity, type Quantity, quantityText, signOf } from '../quantity';
import { internalClaimSpec } from '../schema/internal-form';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector, ObjectMeta } from '../types';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import {
  validateAnnotations,
  validateImmutable,
  validateLabels,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta';
import { dnsSubdomainErrors } from './paths';
import { specDifference } from './spec-difference';

/** PersistentVolumeClaims. Models ValidatePersistentVolumeClaim. */

interface DataSource {
  apiGroup?: string | null;
  kind?: string;
  name?: string;
  namespace?: string | null;
}

export interface ClaimSpec {
  dataSource?: DataSource;
  dataSourceRef?: DataSource;
  volumeName?: string;
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { requests?: Record<string, string | number> };
  storageClassName?: string;
  volumeMode?: string;
  volumeAttributesClassName?: string;
}

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function validateClaim(claim: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(claim.metadata, true, nameIsDnsSubdomain),
    ...claimSpecErrors((claim.spec ?? {}) as ClaimSpec, 'spec'),
  ];
}

/** Names of metadata in Go that are not those of JSON with a small letter. */
const GO_NAMES: Readonly<Record<string, string>> = { uid: 'uID' };

/** The claim that a pod's volume brings with it; it may have labels and annotations, and nothing else. */
export function claimTemplateErrors(
  template: { metadata?: Partial<ObjectMeta>; spec?: unknown } | undefined,
  field: string,
): FieldError[] {
  if (template === undefined) return [required(field)];
  const { labels, annotations, ...others } = template.metadata ?? {};
  const set = Object.entries(others).filter(([, value]) => value !== null && value !== '');
  return [
    ...validateAnnotations(`${field}.metadata.annotations`, annotations),
    ...validateLabels(`${field}.metadata.labels`, labels),
    ...set.map(([name]) =>
      forbidden(`${field}.metadata.${GO_NAMES[name] ?? name}`, 'cannot be set'),
    ),
    ...claimSpecErrors((template.spec ?? {}) as ClaimSpec, `${field}.spec`),
  ];
}

export function claimSpecErrors(spec: ClaimSpec, field: string): FieldError[] {
  return [
    ...accessModeErrors(spec, field),
    ...storageErrors(spec, `${field}.resources[storage]`),
    ...(spec.storageClassName
      ? dnsSubdomainErrors(`${field}.storageClassName`, spec.storageClassName)
      : []),
    ...volumeModeErrors(spec.volumeMode, `${field}.volumeMode`),
    ...dataSourceErrors(spec, field),
    ...(spec.volumeAttributesClassName
      ? dnsSubdomainErrors(`${field}.volumeAttributesClassName`, spec.volumeAttributesClassName)
      : []),
  ];
}

function accessModeErrors({ accessModes = [], selector }: ClaimSpec, field: string): FieldError[] {
  const at = `${field}.accessModes`;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(required(at, 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(selector, `${field}.selector`));
  for (const mode of accessModes) {
    if (!isAccessMode(mode)) errors.push(notSupported(at, mode, ACCESS_MODES));
  }
  const single = accessModes.includes('ReadWriteOncePod');
  const others = accessModes.some((mode) => mode !== 'ReadWriteOncePod' && isAccessMode(mode));
  if (single && others) {
    errors.push(forbidden(at, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function isAccessMode(mode: string): boolean {
  return ACCESS_MODES.includes(mode);
}

function storageErrors({ resources }: ClaimSpec, field: string): FieldError[] {
  const storage = resources?.requests?.storage;
  if (storage === undefined) return [required(field)];
  const amount = parseQuantity(String(storage));
  if (signOf(amount) > 0) return [];
  return [invalid(field, quantityText(amount), 'must be greater than zero')];
}

/** What a new volume's content is taken from, by the field's old name and by its new one. */
function dataSourceErrors(spec: ClaimSpec, field: string): FieldError[] {
  const { dataSource, dataSourceRef } = spec;
  const errors = [
    ...oneSourceErrors(dataSource, `${field}.dataSource`),
    ...oneSourceErrors(dataSourceRef, `${field}.dataSourceRef`),
  ];
  if (dataSource === undefined || dataSourceRef === undefined) return errors;
  // The server shows the path itself where the value should be.
  const fail = (why: string) => [...errors, invalid(field, {}, why)];
  if (dataSourceRef.namespace) {
    return fail('may not be specified when dataSourceRef.namespace is specified');
  }
  const same = (['apiGroup', 'kind', 'name'] as const).every(
    (part) => (dataSource[part] ?? null) === (dataSourceRef[part] ?? null),
  );
  return same ? errors : fail('must match dataSourceRef');
}

function oneSourceErrors(source: DataSource | undefined, field: string): FieldError[] {
  if (source === undefined) return [];
  const { apiGroup, kind = '', name = '' } = source;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${field}.name`));
  if (kind === '') errors.push(required(`${field}.kind`));
  if (apiGroup) errors.push(...dnsSubdomainErrors(`${field}.apiGroup`, apiGroup));
  else if (kind !== 'PersistentVolumeClaim') {
    const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(field, kind, why));
  }
  return errors;
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

interface ClaimStatus {
  phase?: string;
  capacity?: Record<string, string>;
}

/**
 * What may change in a claim: the volume's name once, the class once if there was none, and the size and
 * the attributes of a bound one. Models ValidatePersistentVolumeClaimUpdate.
 */
export function validateClaimUpdate(claim: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [claim, old].map(({ spec }) => (spec ?? {}) as ClaimSpec) as [
    ClaimSpec,
    ClaimSpec,
  ];
  const status = (old.status ?? {}) as ClaimStatus;
  const errors = [
    ...validateObjectMetaUpdate(claim.metadata, old.metadata),
    ...validateClaim(claim),
  ];
  const [class_, oldClass] = [claim, old].map(
    ({ metadata }) => metadata.annotations?.[CLASS_ANNOTATION],
  );
  const munged = copyJson(now);
  if (!before.volumeName) setOrDelete(munged, 'volumeName', before.volumeName);
  const gainsClass =
    before.storageClassName === undefined &&
    now.storageClassName !== undefined &&
    (oldClass === undefined || now.storageClassName === oldClass);
  const fromAnnotation = gainsClass && oldClass !== undefined && (class_ ?? oldClass) === oldClass;
  if (!fromAnnotation && (class_ ?? '') !== (oldClass ?? '')) {
    errors.push(
      invalid(`metadata.annotations.${CLASS_ANNOTATION}`, class_ ?? '', 'field is immutable'),
    );
  }
  if (gainsClass) delete munged.storageClassName;
  if (status.phase === 'Bound') {
    setOrDelete(munged, 'volumeAttributesClassName', before.volumeAttributesClassName);
    const storage = before.resources?.requests?.storage;
    if (munged.resources?.requests && storage !== undefined) {
      munged.resources.requests.storage = storage;
    }
  }
  return [...errors, ...frozenErrors(munged, before), ...sizeErrors(now, before, status)];
}

function setOrDelete<K extends keyof ClaimSpec>(spec: ClaimSpec, key: K, value: ClaimSpec[K]) {
  if (value === undefined) delete spec[key];
  else spec[key] = value;
}

const FROZEN =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

function frozenErrors(munged: ClaimSpec, before: ClaimSpec): FieldError[] {
  if (validateImmutable('spec', munged, before).length === 0) return [];
  const difference = specDifference(internalClaimSpec(before), internalClaimSpec(munged));
  return [forbidden('spec', `${FROZEN}\n${difference}`)];
}

/** A claim may shrink only as far as it has not been given yet. */
function sizeErrors(now: ClaimSpec, before: ClaimSpec, status: ClaimStatus): FieldError[] {
  const [size, oldSize, given] = [
    now.resources?.requests?.storage,
    before.resources?.requests?.storage,
    status.capacity?.storage,
  ].map((text) => parseQuantity(String(text ?? '0'))) as [Quantity, Quantity, Quantity];
  const errors: FieldError[] = [];
  if (compareQuantities(size, oldSize) < 0 && compareQuantities(size, given) <= 0) {
    const why = 'field can not be less than status.capacity';
    errors.push(forbidden('spec.resources.requests.storage', why));
  }
  return [...errors, ...validateImmutable('volumeMode', now.volumeMode, before.volumeMode)];
}

function volumeModeErrors(mode: string | undefined, field: string): FieldError[] {
  const known = ['Block', 'Filesystem'];
  return mode === undefined || known.includes(mode) ? [] : [notSupported(field, mode, known)];
}
