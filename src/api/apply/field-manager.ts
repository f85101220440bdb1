import { goJson } from '../golang/json';
import { isList, isObject, type Json, type JsonObject } from '../patch/json-value';
import { withFields } from '../with-fields';
import { FieldSet, fieldSetOf, fieldStep, pathText, readFieldsV1 } from './field-set';
import { LAST_APPLIED, lastApplied } from './last-applied';
import { type MergeType, mergeTypeOf } from './merge-types';
import {
  compareTyped,
  fieldSetOfValue,
  fieldsBeyond,
  mergeTyped,
  removeFields,
  TypedValueError,
  validateTyped,
  withNamedFields,
} from './typed-value';

/** One manager's part in metadata.managedFields. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly apiVersion?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly fieldsType?: 'FieldsV1';
  readonly fieldsV1?: JsonObject;
  readonly subresource?: string;
}

/** Who makes a change, and when (RFC 3339). */
export interface Manager {
  readonly name: string;
  readonly subresource?: string;
  readonly now: string;
}

/** A field that somebody else owns. */
export interface ApplyConflict {
  /** `"kubectl-edit" using v1`. */
  readonly manager: string;
  readonly path: string;
}

/** What was applied would change fields of others. */
export class ApplyConflictError extends Error {
  readonly conflicts: readonly ApplyConflict[];

  constructor(conflicts: readonly ApplyConflict[]) {
    super(conflictText(conflicts));
    this.conflicts = conflicts;
  }
}

interface Owned {
  readonly entry: ManagedFieldsEntry;
  readonly set: FieldSet;
}

/** By manager's identity. */
type Managers = Map<string, Owned>;

/** Paths that nobody owns: they identify the object or are the server's. */
const SERVERS_FIELDS: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName'].map(metadata),
  ...['generation', 'managedFields', 'resourceVersion'].map(metadata),
]);

function metadata(field: string): string {
  return `metadata.${field}`;
}

const NEVER_OWNED = fieldSetOf(
  ['metadata', ...SERVERS_FIELDS].map((path) => path.split('.').map(fieldStep)),
);

const BEFORE_FIRST_APPLY = 'before-first-apply';
const MOST_UPDATE_ENTRIES = 10;

/**
 * The managedFields of an object that has been created (`live` undefined: `empty` is its kind's empty
 * object) or changed otherwise than by apply. Models the FieldManager of apimachinery's
 * util/managedfields, Update.
 */
export function trackUpdate(
  live: JsonObject | undefined,
  empty: JsonObject,
  next: JsonObject,
  manager: Manager,
): readonly ManagedFieldsEntry[] {
  const given = entriesOf(next);
  const [first] = given;
  if (given.length === 1 && first && Object.keys(first).length === 0) return [];
  const type = typeOf(next);
  if (!type) return given;
  if (!live && given.length === 0) return createdBy(empty, next, type, manager);
  const managers = readManagers(given.length > 0 ? given : entriesOf(live));
  if (live && managers.size === 0) return [];
  update(managers, live ?? empty, next, type, manager);
  return writeManagers(managers);
}

/** Nobody else has a part in a new object. */
function createdBy(
  empty: JsonObject,
  next: JsonObject,
  type: MergeType,
  manager: Manager,
): ManagedFieldsEntry[] {
  const fieldsV1 = fieldsBeyond(empty, next, type, (path) => isNeverOwned(path, manager));
  if (!fieldsV1) return [];
  return [withFields(updateEntry(next, manager), { fieldsType: 'FieldsV1' as const, fieldsV1 })];
}

function isNeverOwned(path: string, { subresource }: Manager): boolean {
  return SERVERS_FIELDS.has(path) || path === (subresource === 'status' ? 'spec' : 'status');
}

function updateEntry(after: JsonObject, manager: Manager): ManagedFieldsEntry {
  return {
    manager: manager.name,
    operation: 'Update',
    apiVersion: String(after.apiVersion),
    ...(manager.subresource ? { subresource: manager.subresource } : {}),
    time: manager.now,
  };
}

function update(
  managers: Managers,
  before: JsonObject,
  after: JsonObject,
  type: MergeType,
  manager: Manager,
): void {
  const { added, modified, removed } = compareTyped(
    withoutEntries(before),
    withoutEntries(after),
    type,
  );
  const taken = modified.union(added);
  for (const [key, { entry, set }] of managers) {
    keep(managers, key, entry, set.difference(taken).difference(removed));
  }
  const own = taken.difference(NEVER_OWNED).without(ignoredFields(manager.subresource));
  if (own.isEmpty) return;
  const entry = updateEntry(after, manager);
  const key = identityOf(entry);
  managers.set(key, { entry, set: own.union(managers.get(key)?.set ?? new FieldSet()) });
}

