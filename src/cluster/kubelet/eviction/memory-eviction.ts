import { canonicalText, quantityOf } from '../../../api/quantity';
import type { Pod } from '../../../api/stored-objects';
import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';
import type { RuntimeService } from '../../../runtime/cri';
import { amountsOf, podRequests } from '../../scheduler/pod-requests';
import type { NodeRecords } from '../observed/node-records';

/** memory.available<100Mi, the kubelet's default. */
const THRESHOLD_BYTES = 100 * 1024 ** 2;
/** How often the eviction manager looks, and its phase: a kubelet has not just started. */
const LOOK_MS = 10_000;
const LOOK_PHASE_MS = 5000;
/** The node's condition stays for so long after the pressure has gone. */
const TRANSITION_MS = 300_000;
/** Pods of system-critical priority are never evicted. */
const CRITICAL_PRIORITY = 2_000_000_000;

export interface MemoryEvictionOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly records: NodeRecords;
  /** The pods on this node that run. */
  readonly pods: () => readonly Pod[];
  readonly evict: (pod: Pod, message: string) => void;
  /** The threshold has been crossed (true), or the node's condition is over. */
  readonly onPressure: (isUnderPressure: boolean) => void;
  readonly onThresholdMet: () => void;
}

interface Usage {
  readonly pod: Pod;
  readonly usedBytes: number;
  readonly overBytes: number;
}

/**
 * Ends pods when the node's memory runs out, one at a time. It looks only while there is little left. Models
 * pkg/kubelet/eviction/eviction_manager.go synchronize, as far as memory goes.
 */
export class MemoryEviction {
  readonly #options: MemoryEvictionOptions;
  readonly #startedMs: number;
  #timer: Timer | undefined;
  #relief: Timer | undefined;
  #isUnderPressure = false;

  constructor(options: MemoryEvictionOptions) {
    this.#options = options;
    this.#startedMs = options.kernel.clock.now;
  }

  get isUnderPressure(): boolean {
    return this.#isUnderPressure;
  }

  /** Little memory is left. */
  watch(): void {
    const { clock } = this.#options.kernel;
    const since = clock.now - this.#startedMs - LOOK_PHASE_MS;
    const next = clock.now + LOOK_MS - (((since % LOOK_MS) + LOOK_MS) % LOOK_MS);
    this.#timer ??= clock.at(next, () => {
      this.#timer = undefined;
      this.#look();
    });
  }

  halt(): void {
    const { clock } = this.#options.kernel;
    if (this.#timer) clock.cancel(this.#timer);
    if (this.#relief) clock.cancel(this.#relief);
    this.#timer = undefined;
    this.#relief = undefined;
  }

  #look(): void {
    const { kernel, runtime, evict, onThresholdMet } = this.#options;
    const available = runtime.availableMemoryBytes();
    if (available >= THRESHOLD_BYTES) {
      if (this.#isUnderPressure) this.#relax();
      return;
    }
    if (this.#relief) kernel.clock.cancel(this.#relief);
    this.#relief = undefined;
    this.#setPressure(true);
    onThresholdMet();
    const [victim] = this.#ranked();
    if (victim) evict(victim.pod, this.#message(victim.pod, available));
    this.watch();
  }

  /** The condition goes when nothing has happened for a while. */
  #relax(): void {
    const { clock } = this.#options.kernel;
    this.#relief ??= clock.after(TRANSITION_MS, () => {
      this.#relief = undefined;
      this.#setPressure(false);
    });
  }

  #setPressure(isUnderPressure: boolean): void {
    if (this.#isUnderPressure === isUnderPressure) return;
    this.#isUnderPressure = isUnderPressure;
    this.#options.onPressure(isUnderPressure);
  }

  /** Whom to evict first. Models rankMemoryPressure. */
  #ranked(): Usage[] {
    const pods = this.#options
      .pods()
      .filter((pod) => (pod.spec.priority ?? 0) < CRITICAL_PRIORITY)
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const usages = pods.map((pod): Usage => {
      const used = this.#containers(pod).reduce((sum, { usedBytes }) => sum + usedBytes, 0);
      const request = podRequests(pod.spec).get('memory') ?? 0;
      return { pod, usedBytes: used, overBytes: used - request };
    });
    const exceeds = ({ overBytes }: Usage) => (overBytes > 0 ? 0 : 1);
    return usages.sort(
      (a, b) =>
        exceeds(a) - exceeds(b) ||
        (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) ||
        b.overBytes - a.overBytes,
    );
  }

  #containers({ metadata }: Pod): { readonly name: string; readonly usedBytes: number }[] {
    const { records, runtime } = this.#options;
    return records.containerIds(metadata.uid).flatMap((id) => {
      const name = records.container(id)?.name;
      const usedBytes = runtime.containerUsage(id)?.memoryBytes ?? 0;
      return name === undefined || usedBytes === 0 ? [] : { name, usedBytes };
    });
  }

  /** Models evictionMessage of helpers.go. */
  #message(pod: Pod, available: number): string {
    const size = (bytes: number) => canonicalText(quantityOf(bytes, 'BinarySI'));
    let text = `The node was low on resource: memory. Threshold quantity: ${size(THRESHOLD_BYTES)}, available: ${size(Math.max(0, Math.floor(available / 1024) * 1024))}. `;
    const used = new Map(this.#containers(pod).map((one) => [one.name, one.usedBytes]));
    for (const { name, resources } of [
      ...(pod.spec.initContainers ?? []),
      ...pod.spec.containers,
    ]) {
      const usedBytes = used.get(name) ?? 0;
      const request = amountsOf(resources?.requests).get('memory') ?? 0;
      if (usedBytes <= request) continue;
      text += `Container ${name} was using ${size(usedBytes)}, request is ${size(request)}, has larger consumption of memory. `;
    }
    return text;
  }
}
