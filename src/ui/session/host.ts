import type { SimulatorOptions } from '../../lab/run';
import type { Simulator } from '../../lab/simulator-api';

export type CreateSimulator = (options: SimulatorOptions) => Simulator;

/** Real time and turns, as the worker has them; a test brings its own. */
export interface Host {
  /** Real ms. */
  now(): number;
  /** Calls back after about `delayMs`, letting messages in before. */
  schedule(callback: () => void, delayMs: number): void;
}
