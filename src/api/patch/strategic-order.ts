import { equalJson, isObject, type Json, type JsonList } from './json-value';

/** Where an element with the same merge key (or, without one, the same value) stands; -1: nowhere. */
export function indexOfItem(list: JsonList, item: Json, mergeKey: string | undefined): number {
  if (mergeKey === undefined) return list.findIndex((other) => equalJson(other, item));
  const value = isObject(item) ? item[mergeKey] : undefined;
  return list.findIndex((other) => isObject(other) && equalJson(other[mergeKey], value));
}

/** Splits a list into the elements that `by` names and the others. */
export function partition(
  list: JsonList,
  by: JsonList,
  mergeKey: string | undefined,
): [named: JsonList, others: JsonList] {
  const named: Json[] = [];
  const others: Json[] = [];
  for (const item of list) (indexOfItem(by, item, mergeKey) >= 0 ? named : others).push(item);
  return [named, others];
}

/** Elements in the order of `order`; deletions stay at the end, unknown ones in front. */
export function sortByOrder(
  list: JsonList,
  order: JsonList,
  mergeKey: string | undefined,
): JsonList {
  const deletions = list.filter((item) => isObject(item) && item.$patch === 'delete');
  const others = list.filter((item) => !deletions.includes(item));
  const places = new Map(others.map((item) => [item, indexOfItem(order, item, mergeKey)]));
  const sorted = [...others].sort((a, b) => (places.get(a) ?? -1) - (places.get(b) ?? -1));
  return [...sorted, ...deletions];
}

/**
 * Brings the patch's elements and those that only the server has into one list: each group keeps its own
 * order, and where both orders know two elements the server's decides. Models normalizeElementOrder.
 */
export function orderElements(
  patchItems: JsonList,
  serverItems: JsonList,
  patchOrder: JsonList,
  serverOrder: JsonList,
  mergeKey: string | undefined,
): JsonList {
  const left = sortByOrder(serverItems, serverOrder, mergeKey);
  const right = sortByOrder(patchItems, patchOrder, mergeKey);
  const merged: Json[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const l = left[i];
    const r = right[j];
    if (l === undefined || (r !== undefined && !comesBefore(l, r, serverOrder, mergeKey))) {
      merged.push(r as Json);
      j++;
    } else {
      merged.push(l);
      i++;
    }
  }
  return merged;
}

function comesBefore(
  left: Json,
  right: Json,
  order: JsonList,
  mergeKey: string | undefined,
): boolean {
  const l = indexOfItem(order, left, mergeKey);
  const r = indexOfItem(order, right, mergeKey);
  return l >= 0 && r >= 0 && l < r;
}
