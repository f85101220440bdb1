import { Worker } from 'node:worker_threads';
import type { Outcome } from './table.ts';
import type { Task } from './worker.ts';

/**
 * Real milliseconds that one case may take. Virtual time and steps are bounded by the adapters; this
 * bound is for what they cannot see (a regular expression that never ends), and is far from usual.
 */
const LONGEST_CASE = 20_000;
const HEAP_MEGABYTES = 2048;

/** Runs the task until its worker ends, fails or is stopped; resolves with why it did not end well. */
function runWorker(
  script: URL,
  task: Task,
  take: (index: number, outcome: Outcome) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const worker = new Worker(script, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    let trouble: string | undefined;
    const tooLong = () => {
      trouble = `did not end within ${LONGEST_CASE / 1000} s of real time`;
      void worker.terminate();
    };
    let watchdog = setTimeout(tooLong, LONGEST_CASE);
    worker.on('message', ([index, outcome]: [number, Outcome]) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(tooLong, LONGEST_CASE);
      take(index, outcome);
    });
    worker.on('error', (error) => {
      trouble ??= `stopped the worker: ${error.message}`;
    });
    worker.on('exit', () => {
      clearTimeout(watchdog);
      resolve(trouble);
    });
  });
}

/**
 * Runs the cases of one table in a worker thread, and gives their outcomes by index. A case that
 * hangs or exhausts the memory fails, and a new worker goes on behind it.
 */
export async function runTask(script: URL, task: Task): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>();
  let left = task.indexes;
  while (left.length > 0) {
    const trouble = await runWorker(script, { ...task, indexes: left }, (index, outcome) =>
      outcomes.set(index, outcome),
    );
    left = left.filter((index) => !outcomes.has(index));
    const [culprit, ...rest] = left;
    if (culprit === undefined) break;
    outcomes.set(culprit, {
      pass: false,
      difference: trouble ?? 'the worker ended without a word',
    });
    left = rest;
  }
  return outcomes;
}

/** Runs jobs, at most `width` at a time; their results stay in the jobs' order. */
export async function inParallel<T>(
  jobs: readonly (() => Promise<T>)[],
  width: number,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < jobs.length; index = next++) {
      const job = jobs[index];
      if (job) results[index] = await job();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, lane));
  return results;
}
