import type { PatchType, ResourceInfo, WriteOptions } from '../../api/client';
import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { strategicMerge } from '../../api/patch/strategic-merge';
import { badRequestError } from '../../api/status';
import type { KubeObject } from '../../api/types';

/** The object that a patch makes of a stored one. Models endpoints/handlers/patch.go. */
export function applyPatch(
  info: ResourceInfo,
  old: KubeObject,
  type: PatchType,
  body: unknown,
  _options: WriteOptions,
): KubeObject {
  const original = old as unknown as JsonObject;
  switch (type) {
    case 'strategic':
      return strategicMerge(
        original,
        body as JsonObject,
        patchSchemaOf(info.kind),
      ) as unknown as KubeObject;
    default:
      throw badRequestError(`unsupported patch type ${type}`);
  }
}
