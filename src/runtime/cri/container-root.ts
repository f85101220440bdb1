import type { Bytes } from '../bytes';
import { CriError, type Mount } from '../cri';
import type { ImageModel } from '../image';
import type { NetNamespace } from '../open-file';
import type { Cgroup } from '../process/cgroup';
import type { Machine } from '../process/machine';
import type { PidNamespace } from '../process/pid-namespace';
import type { Process } from '../process/process';
import type { HostName } from '../process/process-state';
import { imageLayer } from '../vfs/layer';
import { MountNamespace } from '../vfs/mounts';
import { DirectoryNode, type FileNode, RegularFile } from '../vfs/node';
import { ensureDirectory, findInside, putFile } from '../vfs/tree';

/** When the images here were built, as their files' times show: 2025-11-01. */
const IMAGE_CREATED_MS = Date.UTC(2025, 10, 1);

export interface ContainerRootOptions {
  readonly model: ImageModel;
  readonly mounts: readonly Mount[];
  readonly readOnly: boolean;
  readonly terminationMessagePath: Bytes | undefined;
  readonly namespace: PidNamespace<Process>;
  readonly net: NetNamespace;
  readonly host: HostName;
  readonly cgroup: Cgroup;
  readonly pod: string;
  readonly container: string;
}

/**
 * The file tree of a container: the image's layer with a writable layer of its own over it, /proc, /dev,
 * and the pod's volumes and files mounted in. Mount points that are missing are made, as runc does.
 */
export function buildContainerRoot(
  machine: Machine,
  options: ContainerRootOptions,
): MountNamespace {
  const { model, namespace, net, host, cgroup } = options;
  const actor = { pod: options.pod, container: options.container };
  const root = machine.createRoot(imageLayer(model, IMAGE_CREATED_MS), actor);
  const tree = new MountNamespace(root.root, { readOnly: options.readOnly });
  mountAt(tree, root.root, '/proc', machine.createProc(namespace, net, host).root, {});
  mountAt(tree, root.root, '/sys', machine.createSys(cgroup).root, { readOnly: true });
  mountAt(tree, root.root, '/dev', machine.createDevices().root, {});
  // The deepest paths come last, so that a volume inside a volume is not hidden by the outer one.
  const ordered = [...options.mounts].sort(
    (a, b) => depth(a.containerPath) - depth(b.containerPath),
  );
  for (const { containerPath, source, readOnly, volume } of ordered) {
    mountAt(tree, root.root, containerPath, source, { readOnly, source: volume });
  }
  const message = options.terminationMessagePath;
  if (message !== undefined && !findInside(tree, message)) {
    const files = machine.createFileSystem({ type: 'tmpfs', source: 'tmpfs' });
    const file = putFile(files.root, 'termination-log', '', { mode: 0o666 });
    mountAt(tree, root.root, message, file, {});
  }
  return tree;
}

function depth(path: Bytes): number {
  return path.split('/').filter((part) => part !== '').length;
}

function mountAt(
  tree: MountNamespace,
  root: DirectoryNode,
  path: Bytes,
  source: FileNode,
  options: { readonly readOnly?: boolean; readonly source?: string },
): void {
  const wantsFile = source instanceof RegularFile;
  const found = findInside(tree, path) ?? makeMountPoint(tree, root, path, wantsFile);
  if (found.node instanceof RegularFile !== wantsFile) {
    throw new CriError(
      'Unknown',
      `error during container init: error mounting "${path}" to rootfs at "${path}": not a directory`,
    );
  }
  tree.mount(found, source, options);
}

function makeMountPoint(
  tree: MountNamespace,
  root: DirectoryNode,
  path: Bytes,
  isFile: boolean,
): { mount: MountNamespace['root']; node: FileNode } {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.pop() ?? '';
  // The parent may lie in a volume that is mounted already.
  let existing = '/';
  const missing: Bytes[] = [...parts];
  while (missing.length > 0) {
    const next = `${existing === '/' ? '' : existing}/${missing[0]}`;
    if (!findInside(tree, next)) break;
    existing = next;
    missing.shift();
  }
  const base = findInside(tree, existing)?.node ?? root;
  if (!(base instanceof DirectoryNode)) {
    throw new CriError('Unknown', `error during container init: mkdir ${path}: not a directory`);
  }
  const folder = ensureDirectory(base, missing.join('/'));
  if (isFile) putFile(folder, name, '');
  else ensureDirectory(folder, name);
  const made = findInside(tree, path);
  if (!made)
    throw new CriError(
      'Unknown',
      `error during container init: mkdir ${path}: no such file or directory`,
    );
  return made;
}
