import { CriError } from '../cri';
import type { Container } from './container';
import type { InstanceLog } from './container-log';

/** The containers of one node, by ID and by the pod they belong to. */
export class ContainerStore {
  readonly #containers = new Map<string, Container>();
  /** By pod UID, oldest first: whoever asks for a pod's containers must not go through all of the node's. */
  readonly #ofPod = new Map<string, Container[]>();
  /** Logs outlive their containers' ends, not their removal. */
  readonly #logs = new Map<string, InstanceLog>();

  add(container: Container): void {
    const { uid } = container.sandbox.config;
    this.#containers.set(container.id, container);
    this.#logs.set(container.id, container.log);
    const others = this.#ofPod.get(uid);
    if (others) others.push(container);
    else this.#ofPod.set(uid, [container]);
  }

  remove(container: Container): void {
    const { uid } = container.sandbox.config;
    this.#containers.delete(container.id);
    this.#logs.delete(container.id);
    const others = this.#ofPod.get(uid)?.filter((one) => one !== container) ?? [];
    if (others.length > 0) this.#ofPod.set(uid, others);
    else this.#ofPod.delete(uid);
  }

  get(id: string): Container | undefined {
    return this.#containers.get(id);
  }

  /** Throws CriError (NotFound). */
  require(id: string): Container {
    const container = this.#containers.get(id);
    if (!container) {
      throw new CriError(
        'NotFound',
        `an error occurred when try to find container "${id}": not found`,
      );
    }
    return container;
  }

  log(id: string): InstanceLog | undefined {
    return this.#logs.get(id);
  }

  /** In the order of their creation; of one pod, or all. */
  list(podUid?: string): Iterable<Container> {
    return podUid === undefined ? this.#containers.values() : (this.#ofPod.get(podUid) ?? []);
  }
}
