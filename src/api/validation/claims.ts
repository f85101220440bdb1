import { nameIsDnsSubdomain } from '../names';
import { parseQuantity, quantityText, signOf } from '../quantity';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector, ObjectMeta } from '../types';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import { validateAnnotations, validateLabels, validateObjectMeta } from './object-meta';
import { dnsSubdomainErrors } from './paths';

/** PersistentVolumeClaims. Models ValidatePersistentVolumeClaim. */

export interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { requests?: Record<string, string | number> };
  storageClassName?: string;
  volumeMode?: string;
  volumeAttributesClassName?: string;
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function validateClaim(claim: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(claim.metadata, true, nameIsDnsSubdomain),
    ...claimSpecErrors((claim.spec ?? {}) as ClaimSpec, 'spec'),
  ];
}

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
    ...set.map(([name]) => forbidden(`${field}.metadata.${name}`, 'cannot be set')),
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

function volumeModeErrors(mode: string | undefined, field: string): FieldError[] {
  const known = ['Block', 'Filesystem'];
  return mode === undefined || known.includes(mode) ? [] : [notSupported(field, mode, known)];
}
