import { BYTES_PER_FILE } from '../bounds';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { FileType, Program, Stat } from '../syscalls';
import type { Credentials } from './credentials';
import type { LayerDevice, LayerDirectory, LayerEntry, LayerFile } from './layer';

/** Who does something to a file, for the trace. */
export interface FileActor {
  /** `namespace/name` of the pod. */
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
}

/** What memory a write to a memory-backed file system is charged to. */
export interface MemoryAccount {
  chargeFiles(bytes: number): void;
}

/** What a node needs of the file system it lies in. */
export interface NodeOwner {
  readonly device: number;
  /** Directories of tmpfs show their number of entries in their size. */
  readonly memoryBacked: boolean;
  readonly nowMs: number;
  newInode(): number;
  /** Takes `bytes` of space and returns how many of them there were; gives back with a negative number. */
  take(bytes: number, reserved?: boolean): number;
  /** Nodes of files with several names, by what they are in the image. */
  readonly linked: Map<LayerFile, RegularFile>;
  /** A bound of the simulator was met. */
  limit(bound: string, number: number): void;
}

/** Anything that has a name in a directory. Open files and mounts refer to these objects themselves. */
export abstract class FileNode {
  abstract readonly type: FileType;
  readonly owner: NodeOwner;
  readonly inode: number;
  mode: number;
  uid: number;
  gid: number;
  links = 1;
  modifiedMs: number;
  accessedMs: number;
  changedMs: number;
  /** Where it lies (its newest name, if there are several), or lay; undefined for the root of a tree. */
  parent: DirectoryNode | undefined = undefined;
  name: Bytes = '';
  /** When the trace last mentioned it. */
  notedMs = Number.NEGATIVE_INFINITY;

  constructor(owner: NodeOwner, mode: number, uid: number, gid: number, entry?: LayerEntry) {
    this.owner = owner;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.inode = entry ? entry.inode : owner.newInode();
    const time = entry ? entry.modifiedMs : owner.nowMs;
    this.modifiedMs = time;
    this.accessedMs = time;
    this.changedMs = time;
  }

  get size(): number {
    return 0;
  }

  /** Contents have changed. */
  touch(): void {
    const now = this.owner.nowMs;
    this.modifiedMs = now;
    this.changedMs = now;
  }

  stat(): Stat {
    return {
      type: this.type,
      inode: this.inode,
      device: this.owner.device,
      mode: this.mode,
      uid: this.uid,
      gid: this.gid,
      links: this.links,
      size: this.size,
      modifiedMs: this.modifiedMs,
      accessedMs: this.accessedMs,
      changedMs: this.changedMs,
    };
  }
}

/**
 * Appended pieces are kept apart up to this many bytes: who follows the end of a file gets them as they came,
 * and the whole need not be joined for it.
 */
const PIECES_BYTES = 65_536;

/** Shorter texts are not worth looking at. */
const LEAST_ZEROS = 512;

/** Whether a text is nothing but zeros, as those who only want to fill space write them. */
function isZeros(text: Bytes): boolean {
  const { length } = text;
  if (length < LEAST_ZEROS || text.charCodeAt(0) !== 0 || text.charCodeAt(length - 1) !== 0) {
    return false;
  }
  if (zeros.length !== length) zeros = '\0'.repeat(length);
  return text === zeros;
}

/** Who fills space does so in pieces of one size. */
let zeros = '';

/** A file with contents: bytes held in strings, and possibly a hole at the end that reads as zeros. */
export class RegularFile extends FileNode {
  readonly type = 'file';
  /** The binary it is, while nobody has written to it. */
  program: Program | undefined;
  /** How many open files refer to it; its space is free when there is neither a name nor one of these. */
  #opens = 0;
  #head: Bytes;
  /** What was appended behind the head. */
  #pieces: Bytes[] | undefined;
  /** Bytes in the head and the pieces. */
  #stored: number;
  #size: number;
  /** Bytes of the file system's space it takes. */
  #charged = 0;
  /** The part of it, at the end, that holds nothing. */
  #reserved = 0;
  #account: MemoryAccount | undefined;

  constructor(
    owner: NodeOwner,
    mode: number,
    uid: number,
    gid: number,
    content: Bytes = '',
    entry?: LayerFile,
  ) {
    super(owner, mode, uid, gid, entry);
    this.#head = content;
    this.#stored = content.length;
    this.#size = entry ? entry.size : content.length;
    this.program = entry?.program;
    if (entry) this.links = entry.links;
    else if (content !== '') this.#charged = owner.take(content.length);
  }

  override get size(): number {
    return this.#size;
  }

  /** Everything that was written; a hole at the end is left out. */
  get content(): Bytes {
    this.#join();
    return this.#head;
  }

