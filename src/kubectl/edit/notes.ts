import { ApiError } from '../../api/status';
import { plain } from '../errors';
import type { Found } from '../resource/builder';

/** Why the file is shown again: lines of its header. */
export interface Reason {
  readonly head: string;
  readonly causes: readonly string[];
}

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

export function headerText(reasons: readonly Reason[]): string {
  const notes = reasons.map(({ head, causes }) => {
    const title = `# ${commented(head)}${causes.length > 0 ? ':' : ''}\n`;
    return `${title}${causes.map((cause) => `# * ${commented(cause)}\n`).join('')}#\n`;
  });
  return HEADER + notes.join('');
}

function commented(text: string): string {
  return text.replace(/\n(?=[^#])/g, '\n# ');
}

/** What went wrong with an object: what is said of it, and how things go on. */
export interface Failure {
  readonly text: string;
  /** Shown in the file, which is opened again. */
  readonly reason?: Reason;
  readonly kind: 'invalid' | 'not found' | 'refused';
}

/** Models editResults.addError. */
export function failureOf(error: unknown, { info, object }: Found): Failure {
  const name = `${info.resource} "${object.metadata.name ?? ''}"`;
  if (!(error instanceof ApiError)) throw error;
  const { reason, details } = error.status;
  if (reason === 'Invalid') {
    const causes = (details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
    return {
      kind: 'invalid',
      text: `error: ${name} is invalid`,
      reason: { head: `${name} was not valid`, causes },
    };
  }
  if (reason === 'NotFound') {
    return { kind: 'not found', text: `error: ${name} could not be found on the server` };
  }
  return { kind: 'refused', text: `error: ${name} could not be patched: ${error.message}` };
}

/** What is wrong with a file before any object is looked at. */
export function invalidFile(why: string, { info, object }: Found): Failure {
  const name = `${info.resource} "${object.metadata.name ?? ''}"`;
  const cause = `<nil>: Invalid value: "The edited file failed validation": ${why}`;
  return {
    kind: 'invalid',
    text: `error: ${name} is invalid`,
    reason: { head: `${name} was not valid`, causes: [cause] },
  };
}

/** Ends the command when objects were refused for good. */
export function endFor(failures: readonly Failure[], path: string): string | undefined {
  const has = (kind: Failure['kind']) => failures.some((failure) => failure.kind === kind);
  if (has('refused')) return `You can run \`kubectl replace -f ${path}\` to try this update again.`;
  if (has('not found')) {
    return `The edits you made on deleted resources have been saved to "${path}"`;
  }
  return undefined;
}

export const noValidChanges = () => plain('Edit cancelled, no valid changes were saved.');
