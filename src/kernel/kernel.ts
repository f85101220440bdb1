import { Clock } from './clock';
import { Random } from './random';
import { type RunningTask, startTask, type Task } from './task';
import { Trace } from './trace';

/** What every part of a run shares: one clock, one source of chance, one trace. */
export interface Kernel {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  /** Unix time in ms of virtual instant 0. */
  readonly epochMs: number;
  /** Unix time in ms of the current instant. */
  unixMs(): number;
  /** Starts a task at the current instant. */
  start<T>(task: Task<T>, onDone?: (result: T) => void): RunningTask;
}

/** A kernel at instant 0. */
export function createKernel(options: { seed: number; epochMs: number }): Kernel {
  const clock = new Clock();
  return {
    clock,
    random: new Random(options.seed),
    trace: new Trace(() => clock.now),
    epochMs: options.epochMs,
    unixMs: () => options.epochMs + clock.now,
    start: (task, onDone) => startTask(clock, task, onDone),
  };
}
