import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { OpenFile } from '../open-file';
import type { OpenFlags } from '../syscalls';
import { type DeviceUser, openDevice } from './device-files';
import { DirectoryHandle, FileHandle, GeneratedHandle, PlacedHandle } from './file-handle';
import { fileSystemOf } from './file-system';
import type { Mount } from './mounts';
import {
  DeviceNode,
  DirectoryNode,
  FifoNode,
  type FileNode,
  GeneratedFile,
  type MemoryAccount,
  RegularFile,
} from './node';
import { makeFile } from './operations';
import { permits, READ, WRITE } from './permissions';
import { type Found, lookUp, type PathContext, type SharedFile } from './resolve';

/** Who opens: also the one who pays for memory-backed files and to whom /dev/tty belongs. */
export interface Opener extends PathContext, DeviceUser {
  readonly memoryAccount: MemoryAccount | undefined;
}

/** A fresh open file, one that is shared with others (/dev/stdout), or a named pipe still to be joined. */
export type Opened =
  | { readonly kind: 'file'; readonly file: OpenFile }
  | { readonly kind: 'shared'; readonly shared: SharedFile }
  | { readonly kind: 'fifo'; readonly node: FifoNode };

/** open(2) up to the point where it could wait. Models fs/namei.c do_open. */
export function openPath(opener: Opener, path: Bytes, flags: OpenFlags, mode: number): Opened {
  const exclusive = flags.create === true && flags.exclusive === true;
  const found = lookUp(opener, path, !exclusive && !flags.noFollow);
  if (exclusive && found.node) fail('EEXIST');
  if (found.shared) {
    const { file } = found.shared;
    if (!(file instanceof PlacedHandle)) return { kind: 'shared', shared: found.shared };
    return openNode(opener, file.node, file.mount, flags);
  }
  const { node } = found;
  if (!node) return openNew(opener, found, flags, mode);
  if (found.slash && !(node instanceof DirectoryNode)) fail('ENOTDIR');
  if (node.type === 'symlink') fail('ELOOP');
  if (flags.create && node instanceof DirectoryNode) fail('EISDIR');
  return openNode(opener, node, found.mount, flags);
}

function openNew(opener: Opener, found: Found, flags: OpenFlags, mode: number): Opened {
  if (!flags.create) fail('ENOENT');
  const file = makeFile(opener, found, mode);
  return { kind: 'file', file: handle(opener, file, found.parentMount, flags) };
}

function openNode(opener: Opener, node: FileNode, mount: Mount, flags: OpenFlags): Opened {
  const isDirectory = node instanceof DirectoryNode;
  if (flags.directory && !isDirectory) fail('ENOTDIR');
  if (isDirectory && (flags.write || flags.truncate)) fail('EISDIR');
  const stored = node instanceof RegularFile;
  const changeable = stored || node instanceof GeneratedFile;
  if (changeable && flags.truncate && mount.readOnly) fail('EROFS');
  const wanted = (flags.read ? READ : 0) | (flags.write || flags.truncate ? WRITE : 0);
  if (!permits(opener.credentials, node, wanted)) fail('EACCES');
  if (changeable && flags.write && mount.readOnly) fail('EROFS');
  if (node instanceof FifoNode) return { kind: 'fifo', node };
  if (node instanceof DeviceNode) return { kind: 'file', file: openDevice(node, opener) };
  if (isDirectory)
    return { kind: 'file', file: new DirectoryHandle(node, mount, opener.mountTable) };
  if (node instanceof GeneratedFile) {
    node.guard?.(opener.credentials);
    return { kind: 'file', file: new GeneratedHandle(node, mount, opener.mountTable) };
  }
  if (!stored) fail('ENXIO');
  if (flags.truncate && node.size > 0) {
    node.truncate(0);
    fileSystemOf(node).note('write', node, opener.actor);
  }
  return { kind: 'file', file: handle(opener, node, mount, flags) };
}

function handle(opener: Opener, node: RegularFile, mount: Mount, flags: OpenFlags): FileHandle {
  return new FileHandle(node, mount, opener, {
    append: flags.append,
    account: opener.memoryAccount,
  });
}
