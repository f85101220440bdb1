import { ApiError, kubectlErrorText } from '../../../src/api/status.ts';
import { applyText } from '../../../src/lab/apply-manifests.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { createObjects, newServer } from './create-objects.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

const INFORMATION = ['name', 'category', 'upstream', 'notes', 'versionNote'];
const JUDGED = [
  ...['operation', 'pod', 'oldPod', 'expectValid', 'errors', 'errorsUnordered', 'httpStatus'],
  ...['kubectlMessage', 'kubectlMessagePrefix', 'kubectlMessageSuffix', 'detailIsPrefix'],
  ...['valueNotDeterministic', 'warnings', 'storedAs'],
];

/** What the server answered: the object, or text and status of the refusal. */
interface Answer {
  readonly text: string;
  readonly valid: boolean;
  readonly error?: ApiError;
  readonly object?: unknown;
}

/** `kubectl create` of a pod, or `kubectl apply` of the old one and then of the new one. */
function answerTo(testCase: Case): Answer {
  const client = newServer([]);
  const text = JSON.stringify(testCase.pod);
  if (testCase.operation === 'create') {
    const { objects, stderr, errors } = createObjects(client, text);
    const valid = objects.length > 0;
    return { text: stderr.replace(/\n$/, ''), valid, object: objects[0], error: errors[0] };
  }
  const warnings: string[] = [];
  const options = { onWarning: (warning: string) => warnings.push(`Warning: ${warning}`) };
  const [before] = applyText(client, JSON.stringify(testCase.oldPod), {});
  if (before === undefined || 'error' in before) throw before?.error ?? new Error('no old pod');
  const [step] = applyText(client, text, options);
  if (step === undefined) throw new Error('no pod');
  if (!('error' in step)) return { text: warnings.join('\n'), valid: true };
  const { error } = step;
  if (!(error instanceof ApiError)) return { text: `error: ${error.message}`, valid: false };
  return { text: kubectlErrorText(error.status), valid: false, error };
}

/** Lines in any order, where a Go map decides it. */
function inOrder(text: string, unordered: unknown): string {
  return unordered === true ? text.split('\n').sort().join('\n') : text;
}

function messageDifference(testCase: Case, { text }: Answer): string | undefined {
  const { kubectlMessage, kubectlMessagePrefix, kubectlMessageSuffix, errorsUnordered } = testCase;
  const warnings = Array.isArray(testCase.warnings) ? testCase.warnings : [];
  if (typeof kubectlMessagePrefix === 'string') {
    const start = text.slice(0, kubectlMessagePrefix.length);
    const suffix = typeof kubectlMessageSuffix === 'string' ? kubectlMessageSuffix : '';
    return (
      textDifference('message', kubectlMessagePrefix, start) ??
      textDifference('end of the message', suffix, text.slice(text.length - suffix.length))
    );
  }
  if (kubectlMessage === null && testCase.expectValid !== true) return undefined;
  const expected = [...warnings, ...(typeof kubectlMessage === 'string' ? [kubectlMessage] : [])];
  return textDifference(
    'stderr',
    inOrder(expected.join('\n'), errorsUnordered),
    inOrder(text, errorsUnordered),
  );
}

/** The server's causes against the table's list; equal ones count once, as kubectl prints them. */
function causesDifference(testCase: Case, { error }: Answer): string | undefined {
  if (error?.status.reason !== 'Invalid') return undefined;
  const expected = (testCase.errors as { field: string; type: string }[]).map(
    ({ field, type }) => `${field}: ${type}`,
  );
  const actual = (error.status.details?.causes ?? []).map(
    ({ field, message = '' }) => `${field}: ${message}`,
  );
  const unique = [...new Set(actual)].map(
    (text) => expected.find((one) => text.startsWith(one)) ?? text,
  );
  const lists = [expected, unique].map((list) =>
    inOrder(list.join('\n'), testCase.errorsUnordered),
  );
  return textDifference('errors', lists[0] ?? '', lists[1] ?? '');
}

function storedDifference(storedAs: unknown, object: unknown): string | undefined {
  if (!isRecord(storedAs)) return undefined;
  const found = Object.keys(storedAs).map((path) => {
    const value = path.split('.').reduce<unknown>((at, key) => {
      return isRecord(at) ? at[key] : undefined;
    }, object);
    return [path, value];
  });
  return jsonDifference('stored', storedAs, Object.fromEntries(found));
}

/** Table validation: pods that the server takes or refuses, new ones and changed ones. */
export function validation(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [...INFORMATION, ...JUDGED]);
  const answer = answerTo(testCase);
  return outcomeOf([
    messageDifference(testCase, answer),
    causesDifference(testCase, answer),
    jsonDifference('valid', testCase.expectValid, answer.valid),
    answer.error && jsonDifference('status', testCase.httpStatus, answer.error.status.code),
    storedDifference(testCase.storedAs, answer.object),
  ]);
}
