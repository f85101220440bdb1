import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { Stat } from '../syscalls';
import { fileSystemOf } from './file-system';
import {
  DeviceNode,
  DirectoryNode,
  FifoNode,
  type FileNode,
  RegularFile,
  SymlinkNode,
} from './node';
import { EXECUTE, inGroup, ownsNode, permits, READ, stickyForbids, WRITE } from './permissions';
import { type Found, lookUp, lookUpNode, type PathContext, targetOf } from './resolve';

/**
 * The calls that change or look at a tree, with the errors in the order in which Linux finds them.
 * Models fs/namei.c and fs/attr.c.
 */

const SPECIAL: ReadonlySet<Bytes> = new Set(['', '.', '..']);

export function statPath(context: PathContext, path: Bytes, follow: boolean): Stat {
  const { node, shared } = lookUpNode(context, path, follow);
  return shared && follow ? shared.file.stat() : node.stat();
}

export function readLink(context: PathContext, path: Bytes): Bytes {
  return targetOf(lookUpNode(context, path, false).node, context);
}

export function listDirectory(context: PathContext, path: Bytes): Bytes[] {
  const { node, shared } = lookUpNode(context, path, true);
  if (shared || !(node instanceof DirectoryNode)) fail('ENOTDIR');
  if (!permits(context.credentials, node, READ)) fail('EACCES');
  return node.names();
}

/** access(2). */
export function checkAccess(
  context: PathContext,
  path: Bytes,
  mode: { read?: boolean; write?: boolean; execute?: boolean },
): void {
  const { node, mount, shared } = lookUpNode(context, path, true);
  if (shared) return;
  if (mode.write && mount.readOnly && node.type !== 'character device') fail('EROFS');
  const wanted = (mode.read ? READ : 0) | (mode.write ? WRITE : 0) | (mode.execute ? EXECUTE : 0);
  if (!permits(context.credentials, node, wanted)) fail('EACCES');
}

export function makeDirectory(context: PathContext, path: Bytes, mode: number): void {
  const found = lookUp(context, path, false);
  const parent = parentForNew(context, found);
  const { uid } = context.credentials;
  const bits = (mode & ~context.fileMask & 0o1777) | (parent.mode & 0o2000);
  const node = new DirectoryNode(parent.owner, bits, uid, groupForNew(context, parent));
  parent.add(found.name, node);
  fileSystemOf(node).note('create', node, context.actor);
}

export function makeSymlink(context: PathContext, target: Bytes, path: Bytes): void {
  if (target === '') fail('ENOENT');
  const found = lookUp(context, path, false);
  if (!found.node && found.slash) fail('ENOENT');
  const parent = parentForNew(context, found);
  const { uid } = context.credentials;
  const node = new SymlinkNode(parent.owner, target, uid, groupForNew(context, parent));
  parent.add(found.name, node);
  fileSystemOf(node).note('create', node, context.actor);
}

export function makeFifo(context: PathContext, path: Bytes, mode: number): void {
  const found = lookUp(context, path, false);
  if (!found.node && found.slash) fail('ENOENT');
  const parent = parentForNew(context, found);
  const { uid } = context.credentials;
  const bits = mode & ~context.fileMask & 0o7777;
  const node = new FifoNode(parent.owner, bits, uid, groupForNew(context, parent));
  parent.add(found.name, node);
  fileSystemOf(node).note('create', node, context.actor);
}

/** mknod(2) of a character device. */
export function makeDevice(
  context: PathContext,
  path: Bytes,
  mode: number,
  major: number,
  minor: number,
): void {
  const found = lookUp(context, path, false);
  if (!found.node && found.slash) fail('ENOENT');
  const parent = parentForNew(context, found);
  const { uid, capabilities } = context.credentials;
  if (!capabilities.has('MKNOD')) fail('EPERM');
  const bits = mode & ~context.fileMask & 0o7777;
  const group = groupForNew(context, parent);
  const node = new DeviceNode(parent.owner, bits, major, minor, group);
  node.uid = uid;
  parent.add(found.name, node);
  fileSystemOf(node).note('create', node, context.actor);
}

