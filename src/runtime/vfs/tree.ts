import type { Bytes } from '../bytes';
import { fail } from '../errno';
import { NODE_ROOT } from './credentials';
import type { FileSystem } from './file-system';
import type { LaterNode, MountNamespace } from './mounts';
import { DirectoryNode, type FileActor, type FileNode, RegularFile, SymlinkNode } from './node';
import { type FoundNode, type PathContext, tryLookUpNode } from './resolve';

/**
 * Trees seen from the node: what the kubelet and the runtime do to volumes and roots. Nothing here costs
 * virtual time or asks for permission. Paths are relative to the directory given and follow no links.
 */

export interface FileAttributes {
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

const NODE: FileActor = {};

function split(path: Bytes): Bytes[] {
  if (path === '') return [];
  const parts = path.split('/');
  let kept = 0;
  for (const part of parts) if (part !== '' && part !== '.') parts[kept++] = part;
  parts.length = kept;
  return parts;
}

/** The node under a path; undefined when there is none. */
export function nodeAt(root: FileNode, path: Bytes): FileNode | undefined {
  let node: FileNode | undefined = root;
  for (const part of split(path)) {
    if (!(node instanceof DirectoryNode)) return undefined;
    node = node.get(part);
  }
  return node;
}

/** mkdir -p: makes what is missing. ENOTDIR when a file is in the way. */
export function ensureDirectory(
  root: DirectoryNode,
  path: Bytes,
  attributes: FileAttributes = {},
): DirectoryNode {
  return ensureNames(root, split(path), attributes);
}

function ensureNames(
  root: DirectoryNode,
  names: readonly Bytes[],
  attributes: FileAttributes = {},
): DirectoryNode {
  let directory = root;
  for (const part of names) {
    const next = directory.get(part);
    if (next instanceof DirectoryNode) {
      directory = next;
      continue;
    }
    if (next) fail('ENOTDIR');
    const { mode = 0o755, uid = 0, gid = 0 } = attributes;
    const made = new DirectoryNode(directory.owner, mode, uid, gid);
    directory.add(part, made);
    directory = made;
  }
  return directory;
}

/** Puts a file there; a file of that name is replaced as by rename(2): who has the old one open keeps it. */
export function putFile(
  root: DirectoryNode,
  path: Bytes,
  content: Bytes,
  attributes: FileAttributes = {},
): RegularFile {
  const { mode = 0o644, uid = 0, gid = 0 } = attributes;
  const [directory, name] = parentOf(root, path);
  removeFrom(directory, name);
  const file = new RegularFile(directory.owner, mode, uid, gid, content);
  directory.add(name, file);
  (directory.owner as FileSystem).note('create', file, NODE);
  return file;
}

/** A file that lies there once its file system has been filled (`fillLater`). */
export function laterFile(root: DirectoryNode, path: Bytes): LaterNode {
  return { type: 'file', make: () => nodeAt(root, path) ?? fail('ENOENT') };
}

/** Lets a file of that name take `bytes` more of the space, as far as there is any; it reads as zeros. */
export function putReserved(root: DirectoryNode, path: Bytes, bytes: number): void {
  const found = nodeAt(root, path);
  const file = found instanceof RegularFile ? found : putFile(root, path, '');
  file.reserve(bytes);
  (root.owner as FileSystem).note('write', file, NODE);
}

/** Puts a symbolic link there, in place of what has that name. */
export function putSymlink(
  root: DirectoryNode,
  path: Bytes,
  target: Bytes,
  attributes: FileAttributes = {},
): void {
  const [directory, name] = parentOf(root, path);
  removeFrom(directory, name);
  const { uid = 0, gid = 0 } = attributes;
  directory.add(name, new SymlinkNode(directory.owner, target, uid, gid));
}

/** The contents of a file; undefined when there is none. */
export function readFileAt(root: FileNode, path: Bytes): Bytes | undefined {
  const node = nodeAt(root, path);
  return node instanceof RegularFile ? node.content : undefined;
}

/** rm -rf. */
export function removeAt(root: DirectoryNode, path: Bytes): void {
  const [directory, name] = parentOf(root, path);
  removeFrom(directory, name);
}

function parentOf(root: DirectoryNode, path: Bytes): [DirectoryNode, Bytes] {
  const parts = split(path);
  const name = parts.pop();
  if (name === undefined) fail('EISDIR');
  return [ensureNames(root, parts), name];
}

function removeFrom(directory: DirectoryNode, name: Bytes): void {
  const node = directory.get(name);
  if (!node) return;
  if (node instanceof DirectoryNode) for (const child of node.names()) removeFrom(node, child);
  const system = directory.owner as FileSystem;
  system.note('remove', node, NODE);
  directory.remove(name);
  node.links = node instanceof DirectoryNode ? 0 : node.links - 1;
  if (node.links > 0) return;
  system.forget();
  if (node instanceof RegularFile) node.freeIfGone();
}

/** An entry of a tree, for whoever draws it. */
export interface TreeEntry {
  /** Relative to where the walk began, without a leading slash. */
  readonly path: Bytes;
  readonly node: FileNode;
}

/** Everything below a directory, parents first, names in byte order; at most `limit` entries. */
export function walkTree(root: DirectoryNode, limit = Number.POSITIVE_INFINITY): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const visit = (directory: DirectoryNode, prefix: Bytes): void => {
    for (const name of directory.names().sort()) {
      if (entries.length >= limit) return;
      const node = directory.get(name);
      if (!node) continue;
      entries.push({ path: prefix + name, node });
      if (node instanceof DirectoryNode) visit(node, `${prefix}${name}/`);
    }
  };
  visit(root, '');
  return entries;
}

/**
 * Gives a volume to a group: everything group-owned by it and readable and writable for it, directories
 * setgid. Models pkg/volume/volume_linux.go SetVolumeOwnership.
 */
export function giveToGroup(root: DirectoryNode, gid: number, readOnly: boolean): void {
  const files = readOnly ? 0o440 : 0o660;
  const directories = files | 0o2110;
  for (const node of [root, ...walkTree(root).map((entry) => entry.node)]) {
    node.gid = gid;
    if (node.type === 'symlink') continue;
    node.mode |= node.type === 'directory' ? directories : files;
  }
}

/** Looks up paths in a container's mounts as the node's root, which may do everything. */
export function nodeContext(mounts: MountNamespace): PathContext {
  const root = { mount: mounts.root, node: mounts.root.root };
  return {
    root,
    workingDirectory: root,
    mountTable: mounts,
    credentials: NODE_ROOT,
    fileMask: 0,
    actor: NODE,
    pid: 0,
  };
}

/** What a path of a container leads to, links and mounts followed; undefined when there is nothing. */
export function findInside(mounts: MountNamespace, path: Bytes): FoundNode | undefined {
  const found = tryLookUpNode(nodeContext(mounts), path, true);
  return typeof found === 'string' ? undefined : found;
}
