import type {
  ApiClient,
  ListOptions,
  ResourceInfo,
  WatchEvent,
  WatchOptions,
  WatchStream,
  WriteOptions,
} from '../../api/client';
import { apiVersionOf } from '../../api/client';
import {
  type ApiError,
  badRequestError,
  expiredError,
  methodNotSupportedError,
} from '../../api/status';
import { formatTime } from '../../api/time';
import type { KubeObject, Pod } from '../../api/types';
import { groupResource, noSuchResource } from './errors';
import { applyOnServer } from './field-managers';
import type { KubeletEndpoint } from './kubelet-endpoint';
import { decoded } from './object-rules';
import { ListPages } from './paging';
import { applyPatch } from './patching';
import { podAttach, podExec, podLogs, podPortForward } from './pod-subresources';
import { printTable } from './printers/table';
import { recordedWatch } from './recording';
import type { Registry } from './registry';
import { announced, findResource } from './resources';
import { selectionOf } from './selection';
import type { Store } from './store';
import { Watch } from './watch';

const VERSION = { major: '1', minor: '36', gitVersion: 'v1.36.6' } as const;

export interface ClientParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly endpointOf: (node: string) => KubeletEndpoint | undefined;
  /** What a watch of the resource shall send instead of changes, where a recording is played. */
  readonly recordedEvents: (resource: string) => readonly WatchEvent[] | undefined;
  /** Unix ms. */
  readonly nowMs: () => number;
  /** Calls back after so many virtual ms; returns how to stop that. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** The API client that works on the server's own store: requests are function calls. */
export function createClient(parts: ClientParts): ApiClient {
  const { store, registry, endpointOf, nowMs } = parts;
  const pages = new ListPages();
  const listed = (info: ResourceInfo, options: ListOptions): KubeObject[] => {
    const selects = selectionOf(info, options);
    return store.list(info.resource, options.namespace).filter(selects);
  };
  const podOf = (namespace: string, name: string): Pod =>
    registry.get(served('pods', 'get'), namespace, name) as Pod;

  const apply = (
    info: ResourceInfo,
    namespace: string | undefined,
    name: string,
    body: unknown,
    options: WriteOptions,
  ): KubeObject => {
    const live = store.get(info.resource, info.namespaced ? (namespace ?? '') : '', name);
    const now = formatTime(nowMs());
    const next = applyOnServer(info, live, name, body, options, now);
    // Who owns what is settled; the registry must not take this for a change like any other.
    const { fieldManager: _, ...rest } = options;
    if (live) return registry.update(info, namespace, next, rest);
    return registry.create(info, namespace, next, rest);
  };

  return {
    resources: () => announced((resource) => store.list(resource).length > 0),
    version: () => VERSION,
    get: (resource, namespace, name) => registry.get(served(resource, 'get'), namespace, name),
    find(resource, namespace, name) {
      const info = findResource(resource);
      return info && store.get(info.resource, namespace ?? '', name);
    },
    list(resource, options = {}) {
      const info = served(resource, 'list');
      return pages.page(info, options, () => listed(info, options), store.revision);
    },
    table(resource, options) {
      const info = served(resource, 'get');
      const { name, namespace } = options;
      const objects =
        name === undefined ? listed(info, options) : [registry.get(info, namespace, name)];
      return printTable(info, objects, nowMs(), String(store.revision));
    },
    tableOf: (resource, objects) =>
      printTable(served(resource, 'get'), objects, nowMs(), String(store.revision)),
    create(resource, namespace, given, options = {}) {
      if (options.subresource === 'binding') return bind(registry, namespace, given);
      if (options.subresource === 'eviction') return evict(registry, namespace, given, options);
      const info = served(resource, 'create');
      warnOfDeprecation(info, options);
      return registry.create(info, namespace, decoded(info, given, options, true), options);
    },
    update(resource, namespace, given, options = {}) {
      const info = served(resource, 'update');
      warnOfDeprecation(info, options);
      return registry.update(info, namespace, decoded(info, given, options), options);
    },
    patch(resource, namespace, name, type, body, options = {}) {
      const info = served(resource, 'patch');
      warnOfDeprecation(info, options);
      if (type === 'apply') return apply(info, namespace, name, body, options);
      const old = registry.get(info, namespace, name);
      const patched = applyPatch(info, old, type, body, options);
      return registry.update(info, namespace, patched, options);
    },
    delete(resource, namespace, name, options = {}) {
      const info = served(resource, 'delete');
      warnOfDeprecation(info, options);
      return registry.delete(info, namespace, name, options);
    },
    watch(resource, options) {
      const info = served(resource, 'watch');
      const recorded = parts.recordedEvents(info.resource);
      if (!recorded) return openWatch(parts, info, options);
      const selects = selectionOf(info, options);
      return recordedWatch(recorded.filter(({ object }) => selects(object)));
    },
    logs: (namespace, pod, options) => podLogs(podOf(namespace, pod), options, endpointOf, nowMs()),
    exec: (namespace, pod, options) => podExec(podOf(namespace, pod), options, endpointOf),
    attach: (namespace, pod, options) => podAttach(podOf(namespace, pod), options, endpointOf),
    portForward: (namespace, pod, port) => podPortForward(podOf(namespace, pod), port, endpointOf),
  };
}

