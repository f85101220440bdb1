import {
  equalJson,
  formatGo,
  isList,
  isObject,
  type Json,
  type JsonList,
  type JsonObject,
  kindOf,
} from './json-value';
import type { FieldSchema, StructSchema } from './patch-schema';
import { indexOfItem, orderElements, partition } from './strategic-order';

/** Models apimachinery pkg/util/strategicpatch/patch.go. */

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
export const SET_ORDER = '$setElementOrder/';

/** A patch that cannot be applied; the message is apimachinery's. */
export class PatchError extends Error {}

export interface MergeOptions {
  /**
   * True: the patch is applied to an object, and its directives take effect. False: two patches are merged
   * into one, which keeps the directives and the nulls of both.
   */
  readonly apply: boolean;
}

type MutableObject = { [key: string]: Json };

/** Applies a strategic merge patch to an object of the given schema. */
export function strategicMerge(
  original: JsonObject,
  patch: JsonObject,
  schema: StructSchema,
): JsonObject {
  return mergeMaps(original, patch, schema, { apply: true });
}

export function mergeMaps(
  original: JsonObject,
  givenPatch: JsonObject,
  schema: StructSchema | undefined,
  options: MergeOptions,
): JsonObject {
  const directive = givenPatch[DIRECTIVE];
  if (directive !== undefined) return applyDirective(directive, givenPatch);
  const merged: MutableObject = { ...original };
  const patch: MutableObject = { ...givenPatch };
  retainKeys(merged, patch, options);
  setElementOrders(merged, patch, schema, options);
  for (const [key, value] of Object.entries(patch)) {
    mergeField(merged, key, value, schema, options);
  }
  return merged;
}

function applyDirective(directive: Json, patch: JsonObject): JsonObject {
  if (directive === 'delete') return {};
  if (directive === 'replace') {
    const { [DIRECTIVE]: _directive, ...rest } = patch;
    return rest;
  }
  throw new PatchError(`unknown patch type: ${formatGo(directive)} in map: ${formatGo(patch)}`);
}

function mergeField(
  merged: MutableObject,
  givenKey: string,
  value: Json,
  schema: StructSchema | undefined,
  options: MergeOptions,
): void {
  const deletion = givenKey.startsWith(DELETE_FROM_LIST);
  if (deletion && !options.apply) {
    merged[givenKey] = value;
    return;
  }
  const key = deletion ? givenKey.slice(DELETE_FROM_LIST.length) : givenKey;
  if (value === null) {
    delete merged[key];
    if (options.apply) return;
  }
  const before = merged[key];
  if (before === undefined || kindOf(before) !== kindOf(value)) {
    if (!deletion) merged[key] = options.apply ? withoutNulls(value) : value;
    return;
  }
  const field = schema?.()[key];
  if (isObject(before) && isObject(value)) {
    merged[key] = mergeMaps(before, value, field?.type, options);
  } else if (isList(before) && isList(value)) {
    merged[key] = mergeLists(before, value, field, deletion, options);
  } else {
    merged[key] = value;
  }
}

/** What is only in the patch brings no nulls along; directives below it have nothing to act on. */
function withoutNulls(value: Json): Json {
  if (!isObject(value)) return value;
  const result: MutableObject = {};
  for (const [key, entry] of Object.entries(value)) {
    if (entry !== null) result[key] = withoutNulls(entry);
  }
  return result;
}

function retainKeys(merged: MutableObject, patch: MutableObject, options: MergeOptions): void {
  const retained = patch[RETAIN_KEYS];
  if (retained === undefined) return;
  delete patch[RETAIN_KEYS];
  if (!options.apply) {
    const before = merged[RETAIN_KEYS];
    if (before !== undefined && !equalJson(before, retained)) throw badRetainKeys();
    merged[RETAIN_KEYS] = retained;
    return;
  }
  if (!isList(retained)) throw badRetainKeys();
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)) continue;
    if (!retained.includes(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(merged)) if (!retained.includes(key)) delete merged[key];
}

function badRetainKeys(): PatchError {
  return new PatchError('invalid patch format of retainKeys');
}

