import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { Credentials } from './credentials';
import type { Place } from './mounts';
import { DirectoryNode, type FileNode, GeneratedFile, type NodeOwner } from './node';
import { MagicLink, type PathContext, type SharedFile } from './resolve';

/** A file whose text is made when it is read. */
export class TextFile extends GeneratedFile {
  readonly #make: () => Bytes;
  override readonly guard: ((who: Credentials) => void) | undefined;

  constructor(
    owner: NodeOwner,
    make: () => Bytes,
    options: {
      mode?: number;
      uid?: number;
      gid?: number;
      guard?: ((who: Credentials) => void) | undefined;
    } = {},
  ) {
    super(owner, options.mode ?? 0o444, options.uid ?? 0, options.gid ?? 0);
    this.#make = make;
    this.guard = options.guard;
  }

  generate(): Bytes {
    return this.#make();
  }
}

/** A link that is made when it is read, and may lead elsewhere than its text says. */
export class GeneratedLink extends MagicLink {
  readonly #text: (context: PathContext) => Bytes;
  readonly #jump: ((context: PathContext) => Place | SharedFile | undefined) | undefined;

  constructor(
    owner: NodeOwner,
    text: (context: PathContext) => Bytes,
    jump?: (context: PathContext) => Place | SharedFile | undefined,
  ) {
    super(owner, 0o777, 0, 0);
    this.#text = text;
    this.#jump = jump;
  }

  text(context: PathContext): Bytes {
    return this.#text(context);
  }

  jump(context: PathContext): Place | SharedFile | undefined {
    return this.#jump?.(context);
  }
}

type Maker = (name: Bytes) => FileNode | undefined;

/** A directory whose entries are made when they are looked up. */
export class GeneratedDirectory extends DirectoryNode {
  readonly #list: () => Bytes[];
  readonly #make: Maker;

  constructor(
    owner: NodeOwner,
    options: { mode?: number; uid?: number; gid?: number; list: () => Bytes[]; make: Maker },
  ) {
    super(owner, options.mode ?? 0o555, options.uid ?? 0, options.gid ?? 0);
    this.#list = options.list;
    this.#make = options.make;
  }

  override get size(): number {
    return 0;
  }

  override get(name: Bytes): FileNode | undefined {
    const node = this.#make(name);
    if (node) {
      node.parent = this;
      node.name = name;
    }
    return node;
  }

  override names(): Bytes[] {
    return this.#list();
  }

  override add(): void {
    fail('ENOENT');
  }
}

/** Entries by name, each made on demand. */
export function fixedDirectory(
  owner: NodeOwner,
  entries: Readonly<Record<string, () => FileNode>>,
): GeneratedDirectory {
  const names = Object.keys(entries);
  return new GeneratedDirectory(owner, {
    list: () => names,
    make: (name) => (Object.hasOwn(entries, name) ? entries[name]?.() : undefined),
  });
}
