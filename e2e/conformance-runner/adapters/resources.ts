import {
  type Amounts,
  type PodResourcesOptions,
  podLimits,
  podRequests,
} from '../../../src/api/pod-resources.ts';
import { computePodQOS } from '../../../src/api/qos.ts';
import { compareQuantities, parseQuantity, quantityText } from '../../../src/api/quantity.ts';
import type { Pod } from '../../../src/api/types.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { refuseUnknown } from './expectation.ts';

const OPTIONS: Readonly<Record<string, PodResourcesOptions>> = {
  withoutOverhead: { withoutOverhead: true },
  skipPodLevel: { skipPodLevel: true },
  useStatus: { useStatus: true },
  useStatusAndPodLevelResize: { useStatus: true, usePodLevelStatus: true },
};

function amountsDifference(title: string, expected: unknown, actual: Amounts) {
  const wanted = Object.entries(isRecord(expected) ? expected : {});
  const equal =
    wanted.length === actual.size &&
    wanted.every(([name, value]) => {
      const amount = actual.get(name);
      return amount !== undefined && compareQuantities(amount, parseQuantity(String(value))) === 0;
    });
  if (equal) return undefined;
  const shown = Object.fromEntries([...actual].map(([name, value]) => [name, quantityText(value)]));
  return `  ${title}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(shown)}`;
}

function sumsDifferences(
  title: string,
  pod: Pod,
  expected: unknown,
  options: PodResourcesOptions,
): (string | undefined)[] {
  if (!isRecord(expected)) throw new Error(`no expectation ${title}`);
  return [
    amountsDifference(`${title} requests`, expected.requests, podRequests(pod, options)),
    amountsDifference(`${title} limits`, expected.limits, podLimits(pod, options)),
  ];
}

/** Table resources: effective requests and limits, and the class of service. */
export function resources(testCase: Case): Outcome {
  refuseUnknown('field', testCase, ['name', 'category', 'pod', 'expect']);
  const { expect } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  const { requests, limits, qosClass, ...others } = expect;
  refuseUnknown('expectation', others, Object.keys(OPTIONS));
  const pod = testCase.pod as Pod;
  return outcomeOf([
    ...sumsDifferences('effective', pod, { requests, limits }, {}),
    ...Object.entries(others).flatMap(([name, sums]) =>
      sumsDifferences(name, pod, sums, OPTIONS[name] ?? {}),
    ),
    textDifference('class', String(qosClass), computePodQOS(pod)),
  ]);
}