/** Takes the `$setElementOrder/…` entries, with the lists they are about, out of the patch. */
function setElementOrders(
  merged: MutableObject,
  patch: MutableObject,
  schema: StructSchema | undefined,
  options: MergeOptions,
): void {
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(SET_ORDER)) continue;
    if (!isList(order)) throw notAList(order);
    if (!options.apply) {
      const before = merged[key];
      if (before !== undefined && !equalJson(before, order)) {
        throw new PatchError('invalid patch format of setElementOrder list');
      }
      merged[key] = order;
    }
    delete patch[key];
    const fieldKey = key.slice(SET_ORDER.length);
    const original = merged[fieldKey];
    const change = patch[fieldKey];
    if (original === undefined && change === undefined) continue;
    const field = schema?.()[fieldKey];
    if (field?.mergeKey !== undefined) for (const item of order) mergeValue(item, field.mergeKey);
    const originalList = isList(original) ? original : [];
    const changeList = isList(change) ? change : [];
    checkOrder(changeList, order, field?.mergeKey);
    const list =
      change === undefined
        ? originalList
        : original === undefined
          ? changeList
          : mergeLists(originalList, changeList, field, false, options);
    const [ordered, others] = partition(list, order, field?.mergeKey);
    merged[fieldKey] = orderElements(ordered, others, order, originalList, field?.mergeKey);
    delete patch[fieldKey];
  }
}

function notAList(value: Json): PatchError {
  return new PatchError(`expected a []interface {}, but received a ${kindOf(value)}`);
}

/** The patch's elements must stand in the order that the patch itself asks for. */
function checkOrder(patch: JsonList, order: JsonList, mergeKey: string | undefined): void {
  if (order.length === 0 || patch.length === 0) return;
  const items = mergeKey ? patch.filter((item) => !isDeletion(item)) : patch;
  let at = 0;
  for (const entry of order) {
    if (at >= items.length) break;
    const item = items[at] as Json;
    const same = mergeKey
      ? equalJson(mergeValue(item, mergeKey), mergeValue(entry, mergeKey))
      : equalJson(item, entry);
    if (same) at++;
  }
  if (at < items.length) {
    throw new PatchError(
      `The order in patch list:\n${formatGo(patch)}\n doesn't match $setElementOrder list:\n${formatGo(order)}\n`,
    );
  }
}

export function isDeletion(item: Json): boolean {
  return isObject(item) && item[DIRECTIVE] === 'delete';
}

/** The value under the merge key, which every element must have. */
export function mergeValue(item: Json, mergeKey: string): Json {
  const value = isObject(item) ? item[mergeKey] : undefined;
  if (value === undefined) {
    throw new PatchError(`map: ${formatGo(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return value;
}

function mergeLists(
  original: JsonList,
  patch: JsonList,
  field: FieldSchema | undefined,
  deletion: boolean,
  options: MergeOptions,
): JsonList {
  if (!field?.merge) return patch;
  if (original.length === 0 && patch.length === 0) return original;
  if (new Set([...original, ...patch].map(kindOf)).size > 1) {
    throw new PatchError(
      `list element types are not identical: [${formatGo(original)} ${formatGo(patch)}]`,
    );
  }
  const mergeKey = field.mergeKey;
  if (mergeKey === undefined) {
    if (deletion) return original.filter((item) => !patch.some((gone) => equalJson(gone, item)));
    const all = [...new Set([...original, ...patch])];
    const [ordered, others] = partition(all, patch, undefined);
    return orderElements(ordered, others, patch, original, undefined);
  }
  const special = applySpecialElements(original, patch, mergeKey);
  const merged = mergeElements(special.original, special.patch, mergeKey, field.type, options);
  const [ordered, others] = partition(merged, special.patch, mergeKey);
  return orderElements(ordered, others, special.patch, special.original, mergeKey);
}

/** Elements that carry a `$patch` directive: deletions of single elements, or replacement of the list. */
function applySpecialElements(
  original: JsonList,
  patch: JsonList,
  mergeKey: string,
): { original: JsonList; patch: JsonList } {
  const rest: Json[] = [];
  let left = original;
  let replace = false;
  for (const item of patch) {
    const directive = isObject(item) ? item[DIRECTIVE] : undefined;
    if (directive === undefined) {
      rest.push(item);
    } else if (directive === 'delete') {
      const value = mergeValue(item, mergeKey);
      left = left.filter((other) => !equalJson(mergeValue(other, mergeKey), value));
    } else if (directive === 'replace') {
      replace = true;
    } else if (directive === 'merge') {
      throw new PatchError('merging lists cannot yet be specified in the patch');
    } else {
      throw new PatchError(`unknown patch type: ${formatGo(directive)} in map: ${formatGo(item)}`);
    }
  }
  return replace ? { original: rest, patch: [] } : { original: left, patch: rest };
}

function mergeElements(
  original: JsonList,
  patch: JsonList,
  mergeKey: string,
  schema: StructSchema | undefined,
  options: MergeOptions,
): JsonList {
  const merged = [...original];
  for (const item of patch) {
    mergeValue(item, mergeKey);
    const at = indexOfItem(merged, item, mergeKey);
    const before = merged[at];
    if (isObject(before) && isObject(item)) {
      merged[at] = mergeMaps(before, item, schema, options);
    } else {
      merged.push(options.apply ? withoutNulls(item) : item);
    }
  }
  return merged;
}
