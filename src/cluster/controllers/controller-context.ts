import type { ApiClient } from '../../api/client';
import { findObject } from '../../api/find-object';
import { ApiError } from '../../api/status';
import { formatTime } from '../../api/time';
import type { KubeObject, ObjectMeta } from '../../api/types';
import type { Kernel } from '../../kernel/kernel';
import { createEventRecorder, type EventRecorder, type EventSubject } from '../events';
import type { Latency } from '../latency';
import type { Dependents } from './dependents';
import type { Subscribe } from './object-change';

/** What every controller works with. */
export interface ControllerContext {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly latency: Latency;
  /** Tells each change of a resource at the instant at which it happens. Objects must not be changed. */
  readonly subscribe: Subscribe;
  /** The objects of a resource by their controllers; one index for all who ask. */
  readonly dependents: (resource: string) => Dependents;
}

/** `namespace/name`, or the name alone. */
export function keyOf({ metadata }: { readonly metadata: ObjectMeta }): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata.name ?? '');
}

/** Models client-go tools/cache SplitMetaNamespaceKey. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1) };
}

/** The object of a key, or undefined when it is gone. */
export function findByKey(
  { client }: ControllerContext,
  resource: string,
  key: string,
): KubeObject | undefined {
  const { namespace, name } = splitKey(key);
  return findObject(client, resource, namespace, name);
}

/** Whether the namespace is on its way out: then nobody needs to hear that creating in it failed. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.message.endsWith('because it is being terminated');
}

/** What an event about an object points at. */
export function subjectOf(object: KubeObject): EventSubject {
  const { namespace, name = '', uid = '', resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid,
    apiVersion: object.apiVersion,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** Events of a controller, about whole objects. */
export class ControllerEvents {
  readonly #recorder: EventRecorder;

  constructor({ kernel, client }: ControllerContext, component: string) {
    this.#recorder = createEventRecorder({ kernel, client, component });
  }

  normal(object: KubeObject, reason: string, message: string): void {
    this.#recorder.event(subjectOf(object), 'Normal', reason, message);
  }

  warning(object: KubeObject, reason: string, message: string): void {
    this.#recorder.event(subjectOf(object), 'Warning', reason, message);
  }
}

/** The time of the run, as objects carry it. */
export function nowText({ kernel }: ControllerContext): string {
  return formatTime(kernel.unixMs());
}

/**
 * The object as it is to be written, whatever version it was read at: controllers here read the stored
 * objects themselves, so nothing can have changed since.
 */
export function unversioned<T extends KubeObject>(object: T): T {
  const metadata = { ...object.metadata };
  delete metadata.resourceVersion;
  return { ...object, metadata };
}
