import type { ResourceInfo } from '../../api/client';
import { findObject, isNotFound } from '../../api/find-object';
import type { KubeObject, OwnerReference } from '../../api/types';
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../apiserver/deletion-finalizers';
import type { ControllerContext } from './controller-context';
import type { ObjectChange } from './object-change';
import { WorkQueue } from './work-queue';

/** An object as the collector knows it. */
interface Item {
  readonly info: ResourceInfo;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/** Kinds without owners that are written all the time, or are not stored at all. */
const IGNORED: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

/** An owner of a kind that is not served: nobody can say that it is gone. */
const UNKNOWN = 'unknown';

/**
 * Deletes what has lost its owners, and carries out the propagation policies of deletions. Models
 * pkg/controller/garbagecollector.
 */
export class GarbageCollector {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #kinds = new Map<string, ResourceInfo>();
  /** Dependents by the UIDs of their owners. */
  readonly #dependents = new Map<string, Map<string, Item>>();
  readonly #items = new Map<string, Item>();

  constructor(context: ControllerContext) {
    this.#context = context;
    const { client } = context;
    this.#queue = new WorkQueue(context, (uid) => this.#sync(uid));
    for (const info of client.resources()) {
      const deletable = info.verbs.includes('delete') && info.verbs.includes('watch');
      if (!deletable || IGNORED.has(info.resource)) continue;
      this.#kinds.set(`${info.group} ${info.kind}`, info);
      context.subscribe(info.resource, (change) => this.#onChange(info, change));
    }
  }

  // The graph --------------------------------------------------------------------------------------

  #onChange(info: ResourceInfo, { type, object, previous }: ObjectChange): void {
    const { uid = '', ownerReferences } = object.metadata;
    const before = previous?.metadata.ownerReferences;
    if (type === 'DELETED') {
      this.#onDeleted(uid, before ?? ownerReferences);
      return;
    }
    if (ownerReferences !== before) this.#relink(info, object, before ?? []);
    if (!object.metadata.deletionTimestamp) return;
    const { finalizers = [] } = object.metadata;
    if (finalizers.includes(FOREGROUND_FINALIZER) || finalizers.includes(ORPHAN_FINALIZER)) {
      this.#note(info, object);
      this.#queue.add(uid);
    }
  }

  #onDeleted(uid: string, owners: readonly OwnerReference[] | undefined): void {
    this.#items.delete(uid);
    for (const owner of owners ?? []) {
      this.#unlink(owner.uid, uid);
      // Whoever waits for its dependents to be gone.
      if (this.#items.has(owner.uid)) this.#queue.add(owner.uid);
    }
    const dependents = this.#dependents.get(uid);
    if (dependents) for (const dependent of dependents.keys()) this.#queue.add(dependent);
  }

  #note(info: ResourceInfo, { metadata }: KubeObject): Item {
    const { namespace, name = '', uid = '' } = metadata;
    const item: Item = { info, namespace, name, uid };
    this.#items.set(uid, item);
    return item;
  }

  #relink(info: ResourceInfo, object: KubeObject, before: readonly OwnerReference[]): void {
    const { uid = '', ownerReferences = [] } = object.metadata;
    for (const owner of before) {
      if (ownerReferences.some((one) => one.uid === owner.uid)) continue;
      this.#unlink(owner.uid, uid);
      if (this.#items.has(owner.uid)) this.#queue.add(owner.uid);
    }
    if (ownerReferences.length === 0) return;
    const item = this.#note(info, object);
    for (const owner of ownerReferences) {
      let dependents = this.#dependents.get(owner.uid);
      if (!dependents) {
        dependents = new Map();
        this.#dependents.set(owner.uid, dependents);
      }
      dependents.set(uid, item);
      if (!this.#ownerOf(item, owner)) this.#queue.add(uid);
    }
  }

  #unlink(ownerUid: string, uid: string): void {
    const dependents = this.#dependents.get(ownerUid);
    if (!dependents?.delete(uid)) return;
    if (dependents.size === 0) this.#dependents.delete(ownerUid);
  }

