import { copyJson } from '../../../src/api/copy-json.ts';
import { decodeObject } from '../../../src/api/decode.ts';
import { ApiError } from '../../../src/api/status.ts';
import type { KubeObject } from '../../../src/api/types.ts';
import { applyOnServer, tracked } from '../../../src/cluster/apiserver/field-managers.ts';
import { applyPatch } from '../../../src/cluster/apiserver/patching.ts';
import { resourceOfKind } from '../../../src/cluster/apiserver/resources.ts';
import { errorText } from '../../../src/kubectl/errors.ts';
import { outcomeOf } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

type Step = Record<string, unknown>;
type Info = NonNullable<ReturnType<typeof resourceOfKind>>;

const NAME = 'x';
const START = Date.parse('2026-01-01T00:00:00Z');

function decoded(object: unknown): KubeObject {
  const { object: result, error } = decodeObject(copyJson(object) as never);
  if (!result) throw new Error(`cannot decode: ${error}`);
  return result;
}

/** The subresource's part of the new object, the rest of the old one. */
function divided(next: KubeObject, old: KubeObject | undefined, step: Step): KubeObject {
  if (step.subresource === 'status') return { ...(old ?? next), status: next.status };
  const { status: _, ...rest } = next;
  return old?.status === undefined ? rest : { ...rest, status: old.status };
}

function requested(info: Info, old: KubeObject | undefined, step: Step, now: string): KubeObject {
  const options = {
    fieldManager: String(step.manager),
    fieldValidation: 'Warn' as const,
    force: step.force === true,
    ...(step.subresource === 'status' ? { subresource: 'status' as const } : {}),
  };
  if (step.op === 'apply') {
    const next = applyOnServer(info, old, NAME, copyJson(step.object), options, now);
    return { ...divided(next, old, step), metadata: next.metadata };
  }
  let next: KubeObject;
  if (step.op === 'update') next = decoded(step.object);
  else if (old && (step.op === 'merge' || step.op === 'strategic' || step.op === 'json')) {
    next = applyPatch(info, old, step.op, copyJson(step.object), options);
  } else throw new Error(`unknown operation ${String(step.op)}`);
  return tracked(info, old, divided(next, old, step), options, now);
}

/** As the table shows objects: without their managers, and without an empty status. */
function shown(object: KubeObject): object {
  const { managedFields: _, ...metadata } = object.metadata;
  const { status, ...rest } = object;
  return { ...rest, metadata, ...(isEmpty(status) ? {} : { status }) };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (isRecord(value) && Object.values(value).every(isEmpty));
}

function stepDifference(index: number, expect: unknown, answer: Step): (string | undefined)[] {
  const title = `step ${index}`;
  if (!isRecord(expect)) throw new Error('the step has no expectation');
  const { warnings: _, ...wanted } = expect;
  refuseUnknown('expectation', expect, [
    ...['object', 'managedFields', 'unchanged', 'conflicts', 'causes', 'error', 'warnings'],
  ]);
  const causes = (list: unknown) =>
    Array.isArray(list) ? list.map((one) => JSON.stringify(one)).sort() : undefined;
  return [
    jsonDifference(title, { ...wanted, causes: undefined }, { ...answer, causes: undefined }),
    jsonDifference(`${title} causes`, causes(wanted.causes), causes(answer.causes)),
  ];
}

/** Table serversideapply: requests to one object, one after the other. */
export function serversideapply(testCase: Case): Outcome {
  refuseUnknown('field', testCase, ['name', 'category', 'kind', 'steps']);
  const steps = (testCase.steps ?? []) as Step[];
  const [first] = steps;
  const sample = steps.find(({ object }) => isRecord(object) && object.kind === testCase.kind);
  const version = isRecord(sample?.object) ? String(sample.object.apiVersion) : 'v1';
  const info = resourceOfKind(version, String(testCase.kind));
  if (!info || !first) throw new Error(`no resource holds ${String(testCase.kind)}`);
  let stored: KubeObject | undefined;
  let lastShown = '';
  const differences = steps.flatMap((step, index) => {
    refuseUnknown('part of a step', step, [
      ...['manager', 'op', 'force', 'subresource', 'object', 'expect'],
    ]);
    const now = `${new Date(START + (index + 1) * 1000).toISOString().slice(0, 19)}Z`;
    let answer: Step;
    try {
      stored = requested(info, stored, step, now);
      const { managedFields } = stored.metadata;
      answer = { object: shown(stored), ...(managedFields ? { managedFields } : {}) };
      if (isRecord(step.expect) && step.expect.unchanged === true) {
        const same = JSON.stringify(answer) === lastShown;
        answer = same ? { unchanged: true } : answer;
      } else lastShown = JSON.stringify(answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, reason, message, details } = error.status;
      answer =
        isRecord(step.expect) && step.expect.conflicts !== undefined && code === 409
          ? { conflicts: message, causes: details?.causes }
          : { error: { code, ...(reason ? { reason } : {}), message, kubectl: errorText(error) } };
    }
    return stepDifference(index, step.expect, answer);
  });
  return outcomeOf(differences);
}