/** Makes the file that open(2) with O_CREAT asks for; the caller has seen that the name is free. */
export function makeFile(context: PathContext, found: Found, mode: number): RegularFile {
  if (found.slash) fail('EISDIR');
  const parent = parentForNew(context, found);
  const { uid } = context.credentials;
  const bits = mode & ~context.fileMask & 0o7777;
  const node = new RegularFile(parent.owner, bits, uid, groupForNew(context, parent));
  parent.add(found.name, node);
  fileSystemOf(node).note('create', node, context.actor);
  return node;
}

export function makeHardLink(context: PathContext, from: Bytes, to: Bytes): void {
  const source = lookUpNode(context, from, false);
  const found = lookUp(context, to, false);
  if (!found.node && found.slash) fail('ENOENT');
  if (found.node) fail('EEXIST');
  if (source.mount !== found.parentMount) fail('EXDEV');
  const parent = parentForNew(context, found);
  const { node } = source;
  if (node.type === 'directory') fail('EPERM');
  parent.add(found.name, node);
  node.links++;
  node.changedMs = node.owner.nowMs;
  fileSystemOf(node).note('create', node, context.actor);
}

export function removeFile(context: PathContext, path: Bytes): void {
  const found = lookUp(context, path, false);
  if (SPECIAL.has(found.name)) fail('EISDIR');
  if (found.parentMount.readOnly) fail('EROFS');
  const { node } = found;
  if (!node) fail('ENOENT');
  if (found.slash) fail(node.type === 'directory' ? 'EISDIR' : 'ENOTDIR');
  mayRemove(context, found.parent, node);
  if (node.type === 'directory') fail('EISDIR');
  if (isMountPoint(context, found)) fail('EBUSY');
  dropName(context, found.parent, found.name, node);
}

export function removeDirectory(context: PathContext, path: Bytes): void {
  const found = lookUp(context, path, false);
  if (found.name === '.') fail('EINVAL');
  if (found.name === '..') fail('ENOTEMPTY');
  if (found.name === '') fail('EBUSY');
  if (found.parentMount.readOnly) fail('EROFS');
  const { node } = found;
  if (!node) fail('ENOENT');
  mayRemove(context, found.parent, node);
  if (!(node instanceof DirectoryNode)) fail('ENOTDIR');
  if (isMountPoint(context, found)) fail('EBUSY');
  if (!node.empty) fail('ENOTEMPTY');
  dropName(context, found.parent, found.name, node);
}

export function renamePath(context: PathContext, from: Bytes, to: Bytes): void {
  const source = lookUp(context, from, false);
  const target = lookUp(context, to, false);
  if (source.parentMount !== target.parentMount) fail('EXDEV');
  if (SPECIAL.has(source.name) || SPECIAL.has(target.name)) fail('EBUSY');
  if (source.parentMount.readOnly) fail('EROFS');
  const { node } = source;
  if (!node) fail('ENOENT');
  const isDirectory = node instanceof DirectoryNode;
  if (!isDirectory && (source.slash || target.slash)) fail('ENOTDIR');
  if (isDirectory && contains(node, target.parent)) fail('EINVAL');
  const old = target.node;
  if (old instanceof DirectoryNode && contains(old, source.parent)) fail('ENOTEMPTY');
  mayRemove(context, source.parent, node);
  if (!old) mayAdd(context, target.parent);
  else {
    mayRemove(context, target.parent, old);
    if (isDirectory && old.type !== 'directory') fail('ENOTDIR');
    if (!isDirectory && old.type === 'directory') fail('EISDIR');
  }
  if (old === node) return;
  if (isMountPoint(context, source) || (old && isMountPoint(context, target))) fail('EBUSY');
  if (
    isDirectory &&
    source.parent !== target.parent &&
    !permits(context.credentials, node, WRITE)
  ) {
    fail('EACCES');
  }
  if (old instanceof DirectoryNode && !old.empty) fail('ENOTEMPTY');
  if (old) dropName(context, target.parent, target.name, old, false);
  const system = fileSystemOf(node);
  system.note('remove', node, context.actor);
  source.parent.remove(source.name);
  target.parent.add(target.name, node);
  node.changedMs = node.owner.nowMs;
  system.note('create', node, context.actor);
}