  /** The owner itself, as far as its kind is known here; undefined: the reference leads nowhere. */
  #ownerOf(item: Item, owner: OwnerReference): KubeObject | typeof UNKNOWN | undefined {
    const slash = owner.apiVersion.indexOf('/');
    const group = slash < 0 ? '' : owner.apiVersion.slice(0, slash);
    const info = this.#kinds.get(`${group} ${owner.kind}`);
    if (!info) return UNKNOWN;
    const namespace = info.namespaced ? item.namespace : undefined;
    const found = findObject(this.#context.client, info.resource, namespace, owner.name);
    return found?.metadata.uid === owner.uid ? found : undefined;
  }

  #dependentsOf(uid: string): Item[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  // Collecting -------------------------------------------------------------------------------------

  #sync(uid: string): void {
    const item = this.#items.get(uid);
    const object = item && this.#read(item);
    if (!item || !object) return;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (deletionTimestamp && finalizers.includes(ORPHAN_FINALIZER)) this.#orphan(item, object);
    else if (deletionTimestamp && finalizers.includes(FOREGROUND_FINALIZER)) {
      this.#deleteDependents(item, object);
    } else if (!deletionTimestamp) this.#attemptToDelete(item, object);
  }

  #read({ info, namespace, name, uid }: Item): KubeObject | undefined {
    const object = findObject(this.#context.client, info.resource, namespace, name);
    return object?.metadata.uid === uid ? object : undefined;
  }

  /** Models attemptToDeleteItem: deletes an object none of whose owners will stay. */
  #attemptToDelete(item: Item, object: KubeObject): void {
    const references = object.metadata.ownerReferences ?? [];
    if (references.length === 0) return;
    const owners = references.map((reference) => this.#ownerOf(item, reference));
    const isWaiting = (owner: (typeof owners)[number]) =>
      owner !== undefined && owner !== UNKNOWN && deletesDependents(owner);
    const waiting = owners.some(isWaiting);
    const solid = references.filter((_, index) => {
      const owner = owners[index];
      return owner !== undefined && !isWaiting(owner);
    });
    if (solid.length === references.length) return;
    if (solid.length > 0) {
      this.#patch(item, { ownerReferences: solid });
      return;
    }
    const foreground = waiting && this.#dependentsOf(item.uid).length > 0;
    this.#delete(item, foreground ? 'Foreground' : policyOf(object));
  }

  /** Models processDeletingDependentsItem: an owner stays until those who block it are gone. */
  #deleteDependents(item: Item, object: KubeObject): void {
    const blocking = this.#dependentsOf(item.uid).filter((dependent) => {
      const references = this.#read(dependent)?.metadata.ownerReferences ?? [];
      return references.some((one) => one.uid === item.uid && one.blockOwnerDeletion === true);
    });
    if (blocking.length === 0) this.#removeFinalizer(item, object, FOREGROUND_FINALIZER);
    for (const { uid } of blocking) this.#queue.add(uid);
  }

  #orphan(item: Item, object: KubeObject): void {
    for (const dependent of this.#dependentsOf(item.uid)) {
      const references = this.#read(dependent)?.metadata.ownerReferences ?? [];
      const left = references.filter(({ uid }) => uid !== item.uid);
      this.#patch(dependent, { ownerReferences: left.length === 0 ? null : left });
    }
    this.#removeFinalizer(item, object, ORPHAN_FINALIZER);
  }

  #removeFinalizer(item: Item, { metadata }: KubeObject, finalizer: string): void {
    const finalizers = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
    this.#patch(item, { finalizers: finalizers.length === 0 ? null : finalizers });
  }

  #patch({ info, namespace, name, uid }: Item, metadata: Readonly<Record<string, unknown>>): void {
    const patch = { metadata: { uid, ...metadata } };
    try {
      this.#context.client.patch(info.resource, namespace, name, 'merge', patch);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #delete(
    { info, namespace, name, uid }: Item,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
  ): void {
    try {
      this.#context.client.delete(info.resource, namespace, name, { uid, propagationPolicy });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function deletesDependents({ metadata }: KubeObject): boolean {
  const waits = metadata.finalizers?.includes(FOREGROUND_FINALIZER) === true;
  return metadata.deletionTimestamp !== undefined && waits;
}

/** A policy that the object's finalizers ask for already stays. */
function policyOf({ metadata }: KubeObject): 'Background' | 'Foreground' | 'Orphan' {
  const { finalizers = [] } = metadata;
  if (finalizers.includes(ORPHAN_FINALIZER)) return 'Orphan';
  return finalizers.includes(FOREGROUND_FINALIZER) ? 'Foreground' : 'Background';
}
