import type { DeleteOptions, ResourceInfo } from '../../api/client';
import type { KubeObject } from '../../api/types';

/** What keeps an object until its dependents have been deleted, or left alone. */
export const FOREGROUND_FINALIZER = 'foregroundDeletion';
export const ORPHAN_FINALIZER = 'orphan';

/** Kinds that, from old times, leave their dependents alone unless told otherwise. */
const ORPHANING: ReadonlySet<string> = new Set(['jobs.batch', 'replicationcontrollers']);

/**
 * The finalizers of an object that is being deleted, by the propagation policy: they tell the garbage
 * collector what to do with the dependents. Models deletionFinalizersForGarbageCollection.
 */
export function deletionFinalizers(
  info: ResourceInfo,
  { metadata }: KubeObject,
  { propagationPolicy }: DeleteOptions,
): readonly string[] {
  const before = metadata.finalizers ?? [];
  const orphans =
    propagationPolicy === undefined
      ? before.includes(ORPHAN_FINALIZER) || ORPHANING.has(info.resource)
      : propagationPolicy === 'Orphan';
  const waits =
    propagationPolicy === undefined
      ? before.includes(FOREGROUND_FINALIZER)
      : propagationPolicy === 'Foreground';
  const others = before.filter((one) => one !== ORPHAN_FINALIZER && one !== FOREGROUND_FINALIZER);
  if (!orphans && !waits) return others.length === before.length ? before : others;
  return [
    ...others,
    ...(orphans ? [ORPHAN_FINALIZER] : []),
    ...(waits ? [FOREGROUND_FINALIZER] : []),
  ];
}