export function changeMode(context: PathContext, path: Bytes, mode: number): void {
  const { node, mount, shared } = lookUpNode(context, path, true);
  if (shared) return;
  if (mount.readOnly) fail('EROFS');
  const who = context.credentials;
  if (!ownsNode(who, node)) fail('EPERM');
  let bits = mode & 0o7777;
  if (!inGroup(who, node.gid) && !who.capabilities.has('FSETID')) bits &= ~0o2000;
  node.mode = bits;
  node.changedMs = node.owner.nowMs;
}

export function changeOwner(
  context: PathContext,
  path: Bytes,
  uid: number | undefined,
  gid: number | undefined,
  noFollow: boolean,
): void {
  const { node, mount, shared } = lookUpNode(context, path, !noFollow);
  if (shared) return;
  if (mount.readOnly) fail('EROFS');
  const who = context.credentials;
  if (!who.capabilities.has('CHOWN')) {
    const own = who.uid === node.uid;
    if (uid !== undefined && !(own && uid === node.uid)) fail('EPERM');
    if (gid !== undefined && !(own && (gid === node.gid || inGroup(who, gid)))) fail('EPERM');
  }
  if (uid !== undefined) node.uid = uid;
  if (gid !== undefined) node.gid = gid;
  if (node.type === 'file') {
    node.mode &= (node.mode & 0o010) !== 0 ? ~0o6000 : ~0o4000;
  }
  node.changedMs = node.owner.nowMs;
}

export function changeTimes(
  context: PathContext,
  path: Bytes,
  accessedMs: number,
  modifiedMs: number,
  noFollow: boolean,
): void {
  const { node, mount, shared } = lookUpNode(context, path, !noFollow);
  if (shared) return;
  if (mount.readOnly) fail('EROFS');
  if (!ownsNode(context.credentials, node)) {
    // Setting both times to now is open to everybody who may write.
    const now = node.owner.nowMs;
    if (accessedMs !== now || modifiedMs !== now) fail('EPERM');
    if (!permits(context.credentials, node, WRITE)) fail('EACCES');
  }
  node.accessedMs = accessedMs;
  node.modifiedMs = modifiedMs;
  node.changedMs = node.owner.nowMs;
}

function parentForNew(context: PathContext, found: Found): DirectoryNode {
  if (found.node) fail('EEXIST');
  if (found.parentMount.readOnly) fail('EROFS');
  mayAdd(context, found.parent);
  return found.parent;
}

function mayAdd(context: PathContext, directory: DirectoryNode): void {
  if (directory.links === 0) fail('ENOENT');
  if (!permits(context.credentials, directory, WRITE | EXECUTE)) fail('EACCES');
}

function mayRemove(context: PathContext, directory: DirectoryNode, node: FileNode): void {
  if (!permits(context.credentials, directory, WRITE | EXECUTE)) fail('EACCES');
  if (stickyForbids(context.credentials, directory, node)) fail('EPERM');
}

function groupForNew(context: PathContext, directory: DirectoryNode): number {
  return (directory.mode & 0o2000) !== 0 ? directory.gid : context.credentials.gid;
}

function isMountPoint(context: PathContext, found: Found): boolean {
  return found.mount !== found.parentMount || context.mountTable.covers(found.node);
}

function contains(directory: DirectoryNode, node: FileNode | undefined): boolean {
  for (let at: FileNode | undefined = node; at; at = at.parent) if (at === directory) return true;
  return false;
}

function dropName(
  context: PathContext,
  directory: DirectoryNode,
  name: Bytes,
  node: FileNode,
  note = true,
): void {
  const system = fileSystemOf(node);
  if (note) system.note('remove', node, context.actor);
  directory.remove(name);
  node.links = node.type === 'directory' ? 0 : node.links - 1;
  node.changedMs = node.owner.nowMs;
  if (node.links <= 0) {
    system.forget();
    if (node instanceof RegularFile) node.freeIfGone();
  }
}
