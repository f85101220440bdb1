import { dnsLabelProblems, dnsSubdomainProblems } from '../names';
import type { FieldError } from './field-error';
import { invalid, invalidFor } from './field-error';

/** Small checks of names and paths that many fields share. Models pkg/apis/core/validation. */

export const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

export function dnsLabelErrors(field: string, value: string): FieldError[] {
  return invalidFor(field, value, dnsLabelProblems(value));
}

export function dnsSubdomainErrors(field: string, value: string): FieldError[] {
  return invalidFor(field, value, dnsSubdomainProblems(value));
}

export function fileModeErrors(field: string, mode: number | undefined): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(field, mode, FILE_MODE)];
}

/** A path that does not lead upwards. */
export function noBackstepErrors(field: string, path: string): FieldError[] {
  if (!path.split('/').includes('..')) return [];
  return [invalid(field, path, "must not contain '..'")];
}

/** A path below some folder. */
export function localPathErrors(field: string, path: string): FieldError[] {
  const errors = noBackstepErrors(field, path);
  if (path.startsWith('/')) errors.unshift(invalid(field, path, 'must be a relative path'));
  return errors;
}

/** A path below a volume's root, where names with two dots are the volume's own. */
export function unreservedPathErrors(field: string, path: string): FieldError[] {
  const errors = localPathErrors(field, path);
  if (path.startsWith('..') && !path.startsWith('../')) {
    errors.push(invalid(field, path, "must not start with '..'"));
  }
  return errors;
}
