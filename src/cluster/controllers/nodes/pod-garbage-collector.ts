import { findObject, isNotFound } from '../../../api/find-object';
import type { Pod } from '../../../api/types';
import { type ControllerContext, nowText, unversioned } from '../controller-context';

/** The collector looks around this often. */
const CHECK_MS = 20_000;
/** So long a node must have been gone. */
const QUARANTINE_MS = 40_000;

/**
 * Deletes the pods of nodes that are gone: no kubelet will ever confirm their end. Models gcOrphaned of
 * pkg/controller/podgc.
 */
export class PodGarbageCollector {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
    const { clock } = context.kernel;
    context.subscribe('nodes', ({ type, object }) => {
      if (type !== 'DELETED') return;
      const seen = Math.ceil(clock.now / CHECK_MS) * CHECK_MS;
      const due = Math.ceil((seen + QUARANTINE_MS) / CHECK_MS) * CHECK_MS;
      clock.at(due, () => this.#collect(object.metadata.name ?? ''));
    });
  }

  #collect(nodeName: string): void {
    const { client } = this.#context;
    if (findObject(client, 'nodes', undefined, nodeName)) return;
    const pods = client.list('pods', { fieldSelector: `spec.nodeName=${nodeName}` }).items;
    for (const pod of pods as Pod[]) this.#delete(pod);
  }

  #delete(pod: Pod): void {
    const { client } = this.#context;
    const { namespace, name = '' } = pod.metadata;
    const phase = pod.status?.phase;
    try {
      if (phase !== 'Succeeded' && phase !== 'Failed') {
        const disrupted = {
          type: 'DisruptionTarget',
          status: 'True' as const,
          lastProbeTime: null,
          lastTransitionTime: nowText(this.#context),
          reason: 'DeletionByPodGC',
          message: 'PodGC: node no longer exists',
        };
        const conditions = [...(pod.status?.conditions ?? []), disrupted];
        const status = { ...pod.status, phase: 'Failed' as const, conditions };
        const object = { ...unversioned(pod), status };
        client.update('pods', namespace, object, { subresource: 'status' });
      }
      client.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
