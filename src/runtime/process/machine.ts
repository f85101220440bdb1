import type { Kernel } from '../../kernel/kernel';
import type { Random } from '../../kernel/random';
import { PROCESSES_PER_CONTAINER } from '../bounds';
import type { Bytes } from '../bytes';
import { SysError } from '../errno';
import type { NetNamespace } from '../open-file';
import { deviceLayer } from '../vfs/device-files';
import { type FileObserver, FileSystem, type FileSystemOptions } from '../vfs/file-system';
import type { ImageLayer } from '../vfs/layer';
import type { LaterNode } from '../vfs/mounts';
import type { FileActor } from '../vfs/node';
import { Cgroup, type CgroupLimits, MachineLoad } from './cgroup';
import type { MachineServices } from './machine-services';
import { PidNamespace } from './pid-namespace';
import { Pipe } from './pipe';
import { procFileSystem } from './proc-files';
import { Process } from './process';
import type { HostName } from './process-state';
import { sysFileSystem } from './sys-files';
import { Tty } from './terminal';

export interface MachineOptions {
  readonly kernel: Kernel;
  /** Names its stream of chance. */
  readonly name: string;
  readonly cores?: number;
  readonly memoryBytes?: number;
  /** What happens to the files of volumes; by default it goes to the trace. */
  readonly onFile?: FileObserver;
}

const DEFAULT_CORES = 4;
const DEFAULT_MEMORY_BYTES = 8 * 1024 ** 3;

/** What the node's own programs hold. */
const SYSTEM_MEMORY_BYTES = 640 * 1024 ** 2;

/** A bound is traced at most so often per machine, ms. */
const LIMIT_INTERVAL_MS = 1000;

/** A computer: a node of the cluster, or the workstation. Owns what its containers have in common. */
export class Machine implements MachineServices {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly name: string;
  readonly cores: number;
  readonly memoryBytes: number;
  bootedAt: number;
  /** What all cgroups take together. */
  readonly load: MachineLoad;
  readonly #onFile: FileObserver;
  readonly #unixMs = () => this.kernel.unixMs();
  readonly #onLimit = (bound: string, number: number, { actor }: FileSystem) =>
    this.limit(bound, number, actor);
  #devices = 40;
  #deviceLayer: ImageLayer | undefined;
  #pipes = 20_000;
  #terminals = 0;
  readonly #limitsMet = new Map<string, number>();

  constructor(options: MachineOptions) {
    const { kernel } = options;
    this.kernel = kernel;
    this.name = options.name;
    this.random = kernel.random.stream(`machine ${options.name}`);
    this.cores = options.cores ?? DEFAULT_CORES;
    this.memoryBytes = options.memoryBytes ?? DEFAULT_MEMORY_BYTES;
    this.bootedAt = kernel.clock.now;
    this.load = new MachineLoad(this.cores);
    this.load.onMemory = () => this.#checkMemory();
    this.#onFile =
      options.onFile ??
      (({ volume, path, operation, actor }) => {
        kernel.trace.emit('file', { ...actor, volume, path, operation });
      });
  }

  /** Bytes that programs could still get. */
  get availableMemoryBytes(): number {
    return this.memoryBytes - SYSTEM_MEMORY_BYTES - this.load.memoryBytes;
  }

  /** Called whenever somebody has taken memory. */
  onMemory: (() => void) | undefined;
  /** Called when the machine had none left, with the process that it cost. */
  onOutOfMemory: ((victim: { readonly name: Bytes; readonly pid: number }) => void) | undefined;

