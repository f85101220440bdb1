/**
 * How long the steps of the cluster's parts typically take, in virtual ms, on idle machines. Sandboxes,
 * containers and pulls have their own figures with the runtime and the image service.
 */
export interface Latency {
  /** From the API server's write to the reaction of a component that watches. */
  readonly watchMs: number;
  /** One attempt of the scheduler. */
  readonly scheduleMs: number;
  /** Setting up the volumes of a pod. */
  readonly mountMs: number;
  /** The kubelet looks every so often whether all volumes are there. */
  readonly mountPollMs: number;
  /** Taking down the sandbox's network. */
  readonly removeSandboxMs: number;
  readonly unmountMs: number;
}

export const TYPICAL_LATENCY: Latency = {
  watchMs: 3,
  scheduleMs: 5,
  mountMs: 120,
  mountPollMs: 300,
  removeSandboxMs: 60,
  unmountMs: 100,
};

/** Everything at once: for benchmarks. */
export const NO_LATENCY: Latency = {
  watchMs: 0,
  scheduleMs: 0,
  mountMs: 0,
  mountPollMs: 0,
  removeSandboxMs: 0,
  unmountMs: 0,
};

export function latencyOf(choice: 'typical' | 'none'): Latency {
  return choice === 'none' ? NO_LATENCY : TYPICAL_LATENCY;
}
