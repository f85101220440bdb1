import {
  equalJson,
  isList,
  isObject,
  type Json,
  type JsonList,
  type JsonObject,
  kindOf,
} from './json-value';
import type { FieldSchema, StructSchema } from './patch-schema';
import {
  DELETE_FROM_LIST,
  DIRECTIVE,
  mergeMaps,
  mergeValue,
  PatchError,
  RETAIN_KEYS,
  SET_ORDER,
} from './strategic-merge';
import { indexOfItem, sortByOrder } from './strategic-order';

interface DiffOptions {
  /** Leave out what the modified object no longer has. */
  readonly ignoreDeletions: boolean;
  /** Leave out what the modified object has new or different. */
  readonly ignoreChanges: boolean;
  readonly retainKeys: boolean;
}

type MutableObject = { [key: string]: Json };

/**
 * The patch that brings the live object to the manifest: what differs from the live object, and what the
 * last applied manifest had and the new one lacks. Models CreateThreeWayMergePatch.
 */
export function threeWayPatch(
  lastApplied: JsonObject,
  modified: JsonObject,
  live: JsonObject,
  schema: StructSchema,
): JsonObject {
  const changes = diffMaps(live, modified, schema, {
    ignoreDeletions: true,
    ignoreChanges: false,
    retainKeys: false,
  });
  const deletions = diffMaps(lastApplied, modified, schema, {
    ignoreDeletions: false,
    ignoreChanges: true,
    retainKeys: false,
  });
  return mergeMaps(deletions, changes, schema, { apply: false });
}

/** The patch from one object to another. Models CreateTwoWayMergePatch. */
export function twoWayPatch(
  original: JsonObject,
  modified: JsonObject,
  schema: StructSchema,
): JsonObject {
  return diffMaps(original, modified, schema, {
    ignoreDeletions: false,
    ignoreChanges: false,
    retainKeys: false,
  });
}

function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  schema: StructSchema | undefined,
  options: DiffOptions,
): JsonObject {
  const patch: MutableObject = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = original[key];
    if (before === undefined || kindOf(before) !== kindOf(value)) {
      if (!options.ignoreChanges) patch[key] = value;
    } else {
      diffField(patch, key, before, value, schema?.()[key], options);
    }
  }
  if (!options.ignoreDeletions) {
    for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  }
  if (options.retainKeys) {
    const kept = Object.keys(modified).filter((key) => modified[key] !== null);
    const cleared = Object.keys(original).some((key) => !(key in modified));
    if (kept.length > 0 && (Object.keys(patch).length > 0 || cleared)) {
      patch[RETAIN_KEYS] = kept.sort();
    }
  }
  return patch;
}

function diffField(
  patch: MutableObject,
  key: string,
  before: Json,
  value: Json,
  field: FieldSchema | undefined,
  options: DiffOptions,
): void {
  if (isObject(before) && isObject(value)) {
    const inner = diffMaps(before, value, field?.type, {
      ...options,
      retainKeys: field?.retainKeys ?? false,
    });
    if (Object.keys(inner).length > 0) patch[key] = inner;
  } else if (isList(before) && isList(value) && field?.merge) {
    diffLists(patch, key, before, value, field, options);
  } else if (!options.ignoreChanges && !equalJson(before, value)) {
    patch[key] = value;
  }
}

function diffLists(
  patch: MutableObject,
  key: string,
  before: JsonList,
  after: JsonList,
  field: FieldSchema,
  options: DiffOptions,
): void {
  if (before.length === 0) {
    if (after.length > 0 && !options.ignoreChanges) patch[key] = after;
    return;
  }
  if (field.mergeKey === undefined) {
    diffScalars(patch, key, before, after, options);
    return;
  }
  const mergeKey = field.mergeKey;
  const inner = { ...options, retainKeys: field.retainKeys ?? false };
  const { changed, deleted } = diffElements(before, after, mergeKey, field.type, inner);
  const list = [...sortByOrder(changed, after, mergeKey), ...deleted];
  if (list.length > 0) patch[key] = list;
  const reordered = !sameOrder(before, after, mergeKey);
  const wanted =
    (!options.ignoreChanges && (list.length > 0 || reordered)) ||
    (!options.ignoreDeletions && list.length > 0);
  if (wanted && after.length > 0) {
    patch[SET_ORDER + key] = after.map((item) => ({ [mergeKey]: mergeValue(item, mergeKey) }));
  }
}

function diffScalars(
  patch: MutableObject,
  key: string,
  before: JsonList,
  after: JsonList,
  options: DiffOptions,
): void {
  const added = options.ignoreChanges
    ? []
    : after.filter((item) => indexOfItem(before, item, undefined) < 0);
  const deleted = options.ignoreDeletions
    ? []
    : before.filter((item) => indexOfItem(after, item, undefined) < 0);
  if (added.length > 0) patch[key] = added;
  if (deleted.length > 0) patch[DELETE_FROM_LIST + key] = deleted;
  const wanted =
    (!options.ignoreDeletions && deleted.length > 0) ||
    (!options.ignoreChanges && !equalJson(before, after));
  if (wanted && after.length > 0) patch[SET_ORDER + key] = after;
}

function sameOrder(before: JsonList, after: JsonList, mergeKey: string): boolean {
  if (before.length !== after.length) return false;
  return before.every((item, i) =>
    equalJson(mergeValue(item, mergeKey), mergeValue(after[i] as Json, mergeKey)),
  );
}

/** Walks both lists in the order of their merge keys' texts. Models diffListsOfMaps. */
function diffElements(
  before: JsonList,
  after: JsonList,
  mergeKey: string,
  schema: StructSchema | undefined,
  options: DiffOptions,
): { changed: JsonList; deleted: JsonList } {
  const changed: Json[] = [];
  const deleted: Json[] = [];
  const old = sortedByKey(before, mergeKey);
  const next = sortedByKey(after, mergeKey);
  let i = 0;
  let j = 0;
  while (i < old.length || j < next.length) {
    const left = old[i];
    const right = next[j];
    if (left && right && left.key === right.key) {
      const inner = diffMaps(left.item, right.item, schema, options);
      if (Object.keys(inner).length > 0) {
        changed.push({ ...inner, [mergeKey]: mergeValue(right.item, mergeKey) });
      }
      i++;
      j++;
    } else if (right && (!left || left.key > right.key)) {
      if (!options.ignoreChanges) changed.push(right.item);
      j++;
    } else if (left) {
      if (!options.ignoreDeletions) {
        deleted.push({ [DIRECTIVE]: 'delete', [mergeKey]: mergeValue(left.item, mergeKey) });
      }
      i++;
    }
  }
  return { changed, deleted };
}

function sortedByKey(list: JsonList, mergeKey: string): { key: string; item: JsonObject }[] {
  // Upstream's comparison calls equal keys ordered, so that its sort turns them around.
  const entries = [...list].reverse().map((item) => {
    const key = String(mergeValue(item, mergeKey));
    if (!isObject(item)) throw new PatchError('invalid typed object');
    return { key, item };
  });
  return entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
