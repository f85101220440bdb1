import type { Kernel } from '../../../kernel/kernel';
import { type FileObserver, FileSystem } from '../../../runtime/vfs/file-system';
import type { DirectoryNode } from '../../../runtime/vfs/node';

/** First device number of volumes; roots of containers have smaller ones. */
const FIRST_DEVICE = 0x10000;

export interface VolumeFileSystemOptions {
  /** `namespace/name`. */
  readonly pod: string;
  readonly volume: string;
  readonly type: 'ext4' | 'tmpfs';
  /** Undefined: bounded by the node alone. */
  readonly capacityBytes?: number;
  readonly rootMode: number;
  /** Whether the trace tells what happens in it. */
  readonly traced: boolean;
}

/** The disks of one node: where volumes lie, and the node's own files. */
export class NodeStorage {
  /** `/` of the node, as hostPath volumes see it. */
  readonly hostRoot: DirectoryNode;
  /** Where the kubelet keeps files of its own, by pod UID. */
  readonly kubeletFiles: DirectoryNode;
  readonly #kernel: Kernel;
  #nextDevice = FIRST_DEVICE;
  readonly #onFile: FileObserver = ({ volume, path, operation, actor }, of) =>
    this.#kernel.trace.emit('file', {
      pod: actor.pod ?? of.actor.pod,
      ...(actor.container === undefined ? {} : { container: actor.container }),
      volume,
      path,
      operation,
    });
  readonly #onLimit = (bound: string, number: number, { actor, volume }: FileSystem) =>
    this.#kernel.trace.emit('limit', { pod: actor.pod, volume, bound, number });

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const node = { type: 'ext4', source: '/dev/sda1', rootMode: 0o755 };
    this.hostRoot = this.#fileSystem(node).root;
    this.kubeletFiles = this.#fileSystem(node).root;
  }

  /** A fresh file system for one volume of one pod. */
  create(options: VolumeFileSystemOptions): FileSystem {
    const { pod, volume, type, rootMode, capacityBytes, traced } = options;
    return this.#fileSystem({
      type,
      source: type === 'tmpfs' ? 'tmpfs' : '/dev/sda1',
      rootMode,
      pod,
      volume: traced ? volume : undefined,
      capacityBytes,
    });
  }

  #fileSystem(options: {
    readonly type: string;
    readonly source: string;
    readonly rootMode: number;
    readonly volume?: string | undefined;
    readonly pod?: string;
    readonly capacityBytes?: number | undefined;
  }): FileSystem {
    const { pod } = options;
    return new FileSystem({
      device: this.#nextDevice++,
      type: options.type,
      source: options.source,
      now: this.#kernel.unixMs,
      rootMode: options.rootMode,
      capacityBytes: options.capacityBytes,
      volume: options.volume,
      actor: pod === undefined ? undefined : { pod },
      observer: this.#onFile,
      onLimit: this.#onLimit,
    });
  }
}
