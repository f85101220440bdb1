import { isNotFound } from '../../api/find-object';
import { ApiError } from '../../api/status';
import type { KubeObject, ObjectMeta, Pod, PodTemplateSpec } from '../../api/types';
import {
  type ControllerContext,
  type ControllerEvents,
  isNamespaceTerminating,
} from './controller-context';
import { controllerReference } from './owner-references';
import { SyncError } from './work-queue';

/** What a pod gets beside what its template says. */
export interface PodExtras {
  /** Default: the owner's name, a dash and five characters. */
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Partial<Pod['spec']>;
}

/** A pod made from a template, not created yet. Models pkg/controller GetPodFromTemplate. */
export function podFromTemplate(
  owner: KubeObject,
  template: PodTemplateSpec | undefined,
  extras: PodExtras = {},
): KubeObject {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const metadata: ObjectMeta = {
    ...(extras.metadata?.name === undefined ? { generateName: `${owner.metadata.name}-` } : {}),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...extras.metadata,
    ownerReferences: [controllerReference(owner)],
  };
  const spec = { ...template?.spec, ...extras.spec };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

/** Creates and deletes pods for their owners and says so. Models pkg/controller RealPodControl. */
export class PodControl {
  readonly #context: ControllerContext;
  readonly #events: ControllerEvents;

  constructor(context: ControllerContext, events: ControllerEvents) {
    this.#context = context;
    this.#events = events;
  }

  /** Throws the API server's refusal. */
  create(owner: KubeObject, pod: KubeObject): Pod {
    const { namespace } = owner.metadata;
    try {
      const created = this.#context.client.create('pods', namespace, pod) as Pod;
      this.#events.normal(owner, 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (error instanceof ApiError && !isNamespaceTerminating(error)) {
        this.#events.warning(owner, 'FailedCreate', `Error creating: ${error.message}`);
      }
      throw error;
    }
  }

  /** A pod that is gone already is no error. */
  delete(owner: KubeObject, pod: Pod): void {
    const { name = '' } = pod.metadata;
    try {
      this.#context.client.delete('pods', owner.metadata.namespace, name);
      this.#events.normal(owner, 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof ApiError)) throw error;
      this.#events.warning(owner, 'FailedDelete', `Error deleting: ${error.message}`);
      throw new SyncError(`unable to delete pods: ${error.message}`);
    }
  }

  /** Deletes all of them, whatever happens to one; returns the first failure. */
  deleteAll(owner: KubeObject, pods: readonly Pod[]): SyncError | undefined {
    let failure: SyncError | undefined;
    for (const pod of pods) {
      try {
        this.delete(owner, pod);
      } catch (error) {
        if (!(error instanceof SyncError)) throw error;
        failure ??= error;
      }
    }
    return failure;
  }
}

/**
 * Calls `make` `count` times in batches that double, and stops after the first batch with a failure, so that
 * a quota or a broken template does not cause a flood. Models slowStartBatch. Returns the first failure.
 */
export function slowStart(count: number, make: (index: number) => void): ApiError | undefined {
  let done = 0;
  for (let size = 1; done < count; size *= 2) {
    let failure: ApiError | undefined;
    for (const end = Math.min(count, done + size); done < end; done++) {
      try {
        make(done);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failure ??= error;
      }
    }
    if (failure) return failure;
  }
  return undefined;
}
