import { equalJson, isList, isObject, type Json, type JsonObject } from './json-value';

/** Applies a JSON merge patch (RFC 7386): null deletes, lists are replaced whole. */
export function applyMergePatch(original: Json, patch: Json): Json {
  if (!isObject(patch)) return withoutNulls(patch);
  const result: { [key: string]: Json } = isObject(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key] ?? null, value);
  }
  return result;
}

/** The server's library takes nulls out of lists' objects, too. */
function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutNulls(entry)]));
}

/** The merge patch from one object to another. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = original[key];
    if (isObject(before) && isObject(value)) {
      const inner = createMergePatch(before, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!equalJson(before, value)) {
      patch[key] = value;
    }
  }
  for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  return patch;
}
