import {
  ageSince,
  humanDuration,
  shortHumanDuration,
  timeUntil,
} from '../../../src/api/duration.ts';
import { expand, expandInOrder } from '../../../src/api/expansion.ts';
import { computePodQOS, qosSums } from '../../../src/api/qos.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../../src/api/quantity.ts';
import type { Pod } from '../../../src/api/types.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

function durationText(testCase: Case): string {
  const { kind, offsetSecondsFromNow: offset, zeroTime } = testCase;
  if (kind === 'human') return humanDuration(BigInt(String(testCase.ns)));
  if (kind === 'short') return shortHumanDuration(BigInt(String(testCase.ns)));
  const absent = offset === null || zeroTime === true;
  const timestamp = absent ? undefined : new Date(NOW + Number(offset) * 1000).toISOString();
  if (kind === 'since') return ageSince(timestamp, NOW);
  if (kind === 'until') return timeUntil(timestamp, NOW);
  throw new Error(`unknown kind ${String(kind)}`);
}

/** Tables duration and humanduration_more. */
export function duration(testCase: Case): Outcome {
  const known = 'name category upstream kind ns seconds offsetSecondsFromNow zeroTime expect';
  refuseUnknown('field', testCase, known.split(' '));
  return outcomeOf([textDifference('text', String(testCase.expect), durationText(testCase))]);
}

/** Table expansion. */
export function expansion(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'upstream', 'kind', 'contexts', 'input', 'env', 'expect'],
  ]);
  if (testCase.kind === 'envSequence') {
    const env = testCase.env as { name: string; value?: string }[];
    return outcomeOf([jsonDifference('variables', testCase.expect, expandInOrder(env))]);
  }
  if (testCase.kind !== undefined) throw new Error(`unknown kind ${String(testCase.kind)}`);
  const contexts = testCase.contexts as Record<string, string>[];
  const lookup = (name: string) =>
    contexts.find((context) => Object.hasOwn(context, name))?.[name] ?? undefined;
  const text = expand(String(testCase.input), lookup);
  return outcomeOf([textDifference('text', String(testCase.expect), text)]);
}

function sumsDifference(title: string, expected: unknown, sums: Map<string, Quantity>) {
  const wanted = Object.entries(isRecord(expected) ? expected : {});
  const equal =
    wanted.length === sums.size &&
    wanted.every(([name, value]) => {
      const sum = sums.get(name);
      return sum !== undefined && compareQuantities(sum, parseQuantity(String(value))) === 0;
    });
  return equal
    ? undefined
    : `  ${title}: ${JSON.stringify(expected)} expected, ${[...sums.keys()]}`;
}

/** Table qos. */
export function qos(testCase: Case): Outcome {
  const known = 'name upstream kind pod expect expectSums featureGates';
  refuseUnknown('field', testCase, known.split(' '));
  const pod = testCase.pod as Pod;
  const { expectSums: wanted } = testCase;
  if (!isRecord(wanted)) {
    return outcomeOf([textDifference('class', String(testCase.expect), computePodQOS(pod))]);
  }
  const sums = qosSums(pod.spec);
  return outcomeOf([
    sumsDifference('requests', wanted.requests, sums.requests),
    sumsDifference('limits', wanted.limits, sums.limits),
    textDifference(
      'limits of both',
      String(wanted.hasCpuAndMemoryLimits),
      String(sums.hasCpuAndMemoryLimits),
    ),
  ]);
}
