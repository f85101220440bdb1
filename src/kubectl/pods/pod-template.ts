import { isObject, type JsonObject } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import { plain } from '../errors';
import { goTypeOf } from './pods-of-object';

/** Where an object has its pod's spec; undefined for other kinds. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The object with its pod's spec changed. Models UpdatePodSpecForObject. */
export function withPodSpec(
  object: JsonObject,
  change: (spec: JsonObject) => JsonObject,
): JsonObject {
  const path = PATHS[String(object.kind)];
  if (!path) {
    const type = goTypeOf(object as unknown as KubeObject);
    throw plain(`the object is not a pod or does not have a pod template: ${type}`);
  }
  return changedAt(object, path, change);
}

export function changedAt(
  object: JsonObject,
  [key, ...rest]: readonly string[],
  change: (inner: JsonObject) => JsonObject,
): JsonObject {
  if (key === undefined) return change(object);
  const inner = object[key];
  return { ...object, [key]: changedAt(isObject(inner) ? inner : {}, rest, change) };
}

/** A pod's spec with some of its containers changed; `change` gives back what it leaves as it is. */
export function withContainers(
  spec: JsonObject,
  change: (container: JsonObject) => JsonObject,
): JsonObject {
  const changed = { ...spec };
  for (const list of ['containers', 'initContainers']) {
    const containers = spec[list] as readonly JsonObject[] | undefined;
    if (containers) changed[list] = containers.map(change);
  }
  return changed;
}
