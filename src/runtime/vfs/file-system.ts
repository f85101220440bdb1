import { BYTES_PER_FILE_SYSTEM, NODES_PER_FILE_SYSTEM } from '../bounds';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { ImageLayer, LayerFile } from './layer';
import {
  DirectoryNode,
  type FileActor,
  type FileNode,
  type NodeOwner,
  type RegularFile,
} from './node';

export type FileOperation = 'create' | 'write' | 'remove';

/** Hears of what happens to the files of a volume; a file that is written often is mentioned once a second. */
export type FileObserver = (
  change: {
    readonly volume: string;
    readonly path: Bytes;
    readonly operation: FileOperation;
    readonly actor: FileActor;
  },
  of: FileSystem,
) => void;

export interface FileSystemOptions {
  readonly device: number;
  /** As `mount` and `df -T` print it: overlay, tmpfs, ext4, proc … */
  readonly type: string;
  /** First column of `df`. */
  readonly source: string;
  readonly now: () => number;
  /** Bytes that its owner allows (sizeLimit of a memory volume); undefined: the simulator's own bound. */
  readonly capacityBytes?: number | undefined;
  /** Set for file systems that the trace reports on: the volume's name. */
  readonly volume?: string | undefined;
  readonly observer?: FileObserver | undefined;
  readonly onLimit?: ((bound: string, number: number, of: FileSystem) => void) | undefined;
  /** Whose it is. */
  readonly actor?: FileActor | undefined;
  /** An image to start from. */
  readonly layer?: ImageLayer | undefined;
  /** Mode of the root directory where there is no image; 0755 unless told. */
  readonly rootMode?: number | undefined;
  /** Of file systems whose nodes are made anew at each look: the first inode number, no bound on nodes. */
  readonly madeUpFrom?: number | undefined;
  /** Makes the root directory where it is one of a special kind (/proc). */
  readonly makeRoot?: ((owner: NodeOwner) => DirectoryNode) | undefined;
}

/** How often the trace mentions writes to one file, ms. */
const NOTE_INTERVAL_MS = 1000;

const NOBODY: FileActor = {};

/** A file system: a tree of nodes, a device number and an amount of space. */
export class FileSystem implements NodeOwner {
  readonly device: number;
  readonly type: string;
  readonly source: string;
  readonly volume: string | undefined;
  readonly capacityBytes: number | undefined;
  readonly actor: FileActor;
  readonly root: DirectoryNode;
  #linked: Map<LayerFile, RegularFile> | undefined;
  #usedBytes = 0;
  /** The part of them that holds nothing. */
  #reservedBytes = 0;
  readonly #now: () => number;
  readonly #observer: FileObserver | undefined;
  readonly #onLimit: FileSystemOptions['onLimit'];
  readonly #madeUp: boolean;
  readonly #firstInode: number;
  #lastInode: number;
  #removedNodes = 0;
  /** The instant that counts while files are put there afterwards. */
  #pastMs: number | undefined;

  constructor(options: FileSystemOptions) {
    this.device = options.device;
    this.type = options.type;
    this.source = options.source;
    this.volume = options.volume;
    this.capacityBytes = options.capacityBytes;
    this.#now = options.now;
    this.#observer = options.observer;
    this.#onLimit = options.onLimit;
    this.actor = options.actor ?? NOBODY;
    this.#madeUp = options.madeUpFrom !== undefined;
    this.#firstInode = options.layer?.lastInode ?? options.madeUpFrom ?? 1;
    this.#lastInode = this.#firstInode;
    const lower = options.layer?.root;
    const mode = lower?.mode ?? options.rootMode ?? 0o755;
    this.root =
      options.makeRoot?.(this) ??
      new DirectoryNode(this, mode, lower?.uid ?? 0, lower?.gid ?? 0, lower);
  }

  get memoryBacked(): boolean {
    return this.type === 'tmpfs';
  }

  get nowMs(): number {
    return this.#pastMs ?? this.#now();
  }

  get linked(): Map<LayerFile, RegularFile> {
    this.#linked ??= new Map();
    return this.#linked;
  }

  get usedBytes(): number {
    this.root.complete();
    return this.#usedBytes;
  }

  /**
   * Has files put into the root when somebody first looks at it, as of now: few look at what every pod has.
   * Nothing may be there yet.
   */
  fillLater(fill: () => void): void {
    const now = this.nowMs;
    this.root.fillLater(() => {
      this.#pastMs = now;
      try {
        fill();
      } finally {
        this.#pastMs = undefined;
      }
    });
  }

  newInode(): number {
    const nodes = this.#lastInode - this.#firstInode - this.#removedNodes;
    if (!this.#madeUp && nodes >= NODES_PER_FILE_SYSTEM) {
      this.limit('files per volume', NODES_PER_FILE_SYSTEM);
      fail('ENOSPC');
    }
    return ++this.#lastInode;
  }

  /** A node has lost its last name. */
  forget(): void {
    this.#removedNodes++;
  }

  /** `reserved`: space that holds nothing, so that the simulator need not bound it. */
  take(bytes: number, reserved = false): number {
    const allowed = (this.capacityBytes ?? Number.POSITIVE_INFINITY) - this.#usedBytes;
    const stored = this.#usedBytes - this.#reservedBytes;
    const bounded = reserved ? allowed : Math.min(allowed, BYTES_PER_FILE_SYSTEM - stored);
    const taken = Math.min(bytes, Math.max(0, bounded));
    this.#usedBytes += taken;
    if (reserved) this.#reservedBytes += taken;
    if (taken < bytes && bounded < allowed) this.limit('bytes per volume', BYTES_PER_FILE_SYSTEM);
    return taken;
  }

  limit(bound: string, number: number): void {
    this.#onLimit?.(bound, number, this);
  }

  /** Tells the observer, if there is one. */
  note(operation: FileOperation, node: FileNode, actor: FileActor): void {
    if (this.volume === undefined || !this.#observer) return;
    const now = this.nowMs;
    if (operation === 'write' && now - node.notedMs < NOTE_INTERVAL_MS) return;
    node.notedMs = now;
    this.#observer({ volume: this.volume, path: pathWithin(node), operation, actor }, this);
  }
}

/** The path of a node inside its file system, beginning with a slash. */
export function pathWithin(node: FileNode): Bytes {
  let path = '';
  for (let at: FileNode = node; at.parent; at = at.parent) path = `/${at.name}${path}`;
  return path === '' ? '/' : path;
}

/** The file system a node lies in. */
export function fileSystemOf(node: FileNode): FileSystem {
  return node.owner as FileSystem;
}
