import { parentPort, workerData } from 'node:worker_threads';
import { expandTable, runCase } from './adapters.ts';
import { readTable } from './table.ts';

/** What the main thread asks a worker for: the cases of one table at these indexes, in this order. */
export interface Task {
  readonly name: string;
  readonly file: string;
  readonly indexes: readonly number[];
}

/** Runs a task's cases and sends [index, outcome] for each. */
export function work(): void {
  const task = workerData as Task;
  const table = expandTable(readTable(task.name, task.file));
  for (const index of task.indexes) {
    const testCase = table.cases[index];
    if (testCase) parentPort?.postMessage([index, runCase(task.name, testCase)]);
  }
}
