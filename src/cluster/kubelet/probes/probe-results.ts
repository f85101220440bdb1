import type { ProbeResult } from '../actions/pod-actions-draft';

export type ProbeType = 'liveness' | 'readiness' | 'startup';

export interface ProbeUpdate {
  readonly type: ProbeType;
  readonly uid: string;
  /** The runtime's. */
  readonly containerId: string;
  readonly result: ProbeResult;
}

/** The verdict of each probe on each container instance. Models pkg/kubelet/prober/results. */
export class ProbeResults {
  readonly #type: ProbeType;
  readonly #onUpdate: (update: ProbeUpdate) => void;
  readonly #results = new Map<string, ProbeResult>();

  #changes = 0;

  constructor(type: ProbeType, onUpdate: (update: ProbeUpdate) => void) {
    this.#type = type;
    this.#onUpdate = onUpdate;
  }

  /** How often a verdict has changed or been forgotten. */
  get changes(): number {
    return this.#changes;
  }

  get(containerId: string): ProbeResult | undefined {
    return this.#results.get(containerId);
  }

  set(uid: string, containerId: string, result: ProbeResult): void {
    if (this.#results.get(containerId) === result) return;
    this.#changes++;
    this.#results.set(containerId, result);
    this.#onUpdate({ type: this.#type, uid, containerId, result });
  }

  remove(containerId: string): void {
    if (this.#results.delete(containerId)) this.#changes++;
  }
}
