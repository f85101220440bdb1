import type { Bytes } from '../bytes';
import type { ImageFile, ImageModel } from '../image';
import type { Program } from '../syscalls';

/** What every entry of an image's root file system knows; nothing of it ever changes. */
interface LayerEntryBase {
  readonly inode: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
}

export interface LayerFile extends LayerEntryBase {
  readonly kind: 'file';
  readonly content: Bytes;
  /** Bytes it pretends to have; what `content` lacks reads as zeros. */
  readonly size: number;
  readonly program: Program | undefined;
  /** Grows while the layer is built: names of the same file. */
  links: number;
}

export interface LayerSymlink extends LayerEntryBase {
  readonly kind: 'symlink';
  readonly target: Bytes;
}

export interface LayerDirectory extends LayerEntryBase {
  readonly kind: 'directory';
  readonly entries: Map<Bytes, LayerEntry>;
  subdirectories: number;
}

/** A character device; images have none, /dev does. */
export interface LayerDevice extends LayerEntryBase {
  readonly kind: 'device';
  readonly major: number;
  readonly minor: number;
}

export type LayerEntry = LayerFile | LayerSymlink | LayerDevice | LayerDirectory;

/** An image's root file system, made once and shared by all its containers. */
export interface ImageLayer {
  readonly root: LayerDirectory;
  /** Inode numbers up to this one are taken. */
  readonly lastInode: number;
}

/** Size that a program pretends to have where its image does not say. */
const PROGRAM_BYTES = 65_536;

/** First bytes of an ELF file for x86-64. */
const ELF_MAGIC = '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0';
const HEADER_BYTES = 128;

/**
 * Programs by the first bytes of their files, so that a binary that was copied (`cp /bin/busybox /tools/`)
 * still runs: its bytes say which program it is, as they do on a real machine.
 */
const programs = new Map<Bytes, Program>();

/** The program that a file with these contents is, if it is a binary. */
export function programIn(content: Bytes): Program | undefined {
  return content.startsWith(ELF_MAGIC) ? programs.get(content.slice(0, HEADER_BYTES)) : undefined;
}

function binaryHeader(name: Bytes): Bytes {
  return (ELF_MAGIC + name).slice(0, HEADER_BYTES).padEnd(HEADER_BYTES, '\0');
}

const layers = new WeakMap<ImageModel, ImageLayer>();

/** The root file system of an image; `createdMs` (Unix) becomes the time of its files. */
export function imageLayer(model: ImageModel, createdMs: number): ImageLayer {
  const known = layers.get(model);
  if (known) return known;
  const layer = new LayerBuilder(model.repositories[0] ?? '', createdMs).build(model.files());
  layers.set(model, layer);
  return layer;
}

class LayerBuilder {
  readonly #repository: string;
  readonly #createdMs: number;
  #inode = 1;

  constructor(repository: string, createdMs: number) {
    this.#repository = repository;
    this.#createdMs = createdMs;
  }

  build(files: ReadonlyMap<Bytes, ImageFile>): ImageLayer {
    const root = this.#directory(files.get('/') ?? {});
    const hardlinks: [Bytes, Bytes][] = [];
    for (const [path, file] of files) {
      if (file.kind === 'hardlink') hardlinks.push([path, file.to]);
      else if (path !== '/') this.#place(root, path, file);
    }
    for (const [path, to] of hardlinks) {
      const target = find(root, to);
      if (target?.kind !== 'file')
        throw new Error(`image ${this.#repository}: no file ${to} to link`);
      target.links++;
      const [directory, name] = this.#parent(root, path);
      directory.entries.set(name, target);
    }
    return { root, lastInode: this.#inode };
  }

  #place(root: LayerDirectory, path: Bytes, file: Exclude<ImageFile, { kind: 'hardlink' }>): void {
    const [directory, name] = this.#parent(root, path);
    if (file.kind === 'directory') {
      const made = directory.entries.get(name);
      // A parent that was made for an earlier entry takes the owner and mode that are told now.
      const entry = this.#directory(file, made?.kind === 'directory' ? made.entries : new Map());
      if (made?.kind === 'directory') entry.subdirectories = made.subdirectories;
      else directory.subdirectories++;
      directory.entries.set(name, entry);
    } else if (file.kind === 'symlink') {
      const base = this.#base(file, 0o777);
      directory.entries.set(name, { ...base, kind: 'symlink', target: file.target });
    } else {
      directory.entries.set(name, this.#file(path, file));
    }
  }

  #file(path: Bytes, file: Extract<ImageFile, { kind: 'file' | 'program' }>): LayerFile {
    if (file.kind === 'file') {
      const { content } = file;
      const base = this.#base(file, 0o644);
      return { ...base, kind: 'file', content, size: content.length, program: undefined, links: 1 };
    }
    const content = binaryHeader(`${this.#repository}:${path}`);
    programs.set(content, file.program);
    const size = Math.max(file.sizeBytes ?? PROGRAM_BYTES, HEADER_BYTES);
    const base = this.#base(file, 0o755);
    return { ...base, kind: 'file', content, size, program: file.program, links: 1 };
  }

  #directory(
    file: { mode?: number; uid?: number; gid?: number },
    entries: Map<Bytes, LayerEntry> = new Map(),
  ): LayerDirectory {
    return { ...this.#base(file, 0o755), kind: 'directory', entries, subdirectories: 0 };
  }

  #base(file: { mode?: number; uid?: number; gid?: number }, mode: number): LayerEntryBase {
    return {
      inode: this.#inode++,
      mode: file.mode ?? mode,
      uid: file.uid ?? 0,
      gid: file.gid ?? 0,
      modifiedMs: this.#createdMs,
    };
  }

  #parent(root: LayerDirectory, path: Bytes): [LayerDirectory, Bytes] {
    const parts = path.split('/').filter((part) => part !== '');
    const name = parts.pop() ?? '';
    let directory = root;
    for (const part of parts) {
      let next = directory.entries.get(part);
      if (!next) {
        next = this.#directory({});
        directory.entries.set(part, next);
        directory.subdirectories++;
      }
      if (next.kind !== 'directory') {
        throw new Error(`image ${this.#repository}: ${path} lies below a file`);
      }
      directory = next;
    }
    return [directory, name];
  }
}

function find(root: LayerDirectory, path: Bytes): LayerEntry | undefined {
  let entry: LayerEntry | undefined = root;
  for (const part of path.split('/')) {
    if (part === '') continue;
    if (entry?.kind !== 'directory') return undefined;
    entry = entry.entries.get(part);
  }
  return entry;
}
