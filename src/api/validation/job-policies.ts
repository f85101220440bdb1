import { byteLength, qualifiedNameProblems } from '../names';
import type { PodTemplateSpec } from '../types';
import {
  duplicate,
  type FieldError,
  invalid,
  invalidFor,
  notSupported,
  required,
  tooLong,
  tooMany,
} from './field-error';
import { validateNonnegative } from './object-meta';

/** When a job fails or succeeds early: podFailurePolicy and successPolicy. Models pkg/apis/batch/validation. */

const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;
const MOST_PATTERNS = 20;
const INDEXES_LENGTH = 64 * 1024;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

interface ExitCodes {
  containerName?: string;
  operator?: string;
  values?: number[];
}

interface FailureRule {
  action?: string;
  onExitCodes?: ExitCodes;
  onPodConditions?: { type?: string; status?: string }[];
}

export interface FailurePolicy {
  rules?: FailureRule[] | null;
}

export interface SuccessPolicy {
  rules?: { succeededIndexes?: string; succeededCount?: number }[] | null;
}

interface PolicyContext {
  readonly template: PodTemplateSpec | undefined;
  readonly backoffLimitPerIndex: number | undefined;
}

export function validateFailurePolicy(
  policy: FailurePolicy,
  context: PolicyContext,
  field: string,
): FieldError[] {
  const rules = policy.rules ?? [];
  const at = `${field}.rules`;
  const errors = rules.length > MOST_RULES ? [tooMany(at, rules.length, MOST_RULES)] : [];
  rules.forEach((rule, index) => {
    errors.push(...failureRuleErrors(rule, context, `${at}[${index}]`));
  });
  return errors;
}

function failureRuleErrors(rule: FailureRule, context: PolicyContext, field: string): FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const errors = [...actionErrors(action, context, `${field}.action`)];
  if (onExitCodes !== undefined) {
    errors.push(...exitCodeErrors(onExitCodes, context, `${field}.onExitCodes`));
  }
  errors.push(...podConditionErrors(onPodConditions, `${field}.onPodConditions`));
  const kinds = Number(onExitCodes !== undefined) + Number(onPodConditions.length > 0);
  if (kinds === 2) {
    const why = 'specifying both OnExitCodes and OnPodConditions is not supported';
    errors.push(invalid(field, undefined, why));
  }
  if (kinds === 0) {
    const why = 'specifying one of OnExitCodes and OnPodConditions is required';
    errors.push(invalid(field, undefined, why));
  }
  return errors;
}

/** A value out of a few; `valid values` lists them as Go prints a list of strings. */
function choiceErrors(value: string, known: readonly string[], field: string): FieldError[] {
  if (value === '') {
    return [required(field, `valid values: [${known.map((one) => `"${one}"`).join(' ')}]`)];
  }
  return known.includes(value) ? [] : [notSupported(field, value, known)];
}

function actionErrors(action: string, context: PolicyContext, field: string): FieldError[] {
  if (action === 'FailIndex' && context.backoffLimitPerIndex === undefined) {
    return [invalid(field, action, 'requires the backoffLimitPerIndex to be set')];
  }
  return choiceErrors(action, ACTIONS, field);
}

function exitCodeErrors(
  codes: ExitCodes,
  { template }: PolicyContext,
  field: string,
): FieldError[] {
  const { operator = '', containerName, values = [] } = codes;
  const errors = [...choiceErrors(operator, OPERATORS, `${field}.operator`)];
  const containers = [
    ...(template?.spec?.containers ?? []),
    ...(template?.spec?.initContainers ?? []),
  ];
  if (containerName !== undefined && !containers.some(({ name }) => name === containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${field}.containerName`, containerName, why));
  }
  const at = `${field}.values`;
  if (values.length === 0) {
    errors.push(invalid(at, codes.values ?? null, 'at least one value is required'));
  } else if (values.length > MOST_EXIT_CODES) {
    errors.push(tooMany(at, values.length, MOST_EXIT_CODES));
  }
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(`${at}[${index}]`, value, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) < index) errors.push(duplicate(`${at}[${index}]`, value));
  });
  if (values.some((value, index) => (values[index - 1] ?? value) > value)) {
    errors.push(invalid(at, values, 'must be ordered'));
  }
  return errors;
}

function podConditionErrors(
  patterns: readonly { type?: string; status?: string }[],
  field: string,
): FieldError[] {
  const { length } = patterns;
  const errors = length > MOST_PATTERNS ? [tooMany(field, length, MOST_PATTERNS)] : [];
  patterns.forEach(({ type = '', status = '' }, index) => {
    const at = `${field}[${index}]`;
    errors.push(
      ...invalidFor(`${at}.type`, type, qualifiedNameProblems(type)),
      ...choiceErrors(status, STATUSES, `${at}.status`),
    );
  });
  return errors;
}

export function validateSuccessPolicy(
  policy: SuccessPolicy,
  completions: number,
  field: string,
): FieldError[] {
  const at = `${field}.rules`;
  const rules = policy.rules ?? [];
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    const why = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(required(at, why));
  }
  if (rules.length > MOST_RULES) errors.push(tooMany(at, rules.length, MOST_RULES));
  rules.forEach((rule, index) => {
    errors.push(...successRuleErrors(rule, completions, `${at}[${index}]`));
  });
  return errors;
}

function successRuleErrors(
  { succeededIndexes, succeededCount }: NonNullable<SuccessPolicy['rules']>[number],
  completions: number,
  field: string,
): FieldError[] {
  if (succeededCount === undefined && succeededIndexes === undefined) {
    const why = 'at least one of succeededCount or succeededIndexes must be specified';
    return [required(field, why)];
  }
  const errors: FieldError[] = [];
  let total = 0;
  if (succeededIndexes !== undefined) {
    const at = `${field}.succeededIndexes`;
    if (byteLength(succeededIndexes) > INDEXES_LENGTH) errors.push(tooLong(at, INDEXES_LENGTH));
    const counted = countIndexes(succeededIndexes, completions);
    if (typeof counted === 'number') total = counted;
    else errors.push(invalid(at, succeededIndexes, `error parsing succeededIndexes: ${counted}`));
  }
  if (succeededCount === undefined) return errors;
  const at = `${field}.succeededCount`;
  errors.push(...validateNonnegative(at, succeededCount));
  const limits: [number, string][] = [[completions, 'the number of specified completions']];
  if (succeededIndexes !== undefined) {
    limits.push([total, 'the number of indexes in the specified succeededIndexes field']);
  }
  for (const [most, what] of limits) {
    if (succeededCount <= most) continue;
    errors.push(invalid(at, succeededCount, `must be less than or equal to ${most} (${what})`));
  }
  return errors;
}

/** How many indexes a text such as `0,2-4` names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let last = -1;
  let total = 0;
  for (const interval of text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2) {
      return `the fragment "${interval}" violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    for (const limit of limits) {
      if (!/^\+?\d+$/.test(limit)) return `cannot convert string to integer for index: "${limit}"`;
      if (Number(limit) >= completions) return `too large index: "${limit}"`;
    }
    const [from = 0, to = from] = limits.map(Number);
    if (limits.length > 1 && from >= to) {
      return `non-increasing order, previous: ${from}, current: ${to}`;
    }
    if (last >= from) return `non-increasing order, previous: ${last}, current: ${from}`;
    total += to - from + 1;
    last = to;
  }
  return total;
}
