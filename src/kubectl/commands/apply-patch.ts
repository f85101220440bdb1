import { goJson } from '../../api/golang/json';
import { formatGo, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { createMergePatch } from '../../api/patch/merge-patch';
import type { StructSchema } from '../../api/patch/patch-schema';
import { threeWayPatch } from '../../api/patch/strategic-diff';
import { plain } from '../errors';
import { toYaml } from '../print/yaml';

/**
 * The patch that brings the live object to the manifest; `last` is the one that was applied before, empty if
 * there was none. Without `overwrite` it must not touch what others have changed since. Throws KubectlError.
 * Models buildStrategicMergePatch of pkg/cmd/apply/patcher.go, with its preconditions.
 */
export function applyPatchFor(
  last: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: StructSchema,
  overwrite: boolean,
): JsonObject {
  const patch = threeWayPatch(last, modified, current, schema);
  checkPreconditions(patch);
  if (!overwrite) checkConflicts(patch, createMergePatch(last, current));
  return patch;
}

/** What a patch must leave as it is: the object's version, kind and name. */
function checkPreconditions(patch: JsonObject): void {
  const metadata = isObject(patch.metadata) ? patch.metadata : {};
  if ('apiVersion' in patch || 'kind' in patch || 'name' in metadata) {
    throw plain(`precondition failed for: ${formatGo(patch)}`);
  }
}

function checkConflicts(patch: JsonObject, drift: JsonObject): void {
  if (!conflicts(patch, drift)) return;
  throw plain(
    `patch:\n${toYaml(patch)}\nconflicts with changes made from original to current:\n${toYaml(drift)}\n`,
  );
}

function conflicts(patch: Json | undefined, drift: Json | undefined): boolean {
  if (patch === undefined || drift === undefined) return false;
  if (isObject(patch) && isObject(drift)) {
    return Object.keys(patch).some((key) => conflicts(patch[key], drift[key]));
  }
  return goJson(patch as never) !== goJson(drift as never);
}
