import { copyJson } from '../../../src/api/copy-json.ts';
import type { JsonObject } from '../../../src/api/patch/json-value.ts';
import { patchSchemaOf } from '../../../src/api/patch/patch-schema.ts';
import { ApiError } from '../../../src/api/status.ts';
import type { KubeObject } from '../../../src/api/types.ts';
import { applyPatch } from '../../../src/cluster/apiserver/patching.ts';
import { checkVersion } from '../../../src/cluster/apiserver/registry.ts';
import { resourceOfKind } from '../../../src/cluster/apiserver/resources.ts';
import { applyPatchFor } from '../../../src/kubectl/commands/apply-patch.ts';
import { errorText, KubectlError } from '../../../src/kubectl/errors.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

interface Answer {
  readonly result?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

function infoOf(object: unknown) {
  const { apiVersion, kind } = object as KubeObject;
  const info = resourceOfKind(apiVersion, kind);
  if (!info) throw new Error(`no resource holds ${apiVersion} ${kind}`);
  return info;
}

/** The server's answer to one PATCH of an object. */
function send(
  original: unknown,
  type: 'strategic' | 'merge' | 'json',
  body: unknown,
  strict: boolean,
): Answer {
  const warnings: string[] = [];
  const old = copyJson(original) as KubeObject;
  old.metadata.resourceVersion = '1042';
  try {
    const result = applyPatch(infoOf(original), old, type, body, {
      fieldValidation: strict ? 'Strict' : 'Warn',
      onWarning: (text) => warnings.push(text),
    });
    checkVersion(infoOf(original), result.metadata, old.metadata);
    return { result: stored(result), warnings };
  } catch (problem) {
    if (!(problem instanceof ApiError)) throw problem;
    const { code, reason, message } = problem.status;
    const kubectl = errorText(problem);
    return { error: { code, ...(reason ? { reason } : {}), message, kubectl }, warnings };
  }
}

/** As the table shows objects: without what the server would fill in, and without an empty status. */
function stored(object: unknown): unknown {
  if (!isRecord(object) || !isRecord(object.metadata)) return object;
  const {
    uid: _u,
    resourceVersion: _r,
    namespace: _n,
    managedFields: _m,
    ...metadata
  } = object.metadata;
  const { status, ...rest } = object;
  const empty = isEmpty(status);
  return { ...rest, metadata, ...(empty ? {} : { status }) };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (isRecord(value) && Object.values(value).every(isEmpty));
}

/** The recording's server has another Go scheme, which its messages name. */
function withoutScheme(text: string): string {
  return text.replace(/ in scheme "[^"]*"/, '');
}

function errorDifferences(expected: unknown, actual: Answer['error']): (string | undefined)[] {
  if (!isRecord(expected)) return [jsonDifference('error', expected, actual)];
  const { messagePrefix, messageSuffix, ...wanted } = expected;
  if (messagePrefix === undefined) return [jsonDifference('error', wanted, actual)];
  // The message quotes the whole object in between; what kubectl prints of it does too.
  const { message, kubectl: _, ...rest } = actual ?? {};
  const { kubectl: _k, ...others } = wanted;
  const text = withoutScheme(String(message));
  const suffix = withoutScheme(String(messageSuffix ?? ''));
  const fits = text.startsWith(String(messagePrefix)) && text.endsWith(suffix);
  return [
    jsonDifference('error', others, rest),
    fits ? undefined : textDifference('message', `${messagePrefix}…${suffix}`, text),
  ];
}

function answerDifferences(expect: Record<string, unknown>, answer: Answer) {
  return [
    jsonDifference('result', expect.result, answer.result),
    ...errorDifferences(expect.error, answer.error),
    jsonDifference('warnings', expect.warnings ?? [], answer.warnings),
  ];
}

/** `kubectl apply`: the three-way patch, then that patch sent to the server. */
function applied(testCase: Case, expect: Record<string, unknown>): Outcome {
  const { original, modified, current } = testCase;
  const schema = patchSchemaOf(String(testCase.kind));
  let patch: unknown;
  try {
    patch = applyPatchFor(
      (original ?? {}) as JsonObject,
      modified as JsonObject,
      current as JsonObject,
      schema,
      testCase.overwrite === true,
    );
  } catch (problem) {
    if (!(problem instanceof KubectlError)) throw problem;
    const message = problem.message.replace(/^error: /, '');
    return outcomeOf(errorDifferences(expect.error, { message }));
  }
  const differences = [jsonDifference('patch', expect.patch, patch)];
  if (expect.result !== undefined || expect.error !== undefined) {
    const { patch: _, ...rest } = expect;
    differences.push(...answerDifferences(rest, send(current, 'strategic', patch, false)));
  }
  return outcomeOf(differences);
}

/** Table patch. */
export function patch(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'category', 'patchType', 'kind', 'original', 'patch', 'patchText'],
    ...['modified', 'current', 'overwrite', 'expect'],
  ]);
  const { patchType, expect, original } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  refuseUnknown('expectation', expect, ['result', 'error', 'warnings', 'patch']);
  if (patchType === 'kubectl-apply') return applied(testCase, expect);
  if (patchType !== 'strategic' && patchType !== 'merge' && patchType !== 'json') {
    throw new Error(`unknown patch type ${String(patchType)}`);
  }
  const strict = testCase.name.endsWith('strict');
  const body = testCase.patchText ?? testCase.patch;
  return outcomeOf(answerDifferences(expect, send(original, patchType, body, strict)));
}
