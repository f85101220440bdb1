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
import { MountNamespace, type MountSource, type Place } from '../vfs/mounts';
import { DirectoryNode, RegularFile } from '../vfs/node';
import { type PathContext, tryLookUpNode } from '../vfs/resolve';
import { ensureDirectory, laterFile, nodeContext, putFile } from '../vfs/tree';

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
  const context = nodeContext(tree);
  mountAt(context, '/proc', machine.createProc(namespace, net, host), {});
  mountAt(context, '/sys', machine.createSys(cgroup), { readOnly: true });
  mountAt(context, '/dev', machine.createDevices().root, {});
  // The deepest paths come last, so that a volume inside a volume is not hidden by the outer one.
  const ordered = options.mounts
    .map((mount) => ({ mount, depth: namesIn(mount.containerPath).length }))
    .sort((a, b) => a.depth - b.depth);
  for (const { mount } of ordered) {
    const { containerPath, source, readOnly, volume } = mount;
    mountAt(context, containerPath, source, { readOnly, source: volume });
  }
  const message = options.terminationMessagePath;
  if (message !== undefined && !find(context, message)) {
    // A file of the node's disk, which the kubelet keeps for the container.
    const files = machine.createFileSystem({ type: 'ext4', source: '/dev/sda1' });
    const name = 'termination-log';
    files.fillLater(() => putFile(files.root, name, '', { mode: 0o666 }));
    mountAt(context, message, laterFile(files.root, name), {});
  }
  return tree;
}

function namesIn(path: Bytes): Bytes[] {
  return path.split('/').filter((part) => part !== '');
}

function find(context: PathContext, path: Bytes): Place | undefined {
  const found = tryLookUpNode(context, path, true);
  return typeof found === 'string' ? undefined : found;
}

function mountAt(
  context: PathContext,
  path: Bytes,
  source: MountSource,
  options: { readonly readOnly?: boolean; readonly source?: string },
): void {
  const wantsFile = source.type === 'file';
  const found = find(context, path) ?? makeMountPoint(context, path, wantsFile);
  if (found.node instanceof RegularFile !== wantsFile) {
    throw new CriError(
      'Unknown',
      `error during container init: error mounting "${path}" to rootfs at "${path}": not a directory`,
    );
  }
  context.mountTable.mount(found, source, options);
}

function makeMountPoint(context: PathContext, path: Bytes, isFile: boolean): Place {
  const parts = namesIn(path);
  const name = parts.pop() ?? '';
  // The parent may lie in a volume that is mounted already.
  let base: Place = context.root;
  let existing = 0;
  for (let prefix = ''; existing < parts.length; existing++) {
    prefix += `/${parts[existing]}`;
    const next = find(context, prefix);
    if (!next) break;
    base = next;
  }
  if (!(base.node instanceof DirectoryNode)) {
    throw new CriError('Unknown', `error during container init: mkdir ${path}: not a directory`);
  }
  const folder = ensureDirectory(base.node, parts.slice(existing).join('/'));
  const node = isFile ? putFile(folder, name, '') : ensureDirectory(folder, name);
  return { mount: base.mount, node };
}
