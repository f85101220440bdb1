import { findObject } from '../../api/find-object';
import { equalJson, type Json } from '../../api/patch/json-value';
import { quotaStatus, type ResourceQuota } from '../../api/quota/quotas';
import { countsForQuota, MEASURED_RESOURCES } from '../../api/quota/usage';
import type { KubeObject, Pod } from '../../api/types';
import { type ControllerContext, keyOf, splitKey, unversioned } from './controller-context';
import type { ObjectChange } from './object-change';
import { WorkQueue } from './work-queue';

const RESOURCE = 'resourcequotas';

/** Resources that are counted under names of their own. */
const COUNTED = ['configmaps', 'secrets', 'replicationcontrollers', RESOURCE];

/**
 * Keeps the status of ResourceQuotas: what is limited, and how much of it is used. New objects are charged
 * by the API server at once; this finds out what has become free. Models pkg/controller/resourcequota.
 */
export class QuotaController {
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  /** Namespace → names of its quotas. */
  readonly #quotas = new Map<string, Set<string>>();
  readonly #watched = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#queue = new WorkQueue(context, (key) => this.#sync(key));
    context.subscribe(RESOURCE, (change) => {
      const { namespace = '', name = '' } = change.object.metadata;
      const names = this.#quotas.get(namespace) ?? new Set<string>();
      if (change.type === 'DELETED') names.delete(name);
      else names.add(name);
      if (names.size === 0) this.#quotas.delete(namespace);
      else this.#quotas.set(namespace, names);
      this.#queue.add(keyOf(change.object));
    });
    for (const resource of [...MEASURED_RESOURCES, ...COUNTED]) this.#watch(resource);
  }

  /** Objects that go, or that no longer count, leave room. */
  #watch(resource: string): void {
    if (this.#watched.has(resource)) return;
    this.#watched.add(resource);
    this.#context.subscribe(resource, (change) => {
      const names = this.#quotas.get(change.object.metadata.namespace ?? '');
      if (!names || !this.#frees(resource, change)) return;
      for (const name of names) {
        this.#queue.add(`${change.object.metadata.namespace}/${name}`);
      }
    });
  }

  #frees(resource: string, { type, object, previous }: ObjectChange): boolean {
    if (type !== 'MODIFIED') return true;
    if (resource === 'services') return true;
    if (resource !== 'pods' || !previous) return false;
    const nowMs = this.#context.kernel.unixMs();
    return countsForQuota(previous as Pod, nowMs) !== countsForQuota(object as Pod, nowMs);
  }

  #sync(key: string): void {
    const { client, kernel } = this.#context;
    const { namespace, name } = splitKey(key);
    const quota = findObject(client, RESOURCE, namespace, name) as ResourceQuota | undefined;
    if (!quota) return;
    const counted = Object.keys(quota.spec?.hard ?? {}).flatMap((limited) =>
      limited.startsWith('count/') ? [limited.slice('count/'.length)] : [],
    );
    const known = new Set(client.resources().map(({ resource }) => resource));
    for (const resource of counted) if (known.has(resource)) this.#watch(resource);
    const resources = [...this.#watched].filter((resource) => known.has(resource));
    const list = (resource: string): readonly KubeObject[] =>
      client.list(resource, { namespace }).items;
    const status = quotaStatus(quota, list, resources, kernel.unixMs());
    if (equalJson((quota.status ?? null) as Json, status as unknown as Json)) return;
    const next = { ...unversioned(quota), status };
    client.update(RESOURCE, namespace, next, { subresource: 'status' });
  }
}
