import type { Status, StatusCause } from './types';
import { aggregateText, errorCauses, errorText, type FieldError } from './validation/field-error';

/**
 * A request that the API server refused. The message is the Status's. Models apimachinery's
 * api/errors: texts, reasons and codes are those of its constructors.
 */
export class ApiError extends Error {
  readonly status: Status;
  /** The field of the request's object that could not be read. No part of the answer: for editors. */
  readonly field: string | undefined;

  constructor(status: Status, field?: string) {
    super(status.message);
    this.name = 'ApiError';
    this.status = status;
    this.field = field;
  }
}

/** A resource or kind with its group: `pods`, `deployments.apps`. */
export interface GroupName {
  readonly group?: string;
  readonly name: string;
}

function qualified({ group, name }: GroupName): string {
  return group ? `${name}.${group}` : name;
}

function groupName(of: string | GroupName): GroupName {
  return typeof of === 'string' ? { name: of } : of;
}

/** An answer with that code, and a reason where it has one of its own. */
export function statusError(
  code: number,
  reason: string | undefined,
  message: string,
  details?: Status['details'],
): ApiError {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    code,
  };
  if (reason !== undefined) status.reason = reason;
  if (details !== undefined) status.details = details;
  return new ApiError(status);
}

function detailsOf(of: GroupName, name: string, causes?: StatusCause[]): Status['details'] {
  const details: Status['details'] = {};
  if (name !== '') details.name = name;
  if (of.group) details.group = of.group;
  if (of.name !== '') details.kind = of.name;
  if (causes !== undefined) details.causes = causes;
  return details;
}

/** `pods "web" not found`. */
export function notFoundError(resource: string | GroupName, name: string): ApiError {
  const of = groupName(resource);
  const message = `${qualified(of)} ${JSON.stringify(name)} not found`;
  return statusError(404, 'NotFound', message, detailsOf(of, name));
}

/** `pods "web" already exists`. */
export function alreadyExistsError(resource: string | GroupName, name: string): ApiError {
  const of = groupName(resource);
  const message = `${qualified(of)} ${JSON.stringify(name)} already exists`;
  return statusError(409, 'AlreadyExists', message, detailsOf(of, name));
}

/** What the registry says when an object has changed since it was read. */
export const OBJECT_MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

/** `Operation cannot be fulfilled on pods "web": …`. */
export function conflictError(
  resource: string | GroupName,
  name: string,
  why = OBJECT_MODIFIED,
): ApiError {
  const of = groupName(resource);
  const message = `Operation cannot be fulfilled on ${qualified(of)} ${JSON.stringify(name)}: ${why}`;
  return statusError(409, 'Conflict', message, detailsOf(of, name));
}

/** Somebody else owns what was to be applied; `conflicts` as field and whose it is. */
export function applyConflictError(
  message: string,
  conflicts: readonly { readonly field: string; readonly with: string }[],
): ApiError {
  const causes = conflicts.map(({ field, with: owner }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field,
  }));
  return statusError(409, 'Conflict', message, { causes });
}

/** `Pod "web" is invalid: …`; takes the kind, not the resource. */
export function invalidError(
  kind: string | GroupName,
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const of = groupName(kind);
  const list = aggregateText(errors.map(errorText));
  const message = `${qualified(of)} ${JSON.stringify(name)} is invalid: ${list}`;
  return statusError(422, 'Invalid', message, detailsOf(of, name, errorCauses(errors)));
}

export function badRequestError(message: string, field?: string): ApiError {
  const { status } = statusError(400, 'BadRequest', message);
  return new ApiError(status, field);
}

/** `pods "web" is forbidden: …`. */
export function forbiddenError(resource: string | GroupName, name: string, why: string): ApiError {
  const of = groupName(resource);
  const subject = name === '' ? '' : ` ${JSON.stringify(name)}`;
  const message =
    of.name === '' ? `forbidden: ${why}` : `${qualified(of)}${subject} is forbidden: ${why}`;
  return statusError(403, 'Forbidden', message, detailsOf(of, name));
}

/** Refused by an admission plugin, which has a name for objects without one. */
export function admissionError(
  resource: string | GroupName,
  name: string | undefined,
  why: string,
) {
  return forbiddenError(resource, name || 'Unknown', why);
}

/** The server answers 405 for a verb that a resource lacks. */
export function methodNotSupportedError(resource: string | GroupName, verb: string): ApiError {
  const of = groupName(resource);
  const message = `${verb} is not supported on resources of kind ${JSON.stringify(qualified(of))}`;
  return statusError(405, 'MethodNotAllowed', message, detailsOf(of, ''));
}

/** 410: a watch or list asked for a version that is no longer kept. */
export function expiredError(message: string): ApiError {
  return statusError(410, 'Expired', message);
}

export function internalError(why: string): ApiError {
  const details = { causes: [{ message: why }] };
  return statusError(500, 'InternalError', `Internal error occurred: ${why}`, details);
}

/** Where kubectl was when the error came: `creating` and the file. */
export interface ErrorSource {
  readonly verb: string;
  readonly source: string;
}

/**
 * What kubectl prints for a Status on standard error, without the last newline. Models kubectl's
 * cmd/util CheckErr and AddSourceToErr.
 */
export function kubectlErrorText(status: Status, at?: ErrorSource): string {
  return status.reason === 'Invalid' ? invalidText(status) : answerText(status, at);
}

function answerText(status: Status, at?: ErrorSource): string {
  const where = at === undefined ? '' : `error when ${at.verb} ${JSON.stringify(at.source)}: `;
  if (status.reason === 'Unauthorized') {
    return `error: You must be logged in to the server (${where}${status.message})`;
  }
  const reason = status.reason === undefined ? '' : ` (${status.reason})`;
  return `Error from server${reason}: ${where}${status.message}`;
}

/**
 * What kubectl prints at its end when it sends a file's objects: `refusals` are the server's answers,
 * `unreadable` what was wrong with the file (texts without `error: `), each in the file's order. Empty
 * where all went well; without a newline at the end. Models cli-runtime's ContinueOnErrorVisitor around
 * its EagerVisitorList, and cmdutil.CheckErr.
 */
export function kubectlErrorsText(
  refusals: readonly Status[],
  unreadable: readonly string[],
  at: ErrorSource,
): string {
  const [refusal] = refusals;
  const total = refusals.length + Math.min(unreadable.length, 1);
  if (total === 1) {
    if (refusal !== undefined) return kubectlErrorText(refusal, at);
    return unreadable.length === 1 ? `error: ${unreadable[0]}` : unreadable.join('\n');
  }
  const lines = refusals.map((status) => answerText(status, at));
  if (unreadable.length > 0) {
    const texts = [...new Set(unreadable)];
    lines.push(texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`);
  }
  return lines.join('\n');
}

function invalidText({ message, details }: Status): string {
  if (details === undefined) return `The request is invalid: ${message}`;
  const causes = details.causes ?? [];
  let subject = 'The request is invalid';
  if (details.kind || details.name) {
    subject = `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid`;
  } else if (causes.length === 0) {
    subject += `: ${message}`;
  }
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  if (lines.length === 0) return subject;
  if (lines.length === 1) return `${subject}: ${lines[0]}`;
  return `${subject}: \n${lines.map((line) => `* ${line}`).join('\n')}`;
}
