import type { ResourceInfo, WriteOptions } from '../../api/client';
import { decodeError, decodeObject, strictErrorText } from '../../api/decode';
import { applyDefaults } from '../../api/defaults/apply-defaults';
import { asStored, prepareForCreate } from '../../api/defaults/prepare';
import { invalidError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import type { FieldError } from '../../api/validation/field-error';
import { validateCreate, validateUpdate } from '../../api/validation/validate';
import { createWarnings, preparationWarnings, updateWarnings } from '../../api/warnings';
import type { Json } from '../../api/yaml/read-manifests';
import { groupKind } from './errors';

/** The object with the API's defaults filled in. */
export function defaulted(object: KubeObject): KubeObject {
  return HOT_KINDS.has(object.kind) ? object : applyDefaults(object);
}

/**
 * What the registry sets when an object is created. Kinds that components write all the time have nothing
 * to be set and are passed through.
 */
export function preparedForCreate(object: KubeObject): KubeObject {
  if (HOT_KINDS.has(object.kind)) return object;
  return prepareForCreate(object, object.metadata.uid);
}

const HOT_KINDS: ReadonlySet<string> = new Set(['Event', 'Lease', 'EndpointSlice', 'Endpoints']);

/** A valid object in the form in which the store gives it back. */
export function storedForm(object: KubeObject): KubeObject {
  return HOT_KINDS.has(object.kind) ? object : asStored(object);
}

/**
 * Throws Invalid when a new object breaks the rules of its kind. Tells what the server warns of: of what
 * preparing had to change in any case, of the rest if the object is valid.
 */
export function checkNew(
  info: ResourceInfo,
  object: KubeObject,
  admitted: KubeObject,
  { onWarning }: WriteOptions,
): void {
  if (HOT_KINDS.has(object.kind)) return;
  const told = onWarning ? preparationWarnings(admitted) : [];
  if (onWarning) told.forEach(onWarning);
  refuseIfAny(info, object, validateCreate(object));
  if (!onWarning) return;
  for (const text of createWarnings(object)) if (!told.includes(text)) onWarning(text);
}

/** Throws Invalid when a change breaks the rules of its kind; tells what the server warns of. */
export function checkChange(
  info: ResourceInfo,
  object: KubeObject,
  old: KubeObject,
  { onWarning }: WriteOptions,
): void {
  if (HOT_KINDS.has(object.kind)) return;
  refuseIfAny(info, object, validateUpdate(object, old));
  if (onWarning) updateWarnings(object, old).forEach(onWarning);
}

/** Throws Invalid if there is anything wrong with an object. */
export function refuseIfAny(
  info: ResourceInfo,
  object: KubeObject,
  errors: readonly FieldError[],
): void {
  if (errors.length > 0) throw invalidError(groupKind(info), object.metadata.name ?? '', errors);
}

/**
 * What a client sent, as an object of the resource's kind. Without `fieldValidation` the caller vouches for
 * the object: clients inside the simulator build typed objects, and reading them again would cost time.
 */
export function decoded(
  info: ResourceInfo,
  given: unknown,
  options: WriteOptions,
  isNew = false,
): KubeObject {
  const { fieldValidation, onWarning } = options;
  if (fieldValidation === undefined) return given as KubeObject;
  const document = given as Json;
  const { object, error, errorField, strictErrors } = decodeObject(
    document,
    isNew && !HOT_KINDS.has(info.kind),
  );
  if (!object) throw decodeError(document, info.kind, error ?? '', errorField);
  if (strictErrors.length > 0 && fieldValidation === 'Strict') {
    throw decodeError(document, info.kind, strictErrorText(strictErrors));
  }
  if (fieldValidation === 'Warn') for (const text of strictErrors) onWarning?.(text);
  return object;
}
