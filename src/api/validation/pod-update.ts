import { copyJson } from '../copy-json';
import { type ExactJson, goJson } from '../golang/json';
import { rangeProblem } from '../names';
import { internalPodSpec } from '../schema/internal-form';
import type { Container, Pod, PodSpec, Toleration } from '../types';
import { imageSpaceErrors } from './containers';
import { type FieldError, forbidden, invalid, required } from './field-error';
import { validateObjectMetaUpdate } from './object-meta';
import { validateMetadataAndSpec } from './pod';
import { APPARMOR } from './pod-annotations';
import { validateTolerations } from './scheduling';
import { specDifference } from './spec-difference';

/** Pods on update: few fields may change. Models pkg/apis/core/validation ValidatePodUpdate. */

const INT32_MAX = 2 ** 31 - 1;
const MIRROR = 'kubernetes.io/config.mirror';

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validateMetadataAndSpec(pod),
    ...annotationErrors(pod, old),
  ];
  for (const list of ['containers', 'initContainers'] as const) {
    const found = containerErrors(pod.spec[list] ?? [], old.spec[list] ?? [], `spec.${list}`);
    errors.push(...found.errors);
    if (found.stop) return errors;
  }
  const deadline = deadlineErrors(pod.spec, old.spec);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...addedTolerationErrors(pod.spec, old.spec));
  errors.push(...gateErrors(pod.spec, old.spec));
  if ((old.spec.schedulingGates ?? []).length > 0) {
    errors.push(...gatedPodErrors(pod.spec, old.spec));
  }
  errors.push(...frozenFieldErrors(pod.spec, old.spec));
  return errors;
}

function annotationErrors({ metadata }: Pod, { metadata: old }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const before = old.annotations ?? {};
  const after = metadata.annotations ?? {};
  for (const [key, value] of Object.entries(before)) {
    if (after[key] === value) continue;
    const at = `metadata.annotations[${key}]`;
    if (key.startsWith(APPARMOR)) {
      errors.push(forbidden(at, 'may not remove or update AppArmor annotations'));
    }
    if (key === MIRROR) {
      errors.push(forbidden(at, 'may not remove or update mirror pod annotation'));
    }
  }
  for (const key of Object.keys(after)) {
    if (Object.hasOwn(before, key)) continue;
    const at = `metadata.annotations[${key}]`;
    if (key.startsWith(APPARMOR)) errors.push(forbidden(at, 'may not add AppArmor annotations'));
    if (key === MIRROR) errors.push(forbidden(at, 'may not add mirror pod annotation'));
  }
  return errors;
}

type Checked = { errors: FieldError[]; stop: boolean };

function containerErrors(
  containers: readonly Container[],
  old: readonly Container[],
  field: string,
): Checked {
  if (containers.length !== old.length) {
    const why = 'pod updates may not add or remove containers';
    return { errors: [forbidden(field, why)], stop: true };
  }
  const errors = containers.flatMap(({ image }, index) => {
    const at = `${field}[${index}]`;
    return [...(image ? [] : [required(`${at}.image`)]), ...imageSpaceErrors(image, at)];
  });
  return { errors, stop: false };
}

function deadlineErrors(spec: PodSpec, old: PodSpec): Checked {
  const at = 'spec.activeDeadlineSeconds';
  const { activeDeadlineSeconds: now } = spec;
  const { activeDeadlineSeconds: before } = old;
  if (now === undefined) {
    if (before === undefined) return { errors: [], stop: false };
    const why = 'must not update from a positive integer to nil value';
    return { errors: [invalid(at, null, why)], stop: false };
  }
  if (now < 0 || now > INT32_MAX) {
    return { errors: [invalid(at, now, rangeProblem(0, INT32_MAX))], stop: true };
  }
  if (before === undefined || before >= now) return { errors: [], stop: false };
  const why = 'must be less than or equal to previous value';
  return { errors: [invalid(at, now, why)], stop: true };
}

type Affinity = PodSpec['affinity'];

function withNodeAffinityOf(affinity: Affinity, old: Affinity): Affinity {
  if (same(affinity?.nodeAffinity, old?.nodeAffinity)) return affinity;
  const { nodeAffinity: _, ...others } = affinity ?? {};
  if (old === undefined && Object.keys(others).length === 0) return undefined;
  const { nodeAffinity } = old ?? {};
  return nodeAffinity === undefined ? others : { ...others, nodeAffinity };
}

