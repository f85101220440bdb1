import type { Draft, Pod } from '../api/stored-objects';
import type { EventRecorder, EventSubject, EventType } from './events';
import { containerFieldPath } from './pod-containers';

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
    this.#recorder.event(podSubject(pod, fieldPath), type, reason, message);
  }
}

/** What an event about a pod or a part of it points at. Models client-go reference.GetPartialReference. */
export function podSubject(pod: Pod, fieldPath?: string): EventSubject {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const subject: Draft<EventSubject> = { kind: 'Pod', namespace, name, uid, apiVersion: 'v1' };
  if (resourceVersion !== undefined) subject.resourceVersion = resourceVersion;
  if (fieldPath !== undefined) subject.fieldPath = fieldPath;
  return subject;
}
