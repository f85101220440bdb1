import { type ActorRefFrom, createActor } from 'xstate';
import type { Kernel } from '../../kernel/kernel';
import type { Pod } from './core-v1';
import { containerMachine } from './machines/container-machine';
import { actorClock } from './machines/kernel-clock';
import { podMachine } from './machines/pod-machine';
import { stateName } from './machines/state-name';

type ContainerActor = ActorRefFrom<typeof containerMachine>;
type PodActor = ActorRefFrom<typeof podMachine>;

interface Actors {
  readonly pod: PodActor;
  readonly containers: Map<string, ContainerActor>;
}

/** Runs the lifecycle machines of the pods on this node and of their containers. */
export class LifecycleTracker {
  readonly #clock;
  readonly #actors = new Map<string, Actors>();

  constructor(kernel: Kernel) {
    this.#clock = actorClock(kernel);
  }

  pod(uid: string): PodActor {
    return this.#of(uid).pod;
  }

  container(pod: Pod, name: string): ContainerActor {
    return this.containerOf(pod.metadata.uid, name);
  }

  containerOf(uid: string, name: string): ContainerActor {
    const { containers } = this.#of(uid);
    let actor = containers.get(name);
    if (!actor) {
      actor = createActor(containerMachine, { clock: this.#clock }).start();
      containers.set(name, actor);
    }
    return actor;
  }

  podState(uid: string): string | undefined {
    const actors = this.#actors.get(uid);
    return actors && stateName(actors.pod.getSnapshot().value);
  }

  containerState(uid: string, name: string): string | undefined {
    const actor = this.#actors.get(uid)?.containers.get(name);
    return actor && stateName(actor.getSnapshot().value);
  }

  forget(uid: string): void {
    const actors = this.#actors.get(uid);
    if (!actors) return;
    this.#actors.delete(uid);
    actors.pod.stop();
    for (const actor of actors.containers.values()) actor.stop();
  }

  halt(): void {
    for (const uid of [...this.#actors.keys()]) this.forget(uid);
  }

  #of(uid: string): Actors {
    let actors = this.#actors.get(uid);
    if (!actors) {
      actors = {
        pod: createActor(podMachine, { clock: this.#clock }).start(),
        containers: new Map(),
      };
      this.#actors.set(uid, actors);
    }
    return actors;
  }
}
