import type { KubeObject } from '../../api/types';
import type { ObjectChange, Subscribe } from './object-change';
import { controllerOf } from './owner-references';

/** Who is told that something happened to the dependents of an owner. */
export type OwnedListener = (ownerKey: string, ownerUid: string, change: ObjectChange) => void;

/**
 * The objects of one resource by their controller, and those without one by namespace. Models the
 * controllers' informers with client-go's index by owner UID: nobody ever walks through all pods.
 */
export class Dependents {
  readonly #byOwner = new Map<string, Map<string, KubeObject>>();
  readonly #orphans = new Map<string, Map<string, KubeObject>>();
  readonly #owned = new Map<string, OwnedListener[]>();
  readonly #onOrphan: ((change: ObjectChange) => void)[] = [];

  constructor(subscribe: Subscribe, resource: string) {
    subscribe(resource, (change) => this.#onChange(change));
  }

  /** The objects controlled by the owner, in the order in which they came. */
  of(ownerUid: string | undefined): KubeObject[] {
    const objects = this.#byOwner.get(ownerUid ?? '');
    return objects ? [...objects.values()] : [];
  }

  orphans(namespace: string): KubeObject[] {
    return [...(this.#orphans.get(namespace)?.values() ?? [])];
  }

  /** Calls `listener` for each change of an object that is, or was, controlled by an owner of the kind. */
  onOwned(ownerKind: string, listener: OwnedListener): void {
    const listeners = this.#owned.get(ownerKind) ?? [];
    listeners.push(listener);
    this.#owned.set(ownerKind, listeners);
  }

  /** Calls `listener` when an object without a controller is new, was left alone or has other labels. */
  onOrphan(listener: (change: ObjectChange) => void): void {
    this.#onOrphan.push(listener);
  }

  #onChange(change: ObjectChange): void {
    const { type, object, previous } = change;
    const before = controllerOf(previous);
    const after = type === 'DELETED' ? undefined : controllerOf(object);
    const moves = type === 'DELETED' || before?.uid !== after?.uid;
    if (previous && moves) this.#forget(previous, before?.uid);
    if (type !== 'DELETED') this.#place(object, after?.uid);
    if (before && before.uid !== after?.uid) this.#tell(before, change);
    if (after) this.#tell(after, change);
    else if (this.#onOrphan.length > 0 && type !== 'DELETED' && (before || relabelled(change))) {
      for (const listener of this.#onOrphan) listener(change);
    }
  }

  #tell(
    owner: { readonly kind: string; readonly name: string; readonly uid: string },
    change: ObjectChange,
  ): void {
    const { namespace } = change.object.metadata;
    const key = namespace ? `${namespace}/${owner.name}` : owner.name;
    for (const listener of this.#owned.get(owner.kind) ?? []) listener(key, owner.uid, change);
  }

  #place(object: KubeObject, ownerUid: string | undefined): void {
    const { namespace = '', name = '' } = object.metadata;
    const shelves = ownerUid === undefined ? this.#orphans : this.#byOwner;
    const shelf = ownerUid ?? namespace;
    let objects = shelves.get(shelf);
    if (!objects) {
      objects = new Map();
      shelves.set(shelf, objects);
    }
    objects.set(name, object);
  }

  #forget(object: KubeObject, ownerUid: string | undefined): void {
    const { namespace = '', name = '' } = object.metadata;
    const shelves = ownerUid === undefined ? this.#orphans : this.#byOwner;
    const shelf = ownerUid ?? namespace;
    const objects = shelves.get(shelf);
    if (!objects?.delete(name)) return;
    if (objects.size === 0) shelves.delete(shelf);
  }
}

function relabelled({ type, object, previous }: ObjectChange): boolean {
  if (type === 'ADDED' || !previous) return true;
  const before = previous.metadata.labels;
  const after = object.metadata.labels;
  return before !== after && JSON.stringify(before) !== JSON.stringify(after);
}
