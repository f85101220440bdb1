import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { OpenFile } from '../open-file';
import type { Stat } from '../syscalls';
import { NEVER_CHANGES } from './file-handle';
import type { ImageLayer, LayerDirectory } from './layer';
import type { DeviceNode } from './node';

/** Numbers of the character devices that exist (Documentation/admin-guide/devices.txt). */
const MEMORY_MAJOR = 1;
const TERMINAL_MAJOR = 5;
/** Of the files in /dev/pts. */
export const PTS_MAJOR = 136;

/** An open memory device. */
abstract class MemoryDevice implements OpenFile {
  readonly readable = true;
  readonly writable = true;
  readonly changed = NEVER_CHANGES;
  readonly #node: DeviceNode;

  constructor(node: DeviceNode) {
    this.#node = node;
  }

  abstract tryRead(max: number): Bytes;

  tryWrite(bytes: Bytes): number {
    return bytes.length;
  }

  seek(): number {
    return 0;
  }

  stat(): Stat {
    return this.#node.stat();
  }

  release(): void {}

  get path(): Bytes {
    return `/dev/${this.#node.name}`;
  }
}

class NullDevice extends MemoryDevice {
  tryRead(): Bytes {
    return '';
  }
}

/** Zeros are made once; reads take slices of them. */
const ZEROS = '\0'.repeat(65_536);

class ZeroDevice extends MemoryDevice {
  tryRead(max: number): Bytes {
    return max === ZEROS.length
      ? ZEROS
      : max < ZEROS.length
        ? ZEROS.slice(0, max)
        : '\0'.repeat(max);
  }
}

class FullDevice extends ZeroDevice {
  override tryWrite(): number {
    return fail('ENOSPC');
  }
}

class RandomDevice extends MemoryDevice {
  readonly #random: (bound: number) => number;

  constructor(node: DeviceNode, random: (bound: number) => number) {
    super(node);
    this.#random = random;
  }

  tryRead(max: number): Bytes {
    let bytes = '';
    for (let i = Math.min(max, 65_536); i > 0; i--) bytes += String.fromCharCode(this.#random(256));
    return bytes;
  }
}

/** What devices need of the one who opens them. */
export interface DeviceUser {
  random(bound: number): number;
  /** The controlling terminal, opened once more; with a number, only if it is that one. */
  openTerminal(number?: number): OpenFile | undefined;
}

/** Opens a device; ENXIO when nothing is behind its number. */
export function openDevice(node: DeviceNode, user: DeviceUser): OpenFile {
  if (node.major === MEMORY_MAJOR) {
    if (node.minor === 3) return new NullDevice(node);
    if (node.minor === 5) return new ZeroDevice(node);
    if (node.minor === 7) return new FullDevice(node);
    if (node.minor === 8 || node.minor === 9) {
      return new RandomDevice(node, (bound) => user.random(bound));
    }
  }
  if (node.major === TERMINAL_MAJOR && node.minor === 0)
    return user.openTerminal() ?? fail('ENXIO');
  if (node.major === PTS_MAJOR) return user.openTerminal(node.minor) ?? fail('EIO');
  return fail('ENXIO');
}

const DEVICES = [
  ['full', 0o666, MEMORY_MAJOR, 7],
  ['null', 0o666, MEMORY_MAJOR, 3],
  ['random', 0o666, MEMORY_MAJOR, 8],
  ['tty', 0o666, TERMINAL_MAJOR, 0],
  ['urandom', 0o666, MEMORY_MAJOR, 9],
  ['zero', 0o666, MEMORY_MAJOR, 5],
] as const;

const LINKS = [
  ['core', '/proc/kcore'],
  ['fd', '/proc/self/fd'],
  ['ptmx', 'pts/ptmx'],
  ['stderr', '/proc/self/fd/2'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
] as const;

/**
 * What /dev holds in a container, as a layer that all of a machine's containers start from. Models runc
 * libcontainer/specconv. `modifiedMs` (Unix) is the time of its files.
 */
export function deviceLayer(modifiedMs: number): ImageLayer {
  let inode = 1;
  const base = (mode: number) => ({ inode: inode++, mode, uid: 0, gid: 0, modifiedMs });
  const folder = (mode: number): LayerDirectory => ({
    ...base(mode),
    kind: 'directory',
    entries: new Map(),
    subdirectories: 0,
  });
  const root = { ...folder(0o755), subdirectories: 3 };
  for (const [name, target] of LINKS) {
    root.entries.set(name, { ...base(0o777), kind: 'symlink', target });
  }
  for (const [name, mode, major, minor] of DEVICES) {
    root.entries.set(name, { ...base(mode), kind: 'device', major, minor });
  }
  root.entries.set('mqueue', folder(0o1777));
  root.entries.set('pts', folder(0o755));
  root.entries.set('shm', folder(0o1777));
  return { root, lastInode: inode };
}
