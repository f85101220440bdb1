import { labelSelectorRequirements, matchesLabels, validateLabelSelector } from '../selectors';
import type { LabelSelector, PodTemplateSpec } from '../types';
import { type FieldError, forbidden, invalid, notSupported } from './field-error';
import { validateAnnotations, validateLabels } from './object-meta';
import { validatePodSpec } from './pod';
import {
  appArmorAnnotationMismatches,
  podAnnotationErrors,
  seccompAnnotationMismatches,
} from './pod-annotations';

/** What the objects that make pods have in common: a template, and a selector that must match it. */

/** Models ValidatePodTemplateSpec. */
export function validatePodTemplate(
  template: PodTemplateSpec | undefined,
  field: string,
): FieldError[] {
  const { metadata = {}, spec = { containers: [] } } = template ?? {};
  const errors = [
    ...validateLabels(`${field}.labels`, metadata.labels),
    ...validateAnnotations(`${field}.annotations`, metadata.annotations),
    ...podAnnotationErrors(metadata.annotations, spec, `${field}.annotations`),
    ...validatePodSpec(spec, undefined, `${field}.spec`),
    ...seccompAnnotationMismatches(metadata, spec, `${field}.spec`),
    ...appArmorAnnotationMismatches(metadata, spec, `${field}.spec`),
  ];
  if ((spec.ephemeralContainers ?? []).length > 0) {
    const why = 'ephemeral containers not allowed in pod template';
    errors.push(forbidden(`${field}.spec.ephemeralContainers`, why));
  }
  return errors;
}

/** Rules for pods that are started again whenever they end; `owner` is the kind that makes them. */
export function lastingPodErrors(
  template: PodTemplateSpec | undefined,
  owner: string,
  field: string,
): FieldError[] {
  const { restartPolicy = '', activeDeadlineSeconds } = template?.spec ?? {};
  const errors: FieldError[] = [];
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(`${field}.spec.restartPolicy`, restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds !== undefined) {
    const why = `activeDeadlineSeconds in ${owner} is not Supported`;
    errors.push(forbidden(`${field}.spec.activeDeadlineSeconds`, why));
  }
  return errors;
}

/** Whether the selector can be used at all; if so, whether it selects pods of the template. */
export function selectorMatch(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
): 'unusable' | 'selects' | 'misses' | 'empty' {
  try {
    const requirements = labelSelectorRequirements(selector);
    if (requirements === undefined) return 'misses';
    if (requirements.length === 0) return 'empty';
    return matchesLabels(requirements, template?.metadata?.labels) ? 'selects' : 'misses';
  } catch {
    return 'unusable';
  }
}

export function selectorMismatch(template: PodTemplateSpec | undefined, field: string): FieldError {
  const why = '`selector` does not match template `labels`';
  return invalid(`${field}.metadata.labels`, template?.metadata?.labels ?? null, why);
}

export function selectorErrors(
  selector: LabelSelector,
  owner: string,
  field: string,
): FieldError[] {
  return [
    ...validateLabelSelector(selector, field),
    ...emptySelectorErrors(selector, owner, field),
  ];
}

/** A selector has to say something. */
export function emptySelectorErrors(
  selector: LabelSelector | undefined,
  owner: string,
  field: string,
): FieldError[] {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const empty = Object.keys(matchLabels).length + matchExpressions.length === 0;
  if (selector === undefined || !empty) return [];
  return [invalid(field, selector, `empty selector is invalid for ${owner}`)];
}
