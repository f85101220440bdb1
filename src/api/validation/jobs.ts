import { dnsLabelProblems, nameIsDnsSubdomain } from '../names';
import { validateLabelSelector } from '../selectors';
import type { Job, PodTemplateSpec } from '../types';
import { type FieldError, invalid, required } from './field-error';
import { type JobSpec, jobSpecErrors } from './job-spec';
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
import { selectorMatch, selectorMismatch } from './pod-template';

/** Jobs. Models pkg/apis/batch/validation. */

/** Labels that a job gives its pods: the first two since long, without a prefix. */
const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];

/** Takes a job that has been prepared: with its selector and its pods' labels. */
export function validateJob(job: Job): FieldError[] {
  const spec = (job.spec ?? {}) as JobSpec;
  return [
    ...validateObjectMeta(job.metadata, true, nameIsDnsSubdomain),
    ...generatedSelectorErrors(job, spec),
    ...jobSpecErrors(spec, 'spec'),
    ...selectorErrors(spec, 'spec'),
    ...indexedNameErrors(job, spec),
  ];
}

export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const [spec, before] = [(job.spec ?? {}) as JobSpec, (old.spec ?? {}) as JobSpec];
  return [
    ...validateJob(job),
    ...validateObjectMetaUpdate(job.metadata, old.metadata),
    ...jobSpecErrors(spec, 'spec'),
    ...selectorErrors(spec, 'spec'),
    ...completionsChangeErrors(spec, before),
    ...validateImmutable('spec.selector', spec.selector, before.selector),
    ...templateChangeErrors(spec, before, old),
    ...(
      [
        'completionMode',
        'podFailurePolicy',
        'backoffLimitPerIndex',
        'managedBy',
        'successPolicy',
      ] as const
    ).flatMap((name) => validateImmutable(`spec.${name}`, spec[name], before[name])),
  ];
}

/** Only a job that waits to be started may still have its pods placed elsewhere. */
function templateChangeErrors(spec: JobSpec, before: JobSpec, old: Job): FieldError[] {
  const started = (old.status as { startTime?: string } | undefined)?.startTime !== undefined;
  const template = before.suspend && !started ? withPlacement(before, spec) : before.template;
  return validateImmutable('spec.template', spec.template, template);
}

function withPlacement({ template }: JobSpec, { template: now }: JobSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates, affinity } = now?.spec ?? {};
  const merged = { ...template?.spec?.affinity, nodeAffinity: affinity?.nodeAffinity };
  const kept = Object.values(merged).some((part) => part !== undefined);
  return {
    ...template,
    metadata: withoutAbsent({
      ...template?.metadata,
      labels: now?.metadata?.labels,
      annotations: now?.metadata?.annotations,
    }),
    spec: withoutAbsent({
      containers: [],
      ...template?.spec,
      nodeSelector,
      tolerations,
      schedulingGates,
      affinity: kept || affinity !== undefined ? withoutAbsent(merged) : undefined,
    }),
  };
}

/** What is compared as JSON has no members that are undefined. */
function withoutAbsent<T extends object>(value: T): T {
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present) as T;
}

function completionsChangeErrors(spec: JobSpec, before: JobSpec): FieldError[] {
  const field = 'spec.completions';
  if (spec.completionMode !== 'Indexed') {
    return validateImmutable(field, spec.completions, before.completions);
  }
  const { completions, parallelism } = spec;
  if (completions === undefined || completions === before.completions) return [];
  if (completions === parallelism) return [];
  return [invalid(field, completions, 'can only be modified in tandem with spec.parallelism')];
}

/** Models validateGeneratedSelector: what the server has set must not have been there otherwise. */
function generatedSelectorErrors(job: Job, spec: JobSpec): FieldError[] {
  if (spec.manualSelector === true || spec.selector === undefined) return [];
  const { uid = '', name = '' } = job.metadata;
  const labels = spec.template?.metadata?.labels ?? {};
  const expected: Record<string, string> = {};
  const pairs = [0, 1].flatMap((index): [string, string][] => [
    [UID_LABELS[index] ?? '', uid],
    [NAME_LABELS[index] ?? '', name],
  ]);
  const errors = uid === '' ? [required('metadata.uid')] : [];
  for (const [key, value] of pairs) {
    expected[key] = value;
    const at = `spec.template.metadata.labels[${key}]`;
    const why = `must be '${value}'`;
    if (labels[key] === undefined) errors.push(required(at, why));
    else if (labels[key] !== value) errors.push(invalid(at, labels, why));
  }
  const template = { metadata: { labels: expected } };
  if (selectorMatch(spec.selector, template) === 'misses') {
    errors.push(invalid('spec.selector', spec.selector, '`selector` not auto-generated'));
  }
  return errors;
}

function selectorErrors({ selector, template }: JobSpec, field: string): FieldError[] {
  const errors =
    selector === undefined
      ? [required(`${field}.selector`)]
      : validateLabelSelector(selector, `${field}.selector`);
  const match = selectorMatch(selector, template);
  return match === 'misses' ? [...errors, selectorMismatch(template, `${field}.template`)] : errors;
}

/** A pod's host name ends in its index. */
function indexedNameErrors(job: Job, { completionMode, completions = 0 }: JobSpec): FieldError[] {
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const { name = '' } = job.metadata;
  const host = `${name}-${completions - 1}`;
  if (dnsLabelProblems(host).length === 0) return [];
  const why = `will not able to create pod with invalid DNS label: ${host}`;
  return [invalid('metadata.name', name, why)];
}
