import type { Suspend } from '../../kernel/task';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { OpenFile } from '../open-file';
import type { Stat } from '../syscalls';
import { fileSystemOf } from './file-system';
import type { Mount, MountNamespace } from './mounts';
import type {
  DirectoryNode,
  FileActor,
  FileNode,
  GeneratedFile,
  MemoryAccount,
  RegularFile,
} from './node';
import type { PathContext } from './resolve';

/** For what is always ready. */
export const NEVER_CHANGES: Suspend = () => () => {};

/** An open file or directory: something with a place in the tree. */
export abstract class PlacedHandle implements OpenFile {
  readonly mount: Mount;
  abstract readonly node: FileNode;
  readonly readable = true;
  readonly writable = true;
  readonly changed = NEVER_CHANGES;
  readonly #mounts: MountNamespace;

  constructor(mount: Mount, mounts: MountNamespace) {
    this.mount = mount;
    this.#mounts = mounts;
  }

  get path(): Bytes {
    const path = this.#mounts.pathOf(this.mount, this.node);
    return this.node.links > 0 ? path : `${path} (deleted)`;
  }

  stat(): Stat {
    return this.node.stat();
  }

  release(): void {}

  abstract tryRead(max: number): Bytes | undefined;
  abstract tryWrite(bytes: Bytes): number;
}

/** An open file with contents. Its position is shared by all descriptors that were duplicated from it. */
export class FileHandle extends PlacedHandle {
  readonly node: RegularFile;
  readonly #append: boolean;
  readonly #actor: FileActor;
  readonly #account: MemoryAccount | undefined;
  #position = 0;

  constructor(
    node: RegularFile,
    mount: Mount,
    context: PathContext,
    options: { append?: boolean | undefined; account?: MemoryAccount | undefined },
  ) {
    super(mount, context.mountTable);
    this.node = node;
    this.#append = options.append ?? false;
    this.#actor = context.actor;
    this.#account = options.account;
    node.opened();
  }

  /** Where the next write begins. */
  get writePosition(): number {
    return this.#append ? this.node.size : this.#position;
  }

  tryRead(max: number): Bytes {
    const { node } = this;
    const bytes = node.read(this.#position, max);
    this.#position += bytes.length;
    // As with `relatime`: the access time moves when it would otherwise lie behind the modification.
    if (node.accessedMs <= node.modifiedMs) node.accessedMs = node.owner.nowMs;
    return bytes;
  }

  tryWrite(bytes: Bytes): number {
    const { node } = this;
    if (this.#append) this.#position = node.size;
    const written = node.write(this.#position, bytes, this.#account);
    this.#position += written;
    fileSystemOf(node).note('write', node, this.#actor);
    return written;
  }

  seek(offset: number, from: 'start' | 'current' | 'end'): number {
    const base = from === 'start' ? 0 : from === 'current' ? this.#position : this.node.size;
    const position = base + offset;
    if (position < 0 || !Number.isSafeInteger(position)) fail('EINVAL');
    this.#position = position;
    return position;
  }

  truncate(size: number): void {
    if (size < 0) fail('EINVAL');
    this.node.truncate(size);
    fileSystemOf(this.node).note('write', this.node, this.#actor);
  }

  override release(): void {
    this.node.closed();
  }
}

/** An open directory: for fchdir and fstat. */
export class DirectoryHandle extends PlacedHandle {
  readonly node: DirectoryNode;

  constructor(node: DirectoryNode, mount: Mount, mounts: MountNamespace) {
    super(mount, mounts);
    this.node = node;
  }

  tryRead(): never {
    return fail('EISDIR');
  }

  tryWrite(): never {
    return fail('EBADF');
  }

  seek(): number {
    return 0;
  }
}

/** An open file of /proc: its text is made at the first read and again after a seek to the start. */
export class GeneratedHandle extends PlacedHandle {
  readonly node: GeneratedFile;
  #text: Bytes | undefined;
  #position = 0;

  constructor(node: GeneratedFile, mount: Mount, mounts: MountNamespace) {
    super(mount, mounts);
    this.node = node;
  }

  tryRead(max: number): Bytes {
    this.#text ??= this.node.generate();
    const bytes = this.#text.slice(this.#position, this.#position + max);
    this.#position += bytes.length;
    return bytes;
  }

  tryWrite(bytes: Bytes): number {
    this.node.accept(bytes);
    return bytes.length;
  }

  seek(offset: number, from: 'start' | 'current' | 'end'): number {
    const base =
      from === 'current' ? this.#position : from === 'end' ? (this.#text ?? '').length : 0;
    if (base + offset < 0) fail('EINVAL');
    this.#position = base + offset;
    if (this.#position === 0) this.#text = undefined;
    return this.#position;
  }
}
