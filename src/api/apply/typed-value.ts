import { equalJson, isList, isObject, type Json, type JsonObject } from '../patch/json-value';
import { FieldSet, fieldStep, pathText, stepText } from './field-set';
import type { MergeType } from './merge-types';

/** What is wrong with a value's structure. The message lists all errors. */
export class TypedValueError extends Error {
  constructor(errors: readonly string[]) {
    const [only] = errors;
    super(errors.length === 1 ? only : ['errors:', ...errors.map((one) => `  ${one}`)].join('\n'));
  }
}

/** The step that leads to a list item. Throws a text when a key is missing. */
function itemStep(type: MergeType & { kind: 'list' }, item: Json): string {
  if (type.relation === 'set') return `v:${JSON.stringify(item)}`;
  // The keys are in order of their names.
  const keys: { [name: string]: Json } = {};
  const fields = isObject(item) ? item : {};
  for (const { name, preset } of type.keys) {
    const value = fields[name] ?? preset;
    if (value === undefined) {
      throw new MissingKey(
        `associative list with keys has an element that omits key field ${JSON.stringify(name)} (and doesn't have default value)`,
      );
    }
    keys[name] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

class MissingKey extends Error {}

function isAtomicList(type: MergeType & { kind: 'list' }): boolean {
  return type.relation === 'atomic';
}

function typeOfKey(type: MergeType & { kind: 'map' }, key: string): MergeType | undefined {
  return type.field ? type.field(key) : type.element?.();
}

/** Refuses what the schema does not allow. Models typed/validate.go. Throws TypedValueError. */
export function validateTyped(value: Json, type: MergeType): void {
  const errors: string[] = [];
  validate(value, type, [], errors);
  if (errors.length > 0) throw new TypedValueError(errors);
}

function validate(value: Json, type: MergeType, path: readonly string[], errors: string[]): void {
  if (value === null) return;
  const fail = (text: string) => void errors.push(`${pathText(path)}: ${text}`);
  switch (type.kind) {
    case 'scalar':
      validateScalar(value, type.scalar, fail);
      break;
    case 'map':
      if (isObject(value)) validateMap(value, type, path, errors);
      else fail(`expected map, got ${goUnstructured(value)}`);
      break;
    case 'list':
      if (isList(value)) validateList(value, type, path, errors);
      else fail(`expected list, got ${goUnstructured(value)}`);
  }
}

function validateMap(
  map: JsonObject,
  type: MergeType & { kind: 'map' },
  path: readonly string[],
  errors: string[],
): void {
  for (const [key, member] of Object.entries(map)) {
    const inner = typeOfKey(type, key);
    const at = [...path, fieldStep(key)];
    if (inner) validate(member, inner, at, errors);
    else errors.push(`${pathText(at)}: field not declared in schema`);
  }
}

function validateList(
  list: readonly Json[],
  type: MergeType & { kind: 'list' },
  path: readonly string[],
  errors: string[],
): void {
  const seen = new Set<string>();
  list.forEach((item, index) => {
    let step = `i:${index}`;
    if (!isAtomicList(type)) {
      try {
        step = itemStep(type, item);
      } catch (error) {
        if (!(error instanceof MissingKey)) throw error;
        errors.push(`${pathText(path)}: element ${index}: ${error.message}`);
        return;
      }
      if (seen.has(step)) {
        errors.push(`${pathText(path)}: duplicate entries for key ${stepText(step)}`);
      }
      seen.add(step);
    }
    validate(item, type.element(), [...path, step], errors);
  });
}

function validateScalar(value: Json, scalar: string, fail: (text: string) => void): void {
  const kind = typeof value;
  if (scalar === 'numeric' && kind !== 'number') {
    fail(`expected numeric (int or float), got ${goTypeName(value)}`);
  } else if (scalar === 'string' && kind !== 'string') {
    fail(`expected string, got &value.valueUnstructured{Value:${goLiteral(value)}}`);
  } else if (scalar === 'boolean' && kind !== 'boolean') {
    fail(`expected boolean, got ${goUnstructured(value)}`);
  } else if (scalar === 'untyped' && kind === 'object') {
    fail(`expected any scalar, got ${goUnstructured(value)}`);
  }
}

function goTypeName(value: Json): string {
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goLiteral(value: Json): string {
  if (isList(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(([key, member]) => `${JSON.stringify(key)}:${goLiteral(member)}`);
  return `map[string]interface {}{${members.join(', ')}}`;
}

function goUnstructured(value: Json): string {
  return `&{${isList(value) || isObject(value) ? goPlain(value) : String(value)}}`;
}

function goPlain(value: Json): string {
  if (isList(value)) return `[${value.map(goPlain).join(' ')}]`;
  if (!isObject(value)) return value === null ? '<nil>' : String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goPlain(value[key] as Json)}`).join(' ')}]`;
}

/** Every path that whoever applies the value owns. Models typed/tofieldset.go. */
export function fieldSetOfValue(value: Json, type: MergeType): FieldSet {
  const set = new FieldSet();
  collect(value, type, set);
  return set;
}

function collect(value: Json, type: MergeType, node: FieldSet): void {
  if (type.kind === 'scalar') {
    node.member = true;
    return;
  }
  if (type.kind === 'list') {
    if (isAtomicList(type)) node.member = true;
    else if (isList(value)) {
      for (const item of value) {
        const child = node.child(itemStep(type, item));
        collect(item, type.element(), child);
        child.member = true;
      }
    }
    return;
  }
  if (type.atomic) {
    node.member = true;
    return;
  }
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const inner = typeOfKey(type, key);
    if (!inner) continue;
    const child = node.child(fieldStep(key));
    collect(member, inner, child);
    const isEmpty = member === null || (isObject(member) && Object.keys(member).length === 0);
    if (isEmpty || !type.field) child.member = true;
  }
}

function isNothing(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function stepsOf(value: Json | undefined, type: MergeType & { kind: 'list' }): Map<string, Json> {
  const items = isList(value) ? value : [];
  return new Map(items.map((item) => [itemStep(type, item), item]));
}

const NO_REPEATS: ReadonlyMap<string, Json[]> = new Map();

/** Items that stand several times in a list, by their step: they are compared and owned as a whole. */
function repeatsOf(
  value: Json | undefined,
  type: MergeType & { kind: 'list' },
  steps: ReadonlyMap<string, Json>,
): ReadonlyMap<string, Json[]> {
  const items = isList(value) ? value : [];
  if (items.length === steps.size) return NO_REPEATS;
  const groups = new Map<string, Json[]>();
  for (const item of items) {
    const step = itemStep(type, item);
    groups.set(step, [...(groups.get(step) ?? []), item]);
  }
  return new Map([...groups].filter(([, group]) => group.length > 1));
}

/**
 * One value out of what there is and what is applied: the applied one wins, what it does not say stays.
 * Models typed/merge.go.
 */
export function mergeTyped(
  live: Json | undefined,
  applied: Json | undefined,
  type: MergeType,
): Json | undefined {
  const leaf = applied !== undefined ? applied : live;
  if (type.kind === 'scalar' || (isNothing(live) && isNothing(applied))) return leaf;
  if (type.kind === 'map') {
    if (type.atomic) return leaf;
    const before = isObject(live) ? live : {};
    const after = isObject(applied) ? applied : {};
    const merged: { [key: string]: Json } = {};
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = typeOfKey(type, key);
      const value = inner
        ? mergeTyped(before[key], after[key], inner)
        : (after[key] ?? before[key]);
      if (value !== undefined) merged[key] = value;
    }
    return merged;
  }
  if (isAtomicList(type)) return leaf;
  return mergeLists(stepsOf(live, type), stepsOf(applied, type), type);
}

/** Items in the order of the applied list; the others keep their places between those that both have. */
function mergeLists(
  live: ReadonlyMap<string, Json>,
  applied: ReadonlyMap<string, Json>,
  type: MergeType & { kind: 'list' },
): Json[] {
  const element = type.element();
  const merged: Json[] = [];
  const before = [...live.keys()];
  const after = [...applied.keys()];
  const both = after.filter((step) => live.has(step));
  let i = 0;
  let j = 0;
  let k = 0;
  const takeApplied = (step: string): void => {
    merged.push(mergeTyped(live.get(step), applied.get(step), element) ?? null);
    if (both[k] === step) k++;
    j++;
  };
  while (i < before.length || j < after.length) {
    const left = before[i];
    const right = after[j];
    if (left !== undefined && left === right) {
      takeApplied(left);
      i++;
    } else if (left !== undefined && !applied.has(left)) {
      merged.push(live.get(left) ?? null);
      i++;
    } else if (left !== undefined && left !== both[k]) {
      i++;
    } else if (right !== undefined) {
      takeApplied(right);
    } else i++;
  }
  return merged;
}

/** What is different between two values. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Models typed/compare.go. */
export function compareTyped(before: Json, after: Json, type: MergeType): Comparison {
  const comparison = {
    added: new FieldSet(),
    modified: new FieldSet(),
    removed: new FieldSet(),
  };
  compare(before, after, type, [], comparison);
  return comparison;
}

function compare(
  before: Json | undefined,
  after: Json | undefined,
  type: MergeType,
  path: readonly string[],
  found: Comparison,
): void {
  if (before === undefined && after === undefined) return;
  const atomic = type.kind === 'map' ? type.atomic : type.kind === 'list' && isAtomicList(type);
  if (type.kind === 'scalar' || atomic || (isNothing(before) && isNothing(after))) {
    if (before === undefined) found.added.insert(path);
    else if (after === undefined) found.removed.insert(path);
    else if (!equalJson(before, after)) found.modified.insert(path);
    return;
  }
  if (type.kind === 'map') {
    const old = isObject(before) ? before : {};
    const next = isObject(after) ? after : {};
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
      const inner = typeOfKey(type, key);
      if (inner) compare(old[key], next[key], inner, [...path, fieldStep(key)], found);
    }
  } else {
    const [old, next] = [stepsOf(before, type), stepsOf(after, type)];
    const [oldRepeats, repeats] = [repeatsOf(before, type, old), repeatsOf(after, type, next)];
    const element = type.element();
    for (const step of new Set([...old.keys(), ...next.keys()])) {
      const at = [...path, step];
      const [many, manyBefore] = [repeats.get(step), oldRepeats.get(step)];
      if (many && manyBefore) {
        if (!equalJson(manyBefore, many)) found.modified.insert(at);
      } else {
        compare(
          manyBefore ? undefined : old.get(step),
          many ? undefined : next.get(step),
          element,
          at,
          found,
        );
        if (many) found.added.insert(at);
        if (manyBefore) found.removed.insert(at);
      }
    }
  }
  if (path.length === 0) return;
  if (before === undefined) found.added.insert(path);
  else if (after === undefined) found.removed.insert(path);
}

/**
 * What a value has beyond another, as fieldsV1; undefined: nothing. The same as `compareTyped`'s `added` and
 * `modified` together, in one go: every object that is created needs it. `skips` leaves fields out, at
 * the top and one level below.
 */
export function fieldsBeyond(
  before: Json | undefined,
  after: Json,
  type: MergeType,
  skips: ((path: string) => boolean) | undefined,
  path = '',
): JsonObject | undefined {
  const atomic = type.kind === 'map' ? type.atomic : type.kind === 'list' && isAtomicList(type);
  if (type.kind === 'scalar' || atomic || (isNothing(before) && isNothing(after))) {
    return before === undefined || !equalJson(before, after) ? LEAF : undefined;
  }
  const isNew = before === undefined;
  const fields: { [step: string]: Json } = isNew ? { '.': LEAF } : {};
  let count = 0;
  if (type.kind === 'map') {
    const old = isObject(before) ? before : undefined;
    const next = isObject(after) ? after : {};
    for (const key of Object.keys(next).sort()) {
      const inner = typeOfKey(type, key);
      const at = skips && (path === '' ? key : `${path}.${key}`);
      if (!inner || (at !== undefined && skips?.(at))) continue;
      const deeper = path === '' ? skips : undefined;
      const found = fieldsBeyond(old?.[key], next[key] as Json, inner, deeper, at);
      if (!found) continue;
      fields[fieldStep(key)] = found;
      count++;
    }
  } else {
    const [old, next] = [stepsOf(before, type), stepsOf(after, type)];
    const [oldRepeats, repeats] = [repeatsOf(before, type, old), repeatsOf(after, type, next)];
    const element = type.element();
    for (const [step, item] of next) {
      const [many, manyBefore] = [repeats.get(step), oldRepeats.get(step)];
      let found: JsonObject | undefined;
      if (!many) {
        found = fieldsBeyond(manyBefore ? undefined : old.get(step), item, element, undefined);
      } else if (!manyBefore || !equalJson(manyBefore, many)) found = LEAF;
      if (!found) continue;
      fields[step] = found;
      count++;
    }
  }
  if (count > 0) return fields;
  return isNew ? LEAF : undefined;
}

const LEAF: JsonObject = {};

/** The value without these paths; what is left empty becomes null. Models typed/remove.go. */
export function removeFields(value: Json, type: MergeType, paths: FieldSet): Json {
  if (type.kind === 'list' && isList(value) && !isAtomicList(type)) {
    const kept: Json[] = [];
    for (const item of value) {
      const removed = paths.children.get(itemStep(type, item));
      if (removed?.member) continue;
      kept.push(removed ? removeFields(item, type.element(), removed) : item);
    }
    return kept.length > 0 ? kept : null;
  }
  if (type.kind !== 'map' || !isObject(value)) return value;
  const kept: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(value)) {
    const removed = paths.children.get(fieldStep(key));
    if (removed?.member) continue;
    const inner = typeOfKey(type, key);
    kept[key] =
      removed && !removed.isEmpty && inner ? removeFields(member, inner, removed) : member;
  }
  return Object.keys(kept).length > 0 ? kept : null;
}

/** The set with the declared fields that lead to its paths. Models Set.EnsureNamedFieldsAreMembers. */
export function withNamedFields(set: FieldSet, type: MergeType | undefined): FieldSet {
  const result = new FieldSet();
  result.member = set.member;
  for (const [step, child] of set.children) {
    let inner: MergeType | undefined;
    let isNamed = false;
    if (type?.kind === 'map' && step.startsWith('f:')) {
      inner = typeOfKey(type, step.slice(2));
      isNamed = type.field !== undefined && inner !== undefined;
    } else if (type?.kind === 'list' && step.startsWith('k:')) inner = type.element();
    const full = withNamedFields(child, inner);
    if (isNamed) full.member = true;
    result.children.set(step, full);
  }
  return result;
}