  #checkMemory(): void {
    while (this.availableMemoryBytes < 0) {
      const group = this.#oomVictim();
      const [process] = group?.members ?? [];
      if (!group || !(process instanceof Process)) break;
      const { name, pid } = process;
      group.outOfMemory();
      this.onOutOfMemory?.({ name, pid });
    }
    this.onMemory?.();
  }

  /** Models mm/oom_kill.c oom_badness, for whole containers as the kubelet sets memory.oom.group. */
  #oomVictim(): Cgroup | undefined {
    let worst: Cgroup | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const group of this.load.groups) {
      const adjustment = group.limits.oomScoreAdj ?? 0;
      const badness = (group.memoryBytes * 1000) / this.memoryBytes + adjustment;
      if (badness <= most || adjustment === -1000) continue;
      worst = group;
      most = badness;
    }
    return worst;
  }

  get busyGroups(): number {
    return this.load.busyGroups;
  }

  /** The clock goes on, the uptime starts again. */
  reboot(): void {
    this.bootedAt = this.kernel.clock.now;
  }

  createCgroup(limits: Partial<CgroupLimits> = {}): Cgroup {
    return new Cgroup(this.load, { processLimit: PROCESSES_PER_CONTAINER, ...limits });
  }

  createPidNamespace(): PidNamespace<Process> {
    return new PidNamespace<Process>();
  }

  /** An empty file system of some type (emptyDir: ext4 or tmpfs), or one that starts from an image. */
  createFileSystem(
    options: Pick<
      FileSystemOptions,
      'type' | 'source' | 'capacityBytes' | 'volume' | 'layer' | 'rootMode'
    > & { readonly actor?: FileActor },
  ): FileSystem {
    return new FileSystem({
      type: options.type,
      source: options.source,
      capacityBytes: options.capacityBytes,
      volume: options.volume,
      layer: options.layer,
      rootMode: options.rootMode,
      device: this.#devices++,
      now: this.#unixMs,
      observer: this.#onFile,
      onLimit: this.#onLimit,
      actor: options.actor,
    });
  }

  /** A container's root: what its image holds, and what it writes over it. */
  createRoot(layer: ImageLayer, actor?: FileActor): FileSystem {
    return this.createFileSystem({ type: 'overlay', source: 'overlay', layer, actor });
  }

  /** A /dev of its own for a container. */
  createDevices(): FileSystem {
    this.#deviceLayer ??= deviceLayer(this.kernel.unixMs());
    return this.createFileSystem({ type: 'tmpfs', source: 'tmpfs', layer: this.#deviceLayer });
  }

  /** A /proc; like /sys it is made when somebody looks at it. */
  createProc(namespace: PidNamespace<Process>, net: NetNamespace, host: HostName): LaterNode {
    return this.#madeLater((options) =>
      procFileSystem({ machine: this, namespace, net, host }, options),
    );
  }

  /** A /sys for the processes of one cgroup; containers have it mounted read-only. */
  createSys(cgroup: Cgroup): LaterNode {
    return this.#madeLater((options) => sysFileSystem(cgroup, options));
  }

  /** The root of a file system that is made at the first look, with the device and times of now. */
  #madeLater(make: (options: Pick<FileSystemOptions, 'device' | 'now'>) => FileSystem): LaterNode {
    const device = this.#devices++;
    const madeMs = this.kernel.unixMs();
    return {
      type: 'directory',
      make: () => {
        const { root } = make({ device, now: this.#unixMs });
        root.modifiedMs = madeMs;
        root.accessedMs = madeMs;
        root.changedMs = madeMs;
        return root;
      },
    };
  }

  createTerminal(size: { columns?: number; rows?: number } = {}): Tty {
    return new Tty({ number: this.#terminals++, madeMs: this.kernel.unixMs(), ...size });
  }

  newPipe(): Pipe {
    return new Pipe({ inode: this.#pipes++, device: 14, madeMs: this.kernel.unixMs() });
  }

  limit(bound: string, number: number, actor: FileActor): void {
    const key = `${bound} ${actor.pod} ${actor.container}`;
    const now = this.kernel.clock.now;
    const last = this.#limitsMet.get(key);
    if (last !== undefined && now - last < LIMIT_INTERVAL_MS) return;
    this.#limitsMet.set(key, now);
    this.kernel.trace.emit('limit', { ...actor, bound, number });
  }

  programFailed(program: Bytes, error: unknown, actor: FileActor): void {
    const known = error instanceof Error || error instanceof SysError;
    const message = known ? error.message : String(error);
    this.kernel.trace.emit('program.failed', { ...actor, program, message });
  }
}