  read(offset: number, max: number): Bytes {
    const end = Math.min(offset + max, this.#size);
    if (offset >= end) return '';
    if (end === this.#stored && offset >= this.#head.length) return this.#lastPieces(offset);
    this.#join();
    const head = this.#head;
    if (end <= head.length) {
      return offset === 0 && end === head.length ? head : head.slice(offset, end);
    }
    const bytes = head.slice(offset);
    return bytes + '\0'.repeat(end - offset - bytes.length);
  }

  /** What stands from `offset`, which lies in the pieces, to their end. */
  #lastPieces(offset: number): Bytes {
    let start = this.#stored;
    let bytes = '';
    const pieces = this.#pieces ?? [];
    for (let i = pieces.length - 1; start > offset; i--) {
      const piece = pieces[i] as Bytes;
      start -= piece.length;
      bytes = piece + bytes;
    }
    return start === offset ? bytes : bytes.slice(offset - start);
  }

  /** Writes as much as there is room for and returns how much; EFBIG, ENOSPC when that is nothing. */
  write(offset: number, bytes: Bytes, account?: MemoryAccount): number {
    let text = bytes;
    if (text === '') return 0;
    if (offset === this.#size && isZeros(text)) {
      const taken = this.reserve(text.length, account);
      return taken > 0 ? taken : fail('ENOSPC');
    }
    if (offset + text.length > BYTES_PER_FILE) {
      this.owner.limit('bytes per file', BYTES_PER_FILE);
      if (offset >= BYTES_PER_FILE) fail('EFBIG');
      text = text.slice(0, BYTES_PER_FILE - offset);
    }
    const growth = offset + text.length - Math.max(this.#stored, this.#charged);
    if (growth > 0) {
      const room = this.#charge(growth, account);
      if (room < growth) {
        const kept = text.length - (growth - room);
        if (kept <= 0) fail('ENOSPC');
        text = text.slice(0, kept);
      }
    }
    this.#put(offset, text);
    this.#size = Math.max(this.#size, offset + text.length);
    this.program = undefined;
    this.touch();
    return text.length;
  }

  truncate(size: number): void {
    if (size < this.#stored) {
      this.#join();
      this.#head = this.#head.slice(0, size);
      this.#stored = size;
    }
    if (size < this.#charged) this.#charge(size - this.#charged);
    if (size !== this.#size) this.program = undefined;
    this.#size = size;
    this.touch();
  }

  /** Takes space without content at its end, as fallocate(2): as much of it as there is. */
  reserve(bytes: number, account?: MemoryAccount): number {
    const taken = this.owner.take(bytes, true);
    this.#charged += taken;
    this.#reserved += taken;
    this.#size += taken;
    this.#chargeMemory(taken, account);
    this.program = undefined;
    this.touch();
    return taken;
  }

  opened(): void {
    this.#opens++;
  }

  closed(): void {
    this.#opens--;
    this.freeIfGone();
  }

  /** Gives the space back when nothing refers to the file any more. */
  freeIfGone(): void {
    if (this.links <= 0 && this.#opens <= 0 && this.#charged > 0) this.#charge(-this.#charged);
  }

  #charge(bytes: number, account?: MemoryAccount): number {
    // What holds nothing lies at the end, and is given back first.
    const unreserved = bytes < 0 ? -Math.min(this.#reserved, -bytes) : 0;
    this.#reserved += unreserved;
    const taken =
      (unreserved < 0 ? this.owner.take(unreserved, true) : 0) +
      this.owner.take(bytes - unreserved);
    this.#charged += taken;
    this.#chargeMemory(taken, account);
    return taken;
  }

  #chargeMemory(bytes: number, account: MemoryAccount | undefined): void {
    if (!this.owner.memoryBacked) return;
    // Memory stays with the one who wrote first, as a page of tmpfs does.
    this.#account ??= account;
    this.#account?.chargeFiles(bytes);
  }

  #put(offset: number, text: Bytes): void {
    const stored = this.#stored;
    if (offset === stored) {
      this.#stored += text.length;
      if (stored === 0) this.#head = text;
      else {
        this.#pieces ??= [];
        this.#pieces.push(text);
        if (this.#stored - this.#head.length > PIECES_BYTES) this.#join();
      }
      return;
    }
    this.#join();
    const head = offset > stored ? this.#head + '\0'.repeat(offset - stored) : this.#head;
    this.#head = head.slice(0, offset) + text + head.slice(offset + text.length);
    this.#stored = this.#head.length;
  }

  #join(): void {
    if (!this.#pieces) return;
    this.#head += this.#pieces.join('');
    this.#pieces = undefined;
  }
}

/** A file whose contents are made when it is read (/proc). */
export abstract class GeneratedFile extends FileNode {
  readonly type = 'file';
  /** Refuses those who may not open it although the mode would let them (ptrace's rules); EACCES. */
  readonly guard: ((who: Credentials) => void) | undefined = undefined;
  abstract generate(): Bytes;
  /** Writing to it; EACCES, EROFS, EINVAL. */
  accept(_bytes: Bytes): void {
    fail('EACCES');
  }
}

export class SymlinkNode extends FileNode {
  readonly type = 'symlink';
  readonly target: Bytes;

  constructor(owner: NodeOwner, target: Bytes, uid: number, gid: number, entry?: LayerEntry) {
    super(owner, 0o777, uid, gid, entry);
    this.target = target;
  }

  override get size(): number {
    return this.target.length;
  }
}

/** A named pipe. The pipe itself belongs to the process layer, which puts it here while it is open. */
export class FifoNode extends FileNode {
  readonly type = 'fifo';
  pipe: unknown = undefined;
}

export class DeviceNode extends FileNode {
  readonly type = 'character device';
  readonly major: number;
  readonly minor: number;

  constructor(
    owner: NodeOwner,
    mode: number,
    major: number,
    minor: number,
    gid = 0,
    entry?: LayerDevice,
  ) {
    super(owner, mode, 0, gid, entry);
    this.major = major;
    this.minor = minor;
  }

  override stat(): Stat {
    return { ...super.stat(), rdev: { major: this.major, minor: this.minor } };
  }
}

/**
 * A directory. One that comes from an image holds only what somebody has looked up or added; the rest
 * stays in the image's layer until it is asked for, so that a container's root costs nothing to make.
 */
export class DirectoryNode extends FileNode {
  readonly type = 'directory';
  #own: Map<Bytes, FileNode> | undefined;
  readonly #lower: LayerDirectory | undefined;
  /** Names of the layer that were removed or replaced. */
  #gone: Set<Bytes> | undefined;
  /** Puts the first names there. */
  #fill: (() => void) | undefined;

  constructor(owner: NodeOwner, mode: number, uid: number, gid: number, lower?: LayerDirectory) {
    super(owner, mode, uid, gid, lower);
    this.#lower = lower;
    this.links = 2 + (lower?.subdirectories ?? 0);
  }

  override get size(): number {
    return this.owner.memoryBacked ? 40 + 20 * this.names().length : 4096;
  }

  override stat(): Stat {
    this.complete();
    return super.stat();
  }

  /** `fill` puts the names there that it has now, when somebody first looks at it. */
  fillLater(fill: () => void): void {
    this.#fill = fill;
    this.touch();
  }

  /** Puts there what was left for the first look. */
  complete(): void {
    if (this.#fill) this.#fillNow(this.#fill);
  }

  #fillNow(fill: () => void): void {
    this.#fill = undefined;
    // What has happened to the directory itself since then stays.
    const { modifiedMs, changedMs } = this;
    fill();
    this.modifiedMs = modifiedMs;
    this.changedMs = changedMs;
  }

  get(name: Bytes): FileNode | undefined {
    if (this.#fill) this.complete();
    const own = this.#own?.get(name);
    if (own) return own;
    const entry = this.#lower?.entries.get(name);
    if (!entry || this.#gone?.has(name)) return undefined;
    return this.#adopt(name, entry);
  }

  /** Names in the directory's own order. */
  names(): Bytes[] {
    this.complete();
    const names: Bytes[] = [];
    const lower = this.#lower?.entries;
    if (lower) for (const name of lower.keys()) if (!this.#gone?.has(name)) names.push(name);
    if (this.#own) {
      for (const name of this.#own.keys()) {
        if (!lower?.has(name) || this.#gone?.has(name)) names.push(name);
      }
    }
    return names;
  }

  get empty(): boolean {
    return this.names().length === 0;
  }

  /** Puts a node under a name that is free. */
  add(name: Bytes, node: FileNode): void {
    this.complete();
    if (this.#lower?.entries.has(name)) this.#hide(name);
    this.#keep(name, node);
    if (node instanceof DirectoryNode) this.links++;
    this.touch();
  }

  /** Takes a name out; the node's link count is the caller's business. */
  remove(name: Bytes): void {
    const node = this.get(name);
    if (!node) return;
    this.#own?.delete(name);
    if (this.#lower?.entries.has(name)) this.#hide(name);
    if (node instanceof DirectoryNode) this.links--;
    this.touch();
  }

  #hide(name: Bytes): void {
    this.#gone ??= new Set();
    this.#gone.add(name);
  }

  #keep(name: Bytes, node: FileNode): void {
    this.#own ??= new Map();
    this.#own.set(name, node);
    node.parent = this;
    node.name = name;
  }

  #adopt(name: Bytes, entry: LayerEntry): FileNode {
    const { owner } = this;
    let node: FileNode;
    if (entry.kind === 'directory') {
      node = new DirectoryNode(owner, entry.mode, entry.uid, entry.gid, entry);
    } else if (entry.kind === 'symlink') {
      node = new SymlinkNode(owner, entry.target, entry.uid, entry.gid, entry);
    } else if (entry.kind === 'device') {
      node = new DeviceNode(owner, entry.mode, entry.major, entry.minor, entry.gid, entry);
    } else {
      const known = entry.links > 1 ? owner.linked.get(entry) : undefined;
      node =
        known ?? new RegularFile(owner, entry.mode, entry.uid, entry.gid, entry.content, entry);
      if (entry.links > 1 && !known) owner.linked.set(entry, node as RegularFile);
      if (known) {
        this.#own ??= new Map();
        this.#own.set(name, known);
        return known;
      }
    }
    this.#keep(name, node);
    return node;
  }
}
