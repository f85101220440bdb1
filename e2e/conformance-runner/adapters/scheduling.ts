import type {
  Node,
  Pod,
  PreferredSchedulingTerm,
  Taint,
  Toleration,
} from '../../../src/api/stored-objects.ts';
import {
  preferredScore,
  requiredNodeAffinity,
} from '../../../src/cluster/scheduler/node-affinity.ts';
import { podPriority } from '../../../src/cluster/scheduler/scheduler-queue.ts';
import { firstUntoleratedTaint, toleratesTaint } from '../../../src/cluster/scheduler/taints.ts';
import { outcomeOf } from '../difference.ts';
import type { Case, Outcome } from '../table.ts';
import { jsonDifference } from './expectation.ts';

/** What the scheduler's helper of that kind says. */
function answer(testCase: Case): unknown {
  const comparison = testCase.comparisonOperators === true;
  switch (testCase.kind) {
    case 'toleratesTaint':
      return toleratesTaint(testCase.toleration as Toleration, testCase.taint as Taint, comparison);
    case 'firstUntoleratedTaint': {
      const { taints, tolerations, effects } = testCase as {
        readonly taints?: readonly Taint[];
        readonly tolerations?: readonly Toleration[];
        readonly effects?: readonly string[];
      };
      return firstUntoleratedTaint(taints ?? [], tolerations ?? [], effects, comparison) ?? null;
    }
    case 'requiredNodeAffinity':
      return requiredNodeAffinity(testCase.pod as Pod, testCase.node as Node);
    case 'preferredScore':
      return preferredScore(
        (testCase.preferred ?? []) as readonly PreferredSchedulingTerm[],
        testCase.node as Node,
      );
    case 'podPriority':
      return podPriority(testCase.pod as Pod);
    default:
      throw new Error(`unknown kind ${String(testCase.kind)}`);
  }
}

/** Table scheduling: taints and tolerations, node affinity, priority. */
export function scheduling(testCase: Case): Outcome {
  return outcomeOf([jsonDifference('answer', testCase.expect, answer(testCase))]);
}