/** Equal as JSON text; what is missing is as good as null. */
export function same(a: unknown, b: unknown): boolean {
  return goJson((a ?? null) as ExactJson) === goJson((b ?? null) as ExactJson);
}

function addedTolerationErrors({ tolerations = [] }: PodSpec, old: PodSpec): FieldError[] {
  const untimed = ({ tolerationSeconds: _, ...toleration }: Toleration) => toleration;
  const kept = (old.tolerations ?? []).every((before) =>
    tolerations.some((toleration) => same(untimed(toleration), untimed(before))),
  );
  if (kept) return validateTolerations(tolerations, 'spec.tolerations');
  const why = 'existing toleration can not be modified except its tolerationSeconds';
  return [forbidden('spec.tolerations', why)];
}

function gateErrors({ schedulingGates = [] }: PodSpec, old: PodSpec): FieldError[] {
  const known = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return schedulingGates.flatMap(({ name }, index) => {
    if (known.has(name)) return [];
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbidden(`spec.schedulingGates[${index}].name`, why)];
  });
}

type NodeTerm = NonNullable<
  NonNullable<
    NonNullable<PodSpec['affinity']>['nodeAffinity']
  >['requiredDuringSchedulingIgnoredDuringExecution']
>['nodeSelectorTerms'][number];

/** A pod that waits at a gate may be aimed at fewer nodes, never at others. */
function gatedPodErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const selector = spec.nodeSelector ?? {};
  const kept = Object.entries(old.nodeSelector ?? {}).every(([k, v]) => selector[k] === v);
  if (!kept) {
    const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalid('spec.nodeSelector', spec.nodeSelector ?? null, why));
  }
  const termsOf = ({ affinity }: PodSpec): readonly NodeTerm[] =>
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [terms, before] = [termsOf(spec), termsOf(old)];
  if (before.length === 0) return errors;
  const at =
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (terms.length !== before.length) {
    const why = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    const shown = terms.length === 0 ? null : terms.map(shownTerm);
    return [...errors, invalid(at, shown, why)];
  }
  before.forEach((term, index) => {
    const now = terms[index] ?? {};
    if (onlyAdds(now, term)) return;
    const why = 'only additions are allowed (no mutations or deletions)';
    errors.push(invalid(`${at}[${index}]`, shownTerm(now), why));
  });
  return errors;
}

function onlyAdds(now: NodeTerm, old: NodeTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const isEmpty = (term: NodeTerm) => lists.every((list) => (term[list] ?? []).length === 0);
  if (isEmpty(old)) return isEmpty(now);
  return lists.every((list) => {
    const before = old[list] ?? [];
    return same((now[list] ?? []).slice(0, before.length), before);
  });
}

/** A term by the names of its fields in Go. */
function shownTerm({ matchExpressions, matchFields }: NodeTerm): object {
  const shown = (list: NodeTerm['matchExpressions']) =>
    list?.map(({ key, operator, values }) => ({
      Key: key,
      Operator: operator,
      Values: values ?? null,
    })) ?? null;
  return { MatchExpressions: shown(matchExpressions), MatchFields: shown(matchFields) };
}

/** Everything that is left after the fields that may change have been set back. */
function frozenFieldErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const munged = copyJson(spec);
  for (const list of ['containers', 'initContainers'] as const) {
    munged[list]?.forEach((container, index) => {
      container.image = old[list]?.[index]?.image;
    });
  }
  munged.activeDeadlineSeconds = old.activeDeadlineSeconds;
  munged.schedulingGates = old.schedulingGates;
  munged.tolerations = old.tolerations;
  const grace = old.terminationGracePeriodSeconds ?? 0;
  if (grace < 0 && munged.terminationGracePeriodSeconds === 1) {
    munged.terminationGracePeriodSeconds = grace;
  }
  // A pod that waits at a gate may still be aimed at fewer nodes.
  if ((old.schedulingGates ?? []).length > 0) {
    munged.nodeSelector = old.nodeSelector;
    munged.affinity = withNodeAffinityOf(munged.affinity, old.affinity);
  }
  const [before, after] = [internalPodSpec(old), internalPodSpec(munged)];
  if (same(before, after)) return [];
  const difference = specDifference(before, after);
  const why = `pod updates may not change fields other than ${UPDATABLE}\n${difference}`;
  return [forbidden('spec', why)];
}