/** The main resource does not own the status, the status subresource owns nothing else. */
function ignoredFields(subresource: string | undefined): FieldSet {
  return fieldSetOf([[fieldStep(subresource === 'status' ? 'spec' : 'status')]]);
}

export interface Applied {
  readonly object: JsonObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
}

/**
 * Applies a configuration to an object, or to its kind's empty object. Throws ApplyConflictError, and
 * TypedValueError for a configuration that does not fit its kind. Models FieldManager.Apply and
 * structured-merge-diff merge/update.go.
 */
export function applyConfiguration(
  live: JsonObject,
  empty: JsonObject,
  configuration: JsonObject,
  manager: Manager,
  force: boolean,
): Applied {
  try {
    return synced(live, configuration, manager, apply(live, empty, configuration, manager, force));
  } catch (error) {
    if (!(error instanceof ApplyConflictError) || manager.name !== 'kubectl') throw error;
    const allowed = unchangedSinceLastApplied(live);
    const left = error.conflicts.filter(({ path }) => !allowed.has(path));
    if (left.length > 0) throw new ApplyConflictError(left);
    return synced(live, configuration, manager, apply(live, empty, configuration, manager, true));
  }
}

function apply(
  live: JsonObject,
  empty: JsonObject,
  configuration: JsonObject,
  manager: Manager,
  force: boolean,
): Applied {
  const type = typeOf(configuration);
  if (!type) throw new TypedValueError(['no corresponding type for the object']);
  validateTyped(configuration, type);
  const managers = readManagers(entriesOf(live));
  const current = withoutEntries(live);
  if (managers.size === 0) {
    update(managers, empty, current, type, { ...manager, name: BEFORE_FIRST_APPLY });
  }
  const entry: ManagedFieldsEntry = {
    manager: manager.name,
    operation: 'Apply',
    apiVersion: String(configuration.apiVersion),
    ...(manager.subresource ? { subresource: manager.subresource } : {}),
  };
  const key = identityOf(entry);
  const last = managers.get(key);
  // What identifies the object is kept by being owned for as long as this takes.
  const set = fieldSetOfValue(configuration, type).without(ignoredFields(manager.subresource));
  managers.set(key, { entry: last?.entry ?? entry, set });
  const merged = mergeTyped(current, configuration, type) as JsonObject;
  const next = last ? pruned(merged, type, managers, last.set) : merged;
  const { added, modified, removed } = compareTyped(current, next, type);
  const conflicts: ApplyConflict[] = [];
  for (const [other, owned] of managers) {
    if (other === key) continue;
    const taken = owned.set.intersection(modified.union(added));
    for (const path of taken.paths()) {
      conflicts.push({ manager: managerText(owned.entry), path: pathText(path) });
    }
    keep(managers, other, owned.entry, owned.set.difference(taken).difference(removed));
  }
  if (!force && conflicts.length > 0) throw new ApplyConflictError(conflicts);
  const isChanged = !(added.isEmpty && modified.isEmpty && removed.isEmpty);
  const own = managers.get(key);
  if (own) {
    const latest = isChanged ? { ...own.entry, time: manager.now } : own.entry;
    keep(managers, key, latest, own.set.difference(NEVER_OWNED));
  }
  return { object: next, managedFields: writeManagers(managers) };
}

/** Takes away what the manager has applied before and no longer applies, unless others own it too. */
function pruned(
  merged: JsonObject,
  type: MergeType,
  managers: Managers,
  last: FieldSet,
): JsonObject {
  if (last.isEmpty) return merged;
  const named = (set: FieldSet) => withNamedFields(set, type);
  const setOf = (value: Json) => named(fieldSetOfValue(value, type));
  const all = setOf(merged);
  const without = removeFields(merged, type, named(last));
  let managed = new FieldSet();
  for (const { set } of managers.values()) managed = managed.union(set);
  const gone = all.difference(setOf(without)).difference(named(managed));
  const owned = removeFields(merged, type, gone);
  const dangling = all.difference(setOf(owned)).intersection(named(last));
  return removeFields(merged, type, dangling) as JsonObject;
}

