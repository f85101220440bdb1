import { type ExactJson, goJson } from '../golang/json';
import { goQuote } from '../golang/quote';
import type { StatusCause } from '../types';

/** Kinds of field errors and how they are worded. */
const TITLES = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
} as const;

export type FieldErrorType = keyof typeof TITLES;

/** An error of one field of an object. Models apimachinery's util/validation/field. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Path as users write it: `spec.containers[0].name`. */
  readonly field: string;
  readonly detail: string;
  /** The offending value; undefined where it is not shown. */
  readonly value?: unknown;
}

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, detail, value };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, detail: '', value };
}

export function notFound(field: string, value: unknown): FieldError {
  return { type: 'FieldValueNotFound', field, detail: '', value };
}

/** `supported` is listed in the order given. */
export function notSupported(
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError {
  const detail = `supported values: ${supported.map(goQuote).join(', ')}`;
  return { type: 'FieldValueNotSupported', field, detail, value };
}

export function tooLong(field: string, most: number, unit = 'byte'): FieldError {
  const detail = `may not be more than ${most} ${unit}${most === 1 ? '' : 's'}`;
  return { type: 'FieldValueTooLong', field, detail };
}

export function tooMany(field: string, value: number, most: number): FieldError {
  const detail = `must have at most ${most} item${most === 1 ? '' : 's'}`;
  return { type: 'FieldValueTooMany', field, detail, value };
}

/** The error without its field. */
export function errorBody({ type, detail, value }: FieldError): string {
  const shown = value === undefined ? '' : `: ${shownValue(value)}`;
  return `${TITLES[type]}${shown}${detail === '' ? '' : `: ${detail}`}`;
}

function shownValue(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return goJson(value as ExactJson, true);
}

export function errorText(error: FieldError): string {
  return `${error.field}: ${errorBody(error)}`;
}

/** Several errors as one text, each once. */
export function aggregateText(texts: readonly string[]): string {
  const unique = [...new Set(texts)];
  return unique.length === 1 ? (unique[0] as string) : `[${unique.join(', ')}]`;
}

export function errorCauses(errors: readonly FieldError[]): StatusCause[] {
  return errors.map((error) => ({
    reason: error.type,
    message: errorBody(error),
    field: error.field,
  }));
}

/** One error for each problem of a value. */
export function invalidFor(
  field: string,
  value: unknown,
  problems: readonly string[],
): FieldError[] {
  return problems.map((problem) => invalid(field, value, problem));
}
