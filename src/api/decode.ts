import { decodeStruct } from './schema/decoder';
import { kindStruct, OBJECT_META, type SchemaField } from './schema/schema';
import { type ApiError, badRequestError } from './status';
import type { KubeObject } from './types';
import type { Json } from './yaml/read-manifests';

/** What the API server makes of a request's body. */
export interface DecodedObject {
  /** The object in the API's own field order, without unknown fields; undefined after an error. */
  object?: KubeObject;
  /** What makes the body unreadable: a wrong type, a bad quantity, an unknown kind. */
  error?: string;
  /** Where that is: `spec.containers[0].image`. The server does not say it. */
  errorField?: string;
  /** What strict decoding adds: `unknown field "spec.foo"`. Empty if there is an error. */
  strictErrors: string[];
}

type JsonMap = { [key: string]: Json };

const TYPE_META: readonly SchemaField[] = ['kind', 'apiVersion'].map((name, position) => ({
  name,
  type: { kind: 'string', go: 'string' },
  whenEmpty: 'omit',
  isLeftOut: true,
  embedded: ['TypeMeta'],
  position,
}));

/** Whether this API knows a kind's fields; objects of other kinds cannot be decoded. */
export function isKnownKind(apiVersion: string, kind: string): boolean {
  return kindStruct(apiVersion, kind) !== undefined;
}

/**
 * Decodes a document into an object as the API server does. Entry for everybody who takes JSON from
 * outside: defaults, validation and storage expect decoded objects. Texts are those of the server,
 * see `decodeError`. `keepsLabels`: labels without any are kept, for an object that is to be validated and
 * then brought into the form in which it is stored.
 */
export function decodeObject(document: Json, keepsLabels = false): DecodedObject {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    const found = Array.isArray(document) ? 'array' : typeof document;
    return { error: `json: cannot unmarshal ${found} into Go value of type`, strictErrors: [] };
  }
  const apiVersion = typeof document.apiVersion === 'string' ? document.apiVersion : '';
  const kind = typeof document.kind === 'string' ? document.kind : '';
  const ref = kindStruct(apiVersion, kind);
  if (ref === undefined) {
    const scheme = 'pkg/api/legacyscheme/scheme.go:30';
    return {
      error: `no kind "${kind}" is registered for version "${apiVersion}" in scheme "${scheme}"`,
      strictErrors: [],
    };
  }
  const { value, error, errorField, strictErrors } = decodeStruct(
    document,
    ref,
    TYPE_META,
    keepsLabels,
  );
  if (error !== undefined) return { error, errorField, strictErrors: [] };
  // A decoded struct of a kind has metadata and, from TYPE_META, its kind and version.
  return { object: value as unknown as KubeObject, strictErrors };
}

/** Text of what strict decoding found. */
export function strictErrorText(strictErrors: readonly string[]): string {
  return `strict decoding error: ${strictErrors.join(', ')}`;
}

/**
 * The server's answer to a body that it cannot read. `asKind` is the kind that the address takes:
 * `pod in version "v1" cannot be handled as a Pod: …`. `field` is where that is, for editors.
 */
export function decodeError(document: Json, asKind: string, why: string, field?: string): ApiError {
  const map: JsonMap = isMap(document) ? document : {};
  const version = String(map.apiVersion ?? '').split('/');
  const of = `${String(map.kind ?? '')} in version "${version[version.length - 1]}"`;
  return badRequestError(`${of} cannot be handled as a ${asKind}: ${why}`, field);
}

function isMap(json: Json): json is JsonMap {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * What kubectl checks before it sends anything: an object's metadata must be readable. Returns the
 * error's text. Models cli-runtime's metadataValidatingDecoder.
 */
export function metadataError(document: JsonMap): string | undefined {
  const field: SchemaField = {
    name: 'metadata',
    type: { kind: 'struct', go: 'v1.ObjectMeta', struct: OBJECT_META },
    whenEmpty: 'omit',
    isLeftOut: false,
    embedded: [],
    position: 0,
  };
  const metadataOnly = { name: 'metadataOnlyObject', group: 'meta' };
  return decodeStruct(document, metadataOnly, [field]).error;
}