/** The resource, if the server offers it and the verb on it. */
function served(resource: string, verb: string): ResourceInfo {
  const info = findResource(resource);
  if (!info) throw noSuchResource();
  if (!info.verbs.includes(verb)) throw methodNotSupportedError(groupResource(info), verb);
  return info;
}

/** What readers learn from the resource's description, writers are told. */
function warnOfDeprecation({ deprecation }: ResourceInfo, { onWarning }: WriteOptions): void {
  if (deprecation !== undefined) onWarning?.(deprecation);
}

function bind(registry: Registry, namespace: string | undefined, given: unknown): KubeObject {
  const binding = given as { metadata?: { name?: string }; target?: { name?: string } };
  const name = binding.metadata?.name;
  const node = binding.target?.name;
  if (!name || !node) throw badRequestError('a Binding needs the name of a pod and of a node');
  return registry.bind(served('pods', 'get'), namespace ?? 'default', name, node);
}

function evict(
  registry: Registry,
  namespace: string | undefined,
  given: unknown,
  options: WriteOptions,
): KubeObject {
  const eviction = given as {
    metadata?: { name?: string };
    deleteOptions?: { gracePeriodSeconds?: number };
  };
  const name = eviction.metadata?.name;
  if (!name) throw badRequestError('an Eviction needs the name of a pod');
  const deletion = { dryRun: options.dryRun ?? false, ...eviction.deleteOptions };
  registry.evict(served('pods', 'get'), namespace ?? 'default', name, deletion);
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Success', code: 201 } as never;
}

/** How often a watch that wants it is told how far it has come, in virtual ms. */
const BOOKMARK_MS = 60_000;

function openWatch(parts: ClientParts, info: ResourceInfo, options: WatchOptions): WatchStream {
  const { store } = parts;
  const selects = selectionOf(info, options);
  let stop = () => {};
  const watch = new Watch(selects, () => stop());
  const since = options.resourceVersion;
  if (since === undefined || since === '' || since === '0') {
    for (const object of store.list(info.resource, options.namespace)) {
      if (selects(object)) watch.push({ type: 'ADDED', object });
    }
  } else {
    const changes = store.changesSince(info.resource, Number(since));
    if (!changes) throw tooOld(store, since);
    for (const change of changes) watch.deliver(change);
  }
  const unsubscribe = store.subscribe(info.resource, (change) => watch.deliver(change));
  if (options.allowWatchBookmarks !== true) {
    stop = unsubscribe;
    return watch;
  }
  let cancel = () => {};
  const tell = (): void => {
    watch.push({ type: 'BOOKMARK', object: bookmark(info, store.revision) });
    cancel = parts.after(BOOKMARK_MS, tell);
  };
  cancel = parts.after(BOOKMARK_MS, tell);
  stop = () => {
    unsubscribe();
    cancel();
  };
  return watch;
}

function bookmark(info: ResourceInfo, revision: number): KubeObject {
  const metadata = { resourceVersion: String(revision) };
  return { apiVersion: apiVersionOf(info), kind: info.kind, metadata };
}

function tooOld(store: Store, since: string): ApiError {
  return expiredError(`too old resource version: ${since} (${store.revision})`);
}
