import {
  checkNamespaceLabels,
  checkPodSecurity,
  templateOf,
  warnOfPodTemplate,
} from '../../../src/api/podsecurity/admission.ts';
import { policyOf, violationsOf } from '../../../src/api/podsecurity/levels.ts';
import { ApiError } from '../../../src/api/status.ts';
import type { KubeObject, Pod } from '../../../src/api/types.ts';
import { outcomeOf } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

type Labels = Record<string, string>;

/** The refusal's text, or undefined. */
function refusal(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.message;
  }
}

function namespaceObject(labels: Labels): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels } };
}

function labelling(testCase: Case, onWarning: (text: string) => void): string | undefined {
  const { namespaceLabels, oldNamespaceLabels, existingPods } = testCase;
  const old = isRecord(oldNamespaceLabels)
    ? namespaceObject(oldNamespaceLabels as Labels)
    : undefined;
  const namespace = namespaceObject(namespaceLabels as Labels);
  return refusal(() =>
    checkNamespaceLabels(namespace, old, (existingPods ?? []) as Pod[], onWarning),
  );
}

/** Table podsecurity: an object in a namespace that enforces a level, and in one that only warns. */
export function podsecurity(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'category', 'level', 'version', 'object', 'expect'],
    ...['namespaceLabels', 'oldNamespaceLabels', 'existingPods'],
  ]);
  const { expect, level, version } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  refuseUnknown('expectation', expect, [
    ...['allowed', 'forbiddenReasons', 'forbiddenDetails', 'message', 'warnings'],
  ]);
  const warnings: string[] = [];
  const onWarning = (text: string) => void warnings.push(text);
  if (isRecord(testCase.namespaceLabels)) {
    const message = labelling(testCase, onWarning);
    const actual = { allowed: message === undefined, message, warnings };
    return outcomeOf([
      jsonDifference('answer', { ...expect, warnings: expect.warnings ?? [] }, actual),
    ]);
  }
  const object = testCase.object as KubeObject;
  const labels = (mode: string): Labels => ({
    [`pod-security.kubernetes.io/${mode}`]: String(level),
    [`pod-security.kubernetes.io/${mode}-version`]: String(version),
  });
  const isPod = object.kind === 'Pod';
  const check = isPod ? checkPodSecurity : warnOfPodTemplate;
  const message = refusal(() => check(object as never, labels('enforce'), () => {}));
  check(object as never, labels('warn'), onWarning);
  const looked = isPod ? (object as Pod) : templateOf(object);
  const found = looked ? violationsOf(policyOf(labels('enforce')).policy.enforce, looked) : [];
  return outcomeOf([
    jsonDifference('allowed', expect.allowed, message === undefined),
    jsonDifference('message', expect.message, message),
    jsonDifference('warnings', expect.warnings ?? [], warnings),
    jsonDifference(
      'reasons',
      expect.forbiddenReasons ?? [],
      found.map(({ reason }) => reason),
    ),
    jsonDifference(
      'details',
      expect.forbiddenDetails ?? [],
      found.map(({ detail }) => detail),
    ),
  ]);
}