/** kubectl's client-side annotation follows when kubectl applies on the server. */
function synced(
  live: JsonObject,
  configuration: JsonObject,
  manager: Manager,
  applied: Applied,
): Applied {
  if (manager.name !== 'kubectl' || !lastApplied(live)) return applied;
  const metadata = isObject(configuration.metadata) ? configuration.metadata : {};
  const annotations = isObject(metadata.annotations) ? { ...metadata.annotations } : undefined;
  if (annotations) delete (annotations as { [key: string]: Json })[LAST_APPLIED];
  const kept = { ...configuration, metadata: { ...metadata, ...(annotations && { annotations }) } };
  const own = isObject(applied.object.metadata) ? applied.object.metadata : {};
  const before = isObject(own.annotations) ? own.annotations : {};
  const text = `${goJson(kept as never)}\n`;
  return {
    ...applied,
    object: {
      ...applied.object,
      metadata: { ...own, annotations: { ...before, [LAST_APPLIED]: text } },
    },
  };
}

/** Paths at which the object still is what kubectl's client-side apply made it. */
function unchangedSinceLastApplied(live: JsonObject): ReadonlySet<string> {
  const text = lastApplied(live);
  const type = typeOf(live);
  if (!text || !type) return new Set();
  const last = JSON.parse(text) as JsonObject;
  const { modified, removed } = compareTyped(last, withoutEntries(live), type);
  const same = fieldSetOfValue(last, type).difference(modified).difference(removed);
  return new Set(same.paths().map(pathText));
}

function typeOf(object: JsonObject): MergeType | undefined {
  return mergeTypeOf(String(object.apiVersion), String(object.kind));
}

function entriesOf(object: JsonObject | undefined): readonly ManagedFieldsEntry[] {
  const metadata = isObject(object?.metadata) ? object.metadata : {};
  const entries = metadata.managedFields;
  return isList(entries) ? (entries as unknown as readonly ManagedFieldsEntry[]) : [];
}

function withoutEntries(object: JsonObject): JsonObject {
  if (!isObject(object.metadata) || object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function keep(managers: Managers, key: string, entry: ManagedFieldsEntry, set: FieldSet): void {
  if (set.isEmpty) managers.delete(key);
  else managers.set(key, { entry, set });
}

/** An applier is the same at every version of the API. */
function identityOf({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  const version = operation === 'Apply' ? '' : (apiVersion ?? '');
  return JSON.stringify([manager ?? '', operation ?? '', version, subresource ?? '']);
}

function readManagers(entries: readonly ManagedFieldsEntry[]): Managers {
  const managers: Managers = new Map();
  for (const { fieldsV1, fieldsType: _, ...entry } of entries) {
    managers.set(identityOf(entry), { entry, set: readFieldsV1(fieldsV1) });
  }
  return managers;
}

/** Appliers before updaters, then by time. Models encodeManagedFields; of many updaters the oldest merge. */
function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  const order = ({ operation, time = '', manager = '', subresource = '' }: ManagedFieldsEntry) =>
    [operation, time, manager, subresource].join('\0');
  const entries = [...capped(managers).values()].map(({ entry, set }) => ({
    ...entry,
    fieldsType: 'FieldsV1' as const,
    fieldsV1: set.toFieldsV1(),
  }));
  return entries.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Models capManagersManager: beyond ten, the oldest updates count as one of `ancient-changes`. */
function capped(managers: Managers): Managers {
  const updates = [...managers].filter(([, { entry }]) => entry.operation === 'Update');
  const surplus = updates.length - MOST_UPDATE_ENTRIES;
  if (surplus <= 0) return managers;
  const byTime = updates.sort(([, a], [, b]) =>
    (a.entry.time ?? '') < (b.entry.time ?? '') ? -1 : 1,
  );
  const merged: Managers = new Map(managers);
  for (const [key, owned] of byTime.slice(0, surplus + 1)) {
    merged.delete(key);
    const { apiVersion, time } = owned.entry;
    const entry: ManagedFieldsEntry = {
      manager: 'ancient-changes',
      operation: 'Update',
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(time === undefined ? {} : { time }),
    };
    const bucket = identityOf(entry);
    const set = owned.set.union(merged.get(bucket)?.set ?? new FieldSet());
    merged.set(bucket, { entry, set });
  }
  return merged;
}

function managerText({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  const name = JSON.stringify(manager ?? '');
  const place = subresource ? ` with subresource ${JSON.stringify(subresource)}` : '';
  return `${name}${place}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

function conflictText(conflicts: readonly ApplyConflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only) {
    return `Apply failed with 1 conflict: conflict with ${only.manager}: ${only.path}`;
  }
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort();
  const lines = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...conflicts.filter((one) => one.manager === manager).map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
