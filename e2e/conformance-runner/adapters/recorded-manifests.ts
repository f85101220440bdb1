import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { createObjects, namespacesIn, newServer } from './create-objects.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

const ASSIGNED = 'ASSIGNED';
const RANDOM_END = '[a-z0-9]{5}';

/** Metadata that differs from run to run. */
const VARYING = ['uid', 'creationTimestamp', 'resourceVersion', 'managedFields'];

/** Puts ASSIGNED where the recording has it, if there is a value at all. */
function masked(expected: unknown, actual: unknown): unknown {
  if (expected === ASSIGNED && actual !== undefined) return ASSIGNED;
  if (Array.isArray(actual)) {
    return actual.map((item, index) => masked((expected as unknown[] | undefined)?.[index], item));
  }
  if (!isRecord(actual)) return actual;
  const wanted = isRecord(expected) ? expected : {};
  const entries = Object.entries(actual).map(([key, member]) => [key, masked(wanted[key], member)]);
  return Object.fromEntries(entries);
}

/** Prefixes that names are made from, of the text's objects. */
function generatedPrefixes(input: string): string[] {
  return [...input.matchAll(/generateName: *["']?([^\s"']+)/g)].map(([, prefix]) => prefix ?? '');
}

/** Generated names with XXXXX at their end. */
function withoutChance(text: string, prefixes: readonly string[]): string {
  return [...prefixes, 'kube-api-access-'].reduce((result, prefix) => {
    const escaped = prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return result.replace(new RegExp(`${escaped}${RANDOM_END}\\b`, 'g'), `${prefix}XXXXX`);
  }, text);
}

function normalised(object: unknown, expected: unknown, prefixes: readonly string[]): unknown {
  if (!isRecord(object) || !isRecord(object.metadata)) return object;
  const { uid } = object.metadata;
  const kept = Object.entries(object.metadata).filter(([key]) => !VARYING.includes(key));
  const value = { ...object, metadata: Object.fromEntries(kept) };
  const text = withoutChance(JSON.stringify(value), prefixes);
  const shown = typeof uid === 'string' && uid !== '' ? text.replaceAll(uid, 'UID') : text;
  return masked(expected, JSON.parse(shown));
}

function manifestOutcome(testCase: Case, namespaces: readonly string[]): Outcome {
  refuseUnknown('field', testCase, ['name', 'category', 'namespaces', 'input', 'expect']);
  const { expect } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  refuseUnknown('expectation', expect, ['stderr', 'exitCode', 'objects']);
  const input = String(testCase.input);
  const { objects, stderr } = createObjects(newServer(namespaces), input);
  const prefixes = generatedPrefixes(input);
  const wanted = Array.isArray(expect.objects) ? expect.objects : [];
  const failed = stderr.split('\n').some((line) => line !== '' && !line.startsWith('Warning: '));
  const [expectedText, actualText] = [String(expect.stderr), stderr].map((text) =>
    withoutChance(text, prefixes),
  );
  return outcomeOf([
    textDifference('stderr', expectedText ?? '', actualText ?? ''),
    jsonDifference('exitCode', expect.exitCode, failed ? 1 : 0),
    ...Array.from({ length: Math.max(wanted.length, objects.length) }, (_, index) =>
      jsonDifference(
        `object ${index}`,
        normalised(wanted[index], undefined, prefixes),
        normalised(objects[index], wanted[index], prefixes),
      ),
    ),
  ]);
}

/** Table manifests: texts put to the API server as they are, in a cluster with the case's namespaces. */
export function manifests(testCase: Case): Outcome {
  const { namespaces } = testCase;
  return manifestOutcome(testCase, Array.isArray(namespaces) ? namespaces.map(String) : []);
}

/**
 * Table mistakes: as manifests. The table does not say which namespaces were made first; they are those
 * that its objects name and whose absence it does not report.
 */
export function mistakes(testCase: Case): Outcome {
  const stderr = isRecord(testCase.expect) ? String(testCase.expect.stderr) : '';
  const { namespaces } = testCase;
  const named = Array.isArray(namespaces)
    ? namespaces.map(String)
    : namespacesIn(String(testCase.input));
  return manifestOutcome(
    testCase,
    named.filter((name) => !stderr.includes(`namespaces "${name}" not found`)),
  );
}
