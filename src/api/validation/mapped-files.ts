import type { Volume } from '../types';
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './env';
import { type FieldError, invalid, required } from './field-error';
import { fileModeErrors, unreservedPathErrors } from './paths';

/** Files that volumes make of keys and fields. Models pkg/apis/core/validation validateKeyToPath. */

export type KeyToPath = { key?: string; path?: string; mode?: number };
export type DownwardFile = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

export function keyToPathErrors(items: readonly KeyToPath[] = [], field: string): FieldError[] {
  return items.flatMap(({ key = '', path = '', mode }, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (key === '') errors.push(required(`${at}.key`));
    if (path === '') errors.push(required(`${at}.path`));
    errors.push(...unreservedPathErrors(`${at}.path`, path));
    errors.push(...fileModeErrors(`${at}.mode`, mode));
    return errors;
  });
}

/** One file of the downward API; errors name the list, not the entry. */
export function downwardFileErrors(file: DownwardFile, field: string): FieldError[] {
  const { path = '', fieldRef, resourceFieldRef, mode } = file;
  const errors: FieldError[] = [];
  if (path === '') errors.push(required(`${field}.path`));
  errors.push(...unreservedPathErrors(`${field}.path`, path));
  if (fieldRef !== undefined) {
    errors.push(...validateFieldRef(fieldRef, VOLUME_FIELDS, `${field}.fieldRef`));
    if (resourceFieldRef !== undefined) {
      const why = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalid(field, 'resource', why));
    }
  } else if (resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, true, `${field}.resourceFieldRef`));
  } else {
    errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  }
  errors.push(...fileModeErrors(`${field}.mode`, mode));
  return errors;
}
