import type { ResourceInfo } from '../../api/client';
import { findObject, isNotFound } from '../../api/find-object';
import type { KubeObject, Pod } from '../../api/types';
import { type ControllerContext, nowText, unversioned } from './controller-context';
import { SyncError, WorkQueue } from './work-queue';
import type { WorkloadCondition } from './workload-types';

/** Watches have to see that the namespace is on its way out before anything in it goes. */
const GRACE_MS = 5000;
/** How long finalizers are thought to take, in seconds. */
const FINALIZER_ESTIMATE = 15;
const FINALIZER = 'kubernetes';

interface Remaining {
  readonly resources: Map<string, number>;
  readonly finalizers: Map<string, number>;
}

/** Empties namespaces that are being deleted. Models pkg/controller/namespace. */
export class NamespaceController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue(context, (name) => this.#sync(name));
    context.subscribe('namespaces', ({ type, object, previous }) => {
      const { deletionTimestamp, name = '' } = object.metadata;
      if (type === 'DELETED' || !deletionTimestamp || previous?.metadata.deletionTimestamp) return;
      this.#queue.addAfter(name, GRACE_MS);
    });
  }

  #sync(name: string): void {
    const namespace = findObject(this.#context.client, 'namespaces', undefined, name);
    if (!namespace?.metadata.deletionTimestamp) return;
    const remaining: Remaining = { resources: new Map(), finalizers: new Map() };
    const estimate = this.#deleteContent(namespace, remaining);
    this.#writeConditions(name, remaining);
    if (remaining.resources.size > 0) {
      if (estimate === 0) throw new SyncError(`content of ${name} remains`);
      this.#queue.addAfter(name, (Math.floor(estimate / 2) + 1) * 1000);
      return;
    }
    this.#finalize(name);
  }

  /** Pods first, the rest when they are gone. Returns how many seconds it may take. */
  #deleteContent(namespace: KubeObject, remaining: Remaining): number {
    const { client } = this.#context;
    const resources = client
      .resources()
      .filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete'));
    const pods = resources.filter(({ resource }) => resource === 'pods');
    const others = resources.filter(({ resource }) => resource !== 'pods');
    let estimate = 0;
    for (const group of [pods, others]) {
      for (const info of group) {
        estimate = Math.max(estimate, this.#deleteAll(info, namespace, remaining));
      }
      if (remaining.resources.size > 0) break;
    }
    return estimate;
  }

  #deleteAll(info: ResourceInfo, { metadata }: KubeObject, remaining: Remaining): number {
    const { client, kernel } = this.#context;
    const namespace = metadata.name;
    const list = () => client.list(info.resource, { namespace }).items;
    for (const object of list()) {
      const { name = '', deletionTimestamp } = object.metadata;
      if (deletionTimestamp) continue;
      try {
        client.delete(info.resource, namespace, name, { propagationPolicy: 'Background' });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    const left = list();
    if (left.length === 0) return 0;
    remaining.resources.set(`${info.plural}.${info.group}`, left.length);
    let finalizing = false;
    for (const object of left) {
      for (const finalizer of object.metadata.finalizers ?? []) {
        finalizing = true;
        remaining.finalizers.set(finalizer, (remaining.finalizers.get(finalizer) ?? 0) + 1);
      }
    }
    if (finalizing) return FINALIZER_ESTIMATE;
    if (info.resource !== 'pods') return 0;
    const seconds = Math.max(0, ...(left as Pod[]).map(gracePeriod));
    const goneMs = kernel.unixMs() - Date.parse(metadata.deletionTimestamp ?? '');
    return goneMs >= seconds * 1000 ? 0 : seconds;
  }

  #writeConditions(name: string, { resources, finalizers }: Remaining): void {
    const { client } = this.#context;
    const namespace = findObject(client, 'namespaces', undefined, name);
    if (!namespace) return;
    const status = (namespace.status ?? {}) as {
      readonly conditions?: readonly WorkloadCondition[];
    };
    const before = status.conditions ?? [];
    const now = nowText(this.#context);
    const texts = (counts: ReadonlyMap<string, number>, verb: string) =>
      [...counts].map(([what, count]) => `${what} ${verb} ${count} resource instances`).sort();
    const next = FINE.map(([type, reason, message]) => {
      const wrong = problemOf(type, texts(resources, 'has'), texts(finalizers, 'in'));
      const value = wrong
        ? { type, status: 'True' as const, ...wrong }
        : { type, status: 'False' as const, reason, message };
      const old = before.find((one) => one.type === type);
      const since = old?.status === value.status ? old.lastTransitionTime : now;
      return { ...value, lastTransitionTime: since };
    });
    const object = { ...unversioned(namespace), status: { ...status, conditions: next } };
    client.update('namespaces', undefined, object, { subresource: 'status' });
  }

  #finalize(name: string): void {
    const { client } = this.#context;
    const namespace = findObject(client, 'namespaces', undefined, name);
    if (!namespace) return;
    const spec = namespace.spec as { readonly finalizers?: readonly string[] } | undefined;
    const finalizers = (spec?.finalizers ?? []).filter((one) => one !== FINALIZER);
    client.update('namespaces', undefined, {
      ...unversioned(namespace),
      spec: { ...spec, finalizers },
    });
  }
}

function gracePeriod({ spec, status }: Pod): number {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return spec.terminationGracePeriodSeconds ?? 0;
}

/** The conditions of a namespace that is being emptied, when there is nothing to complain about. */
const FINE: readonly (readonly [type: string, reason: string, message: string])[] = [
  [
    'NamespaceDeletionDiscoveryFailure',
    'ResourcesDiscovered',
    'All resources successfully discovered',
  ],
  [
    'NamespaceDeletionGroupVersionParsingFailure',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  [
    'NamespaceFinalizersRemaining',
    'ContentHasNoFinalizers',
    'All content-preserving finalizers finished',
  ],
];

function problemOf(
  type: string,
  resources: readonly string[],
  finalizers: readonly string[],
): { readonly reason: string; readonly message: string } | undefined {
  if (type === 'NamespaceContentRemaining' && resources.length > 0) {
    const message = `Some resources are remaining: ${resources.join(', ')}`;
    return { reason: 'SomeResourcesRemain', message };
  }
  if (type === 'NamespaceFinalizersRemaining' && finalizers.length > 0) {
    const list = finalizers.join(', ');
    const message = `Some content in the namespace has finalizers remaining: ${list}`;
    return { reason: 'SomeFinalizersRemain', message };
  }
  return undefined;
}
