import { byteLength } from '../names';
import type { LabelSelector, PodTemplateSpec } from '../types';
import { domainPrefixedPathErrors } from './domain-names';
import { type FieldError, invalid, notSupported, required, tooLong } from './field-error';
import {
  type FailurePolicy,
  type SuccessPolicy,
  validateFailurePolicy,
  validateSuccessPolicy,
} from './job-policies';
import { validateNonnegative } from './object-meta';
import { validatePodTemplate } from './pod-template';

/** What jobs and the templates of CronJobs have in common. Models validateJobSpec. */

export interface JobSpec {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  ttlSecondsAfterFinished?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  managedBy?: string;
  completionMode?: string;
  podFailurePolicy?: FailurePolicy;
  successPolicy?: SuccessPolicy;
  podReplacementPolicy?: string;
  manualSelector?: boolean;
  selector?: LabelSelector;
  suspend?: boolean;
  template?: PodTemplateSpec;
}

const MOST_INDEXED = 100_000;
const MANY_COMPLETIONS = 100_000;
const MOST_WITH_MANY_COMPLETIONS = 10_000;
const MANAGED_BY_LENGTH = 63;
const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

export function jobSpecErrors(spec: JobSpec, field: string): FieldError[] {
  const errors = COUNTS.flatMap((name) => validateNonnegative(`${field}.${name}`, spec[name]));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined) {
    const at = `${field}.managedBy`;
    errors.push(...domainPrefixedPathErrors(at, spec.managedBy));
    if (byteLength(spec.managedBy) > MANAGED_BY_LENGTH) errors.push(tooLong(at, MANAGED_BY_LENGTH));
  }
  return [
    ...errors,
    ...completionModeErrors(spec, field),
    ...policyErrors(spec, field),
    ...validatePodTemplate(spec.template, `${field}.template`),
    ...restartPolicyErrors(spec, `${field}.template.spec.restartPolicy`),
  ];
}

function completionModeErrors(spec: JobSpec, field: string): FieldError[] {
  const { completionMode: mode } = spec;
  if (mode === 'Indexed') return indexedErrors(spec, field);
  const errors: FieldError[] = [];
  const known = ['NonIndexed', 'Indexed'];
  if (mode !== undefined && !known.includes(mode)) {
    return [notSupported(`${field}.completionMode`, mode, known)];
  }
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[name] === undefined) continue;
    errors.push(invalid(`${field}.${name}`, spec[name], 'requires indexed completion mode'));
  }
  return errors;
}

function indexedErrors(spec: JobSpec, field: string): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes: failed } = spec;
  const errors: FieldError[] = [];
  const atMost = (name: string, value: number, what: string | number) => {
    errors.push(invalid(`${field}.${name}`, value, `must be less than or equal to ${what}`));
  };
  if (completions === undefined) {
    errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  }
  if (parallelism > MOST_INDEXED) {
    atMost('parallelism', parallelism, `${MOST_INDEXED} when completion mode is Indexed`);
  }
  if (failed !== undefined && completions !== undefined && failed > completions) {
    atMost('maxFailedIndexes', failed, 'completions');
  }
  if (failed !== undefined && failed > MOST_INDEXED) {
    atMost('maxFailedIndexes', failed, MOST_INDEXED);
  }
  const many = (completions ?? 0) > MANY_COMPLETIONS && spec.backoffLimitPerIndex !== undefined;
  if (!many) return errors;
  const limit = MOST_WITH_MANY_COMPLETIONS;
  const when = `${limit} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (failed === undefined) {
    const why = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.push(required(`${field}.maxFailedIndexes`, why));
  }
  if (parallelism > limit) atMost('parallelism', parallelism, when);
  if (failed !== undefined && failed > limit) atMost('maxFailedIndexes', failed, when);
  return errors;
}

function policyErrors(spec: JobSpec, field: string): FieldError[] {
  const { podFailurePolicy, successPolicy, podReplacementPolicy: replacement } = spec;
  const errors: FieldError[] = [];
  if (podFailurePolicy !== undefined) {
    const { template, backoffLimitPerIndex } = spec;
    const context = { template, backoffLimitPerIndex };
    const at = `${field}.podFailurePolicy`;
    errors.push(...validateFailurePolicy(podFailurePolicy, context, at));
  }
  if (successPolicy !== undefined) {
    const at = `${field}.successPolicy`;
    if (spec.completionMode === 'Indexed') {
      errors.push(...validateSuccessPolicy(successPolicy, spec.completions ?? 0, at));
    } else {
      errors.push(
        invalid(at, shownSuccessPolicy(successPolicy), 'requires indexed completion mode'),
      );
    }
  }
  if (replacement !== undefined) {
    const known = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
    if (!known.includes(replacement)) {
      errors.push(notSupported(`${field}.podReplacementPolicy`, replacement, known));
    }
  }
  return errors;
}

/** The policy as Go's internal type has it. */
function shownSuccessPolicy({ rules }: SuccessPolicy) {
  const shown = rules?.map(({ succeededIndexes, succeededCount }) => ({
    SucceededIndexes: succeededIndexes ?? null,
    SucceededCount: succeededCount ?? null,
  }));
  return { Rules: shown ?? null };
}

function restartPolicyErrors(spec: JobSpec, field: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') {
    return [required(field, 'valid values: "OnFailure", "Never"')];
  }
  if (policy !== 'OnFailure' && policy !== 'Never') {
    return [notSupported(field, policy, ['OnFailure', 'Never'])];
  }
  if (spec.podFailurePolicy === undefined || policy === 'Never') return [];
  const why = 'only "Never" is supported when podFailurePolicy is specified';
  return [invalid(field, policy, why)];
}
