import {
  addQuantities,
  canonicalText,
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityOf,
  signOf,
} from '../../../api/quantity';
import type { Container, Pod } from '../../../api/stored-objects';
import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import type { RuntimeService } from '../../../runtime/cri';
import { fileSystemOf } from '../../../runtime/vfs/file-system';
import { DirectoryNode } from '../../../runtime/vfs/node';
import { allContainers } from '../../pod-containers';
import type { NodeRecords } from '../observed/node-records';
import type { MountedVolume } from '../volumes/volume-manager';

/** How often the eviction manager looks, and its phase: a kubelet has not just started. */
const LOOK_MS = 10_000;
const LOOK_PHASE_MS = 5000;
/** Pods whose volumes have not been measured yet are looked for this often … */
const FIRST_MEASURE_MS = 60_000;
const FIRST_MEASURE_PHASE_MS = 12_000;
/** … and from then on the volumes of each are measured again after this, up to twice as long. */
const MEASURE_MS = 60_000;
/** Pods of system-critical priority are never evicted. */
const CRITICAL_PRIORITY = 2_000_000_000;

const EPHEMERAL_STORAGE = 'ephemeral-storage';

export interface LocalStorageEvictionOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly records: NodeRecords;
  readonly volumes: (uid: string) => ReadonlyMap<string, MountedVolume>;
  readonly evict: (pod: Pod, message: string) => void;
}

interface Watched {
  pod: Pod;
  measureAt: number;
  /** Bytes on the disk by volume, as last measured. */
  volumes: ReadonlyMap<string, number>;
}

/**
 * Ends pods that use more of the node's disk than their limits allow. It works only while there are pods
 * with such limits. Models localStorageEviction of pkg/kubelet/eviction/eviction_manager.go, with the
 * figures of pkg/kubelet/server/stats.
 */
export class LocalStorageEviction {
  readonly #options: LocalStorageEvictionOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #startedMs: number;
  readonly #random;
  #timer: Timer | undefined;

  constructor(options: LocalStorageEvictionOptions) {
    this.#options = options;
    this.#startedMs = options.kernel.clock.now;
    this.#random = options.kernel.random.stream('volume measurements');
  }

  /** A pod has come or has been changed. */
  watch(pod: Pod): void {
    const { uid } = pod.metadata;
    const known = this.#watched.get(uid);
    if (known) known.pod = pod;
    else if (hasStorageLimit(pod)) {
      const measureAt = this.#next(FIRST_MEASURE_MS, FIRST_MEASURE_PHASE_MS);
      this.#watched.set(uid, { pod, measureAt, volumes: new Map() });
      this.#arm();
    }
  }

  forget(uid: string): void {
    this.#watched.delete(uid);
  }

  halt(): void {
    if (this.#timer) this.#options.kernel.clock.cancel(this.#timer);
    this.#timer = undefined;
    this.#watched.clear();
  }

  /** The next instant of those that come every `period`. */
  #next(period: number, phase: number): number {
    const { now } = this.#options.kernel.clock;
    const since = now - this.#startedMs - phase;
    return now + (period - (((since % period) + period) % period));
  }

  #arm(): void {
    this.#timer ??= this.#options.kernel.clock.at(this.#next(LOOK_MS, LOOK_PHASE_MS), () => {
      this.#timer = undefined;
      this.#look();
      if (this.#watched.size > 0) this.#arm();
    });
  }

  #look(): void {
    const { now } = this.#options.kernel.clock;
    for (const [uid, watched] of [...this.#watched]) {
      if (now >= watched.measureAt) {
        watched.volumes = this.#measure(uid);
        watched.measureAt = now + Math.round(MEASURE_MS * (1 + this.#random.fraction()));
      }
      const message = this.#verdict(watched);
      if (message === undefined) continue;
      this.#watched.delete(uid);
      this.#options.evict(watched.pod, message);
    }
  }

  #measure(uid: string): ReadonlyMap<string, number> {
    const measured = new Map<string, number>();
    for (const [name, { root, type }] of this.#options.volumes(uid)) {
      if (type === 'hostPath' || !(root instanceof DirectoryNode)) continue;
      measured.set(name, fileSystemOf(root).usedBytes);
    }
    return measured;
  }

  /** Why the pod has to go; undefined: it may stay. */
  #verdict({ pod, volumes }: Watched): string | undefined {
    if ((pod.spec.priority ?? 0) >= CRITICAL_PRIORITY) return undefined;
    const containers = this.#usageOfContainers(pod);
    return (
      fullVolume(pod, volumes) ??
      podOverLimit(pod, volumes, containers) ??
      containerOverLimit(pod, containers)
    );
  }

  /** Bytes that the running containers have written to their own layers and logs. */
  #usageOfContainers(pod: Pod): ReadonlyMap<string, number> {
    const { runtime, records } = this.#options;
    const usage = new Map<string, number>();
    for (const id of records.containerIds(pod.metadata.uid)) {
      const name = records.container(id)?.name;
      const used = runtime.containerUsage(id);
      if (name === undefined || !used || runtime.containerStatus(id)?.state !== 'running') continue;
      usage.set(name, used.layerBytes + used.logBytes);
    }
    return usage;
  }
}

function limitOf({ resources }: Container): Quantity | undefined {
  const limit = resources?.limits?.[EPHEMERAL_STORAGE];
  return limit === undefined ? undefined : parseQuantity(String(limit));
}

function hasStorageLimit(pod: Pod): boolean {
  return (
    (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) ||
    allContainers(pod).some((container) => limitOf(container) !== undefined)
  );
}

function exceeds(bytes: number, limit: Quantity): boolean {
  return compareQuantities(quantityOf(bytes, 'BinarySI'), limit) > 0;
}

/** Models emptyDirLimitEviction. */
function fullVolume(pod: Pod, volumes: ReadonlyMap<string, number>): string | undefined {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    if (emptyDir?.sizeLimit === undefined) continue;
    const limit = parseQuantity(String(emptyDir.sizeLimit));
    if (signOf(limit) !== 1 || !exceeds(volumes.get(name) ?? 0, limit)) continue;
    return `Usage of EmptyDir volume "${name}" exceeds the limit "${canonicalText(limit)}". `;
  }
  return undefined;
}

/** Models podEphemeralStorageLimitEviction: all limits together against all that lies on the disk. */
function podOverLimit(
  pod: Pod,
  volumes: ReadonlyMap<string, number>,
  containers: ReadonlyMap<string, number>,
): string | undefined {
  const limits = pod.spec.containers.flatMap((container) => limitOf(container) ?? []);
  const [first, ...rest] = limits;
  if (!first) return undefined;
  const limit = rest.reduce(addQuantities, first);
  let used = 0;
  for (const bytes of containers.values()) used += bytes;
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    if (emptyDir?.medium !== 'Memory') used += volumes.get(name) ?? 0;
  }
  return exceeds(used, limit)
    ? `Pod ephemeral local storage usage exceeds the total limit of containers ${canonicalText(limit)}. `
    : undefined;
}

/** Models containerEphemeralStorageLimitEviction: regular containers only. */
function containerOverLimit(pod: Pod, containers: ReadonlyMap<string, number>): string | undefined {
  for (const container of pod.spec.containers) {
    const limit = limitOf(container);
    if (!limit || signOf(limit) === 0) continue;
    if (!exceeds(containers.get(container.name) ?? 0, limit)) continue;
    return `Container ${container.name} exceeded its local ephemeral storage limit "${canonicalText(limit)}". `;
  }
  return undefined;
}
