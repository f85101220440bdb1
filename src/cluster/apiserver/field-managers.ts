import {
  ApplyConflictError,
  applyConfiguration,
  type Manager,
  trackUpdate,
} from '../../api/apply/field-manager';
import { TypedValueError } from '../../api/apply/typed-value';
import type { ResourceInfo, WriteOptions } from '../../api/client';
import { apiVersionOf } from '../../api/client';
import { decodeObject } from '../../api/decode';
import { isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { applyConflictError, badRequestError, invalidError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { required, tooLong } from '../../api/validation/field-error';
import { withFields } from '../../api/with-fields';
import { plainError } from './errors';

const LONGEST_MANAGER = 128;

/**
 * What an apply patch makes of an object (undefined: there is none yet), with the managers of its fields.
 * `now` is RFC 3339. Models endpoints/handlers/patch.go applyPatcher. Throws ApiError.
 */
export function applyOnServer(
  info: ResourceInfo,
  live: KubeObject | undefined,
  name: string,
  body: unknown,
  options: WriteOptions,
  now: string,
): KubeObject {
  checkManager(options.fieldManager);
  const configuration = body as Json;
  if (!isObject(configuration)) throw badRequestError('error decoding patch: no object');
  const metadata = isObject(configuration.metadata) ? configuration.metadata : {};
  const { apiVersion, kind } = configuration;
  if (kind !== info.kind || apiVersion !== apiVersionOf(info)) {
    throw badRequestError(`invalid object type: ${kindText(String(apiVersion), String(kind))}`);
  }
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequestError('metadata.managedFields must be nil');
  }
  const given = String(metadata.name ?? '');
  if (given !== name) {
    throw badRequestError(
      `the name of the object (${given}) does not match the name on the URL (${name})`,
    );
  }
  const empty = emptyObject(info);
  const before = live ? (live as unknown as JsonObject) : empty;
  const manager = managerOf(options, now);
  try {
    const force = options.force === true;
    const applied = applyConfiguration(before, empty, configuration, manager, force);
    return decodedWith(applied.object, applied.managedFields);
  } catch (error) {
    if (error instanceof ApplyConflictError) {
      const conflicts = error.conflicts.map(({ path, manager: owner }) => ({
        field: path,
        with: owner,
      }));
      throw applyConflictError(error.message, conflicts);
    }
    if (!(error instanceof TypedValueError)) throw error;
    const place = `${String(metadata.namespace ?? '')}/${name}`;
    const of = `(${place}; ${kindText(String(apiVersion), String(kind))})`;
    throw plainError(`failed to create typed patch object ${of}: ${error.message}`);
  }
}

function checkManager(name: string | undefined): void {
  const problem = !name
    ? required('fieldManager', 'is required for apply patch')
    : name.length > LONGEST_MANAGER
      ? tooLong('fieldManager', LONGEST_MANAGER)
      : undefined;
  if (problem) throw invalidError({ group: 'meta.k8s.io', name: 'PatchOptions' }, '', [problem]);
}

function managerOf({ fieldManager = '', subresource }: WriteOptions, now: string): Manager {
  return { name: fieldManager, now, ...(subresource === undefined ? {} : { subresource }) };
}

/** `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
function kindText(apiVersion: string, kind: string): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

const emptyObjects = new Map<string, JsonObject>();

/** An object of a kind with nothing in it, as its Go type has it. */
function emptyObject(info: ResourceInfo): JsonObject {
  let empty = emptyObjects.get(info.resource);
  if (!empty) {
    const bare = { apiVersion: apiVersionOf(info), kind: info.kind, metadata: {} };
    empty = (decodeObject(bare).object ?? bare) as unknown as JsonObject;
    emptyObjects.set(info.resource, empty);
  }
  return empty;
}

function decodedWith(object: JsonObject, managedFields: readonly object[]): KubeObject {
  const { object: decoded, error } = decodeObject(object as never);
  if (!decoded) throw badRequestError(error ?? '');
  return withEntries(decoded, managedFields);
}

function withEntries(object: KubeObject, entries: readonly object[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  if (entries.length === 0) return withFields(object, { metadata });
  return withFields(object, {
    metadata: withFields(metadata, { managedFields: entries as never }),
  });
}

/**
 * The object with its fields' managers after a change that was no apply. Only changes that somebody put a
 * name to are tracked: components inside the simulator do not.
 */
export function tracked(
  info: ResourceInfo,
  live: KubeObject | undefined,
  next: KubeObject,
  options: WriteOptions,
  now: string,
): KubeObject {
  if (!options.fieldManager) return next;
  const empty = emptyObject(info);
  const typed = (object: KubeObject) => withStatus(object as unknown as JsonObject, empty);
  const entries = trackUpdate(live && typed(live), empty, typed(next), managerOf(options, now));
  return withEntries(next, entries);
}

/** Go types have a status even where there is nothing in it. */
function withStatus(object: JsonObject, empty: JsonObject): JsonObject {
  if (object.status !== undefined || empty.status === undefined) return object;
  return { ...object, status: empty.status };
}
