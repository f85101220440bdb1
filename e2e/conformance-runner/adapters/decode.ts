import { isDeepStrictEqual } from 'node:util';
import { decodeError, decodeObject, strictErrorText } from '../../../src/api/decode.ts';
import { type ManifestObject, readManifestObjects } from '../../../src/api/manifest-objects.ts';
import { type ApiError, kubectlErrorText } from '../../../src/api/status.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

const FILE = 'pod.yaml';

type Request = Record<string, unknown> & { refusal?: ApiError };

/** Without empty objects and zero values, which encodings differ in. */
function trimmed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => trimmed(item) ?? item);
  if (!isRecord(value)) {
    return value === '' || value === 0 || value === false || value === null ? undefined : value;
  }
  const entries = Object.entries(value)
    .map(([key, member]) => [key, trimmed(member)] as const)
    .filter(([, member]) => member !== undefined && !isDeepStrictEqual(member, []));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isNamespaced(kind: string): boolean {
  return !['Node', 'Namespace', 'PersistentVolume', 'ClusterRole', 'ClusterRoleBinding'].includes(
    kind,
  );
}

/** kubectl sends no resourceVersion when it creates. */
function withoutVersion(document: ManifestObject['document']): ManifestObject['document'] {
  if (!isRecord(document.metadata)) return document;
  const { resourceVersion: _, ...metadata } = document.metadata;
  return { ...document, metadata } as ManifestObject['document'];
}

function request(sent: ManifestObject, schemeName: unknown): Request {
  const { kind } = sent;
  const document = withoutVersion(sent.document);
  const decoded = decodeObject(document);
  if (decoded.error !== undefined) {
    // The recording's server has another scheme, which its message names.
    const error =
      typeof schemeName === 'string'
        ? decoded.error.replace(/scheme "[^"]*"/, `scheme "${schemeName}"`)
        : decoded.error;
    return { kind, error, refusal: decodeError(document, kind, error) };
  }
  // kubectl writes the namespace into metadata, where there is one.
  const namespaced = isNamespaced(kind) && document.metadata !== null;
  const object = trimmed(namespaced ? withNamespace(decoded.object) : decoded.object);
  if (decoded.strictErrors.length === 0) return { kind, object };
  const strictError = strictErrorText(decoded.strictErrors);
  const refusal = decodeError(document, kind, strictError);
  return { kind, strictError, strictErrors: decoded.strictErrors, object, refusal };
}

function withNamespace(object: unknown): unknown {
  if (!isRecord(object)) return object;
  const metadata = isRecord(object.metadata) ? object.metadata : {};
  return { ...object, metadata: { ...metadata, namespace: metadata.namespace ?? 'default' } };
}

function requestDifference(expected: unknown, actual: Request | undefined, index: number) {
  if (!isRecord(expected) || actual === undefined) {
    return `  request ${index}: ${actual === undefined ? 'not sent' : 'not expected'}`;
  }
  refuseUnknown('part of a request', expected, [
    ...['resource', 'kind', 'strictError', 'strictErrors', 'error', 'status', 'object'],
  ]);
  const { resource: _, status, ...wanted } = expected;
  const { refusal, ...got } = actual;
  const answer = refusal && {
    code: refusal.status.code,
    reason: refusal.status.reason,
    message: refusal.message,
  };
  if (wanted.object === undefined) delete got.object;
  else wanted.object = trimmed(wanted.object);
  return [
    jsonDifference(`request ${index}`, wanted, got),
    jsonDifference(`answer ${index}`, status, answer),
  ].find((difference) => difference !== undefined);
}

/** Table decode: kubectl create up to the server's decoding. */
export function decode(testCase: Case): Outcome {
  refuseUnknown('field', testCase, ['name', 'category', 'yaml', 'kind', 'expect']);
  const { expect } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  refuseUnknown('expectation', expect, [
    ...['requests', 'kubectlMessage', 'schemeName', 'validateWarn'],
  ]);
  const steps = readManifestObjects(String(testCase.yaml), FILE);
  const actual: Request[] = [];
  const lines: string[] = [];
  const warnings: string[] = [];
  for (const step of steps) {
    if ('error' in step) {
      lines.push(`error: ${step.error}`);
      continue;
    }
    const sent = request(step.object, expect.schemeName);
    actual.push(sent);
    if (sent.refusal !== undefined) {
      const at = { verb: 'creating', source: FILE };
      lines.push(kubectlErrorText(sent.refusal.status, at));
    }
    for (const text of (sent.strictErrors ?? []) as string[]) warnings.push(`Warning: ${text}\n`);
  }
  if (steps.length === 0) lines.push('error: no objects passed to create');
  const requests = Array.isArray(expect.requests) ? expect.requests : [];
  const count = Math.max(requests.length, actual.length);
  const warn = isRecord(expect.validateWarn) ? expect.validateWarn : undefined;
  return outcomeOf([
    ...Array.from({ length: count }, (_, index) =>
      requestDifference(requests[index], actual[index], index),
    ),
    textDifference('kubectl', String(expect.kubectlMessage ?? ''), lines.join('\n')),
    warn && textDifference('with --validate=warn', String(warn.stderr), warnings.join('')),
  ]);
}
