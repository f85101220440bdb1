import type { PatchType, ResourceInfo, WriteOptions } from '../../api/client';
import { applyJsonPatch } from '../../api/patch/json-patch';
import { isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { applyMergePatch } from '../../api/patch/merge-patch';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { PatchError, strategicMerge } from '../../api/patch/strategic-merge';
import { type ApiError, badRequestError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { plainError, unprocessable } from './errors';

/** The object that a patch makes of a stored one. Models endpoints/handlers/patch.go. */
export function applyPatch(
  info: ResourceInfo,
  old: KubeObject,
  type: PatchType,
  body: unknown,
  _options: WriteOptions,
): KubeObject {
  const original = old as unknown as JsonObject;
  const patched = patch(info, original, type, body as Json);
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
    case 'apply':
      throw badRequestError('server-side apply is not simulated');
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
