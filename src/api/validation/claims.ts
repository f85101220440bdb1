import { nameIsDnsSubdomain } from '../names';
import { parseQuantity, quantityText, signOf } from '../quantity';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector } from '../types';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import { validateObjectMeta } from './object-meta';
import { dnsSubdomainErrors } from './paths';

/** PersistentVolumeClaims. Models ValidatePersistentVolumeClaim. */

interface ClaimSpec {
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
