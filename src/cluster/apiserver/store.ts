import type { KubeObject } from '../../api/types';
import { withFields } from '../../api/with-fields';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Something that happened to a stored object. */
export interface Change {
  readonly type: ChangeType;
  /** The object after the change; of deletions, its last state with the deletion's resourceVersion. */
  readonly object: KubeObject;
  /** The object before the change. */
  readonly previous: KubeObject | undefined;
  readonly revision: number;
}

export type ChangeListener = (change: Change) => void;

interface Shelf {
  /** Namespace ('' for cluster-scoped) → name → object. */
  readonly namespaces: Map<string, Map<string, KubeObject>>;
  readonly listeners: Set<ChangeListener>;
  /** Latest changes, oldest first, at most `WATCH_HISTORY` kept. */
  readonly history: Change[];
  /** All objects in etcd's order (namespace, then name); undefined after a change of membership. */
  sorted: readonly KubeObject[] | undefined;
  /** Changes up to this revision are no longer in `history`. */
  forgottenRevision: number;
}

/** How many changes of a resource a watch may lie behind when it begins. */
export const WATCH_HISTORY = 1000;

/**
 * The objects by resource, namespace and name, as etcd holds them behind the API server.
 *
 * Objects in the store are immutable: readers get the stored object itself and must not change it; writers
 * hand over a fresh one. So a read costs no copy, and a change can tell old and new apart by identity.
 */
export class Store {
  readonly #shelves = new Map<string, Shelf>();
  readonly #undelivered: { shelf: Shelf; change: Change }[] = [];
  #delivering = false;
  #revision = 0;

  /** The latest resourceVersion handed out. */
  get revision(): number {
    return this.#revision;
  }

  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.#shelf(resource).namespaces.get(namespace)?.get(name);
  }

  /** Objects in order of namespace and name; of one namespace, or of all. */
  list(resource: string, namespace?: string): readonly KubeObject[] {
    const shelf = this.#shelf(resource);
    shelf.sorted ??= [...shelf.namespaces]
      .flatMap(([space, objects]) =>
        [...objects].map(([name, object]) => ({ space, name, object })),
      )
      .sort((a, b) => compare(a.space, b.space) || compare(a.name, b.name))
      .map((entry) => entry.object);
    if (namespace === undefined) return shelf.sorted;
    if (!shelf.namespaces.has(namespace)) return [];
    return shelf.sorted.filter((object) => (object.metadata.namespace ?? '') === namespace);
  }

  /** Whether any object of the resource lies in the namespace. */
  hasAny(resource: string, namespace: string): boolean {
    return (this.#shelf(resource).namespaces.get(namespace)?.size ?? 0) > 0;
  }

  /** Resources that have ever held an object. */
  resources(): string[] {
    return [...this.#shelves.keys()];
  }

  /** Stores an object under a new resourceVersion and tells the listeners. Returns what is stored. */
  put(resource: string, object: KubeObject): KubeObject {
    const shelf = this.#shelf(resource);
    const stored = withRevision(object, ++this.#revision);
    const previous = this.#place(shelf, stored);
    this.#tell(shelf, {
      type: previous ? 'MODIFIED' : 'ADDED',
      object: stored,
      previous,
      revision: this.#revision,
    });
    return stored;
  }

  /** Stores an object as it is, with its own resourceVersion if it has one. */
  load(resource: string, object: KubeObject): void {
    const version = Number(object.metadata.resourceVersion);
    if (!Number.isInteger(version) || version <= 0) {
      this.put(resource, object);
      return;
    }
    this.#revision = Math.max(this.#revision, version);
    const shelf = this.#shelf(resource);
    const previous = this.#place(shelf, object);
    const type = previous ? 'MODIFIED' : 'ADDED';
    this.#tell(shelf, { type, object, previous, revision: this.#revision });
  }

  /** Removes an object; returns its last state. */
  remove(resource: string, namespace: string, name: string): KubeObject | undefined {
    const shelf = this.#shelf(resource);
    const objects = shelf.namespaces.get(namespace);
    const previous = objects?.get(name);
    if (!objects || !previous) return undefined;
    objects.delete(name);
    if (objects.size === 0) shelf.namespaces.delete(namespace);
    shelf.sorted = undefined;
    const object = withRevision(previous, ++this.#revision);
    this.#tell(shelf, { type: 'DELETED', object, previous, revision: this.#revision });
    return object;
  }

  /**
   * Calls `listener` for each change of a resource from now on, in order. A change that is made by a
   * listener is told after the present one has reached everybody. Returns how to stop it.
   */
  subscribe(resource: string, listener: ChangeListener): () => void {
    const { listeners } = this.#shelf(resource);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** The changes after a revision, or undefined when they are no longer all known. */
  changesSince(resource: string, revision: number): readonly Change[] | undefined {
    const { history, forgottenRevision } = this.#shelf(resource);
    if (revision < forgottenRevision) return undefined;
    return history.filter((change) => change.revision > revision);
  }

  #place(shelf: Shelf, object: KubeObject): KubeObject | undefined {
    const namespace = object.metadata.namespace ?? '';
    const name = object.metadata.name ?? '';
    let objects = shelf.namespaces.get(namespace);
    if (!objects) {
      objects = new Map();
      shelf.namespaces.set(namespace, objects);
    }
    const previous = objects.get(name);
    objects.set(name, object);
    shelf.sorted = undefined;
    return previous;
  }

  #tell(shelf: Shelf, change: Change): void {
    shelf.history.push(change);
    if (shelf.history.length > 2 * WATCH_HISTORY) {
      const forgotten = shelf.history.splice(0, shelf.history.length - WATCH_HISTORY);
      shelf.forgottenRevision = forgotten[forgotten.length - 1]?.revision ?? 0;
    }
    this.#undelivered.push({ shelf, change });
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) {
        for (const listener of [...next.shelf.listeners]) listener(next.change);
      }
    } finally {
      this.#delivering = false;
      this.#undelivered.length = 0;
    }
  }

  #shelf(resource: string): Shelf {
    let shelf = this.#shelves.get(resource);
    if (!shelf) {
      shelf = {
        namespaces: new Map(),
        listeners: new Set(),
        history: [],
        sorted: undefined,
        forgottenRevision: 0,
      };
      this.#shelves.set(resource, shelf);
    }
    return shelf;
  }
}

function withRevision(object: KubeObject, revision: number): KubeObject {
  const metadata = withFields(object.metadata, { resourceVersion: String(revision) });
  return withFields(object, { metadata });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
