import { nameIsDnsSubdomain } from '../names';
import type { KubeObject, PodTemplateSpec } from '../types';
import { type FieldError, required } from './field-error';
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
import { lastingPodErrors, selectorMismatch, validatePodTemplate } from './pod-template';

/** ReplicationControllers and PodTemplates. Models ValidateReplicationController. */

interface ControllerSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: Readonly<Record<string, string>>;
  readonly template?: PodTemplateSpec;
}

export function validateReplicationController(object: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(object.metadata, true, nameIsDnsSubdomain),
    ...specErrors((object.spec ?? {}) as ControllerSpec),
  ];
}

export function validateReplicationControllerUpdate(object: KubeObject, old: KubeObject) {
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...specErrors((object.spec ?? {}) as ControllerSpec),
  ];
}

function specErrors({ selector = {}, template, ...spec }: ControllerSpec): FieldError[] {
  const wanted = Object.entries(selector);
  const errors = [
    ...validateNonnegative('spec.minReadySeconds', spec.minReadySeconds),
    ...(wanted.length === 0 ? [required('spec.selector')] : []),
    ...(spec.replicas === undefined
      ? [required('spec.replicas')]
      : validateNonnegative('spec.replicas', spec.replicas)),
  ];
  if (template === undefined) return [...errors, required('spec.template')];
  const labels = template.metadata?.labels ?? {};
  if (wanted.some(([key, value]) => labels[key] !== value)) {
    errors.push(selectorMismatch(template, 'spec.template'));
  }
  return [
    ...errors,
    ...validatePodTemplate(template, 'spec.template'),
    ...lastingPodErrors(template, 'ReplicationController', 'spec.template'),
  ];
}

type PodTemplate = KubeObject & { template?: PodTemplateSpec };

export function validateTemplateObject(object: KubeObject): FieldError[] {
  return [
    ...validateObjectMeta(object.metadata, true, nameIsDnsSubdomain),
    ...validatePodTemplate((object as PodTemplate).template, 'template'),
  ];
}

export function validateTemplateObjectUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validatePodTemplate((object as PodTemplate).template, 'template'),
  ];
}
