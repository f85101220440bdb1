import type { PatchType as AnyPatchType, ResourceInfo, WriteOptions } from '../../api/client';
import { apiVersionOf } from '../../api/client';
import { decodeObject, strictErrorText } from '../../api/decode';
import { duplicateKeys } from '../../api/patch/duplicate-keys';
import { applyJsonPatch } from '../../api/patch/json-patch';
import { formatGo, isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { applyMergePatch } from '../../api/patch/merge-patch';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { PatchError, strategicMerge } from '../../api/patch/strategic-merge';
import { type ApiError, badRequestError, invalidError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { invalid } from '../../api/validation/field-error';
import { scanJsonValue } from '../../api/yaml/json-scanner';
import { plainError, unprocessable } from './errors';

/** Apply patches are another matter: see field-managers.ts. */
type PatchType = Exclude<AnyPatchType, 'apply'>;

/** The object that a patch makes of a stored one. Models endpoints/handlers/patch.go. */
export function applyPatch(
  info: ResourceInfo,
  old: KubeObject,
  type: PatchType,
  body: unknown,
  options: WriteOptions,
): KubeObject {
  const original = old as unknown as JsonObject;
  const json = typeof body === 'string' ? parseBody(type, body) : (body as Json);
  const result = patch(info, original, type, json);
  const oddities = [
    ...(typeof body === 'string' ? duplicateKeys(body) : []),
    ...(type === 'json' ? unknownOperationFields(json) : []),
  ];
  const patched = decodedPatch(info, result, type, json, oddities, options);
  const name = isObject(patched) && isObject(patched.metadata) ? patched.metadata.name : undefined;
  if (!name) {
    throw badRequestError(
      `the name of the object (${old.metadata.name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (name !== old.metadata.name) {
    throw badRequestError(
      `the name of the object (${name}) does not match the name on the URL (${old.metadata.name})`,
    );
  }
  return patched as unknown as KubeObject;
}

/** A body that came as text; the messages are those of Go's JSON decoder. */
function parseBody(type: PatchType, text: string): Json {
  const scan = scanJsonValue(text, 0);
  if (scan.kind === 'value' && text.slice(scan.end).trim() === '') return JSON.parse(text) as Json;
  let why = 'unexpected end of JSON input';
  if (scan.kind === 'error') why = scan.message;
  else if (scan.kind === 'value') {
    why = `invalid character '${text.slice(scan.end).trim().charAt(0)}' after top-level value`;
  }
  throw badRequestError(type === 'strategic' ? why : `error decoding patch: ${why}`);
}

/** What comes out must be an object of its kind; unknown fields are told or refused. */
function decodedPatch(
  info: ResourceInfo,
  patched: Json,
  type: PatchType,
  body: Json,
  oddities: readonly string[],
  options: WriteOptions,
): Json {
  const { fieldValidation, onWarning } = options;
  if (fieldValidation === undefined) return patched;
  // A strategic merge patch works on the Go type; whatever kind it leaves, the type is known.
  const typed =
    type === 'strategic' && isObject(patched)
      ? { apiVersion: apiVersionOf(info), kind: info.kind, ...patched }
      : patched;
  const decoded = decodeObject(typed as never);
  const { object, error } = decoded;
  const strictErrors = [...oddities, ...decoded.strictErrors];
  const shown = type === 'strategic' ? formatGo(body) : JSON.stringify(patched);
  const refuse = (why: string) => invalidError({ name: '' }, '', [invalid('patch', shown, why)]);
  if (!object) throw refuse(type === 'strategic' ? converterText(error ?? '') : (error ?? ''));
  if (strictErrors.length > 0 && fieldValidation === 'Strict') {
    throw refuse(strictErrorText(strictErrors));
  }
  for (const text of strictErrors) onWarning?.(text);
  return object as unknown as Json;
}

const OPERATION_FIELDS = new Set(['op', 'path', 'from', 'value']);

function unknownOperationFields(operations: Json): string[] {
  if (!isList(operations)) return [];
  return operations.flatMap((operation, index) =>
    Object.keys(isObject(operation) ? operation : {})
      .filter((key) => !OPERATION_FIELDS.has(key))
      .map((key) => `json patch unknown field "[${index}].${key}"`),
  );
}

const JSON_ERROR = /^json: cannot unmarshal (\w+)( [-\d.eE]+)? into Go .* of type (.*)$/;

/**
 * A strategic merge patch is turned into an object by another decoder, with words of its own. Models
 * apimachinery runtime.DefaultUnstructuredConverter.
 */
function converterText(error: string): string {
  const [, found, number, wanted = ''] = JSON_ERROR.exec(error) ?? [];
  if (found === undefined) return error;
  const kind = { object: 'map', array: 'slice', bool: 'bool', string: 'string' }[found] ?? 'int64';
  const given = found === 'number' && number?.includes('.') ? 'float64' : kind;
  if (wanted.startsWith('[]')) return `cannot restore slice from ${given}`;
  if (wanted.startsWith('map[')) return `cannot restore map from ${given}`;
  if (wanted.includes('.')) return `cannot restore struct from: ${given}`;
  if (found === 'string' || found === 'object' || found === 'array') {
    return `unrecognized type: ${wanted}`;
  }
  return `cannot convert ${given} to ${wanted}`;
}

function patch(info: ResourceInfo, original: JsonObject, type: PatchType, body: Json): Json {
  switch (type) {
    case 'strategic':
      if (!isObject(body)) throw wrongBody('', body, 'map[string]interface {}');
      try {
        return strategicMerge(original, body, patchSchemaOf(info.kind));
      } catch (error) {
        throw error instanceof PatchError ? strategicError(error) : error;
      }
    case 'merge':
      if (body === null) throw badRequestError('Invalid JSON Patch');
      if (!isObject(body))
        throw wrongBody('error decoding patch: ', body, 'map[string]interface {}');
      return applyMergePatch(original, body);
    case 'json':
      if (!isList(body)) throw wrongBody('error decoding patch: ', body, '[]handlers.jsonPatchOp');
      try {
        return applyJsonPatch(original, body);
      } catch (error) {
        throw error instanceof PatchError ? unprocessable(error.message) : error;
      }
  }
}

/** Formats that the patch itself breaks are bad requests; the rest the server has no name for. */
function strategicError(error: PatchError): ApiError {
  const bad = error.message.startsWith('invalid patch format');
  return bad ? badRequestError(error.message) : plainError(error.message);
}

function wrongBody(prefix: string, body: Json, wanted: string): ApiError {
  const kind = isList(body) ? 'array' : isObject(body) ? 'object' : typeof body;
  return badRequestError(
    `${prefix}json: cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type ${wanted}`,
  );
}
