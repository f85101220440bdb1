import type { Kernel } from '../../kernel/kernel';
import { type RunningTask, type Task, WaitQueue } from '../../kernel/task';

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

  /** Drops all of them where they stand. */
  halt(): void {
    for (const task of this.#running) task.kill();
    this.#running.clear();
  }
}
