import type { Kernel } from '../../kernel/kernel';
import { anyOf, type RunningTask, type Task, WaitQueue } from '../../kernel/task';
import { type Cancellation, CancelledError } from './sync-error';

/** Tasks that live and die with one kubelet process. */
export class TaskGroup {
  readonly #kernel: Kernel;
  readonly #running = new Set<RunningTask>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  start<Result>(task: Task<Result>, onDone: (result: Result) => void = () => {}): RunningTask {
    const running: RunningTask = this.#kernel.start(task, (result) => {
      this.#running.delete(running);
      onDone(result);
    });
    this.#running.add(running);
    return running;
  }

  /** Runs tasks side by side and waits for all of them. */
  *all(tasks: readonly Task[]): Task {
    let left = tasks.length;
    const done = new WaitQueue();
    for (const task of tasks) {
      this.start(task, () => {
        left--;
        done.wakeAll();
      });
    }
    while (left > 0) yield done.wait;
  }

  /** Carries out a task; throws CancelledError, and drops the task, when it is no longer wanted. */
  *unlessCancelled<Result>(task: Task<Result>, cancellation: Cancellation): Task<Result> {
    const done = new WaitQueue();
    let outcome: { readonly result: Result } | { readonly error: unknown } | undefined;
    function* attempt(): Task {
      try {
        outcome = { result: yield* task };
      } catch (error) {
        outcome = { error };
      }
      done.wakeAll();
    }
    const running = this.start(attempt());
    while (!outcome && !cancellation.cancelled) {
      yield anyOf(done.wait, cancellation.changed.wait);
    }
    if (!outcome) {
      running.kill();
      this.#running.delete(running);
      throw new CancelledError();
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  }

  /** Drops all of them where they stand. */
  halt(): void {
    for (const task of this.#running) task.kill();
    this.#running.clear();
  }
}
