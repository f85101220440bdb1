import { type ActorRefFrom, createActor } from 'xstate';
import type { Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import { type ContainerMachineEvent, containerMachine } from './container-machine';
import { type ActorClock, actorClock } from './kernel-clock';
import { type PodMachineEvent, podMachine } from './pod-machine';
import { stateName } from './state-name';
import { type Transition, TransitionLog } from './transition-log';

/**
 * The lifecycle of one container. Events wait in a list until somebody asks for the state or one of them
 * starts a timer: hundreds of pods that start at once then cost next to nothing here.
 */
export class ContainerLifecycle {
  readonly #clock: ActorClock;
  readonly #waiting: ContainerMachineEvent[] = [];
  #actor: ActorRefFrom<typeof containerMachine> | undefined;
  #log: TransitionLog<ContainerMachineEvent> | undefined;

  constructor(clock: ActorClock) {
    this.#clock = clock;
  }

  send(event: ContainerMachineEvent): void {
    this.#waiting.push(event);
    const timed = event.type === 'back off' || this.#actor?.getSnapshot().value === 'backOff';
    if (timed || this.#waiting.length >= MOST_WAITING) this.#catchUp();
  }

  /** Where the container stands, e.g. `running.ready`. */
  get stateName(): string {
    return stateName(this.#catchUp().getSnapshot().value);
  }

  /** How it came there. */
  get lastTransition(): Transition | undefined {
    this.#catchUp();
    return this.#log?.last;
  }

  stop(): void {
    this.#actor?.stop();
  }

  #catchUp(): ActorRefFrom<typeof containerMachine> {
    this.#actor ??= createActor(containerMachine, { clock: this.#clock }).start();
    this.#log ??= new TransitionLog(this.#actor);
    for (const event of this.#waiting) this.#log.send(event);
    this.#waiting.length = 0;
    return this.#actor;
  }
}

/** The lifecycle of one pod on its node; like a container's it catches up when it is asked. */
export class PodLifecycle {
  readonly #clock: ActorClock;
  readonly #waiting: PodMachineEvent[] = [];
  #actor: ActorRefFrom<typeof podMachine> | undefined;
  #log: TransitionLog<PodMachineEvent> | undefined;

  constructor(clock: ActorClock) {
    this.#clock = clock;
  }

  send(event: PodMachineEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length >= MOST_WAITING) this.#catchUp();
  }

  /** Which of the three stages of a pod's life it is in. */
  get stage(): 'syncing' | 'terminating' | 'terminated' | 'finished' {
    const snapshot = this.#catchUp().getSnapshot();
    if (snapshot.matches('syncing')) return 'syncing';
    return snapshot.value as 'terminating' | 'terminated' | 'finished';
  }

  get stateName(): string {
    return stateName(this.#catchUp().getSnapshot().value);
  }

  /** How it came there. */
  get lastTransition(): Transition | undefined {
    this.#catchUp();
    return this.#log?.last;
  }

  stop(): void {
    this.#actor?.stop();
  }

  #catchUp(): ActorRefFrom<typeof podMachine> {
    this.#actor ??= createActor(podMachine, { clock: this.#clock }).start();
    this.#log ??= new TransitionLog(this.#actor);
    for (const event of this.#waiting) this.#log.send(event);
    this.#waiting.length = 0;
    return this.#actor;
  }
}

/** A container that restarts for hours must not gather events without end. */
const MOST_WAITING = 64;

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
