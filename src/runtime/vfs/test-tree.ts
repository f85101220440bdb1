import type { Bytes } from '../bytes';
import { SysError } from '../errno';
import type { ImageFile, ImageModel } from '../image';
import { credentialsOf, DEFAULT_CAPABILITIES } from './credentials';
import { type FileObserver, FileSystem } from './file-system';
import { type ImageLayer, imageLayer } from './layer';
import { MountNamespace } from './mounts';
import { type Opener, openPath } from './open';
import { nodeContext } from './tree';

/** A layer with the given files, for tests. */
export function layerOf(files: Readonly<Record<string, ImageFile>>): ImageLayer {
  const model: ImageModel = {
    repositories: ['docker.io/library/test'],
    sizeBytes: 1,
    files: () => new Map(Object.entries(files)),
    modelled: 'lab',
    about: 'for tests',
  };
  return imageLayer(model, 1000);
}

export interface TestTree {
  readonly system: FileSystem;
  readonly mounts: MountNamespace;
  /** Somebody with default capabilities (root) or none; `groups` are supplementary. */
  as(uid: number, gid?: number, groups?: readonly number[]): Opener;
  clock: { nowMs: number };
}

/** A file system mounted as the root, for tests. */
export function testTree(
  options: {
    files?: Readonly<Record<string, ImageFile>>;
    layer?: ImageLayer;
    capacityBytes?: number;
    volume?: string;
    observer?: FileObserver;
    onLimit?: (bound: string, number: number) => void;
  } = {},
): TestTree {
  const clock = { nowMs: 5000 };
  const system = new FileSystem({
    device: 1,
    type: 'overlay',
    source: 'overlay',
    now: () => clock.nowMs,
    layer: options.layer ?? layerOf(options.files ?? {}),
    capacityBytes: options.capacityBytes,
    volume: options.volume,
    observer: options.observer,
    onLimit: options.onLimit,
  });
  const mounts = new MountNamespace(system.root);
  return {
    system,
    mounts,
    clock,
    as: (uid, gid = uid, groups = [gid]) => ({
      ...nodeContext(mounts),
      credentials: credentialsOf(uid, gid, groups, new Set(DEFAULT_CAPABILITIES)),
      fileMask: 0o022,
      actor: { pod: 'default/p', container: 'c' },
      memoryAccount: undefined,
      random: () => 0,
      openTerminal: () => undefined,
    }),
  };
}

/** The name of the error that a call ends with, or 'ok'. */
export function outcome(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

/** echo -n text > path, or >> path. */
export function write(opener: Opener, path: Bytes, text: Bytes, append = false): void {
  const flags = { write: true, create: true, append, truncate: !append };
  const opened = openPath(opener, path, flags, 0o666);
  if (opened.kind !== 'file') throw new Error(`${path} is no file`);
  opened.file.tryWrite(text);
  opened.file.release();
}

/** cat path. */
export function read(opener: Opener, path: Bytes): Bytes {
  const opened = openPath(opener, path, { read: true }, 0);
  if (opened.kind !== 'file') throw new Error(`${path} is no file`);
  const text = opened.file.tryRead(1_000_000) ?? '';
  opened.file.release();
  return text;
}
