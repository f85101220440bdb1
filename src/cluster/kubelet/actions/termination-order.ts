import type { Pod } from '../../../api/stored-objects';
import type { Clock } from '../../../kernel/clock';
import { anyOf, sleep, type Task, WaitQueue } from '../../../kernel/task';
import { isRestartableInitContainer } from '../../pod-containers';

/**
 * Makes sidecars wait until all regular containers and the sidecars after them have ended. Models
 * kuberuntime_termination_order.go.
 */
export class TerminationOrder {
  readonly #clock: Clock;
  readonly #ended = new Set<string>();
  readonly #prerequisites = new Map<string, string[]>();
  readonly #changes = new WaitQueue();

  constructor(clock: Clock, pod: Pod, running: ReadonlySet<string>) {
    this.#clock = clock;
    const inits = pod.spec.initContainers ?? [];
    const regular = pod.spec.containers.map(({ name }) => name);
    for (const { name } of [...pod.spec.containers, ...inits]) {
      if (!running.has(name)) this.#ended.add(name);
    }
    let later: string | undefined;
    for (const container of [...inits].reverse()) {
      if (!isRestartableInitContainer(container)) continue;
      this.#prerequisites.set(container.name, [...regular, ...(later ? [later] : [])]);
      later = container.name;
    }
  }

  /** Waits for the container's turn, at most `graceSeconds`; returns the whole seconds it waited. */
  *waitForTurn(name: string, graceSeconds: number): Task<number> {
    const began = this.#clock.now;
    const deadline = began + graceSeconds * 1000;
    const free = () =>
      (this.#prerequisites.get(name) ?? []).every((before) => this.#ended.has(before));
    while (!free() && this.#clock.now < deadline) {
      yield anyOf(this.#changes.wait, sleep(this.#clock, deadline - this.#clock.now));
    }
    return Math.floor((this.#clock.now - began) / 1000);
  }

  containerEnded(name: string): void {
    this.#ended.add(name);
    this.#changes.wakeAll();
  }
}

/** Whether the end of a pod's containers has to be put in order at all. */
export function hasSidecar(pod: Pod): boolean {
  return (pod.spec.initContainers ?? []).some(isRestartableInitContainer);
}
