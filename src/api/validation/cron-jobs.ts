import { CronScheduleError, parseCronSchedule } from '../cron-schedule';
import { byteLength, nameIsDnsSubdomain } from '../names';
import { isTimeZone } from '../time-zone';
import type { KubeObject } from '../types';
import { type FieldError, invalid, notSupported, required } from './field-error';
import { type JobSpec, jobSpecErrors } from './job-spec';
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta';

/** CronJobs. Models pkg/apis/batch/validation. */

/** A CronJob's jobs get the time in their names, which may not be longer than labels. */
const CRON_JOB_NAME_LENGTH = 52;

interface CronJobSpec {
  schedule?: string;
  timeZone?: string;
  startingDeadlineSeconds?: number;
  concurrencyPolicy?: string;
  jobTemplate?: { spec?: JobSpec };
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
}

export function validateCronJob(job: KubeObject): FieldError[] {
  const errors = [
    ...validateObjectMeta(job.metadata, true, nameIsDnsSubdomain),
    ...cronJobSpecErrors((job.spec ?? {}) as CronJobSpec),
  ];
  const { name = '' } = job.metadata;
  if (byteLength(name) > CRON_JOB_NAME_LENGTH) {
    errors.push(invalid('metadata.name', name, 'must be no more than 52 characters'));
  }
  return errors;
}

export function validateCronJobUpdate(job: KubeObject, old: KubeObject): FieldError[] {
  return [
    ...validateObjectMetaUpdate(job.metadata, old.metadata),
    ...cronJobSpecErrors((job.spec ?? {}) as CronJobSpec),
  ];
}

const CONCURRENCY = ['Allow', 'Forbid', 'Replace'];

function cronJobSpecErrors(spec: CronJobSpec): FieldError[] {
  const { schedule = '', concurrencyPolicy: policy = '', jobTemplate } = spec;
  const errors: FieldError[] = [];
  if (schedule === '') errors.push(required('spec.schedule'));
  else errors.push(...scheduleErrors(schedule));
  errors.push(
    ...validateNonnegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...timeZoneErrors(spec.timeZone),
  );
  if (policy === '') errors.push(required('spec.concurrencyPolicy'));
  else if (!CONCURRENCY.includes(policy)) {
    errors.push(notSupported('spec.concurrencyPolicy', policy, CONCURRENCY));
  }
  const template = jobTemplate?.spec ?? {};
  errors.push(...jobSpecErrors(template, 'spec.jobTemplate.spec'));
  if (template.selector !== undefined) {
    const why = '`selector` will be auto-generated';
    errors.push(invalid('spec.jobTemplate.spec.selector', template.selector, why));
  }
  if (template.manualSelector === true) {
    const at = 'spec.jobTemplate.spec.manualSelector';
    errors.push(notSupported(at, true, ['nil', 'false']));
  }
  return [
    ...errors,
    ...validateNonnegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...validateNonnegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

function scheduleErrors(schedule: string): FieldError[] {
  const errors: FieldError[] = [];
  try {
    parseCronSchedule(schedule);
  } catch (error) {
    if (!(error instanceof CronScheduleError)) throw error;
    errors.push(invalid('spec.schedule', schedule, error.message));
  }
  if (!schedule.includes('TZ')) return errors;
  const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  return [...errors, invalid('spec.schedule', schedule, why)];
}

function timeZoneErrors(zone: string | undefined): FieldError[] {
  const field = 'spec.timeZone';
  if (zone === undefined) return [];
  if (zone === '') return [invalid(field, zone, 'timeZone must be nil or non-empty string')];
  const parts = zone.split('/');
  const usable = (part: string) =>
    part !== '.' && part !== '..' && /^[A-Za-z._0-9+][A-Za-z._0-9+-]{0,13}$/.test(part);
  if (!parts.every(usable)) return [invalid(field, zone, `unknown time zone ${zone}`)];
  if (zone.toLowerCase() !== 'local') {
    return isTimeZone(zone) ? [] : [invalid(field, zone, `unknown time zone ${zone}`)];
  }
  const why =
    'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  return [invalid(field, zone, why)];
}
