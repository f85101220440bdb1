import type { Random } from '../../../kernel/random';
import { toBytes } from '../../../runtime/bytes';
import { type DirectoryNode, RegularFile, SymlinkNode } from '../../../runtime/vfs/node';
import { nodeAt, putFile, putSymlink, removeAt } from '../../../runtime/vfs/tree';
import type { Payload } from './volume-payload';

const DATA = '..data';

/**
 * Writes a payload into a volume so that readers see either the old files or the new ones: the files lie in
 * a folder named after the time, `..data` points to it, and each visible name points through `..data`.
 * Returns false when nothing had to be written. Models pkg/volume/util/atomic_writer.go.
 */
export function writeAtomically(
  root: DirectoryNode,
  payload: Payload,
  nowMs: number,
  random: Random,
): boolean {
  const before = dataFolder(root);
  if (before && holds(root, before, payload)) return false;
  const folder = `${folderPrefix(nowMs)}${random.uint32()}`;
  for (const [path, { content, mode }] of payload) {
    putFile(root, toBytes(`${folder}/${path}`), content, { mode });
  }
  putSymlink(root, DATA, folder);
  const visible = new Set([...payload.keys()].map((path) => toBytes(firstPart(path))));
  for (const name of visible) {
    if (!(root.get(name) instanceof SymlinkNode)) putSymlink(root, name, `${DATA}/${name}`);
  }
  for (const name of root.names()) {
    if (!name.startsWith('..') && !visible.has(name)) removeAt(root, name);
  }
  if (before) removeAt(root, before);
  return true;
}

function firstPart(path: string): string {
  return path.split('/')[0] ?? path;
}

function dataFolder(root: DirectoryNode): string | undefined {
  const link = root.get(DATA);
  return link instanceof SymlinkNode ? link.target : undefined;
}

function holds(root: DirectoryNode, folder: string, payload: Payload): boolean {
  for (const [path, { content, mode }] of payload) {
    const node = nodeAt(root, toBytes(`${folder}/${path}`));
    if (!(node instanceof RegularFile) || node.content !== content) return false;
    // fsGroup adds permissions afterwards, so the wanted bits have to be there, no more.
    if ((node.mode & mode) !== mode) return false;
  }
  const wanted = new Set([...payload.keys()].map((path) => toBytes(firstPart(path))));
  return root.names().every((name) => name.startsWith('..') || wanted.has(name));
}

/** `..2026_11_21_10_12_39.` */
function folderPrefix(nowMs: number): string {
  const time = new Date(nowMs).toISOString();
  const parts = [0, 5, 8, 11, 14, 17].map((at, index) =>
    time.slice(at, at + (index === 0 ? 4 : 2)),
  );
  return `..${parts.join('_')}.`;
}
