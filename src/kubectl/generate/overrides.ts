import { applyJsonPatch } from '../../api/patch/json-patch';
import { isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { applyMergePatch } from '../../api/patch/merge-patch';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { strategicMerge } from '../../api/patch/strategic-merge';
import type { Invocation } from '../command';
import { plain } from '../errors';
import { type Flag, string } from '../flags/flag';

export const OVERRIDE_FLAGS: readonly Flag[] = [
  string('overrides'),
  string('override-type', undefined, { default: 'merge' }),
];

/** The object with --overrides put over it. */
export function overridden(object: JsonObject, { flags }: Invocation): JsonObject {
  const text = flags.string('overrides');
  if (text === '') return object;
  const type = flags.string('override-type');
  if (!['json', 'merge', 'strategic'].includes(type)) {
    throw plain(`invalid override type: ${type}`);
  }
  const patch = parsed(text);
  if (type === 'json') return jsonPatched(object, patch);
  if (!isObject(patch)) throw plain(INVALID);
  if (type === 'merge') return applyMergePatch(object, patch) as JsonObject;
  return strategicMerge(object, patch, patchSchemaOf(String(object.kind)));
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw plain(INVALID);
  }
}

function jsonPatched(object: JsonObject, patch: Json): JsonObject {
  if (!isList(patch)) throw plain(INVALID);
  return applyJsonPatch(object, patch) as JsonObject;
}

const INVALID = 'Invalid JSON Patch';
