import { percentProblems } from '../names';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { validateNonnegative } from './object-meta';

/** How controllers replace pods. Models the strategies of pkg/apis/apps/validation. */

type IntOrString = number | string;

interface RollingUpdate {
  maxUnavailable?: IntOrString;
  maxSurge?: IntOrString;
  partition?: number;
}

export interface Strategy {
  type?: string;
  rollingUpdate?: RollingUpdate;
}

export function validateDeploymentStrategy(strategy: Strategy = {}, field: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return [];
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return [forbidden(`${field}.rollingUpdate`, why)];
  }
  if (type !== 'RollingUpdate') {
    return [notSupported(field, shownStrategy(strategy), ['Recreate', 'RollingUpdate'])];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const at = `${field}.rollingUpdate`;
  const errors = [
    ...amountErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...amountErrors(maxSurge, `${at}.maxSurge`),
  ];
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    const why = 'may not be 0 when `maxSurge` is 0';
    errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, why));
  }
  return [...errors, ...tooMuch(maxUnavailable, `${at}.maxUnavailable`)];
}

export function validateDaemonSetStrategy(strategy: Strategy = {}, field: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [notSupported(field, shownStrategy(strategy), ['RollingUpdate', 'OnDelete'])];
  }
  const at = `${field}.rollingUpdate`;
  if (rollingUpdate === undefined) return [required(at)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const errors = [
    ...amountErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...amountErrors(maxSurge, `${at}.maxSurge`),
    ...tooMuch(maxUnavailable, `${at}.maxUnavailable`),
    ...tooMuch(maxSurge, `${at}.maxSurge`),
  ];
  const [unavailable, surge] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0];
  if (unavailable && surge) {
    const why = 'may not be set when maxUnavailable is non-zero';
    errors.push(invalid(`${at}.maxSurge`, maxSurge, why));
  }
  if (!unavailable && !surge) {
    errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

export function validateStatefulSetStrategy(strategy: Strategy = {}, field: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const at = `${field}.rollingUpdate`;
  if (type === '') return [required(field)];
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return [];
    const shown = shownStatefulUpdate(rollingUpdate);
    return [invalid(at, shown, "only allowed for updateStrategy 'RollingUpdate'")];
  }
  if (type !== 'RollingUpdate') {
    const update = rollingUpdate === undefined ? null : shownStatefulUpdate(rollingUpdate);
    const shown = { Type: type, RollingUpdate: update };
    return [invalid(field, shown, "must be 'RollingUpdate' or 'OnDelete'")];
  }
  if (rollingUpdate === undefined) return [];
  const { partition, maxUnavailable } = rollingUpdate;
  const errors = validateNonnegative(`${at}.partition`, partition);
  if (maxUnavailable === undefined) return errors;
  errors.push(...amountErrors(maxUnavailable, `${at}.maxUnavailable`));
  if (amount(maxUnavailable) === 0) {
    errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'cannot be 0'));
  }
  return [...errors, ...tooMuch(maxUnavailable, `${at}.maxUnavailable`)];
}

/** A strategy as Go's internal type has it. */
function shownStrategy({ type = '', rollingUpdate }: Strategy) {
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const update = { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge };
  return { Type: type, RollingUpdate: rollingUpdate === undefined ? null : update };
}

function shownStatefulUpdate({ partition = 0, maxUnavailable }: RollingUpdate) {
  return { Partition: partition, MaxUnavailable: maxUnavailable ?? null };
}

/** Models ValidatePositiveIntOrPercent. */
function amountErrors(value: IntOrString, field: string): FieldError[] {
  return typeof value === 'number'
    ? validateNonnegative(field, value)
    : invalidFor(field, value, percentProblems(value));
}

/** The number, or the percentage's; what is no percentage counts as nothing. */
function amount(value: IntOrString): number {
  if (typeof value === 'number') return value;
  return percentProblems(value).length === 0 ? Number.parseInt(value, 10) : 0;
}

/** A count, or a share of at most all. */
export function isPositiveIntOrPercent(
  value: IntOrString | undefined,
  field: string,
): FieldError[] {
  if (value === undefined) return [];
  return [...amountErrors(value, field), ...tooMuch(value, field)];
}

function tooMuch(value: IntOrString, field: string): FieldError[] {
  const percent = typeof value === 'string' && percentProblems(value).length === 0;
  if (!percent || amount(value) <= 100) return [];
  return [invalid(field, value, 'must not be greater than 100%')];
}
