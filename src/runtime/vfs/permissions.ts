import type { Credentials } from './credentials';
import type { DirectoryNode, FileNode } from './node';

/** Kinds of access, as bits of a mode. */
export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

/** Whether the mode bits, or a capability, allow all of `wanted` (READ | WRITE | EXECUTE). */
export function permits(who: Credentials, node: FileNode, wanted: number): boolean {
  const { mode } = node;
  const shift = who.uid === node.uid ? 6 : inGroup(who, node.gid) ? 3 : 0;
  if (((mode >> shift) & wanted) === wanted) return true;
  if (who.capabilities.size === 0) return false;
  if (who.capabilities.has('DAC_OVERRIDE')) {
    return (wanted & EXECUTE) === 0 || node.type === 'directory' || (mode & 0o111) !== 0;
  }
  if (!who.capabilities.has('DAC_READ_SEARCH')) return false;
  return wanted === READ || (node.type === 'directory' && (wanted & WRITE) === 0);
}

export function inGroup(who: Credentials, gid: number): boolean {
  return who.gid === gid || who.groups.includes(gid);
}

/** Whether a sticky directory keeps this user from removing or renaming the node in it. */
export function stickyForbids(who: Credentials, directory: DirectoryNode, node: FileNode): boolean {
  if ((directory.mode & 0o1000) === 0) return false;
  if (who.uid === node.uid || who.uid === directory.uid) return false;
  return !who.capabilities.has('FOWNER');
}

/** Whether this user may change the node's mode and times. */
export function ownsNode(who: Credentials, node: FileNode): boolean {
  return who.uid === node.uid || who.capabilities.has('FOWNER');
}
