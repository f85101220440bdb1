import { NAME_BYTES, PATH_BYTES, SYMLINKS_PER_PATH } from '../bounds';
import type { Bytes } from '../bytes';
import { type Errno, fail, SysError } from '../errno';
import type { OpenFile } from '../open-file';
import type { Credentials } from './credentials';
import { type Mount, type MountNamespace, type Place, parentPlace } from './mounts';
import { DirectoryNode, type FileActor, FileNode, SymlinkNode } from './node';
import { EXECUTE, permits } from './permissions';

/** From where and as whom a path is looked up. */
export interface PathContext {
  readonly root: Place;
  readonly workingDirectory: Place;
  readonly mountTable: MountNamespace;
  readonly credentials: Credentials;
  /** Permission bits that new files do not get. */
  readonly fileMask: number;
  readonly actor: FileActor;
  /** For /proc/self. */
  readonly pid: number;
}

/** An open file that a path leads to (/proc/1/fd/1), shared with whoever else holds it. */
export interface SharedFile {
  readonly file: OpenFile;
}

/** A symbolic link that the kernel makes up: it leads to a place or to an open file, whatever its text says. */
export abstract class MagicLink extends FileNode {
  readonly type = 'symlink';
  abstract text(context: PathContext): Bytes;
  /** Undefined: the text is followed like that of any other link. Throws SysError. */
  abstract jump(context: PathContext): Place | SharedFile | undefined;
}

/** What a path leads to. */
export interface Found {
  /** Directory that holds the last name; the node itself when the path ends in `.`, `..` or `/`. */
  readonly parent: DirectoryNode;
  readonly parentMount: Mount;
  /** The last name; '.', '..' or '' (the root) when there is none. */
  readonly name: Bytes;
  /** Undefined: the directory has no such name. */
  readonly node: FileNode | undefined;
  readonly mount: Mount;
  /** Characters after the name: the path says that it means a directory. */
  readonly slash: boolean;
  readonly shared: SharedFile | undefined;
}

/** A Found whose node exists. */
export interface FoundNode extends Found {
  readonly node: FileNode;
}

/**
 * Walks a path. Everything but the last name must exist (ENOENT) and be a directory that may be searched
 * (ENOTDIR, EACCES); whether the last one must exist is for the caller to say. Models fs/namei.c
 * link_path_walk.
 */
export function lookUp(context: PathContext, path: Bytes, followLast: boolean): Found {
  const found = walk(context, path, followLast);
  return typeof found === 'string' ? fail(found) : found;
}

/** As `lookUp`, without the cost of an exception where a name is missing; magic links still throw. */
function walk(context: PathContext, path: Bytes, followLast: boolean): Found | Errno {
  if (path === '') return 'ENOENT';
  if (path.length > PATH_BYTES) return 'ENAMETOOLONG';
  const { root, mountTable, credentials } = context;
  const start = path.charCodeAt(0) === SLASH ? root : context.workingDirectory;
  let { mount, node } = start;
  let rest = path;
  let at = 0;
  let links = 0;
  let name: Bytes = '';
  for (;;) {
    while (at < rest.length && rest.charCodeAt(at) === SLASH) at++;
    if (at >= rest.length) return ended(mount, node, name);
    let end = rest.indexOf('/', at);
    if (end === -1) end = rest.length;
    name = rest.slice(at, end);
    at = end;
    let last = end;
    while (last < rest.length && rest.charCodeAt(last) === SLASH) last++;
    const isLast = last === rest.length;
    const slash = last > end;
    if (!(node instanceof DirectoryNode)) return 'ENOTDIR';
    // Most walk through what is their own.
    const own = node.uid === credentials.uid && (node.mode & OWNER_EXECUTE) !== 0;
    if (!own && !permits(credentials, node, EXECUTE)) return 'EACCES';
    if (name === '.') {
      if (isLast) return ended(mount, node, '.');
      continue;
    }
    if (name === '..') {
      const parent = parentPlace(mount, node, root);
      mount = parent.mount;
      node = parent.node;
      if (isLast) return ended(mount, node, '..');
      continue;
    }
    if (name.length > NAME_BYTES) return 'ENAMETOOLONG';
    const child: FileNode | undefined = node.get(name);
    if (!child) {
      if (!isLast) return 'ENOENT';
      return {
        parent: node,
        parentMount: mount,
        name,
        node: child,
        mount,
        slash,
        shared: undefined,
      };
    }
    if (child.type === 'symlink' && (!isLast || followLast || slash)) {
      if (++links > SYMLINKS_PER_PATH) return 'ELOOP';
      const jump = child instanceof MagicLink ? child.jump(context) : undefined;
      if (jump && 'file' in jump) {
        if (!isLast || slash) return 'ENOTDIR';
        return { parent: node, parentMount: mount, name, node: child, mount, slash, shared: jump };
      }
      if (jump) {
        ({ mount, node } = jump);
        if (isLast) return { ...ended(mount, node, name), slash };
        continue;
      }
      const target = targetOf(child, context);
      rest = target + rest.slice(at);
      at = 0;
      if (rest.length > PATH_BYTES) return 'ENAMETOOLONG';
      if (target.charCodeAt(0) === SLASH) ({ mount, node } = root);
      continue;
    }
    const over = mountTable.covering(mount, child);
    if (isLast) {
      return {
        parent: node,
        parentMount: mount,
        name,
        node: over ? over.root : child,
        mount: over ?? mount,
        slash,
        shared: undefined,
      };
    }
    mount = over ?? mount;
    node = over ? over.root : child;
  }
}

const SLASH = 47;

/** S_IXUSR. */
const OWNER_EXECUTE = 0o100;

function ended(mount: Mount, node: FileNode, name: Bytes): FoundNode {
  const parent = (node instanceof DirectoryNode ? node : node.parent) as DirectoryNode;
  return { parent, parentMount: mount, name, node, mount, slash: false, shared: undefined };
}

/** The text of a symbolic link. */
export function targetOf(node: FileNode, context: PathContext): Bytes {
  if (node instanceof SymlinkNode) return node.target;
  return node instanceof MagicLink ? node.text(context) : fail('EINVAL');
}

/** As `lookUp`, for what must exist: ENOENT, and ENOTDIR for a file with a slash behind it. */
export function lookUpNode(context: PathContext, path: Bytes, followLast: boolean): FoundNode {
  const found = walkToNode(context, path, followLast);
  return typeof found === 'string' ? fail(found) : found;
}

/** As `lookUpNode`, for those who look in many places: gives the error back instead of throwing it. */
export function tryLookUpNode(
  context: PathContext,
  path: Bytes,
  followLast: boolean,
): FoundNode | Errno {
  try {
    return walkToNode(context, path, followLast);
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

function walkToNode(context: PathContext, path: Bytes, followLast: boolean): FoundNode | Errno {
  const found = walk(context, path, followLast);
  if (typeof found === 'string') return found;
  const { node, slash } = found;
  if (!node) return 'ENOENT';
  return slash && node.type !== 'directory' ? 'ENOTDIR' : (found as FoundNode);
}

/** realpath(3): the absolute path of what a path leads to. */
export function realPath(context: PathContext, path: Bytes): Bytes {
  const { mount, node, shared } = lookUpNode(context, path, true);
  if (shared) return shared.file.path ?? fail('ENOENT');
  return context.mountTable.pathOf(mount, node, context.root);
}
