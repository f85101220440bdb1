import type { PodSpec, ResourceRequirements } from '../../../api/stored-objects';
import type { RuntimeService } from '../../../runtime/cri';
import { fileSystemOf } from '../../../runtime/vfs/file-system';
import type { FileNode } from '../../../runtime/vfs/node';
import type { VolumesOnNode } from '../volumes/volume-manager';
import type { RuntimeContainerStatus } from './runtime-status';
import type { MessageSettings } from './termination-message';

/** What the kubelet writes beside a container (upstream: labels, annotations and the log's file name). */
export interface ContainerRecord {
  readonly podUid: string;
  readonly name: string;
  readonly hash: string;
  readonly restartCount: number;
  readonly message: MessageSettings;
  /** What the instance has been given, perhaps after its start. */
  resources: ResourceRequirements | undefined;
  /** Filled in once it has ended; it does not change any more. */
  ended?: RuntimeContainerStatus;
}

interface PodRecord {
  /** Newest first. */
  readonly sandboxIds: string[];
  readonly containerIds: string[];
  /** The highest attempt of each container that has a log. */
  readonly attempts: Map<string, number>;
  /** The one /etc/hosts that all containers of a sandbox share. */
  hosts: FileNode | undefined;
}

/**
 * What lies on the node itself and so outlives its kubelet: which sandboxes and containers belong to which
 * pod, what was noted about them, and the volumes.
 */
export class NodeRecords {
  readonly volumes: VolumesOnNode = new Map();
  /** By pod UID: the spec whose resources the pod was given last. */
  readonly allocations = new Map<string, PodSpec>();
  #boots = 0;
  readonly #containers = new Map<string, ContainerRecord>();
  readonly #pods = new Map<string, PodRecord>();

  /** How often the node has been booted again. */
  get boots(): number {
    return this.#boots;
  }

  /** The node has been booted again: volumes in memory are gone, those on the disk are there. */
  booted(): void {
    this.#boots++;
    for (const volumes of this.volumes.values()) {
      for (const [name, { root }] of [...volumes]) {
        if (fileSystemOf(root).memoryBacked) volumes.delete(name);
      }
    }
  }

  addSandbox(podUid: string, sandboxId: string): void {
    const pod = this.#pod(podUid);
    pod.sandboxIds.unshift(sandboxId);
    pod.hosts = undefined;
  }

  addContainer(id: string, record: ContainerRecord): void {
    this.#containers.set(id, record);
    const pod = this.#pod(record.podUid);
    pod.containerIds.unshift(id);
    const highest = pod.attempts.get(record.name) ?? -1;
    pod.attempts.set(record.name, Math.max(highest, record.restartCount));
  }

  container(id: string): ContainerRecord | undefined {
    return this.#containers.get(id);
  }

  /** Newest first; only those that the runtime still has. */
  sandboxIds(podUid: string): readonly string[] {
    return this.#pods.get(podUid)?.sandboxIds ?? [];
  }

  containerIds(podUid: string): readonly string[] {
    return this.#pods.get(podUid)?.containerIds ?? [];
  }

  /** What attempt a container without a record begins with: one more than its last log's. */
  nextAttempt(podUid: string, name: string): number {
    return (this.#pods.get(podUid)?.attempts.get(name) ?? -1) + 1;
  }

  hosts(podUid: string, make: () => FileNode): FileNode {
    const pod = this.#pod(podUid);
    pod.hosts ??= make();
    return pod.hosts;
  }

  removeContainer(id: string): void {
    const record = this.#containers.get(id);
    this.#containers.delete(id);
    const ids = record && this.#pods.get(record.podUid)?.containerIds;
    const at = ids?.indexOf(id) ?? -1;
    if (ids && at >= 0) ids.splice(at, 1);
  }

  /** Forgets what the runtime has lost (somebody removed it from under the kubelet). */
  forgetMissing(podUid: string, runtime: RuntimeService): void {
    const pod = this.#pods.get(podUid);
    if (!pod) return;
    for (const id of [...pod.containerIds]) {
      if (!runtime.containerStatus(id)) this.removeContainer(id);
    }
    for (const id of [...pod.sandboxIds]) {
      if (!runtime.sandboxStatus(id)) pod.sandboxIds.splice(pod.sandboxIds.indexOf(id), 1);
    }
  }

  /** UIDs of all pods that have left anything on the node. */
  podUids(): string[] {
    return [...this.#pods.keys()];
  }

  removePod(podUid: string): void {
    for (const id of this.containerIds(podUid)) this.#containers.delete(id);
    this.#pods.delete(podUid);
    this.volumes.delete(podUid);
    this.allocations.delete(podUid);
  }

  #pod(uid: string): PodRecord {
    let pod = this.#pods.get(uid);
    if (!pod) {
      pod = { sandboxIds: [], containerIds: [], attempts: new Map(), hosts: undefined };
      this.#pods.set(uid, pod);
    }
    return pod;
  }
}
