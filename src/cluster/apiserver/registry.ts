import type { DeleteOptions, ResourceInfo, WriteOptions } from '../../api/client';
import { generateName } from '../../api/names';
import { equalJson, type Json } from '../../api/patch/json-value';
import {
  admissionError,
  alreadyExistsError,
  badRequestError,
  conflictError,
  notFoundError,
} from '../../api/status';
import { formatTime } from '../../api/time';
import type { KubeObject, ObjectMeta, Pod } from '../../api/types';
import { withFields } from '../../api/with-fields';
import { deletionFinalizers } from './deletion-finalizers';
import { groupResource } from './errors';
import { tracked } from './field-managers';
import {
  checkChange,
  checkNew,
  defaulted,
  preparedForCreate,
  refuseIfAny,
  storedForm,
} from './object-rules';
import { admitEviction } from './registry/eviction';
import {
  admitEphemeralContainers,
  admitIntoNamespace,
  checkLabels,
} from './registry/namespace-admission';
import { addEphemeralContainers, type PodChange, resizePod } from './registry/pod-changes';
import { bindPod } from './registry/pod-strategy';
import { strategyOf } from './registry/strategies';
import type { RegistryContext } from './registry/strategy';

/**
 * Creates, changes and deletes stored objects by the rules of their kinds. Models
 * k8s.io/apiserver pkg/registry/generic/registry/store.go. Objects that come in must have been decoded.
 */
export class Registry {
  readonly #context: RegistryContext;
  /** False: nobody would confirm the end of a pod, so deletions take effect at once. */
  readonly #graceful: boolean;

  constructor(context: RegistryContext, options: { readonly graceful: boolean }) {
    this.#context = context;
    this.#graceful = options.graceful;
  }

  get(info: ResourceInfo, namespace: string | undefined, name: string): KubeObject {
    const object = this.#context.store.get(info.resource, namespace ?? '', name);
    if (object) return object;
    if (namespace !== undefined && info.namespaced) this.#requireNamespace(namespace);
    throw notFoundError(groupResource(info), name);
  }

