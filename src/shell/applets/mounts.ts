import type { Bytes } from '../../runtime/bytes';
import type { MountInfo, Sys } from '../../runtime/syscalls';
import { attempt } from './files';

/** The mount that a path lies on. */
export function mountOf(sys: Sys, path: Bytes): MountInfo | undefined {
  const real = attempt(() => sys.realpath(path)) ?? path;
  let found: MountInfo | undefined;
  for (const mount of sys.mounts()) {
    const inside =
      mount.target === '/' || real === mount.target || real.startsWith(`${mount.target}/`);
    // A later mount over the same folder hides the earlier one.
    if (inside && mount.target.length >= (found?.target.length ?? 0)) found = mount;
  }
  return found;
}
