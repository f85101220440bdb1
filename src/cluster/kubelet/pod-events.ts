import type { EventRecorder, EventSubject, EventType } from '../events';
import { containerFieldPath, type Pod } from './core-v1';

/** Events about pods and their containers, as the kubelet reports them. */
export class PodEvents {
  readonly #recorder: EventRecorder;

  constructor(recorder: EventRecorder) {
    this.#recorder = recorder;
  }

  pod(pod: Pod, type: EventType, reason: string, message: string): void {
    this.#recorder.event(podSubject(pod), type, reason, message);
  }

  container(pod: Pod, container: string, type: EventType, reason: string, message: string): void {
    const fieldPath = containerFieldPath(pod, container);
    this.#recorder.event({ ...podSubject(pod), fieldPath }, type, reason, message);
  }
}

export function podSubject(pod: Pod): EventSubject {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  return {
    kind: 'Pod',
    namespace,
    name,
    uid,
    apiVersion: 'v1',
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}