  create(
    info: ResourceInfo,
    namespace: string | undefined,
    given: KubeObject,
    options: WriteOptions,
  ): KubeObject {
    const strategy = strategyOf(info.resource);
    const space = this.#namespaceFor(info, namespace, given.metadata.namespace);
    if (space !== undefined) this.#admitIntoNamespace(info, space, given.metadata.name ?? '');
    let object = defaulted(this.#withNewMetadata(given, space));
    object = tracked(info, undefined, object, options, this.#context.nowText());
    object = strategy.admit?.(object, this.#context) ?? object;
    const admitted = object;
    object = strategy.allocate?.(object, this.#context, options) ?? object;
    object = preparedForCreate(object);
    if (strategy.countsGenerations) object = withMetadata(object, { generation: 1 });
    checkNew(info, object, admitted, options);
    const chargeQuotas = admitIntoNamespace(info, object, options, this.#context);
    object = storedForm(object);
    const name = object.metadata.name ?? '';
    if (this.#context.store.get(info.resource, space ?? '', name)) {
      throw alreadyExistsError(groupResource(info), name);
    }
    if (options.dryRun) return object;
    chargeQuotas();
    return this.#context.store.put(info.resource, object);
  }

  update(
    info: ResourceInfo,
    namespace: string | undefined,
    given: KubeObject,
    options: WriteOptions,
  ): KubeObject {
    const name = given.metadata.name ?? '';
    const space = this.#namespaceFor(info, namespace, given.metadata.namespace);
    const old = this.get(info, space, name);
    checkVersion(info, given.metadata, old.metadata);
    const object = this.#next(info, given, old, options);
    if (object === old || sameObject(object, old)) return old;
    if (options.dryRun) return object;
    if (object.metadata.deletionTimestamp && this.#isFinished(info, object)) {
      this.#context.store.put(info.resource, object);
      return this.#context.store.remove(info.resource, space ?? '', name) ?? object;
    }
    return this.#context.store.put(info.resource, object);
  }

  /** The scheduler's write: gives a pod its node. */
  bind(info: ResourceInfo, namespace: string, name: string, node: string): KubeObject {
    const pod = this.get(info, namespace, name) as Pod;
    if (pod.metadata.deletionTimestamp) {
      const why = `pod ${name} is being deleted, cannot be assigned to a host`;
      throw conflictError('pods/binding', name, why);
    }
    const bound = bindPod(pod, node, this.#context);
    if (!bound) {
      const why = `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`;
      throw conflictError('pods/binding', name, why);
    }
    return this.#context.store.put(info.resource, bound);
  }

  /** Deletes a pod if its disruption budget allows it. */
  evict(info: ResourceInfo, namespace: string, name: string, options: DeleteOptions): KubeObject {
    const { store } = this.#context;
    const pod = this.get(info, namespace, name) as Pod;
    const admitted = admitEviction(pod, this.#context, options.dryRun === true);
    if (options.dryRun) return pod;
    if (admitted !== pod) store.put(info.resource, admitted);
    return this.delete(info, namespace, name, options);
  }

  delete(
    info: ResourceInfo,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions,
  ): KubeObject {
    // Unlike reading, deleting does not look whether there is such a namespace.
    const space = info.namespaced ? (namespace ?? '') : '';
    const object = this.#context.store.get(info.resource, space, name);
    if (!object) throw notFoundError(groupResource(info), name);
    const { store } = this.#context;
    const uid = object.metadata.uid ?? '';
    if (options.uid !== undefined && options.uid !== uid) {
      const why = `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uid}`;
      throw conflictError(groupResource(info), name, why);
    }
    const plan = strategyOf(info.resource).planDeletion?.(object, options, this.#context) ?? {
      kind: 'remove' as const,
    };
    if (options.dryRun) return object;
    const before = object.metadata.finalizers ?? [];
    const finalizers = this.#graceful ? deletionFinalizers(info, object, options) : before;
    const stays = this.#graceful && plan.kind === 'wait';
    if (!stays && finalizers.length === 0) {
      return store.remove(info.resource, object.metadata.namespace ?? '', name) ?? object;
    }
    const grace = stays ? plan.graceSeconds : 0;
    const held =
      finalizers.join() === before.join()
        ? object
        : withMetadata(object, { finalizers: [...finalizers] });
    const marked = this.#markDeleted(held, grace);
    return marked === object ? object : store.put(info.resource, marked);
  }

  /** Models BeforeDelete: sets the deletion's time, or moves it forward. */
  #markDeleted(object: KubeObject, grace: number | undefined): KubeObject {
    const { metadata } = object;
    const before = metadata.deletionGracePeriodSeconds;
    const now = this.#context.nowMs();
    if (metadata.deletionTimestamp) {
      if (grace === undefined || before === undefined || grace >= before) return object;
      const first = Date.parse(metadata.deletionTimestamp) - before * 1000;
      const at = first + grace * 1000;
      return withMetadata(object, {
        deletionTimestamp: formatTime(Math.max(at, now)),
        deletionGracePeriodSeconds: at < now && grace > 0 ? 1 : grace,
      });
    }
    const seconds = grace ?? 0;
    const marked = withMetadata(object, {
      deletionTimestamp: formatTime(now + seconds * 1000),
      deletionGracePeriodSeconds: seconds,
      ...(metadata.generation ? { generation: metadata.generation + 1 } : {}),
    });
    if (object.kind !== 'Namespace') return marked;
    delete marked.metadata.deletionGracePeriodSeconds;
    return { ...marked, status: { ...(object.status as object), phase: 'Terminating' } };
  }

  #isFinished(info: ResourceInfo, object: KubeObject): boolean {
    if ((object.metadata.finalizers ?? []).length > 0) return false;
    if (info.resource === 'namespaces') {
      return (
        ((object.spec as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0
      );
    }
    return object.metadata.deletionGracePeriodSeconds === 0;
  }

  #next(info: ResourceInfo, given: KubeObject, old: KubeObject, options: WriteOptions): KubeObject {
    const isPod = info.resource === 'pods';
    switch (options.subresource) {
      case 'status':
        return this.#nextStatus(info, given, old, options);
      case 'ephemeralcontainers':
        if (isPod) {
          const pod = this.#changedPod(info, addEphemeralContainers, given, old);
          admitEphemeralContainers(pod as Pod, options, this.#context);
          return pod;
        }
        break;
      case 'resize':
        if (isPod) return this.#changedPod(info, resizePod, given, old);
        break;
    }
    return this.#nextObject(info, given, old, options);
  }

  #changedPod(
    info: ResourceInfo,
    change: (given: Pod, old: Pod) => PodChange,
    given: KubeObject,
    old: KubeObject,
  ): KubeObject {
    const { pod, errors } = change(defaulted(given) as Pod, old as Pod);
    refuseIfAny(info, pod, errors);
    if (equalJson(asJson(pod.spec), asJson(old.spec))) return old;
    return withMetadata(pod, { generation: (old.metadata.generation ?? 0) + 1 });
  }

  #nextObject(
    info: ResourceInfo,
    given: KubeObject,
    old: KubeObject,
    options: WriteOptions,
  ): KubeObject {
    const strategy = strategyOf(info.resource);
    const metadata = keptMetadata(given.metadata, old.metadata);
    let object = defaulted({ ...given, metadata });
    if (strategy.prepareForUpdate) {
      object = strategy.prepareForUpdate(object, old, this.#context);
    }
    if (
      info.resource === 'namespaces' &&
      options.subresource === undefined &&
      isFinalize(given, old)
    ) {
      object = { ...object, spec: given.spec };
    }
    const contentOf = strategy.contentOf ?? (({ spec }: KubeObject) => spec);
    const isChanged = () => !equalJson(asJson(contentOf(object)), asJson(contentOf(old)));
    if (strategy.countsGenerations && isChanged()) {
      object = withMetadata(object, { generation: (old.metadata.generation ?? 0) + 1 });
    }
    object = tracked(info, old, object, options, this.#context.nowText());
    checkChange(info, object, old, options);
    if (info.resource === 'namespaces') checkLabels(object, old, options, this.#context);
    return object;
  }

  /** Only the status (and nothing of the spec) comes from the request. */
  #nextStatus(
    info: ResourceInfo,
    given: KubeObject,
    old: KubeObject,
    options: WriteOptions,
  ): KubeObject {
    const strategy = strategyOf(info.resource);
    const object: KubeObject = withFields(old, { status: given.status });
    const next = strategy.prepareForStatusUpdate?.(object, old, given) ?? object;
    return tracked(info, old, next, options, this.#context.nowText());
  }

  #withNewMetadata(given: KubeObject, namespace: string | undefined): KubeObject {
    const { random, nowText } = this.#context;
    const { generateName: prefix } = given.metadata;
    const name =
      given.metadata.name ||
      (prefix ? generateName(prefix, (bound) => random.below(bound)) : undefined);
    const metadata: ObjectMeta = Object.assign({}, given.metadata);
    if (name !== undefined) metadata.name = name;
    if (namespace === undefined) delete metadata.namespace;
    else metadata.namespace = namespace;
    metadata.uid = random.uuid();
    metadata.creationTimestamp = nowText();
    for (const key of SERVERS) if (key in metadata) delete metadata[key];
    return withFields(given, { metadata });
  }

  #namespaceFor(
    info: ResourceInfo,
    namespace: string | undefined,
    own: string | undefined,
  ): string | undefined {
    if (!info.namespaced) return undefined;
    const space = namespace ?? own ?? 'default';
    if (own && own !== space) {
      throw badRequestError(
        `the namespace of the provided object does not match the namespace sent on the request`,
      );
    }
    return space;
  }

  #requireNamespace(namespace: string): KubeObject {
    const found = this.#context.store.get('namespaces', '', namespace);
    if (!found) throw notFoundError('namespaces', namespace);
    return found;
  }

  /** Models the NamespaceLifecycle admission. */
  #admitIntoNamespace(info: ResourceInfo, namespace: string, name: string): void {
    const found = this.#requireNamespace(namespace);
    if (!found.metadata.deletionTimestamp) return;
    throw admissionError(
      groupResource(info),
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}

/** Refuses a write that was made for another object, or for an earlier state of this one. */
export function checkVersion(info: ResourceInfo, given: ObjectMeta, old: ObjectMeta): void {
  const name = old.name ?? '';
  if (given.uid && given.uid !== old.uid) {
    const why = `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${old.uid}`;
    throw conflictError(groupResource(info), name, why);
  }
  if (given.resourceVersion && given.resourceVersion !== old.resourceVersion) {
    throw conflictError(groupResource(info), name);
  }
}

function withMetadata(object: KubeObject, change: Partial<ObjectMeta>): KubeObject {
  return withFields(object, { metadata: withFields(object.metadata, change) });
}

/** What a new object does not bring along. */
const SERVERS = [
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'generation',
] as const;

const KEPT = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'namespace',
  'generateName',
] as const;

/** What a client cannot change comes from the stored object. Models rest.BeforeUpdate. */
function keptMetadata(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  if (given === old) return old;
  const metadata: ObjectMeta = Object.assign({}, given);
  for (const key of KEPT) {
    if (old[key] !== undefined) (metadata as Record<string, unknown>)[key] = old[key];
    else if (key in metadata) delete metadata[key];
  }
  if (given.managedFields === undefined && old.managedFields !== undefined) {
    metadata.managedFields = old.managedFields;
  }
  return metadata;
}

/** The namespace controller's last write takes the finalizer out of the spec. */
function isFinalize(given: KubeObject, old: KubeObject): boolean {
  return old.metadata.deletionTimestamp !== undefined && given.spec !== undefined;
}

function sameObject(a: KubeObject, b: KubeObject): boolean {
  return equalJson(asJson(a), asJson(b));
}

function asJson(value: unknown): Json {
  return (value ?? null) as Json;
}
