import { type ActorRefFrom, createActor } from 'xstate';
import type { Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import { type ContainerMachineEvent, containerMachine } from './container-machine';
import { type ActorClock, actorClock } from './kernel-clock';
import { Lifecycle } from './lifecycle';
import { type PodMachineEvent, podMachine } from './pod-machine';
import type { Transition } from './transition-log';

/** The lifecycle of one container. */
export class ContainerLifecycle extends Lifecycle<
  ContainerMachineEvent,
  ActorRefFrom<typeof containerMachine>
> {
  constructor(clock: ActorClock) {
    super(() => createActor(containerMachine, { clock }).start());
  }

  protected override isUrgent({ type }: ContainerMachineEvent): boolean {
    return type === 'back off' || this.lastValue === 'backOff';
  }
}

/** The lifecycle of one pod on its node. */
export class PodLifecycle extends Lifecycle<PodMachineEvent, ActorRefFrom<typeof podMachine>> {
  constructor(clock: ActorClock) {
    super(() => createActor(podMachine, { clock }).start());
  }

  /** Which of the three stages of a pod's life it is in. */
  get stage(): 'syncing' | 'terminating' | 'terminated' | 'finished' {
    const snapshot = this.catchUp().getSnapshot();
    if (snapshot.matches('syncing')) return 'syncing';
    return snapshot.value as 'terminating' | 'terminated' | 'finished';
  }

  protected override isUrgent(): boolean {
    return false;
  }
}

/** Where a machine stands, and how it came there. */
export interface MachinePlace {
  readonly machineState: string | undefined;
  readonly lastTransition: Transition | undefined;
}

function placeOf(lifecycle: PodLifecycle | ContainerLifecycle | undefined): MachinePlace {
  const machineState = lifecycle?.stateName;
  return { machineState, lastTransition: lifecycle?.lastTransition };
}

interface Lifecycles {
  readonly pod: PodLifecycle;
  readonly containers: Map<string, ContainerLifecycle>;
}

/** Runs the lifecycle machines of the pods on this node and of their containers. */
export class LifecycleTracker {
  readonly #clock: ActorClock;
  readonly #pods = new Map<string, Lifecycles>();

  constructor(kernel: Kernel) {
    this.#clock = actorClock(kernel);
  }

  pod(uid: string): PodLifecycle {
    return this.#of(uid).pod;
  }

  container(pod: Pod, name: string): ContainerLifecycle {
    return this.containerOf(pod.metadata.uid, name);
  }

  containerOf(uid: string, name: string): ContainerLifecycle {
    const { containers } = this.#of(uid);
    let lifecycle = containers.get(name);
    if (!lifecycle) {
      lifecycle = new ContainerLifecycle(this.#clock);
      containers.set(name, lifecycle);
    }
    return lifecycle;
  }

  /** Where a pod stands, and how it came there. */
  podState(uid: string): MachinePlace {
    return placeOf(this.#pods.get(uid)?.pod);
  }

  containerState(uid: string, name: string): MachinePlace {
    return placeOf(this.#pods.get(uid)?.containers.get(name));
  }

  forget(uid: string): void {
    const lifecycles = this.#pods.get(uid);
    if (!lifecycles) return;
    this.#pods.delete(uid);
    lifecycles.pod.stop();
    for (const container of lifecycles.containers.values()) container.stop();
  }

  halt(): void {
    for (const uid of [...this.#pods.keys()]) this.forget(uid);
  }

  #of(uid: string): Lifecycles {
    let lifecycles = this.#pods.get(uid);
    if (!lifecycles) {
      lifecycles = { pod: new PodLifecycle(this.#clock), containers: new Map() };
      this.#pods.set(uid, lifecycles);
    }
    return lifecycles;
  }
}
