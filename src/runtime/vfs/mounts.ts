import type { Bytes } from '../bytes';
import type { MountInfo } from '../syscalls';
import { type FileSystem, fileSystemOf } from './file-system';
import { FileNode } from './node';

export interface MountOptions {
  readonly readOnly?: boolean;
  /** First column of `df` and `mount`; the file system's own unless told. */
  readonly source?: string;
}

/** What is mounted; one that few look at is made when somebody does. */
export type MountSource = FileNode | LaterNode;

/** A node that is made at the first look at it. */
export interface LaterNode {
  readonly type: 'file' | 'directory';
  readonly make: () => FileNode;
}

/** A place in the tree where another tree (or a single file) shows. */
export class Mount {
  readonly readOnly: boolean;
  /** The mount and node that it covers; undefined for the root of the namespace. */
  readonly below: Mount | undefined;
  readonly point: FileNode | undefined;
  #root: MountSource;
  readonly #source: string | undefined;

  constructor(
    root: MountSource,
    options: MountOptions = {},
    below?: Mount | undefined,
    point?: FileNode | undefined,
  ) {
    this.#root = root;
    this.readOnly = options.readOnly ?? false;
    this.#source = options.source;
    this.below = below;
    this.point = point;
  }

  get root(): FileNode {
    if (this.#root instanceof FileNode) return this.#root;
    const root = this.#root.make();
    this.#root = root;
    return root;
  }

  get fileSystem(): FileSystem {
    return fileSystemOf(this.root);
  }

  get source(): string {
    return this.#source ?? this.fileSystem.source;
  }
}

/** A node as reached through a mount: the same volume may be mounted twice, once read-only. */
export interface Place {
  readonly mount: Mount;
  readonly node: FileNode;
}

/** What is mounted where, for all processes of one container. */
export class MountNamespace {
  readonly root: Mount;
  /** In the order of mounting. */
  readonly mounts: Mount[];
  readonly #byPoint = new Map<FileNode, Mount[]>();

  constructor(root: FileNode, options: MountOptions = {}) {
    this.root = new Mount(root, options);
    this.mounts = [this.root];
  }

  /** Covers a place with another tree; the newest mount on a place wins. */
  mount(at: Place, root: MountSource, options: MountOptions = {}): Mount {
    const below = this.covering(at.mount, at.node);
    const mount = below
      ? new Mount(root, options, below, below.root)
      : new Mount(root, options, at.mount, at.node);
    const point = mount.point as FileNode;
    const others = this.#byPoint.get(point);
    if (others) others.push(mount);
    else this.#byPoint.set(point, [mount]);
    this.mounts.push(mount);
    return mount;
  }

  /** The mount that shows instead of a node, if there is one. */
  covering(mount: Mount, node: FileNode): Mount | undefined {
    if (this.mounts.length === 1) return undefined;
    let found: Mount | undefined;
    let candidates = this.#byPoint.get(node);
    while (candidates) {
      const base: Mount = found ?? mount;
      const next: Mount | undefined = candidates.findLast((candidate) => candidate.below === base);
      if (!next) break;
      found = next;
      candidates = this.#byPoint.get(next.root);
    }
    return found;
  }

  /** Whether something is mounted on a node; such a name can neither be removed nor replaced. */
  covers(node: FileNode | undefined): boolean {
    return node !== undefined && this.#byPoint.has(node);
  }

  /** The absolute path of a place as seen from `root`, without a trailing slash except for `/`. */
  pathOf(
    mount: Mount,
    node: FileNode,
    root: Place = { mount: this.root, node: this.root.root },
  ): Bytes {
    let path = '';
    let at: FileNode | undefined = node;
    let within = mount;
    while (at && !(at === root.node && within === root.mount)) {
      if (at === within.root) {
        if (!within.below) break;
        at = within.point;
        within = within.below;
        continue;
      }
      path = `/${at.name}${path}`;
      at = at.parent;
    }
    return path === '' ? '/' : path;
  }

  list(): MountInfo[] {
    return this.mounts.map((mount) => ({
      source: mount.source,
      target: mount.below ? this.pathOf(mount.below, mount.point as FileNode) : '/',
      type: mount.fileSystem.type,
      readOnly: mount.readOnly,
      sizeBytes: mount.fileSystem.capacityBytes,
      usedBytes: mount.fileSystem.usedBytes,
    }));
  }
}

/** Where `..` of a directory leads; the root is its own parent. */
export function parentPlace(mount: Mount, node: FileNode, root: Place): Place {
  let at = node;
  let within = mount;
  while (at === within.root && within.below && !(within === root.mount && at === root.node)) {
    at = within.point as FileNode;
    within = within.below;
  }
  if (within === root.mount && at === root.node) return root;
  return { mount: within, node: at.parent ?? at };
}
