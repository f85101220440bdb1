import type { Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import type { Bytes } from '../../../runtime/bytes';
import type { RuntimeService } from '../../../runtime/cri';
import type { EventType } from '../../events';
import type { PodEvents } from '../../pod-events';
import type { NodeDescription } from '../node/node-status';
import type { NodeRecords } from '../observed/node-records';
import type { Eviction } from '../pods/pod-workers';
import { LocalStorageEviction, type LocalStorageEvictionOptions } from './local-storage-eviction';
import { MemoryEviction } from './memory-eviction';

export interface PodEvictionOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly records: NodeRecords;
  readonly node: NodeDescription;
  readonly events: PodEvents;
  readonly nodeEvent: (type: EventType, reason: string, message: string) => void;
  readonly volumes: LocalStorageEvictionOptions['volumes'];
  /** The pods on this node that may still run. */
  readonly pods: () => readonly Pod[];
  readonly evict: (pod: Pod, why: Eviction, graceSeconds: number) => void;
  /** The node has come under pressure, or is relieved of it. */
  readonly onPressure: () => void;
}

/** What an evicted pod gets, whatever it asked for. */
const GRACE_SECONDS = 1;
const NO_PRESSURE: ReadonlySet<string> = new Set();
const MEMORY_PRESSURE: ReadonlySet<string> = new Set(['MemoryPressure']);

/** Ends pods that take more than they may or than the node has. Models pkg/kubelet/eviction. */
export class PodEviction {
  readonly #options: PodEvictionOptions;
  readonly #storage: LocalStorageEviction;
  readonly #memory: MemoryEviction;

  constructor(options: PodEvictionOptions) {
    const { kernel, runtime, records, node, volumes, pods, nodeEvent } = options;
    this.#options = options;
    this.#storage = new LocalStorageEviction({
      kernel,
      runtime,
      records,
      volumes,
      evict: (pod, message) => this.#evict(pod, { reason: 'Evicted', message }),
    });
    this.#memory = new MemoryEviction({
      kernel,
      runtime,
      records,
      pods,
      evict: (pod, message) => this.#evict(pod, { reason: 'Evicted', message, disrupts: true }),
      onThresholdMet: () =>
        nodeEvent('Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory'),
      onPressure: (isUnderPressure) => {
        const state = isUnderPressure ? 'NodeHasInsufficientMemory' : 'NodeHasSufficientMemory';
        nodeEvent('Normal', state, `Node ${node.name} status is now: ${state}`);
        options.onPressure();
      },
    });
  }

  /** The node's conditions that say so. */
  get pressure(): ReadonlySet<string> {
    return this.#memory.isUnderPressure ? MEMORY_PRESSURE : NO_PRESSURE;
  }

  /** Looks after what a pod writes to the node's disk. */
  watch(pod: Pod): void {
    this.#storage.watch(pod);
  }

  forget(uid: string): void {
    this.#storage.forget(uid);
  }

  /** Memory is short on the node; `victim`: whom the kernel has killed for it. */
  memoryIsLow(victim: { readonly name: Bytes; readonly pid: number } | undefined): void {
    this.#memory.watch();
    if (!victim) return;
    const text = `System OOM encountered, victim process: ${victim.name}, pid: ${victim.pid}`;
    this.#options.nodeEvent('Warning', 'SystemOOM', text);
  }

  halt(): void {
    this.#storage.halt();
    this.#memory.halt();
  }

  #evict(pod: Pod, why: Eviction): void {
    this.#options.events.pod(pod, 'Warning', why.reason, why.message);
    this.#options.evict(pod, why, GRACE_SECONDS);
  }
}
