import { BackOff } from '../../../src/cluster/back-off.ts';
import { goDuration } from '../../../src/cluster/kubelet/go-duration.ts';
import type { Case, Outcome } from '../table.ts';
import { compareJson, listOf } from './kubelet-case.ts';

const KEY = 'container';
/** How often upstream's recording looked whether the delay was over, ms. */
const STEP_MS = 250;

/** Table backoff: the moments of restarts and pulls, and the delays that stand after each. */
export function backoff(testCase: Case): Outcome {
  const options = {
    initialMs: Number(testCase.initialSeconds) * 1000,
    maxMs: Number(testCase.maxSeconds) * 1000,
  };
  const actual =
    testCase.kind === 'pull'
      ? pulls(options, listOf(testCase.pollSeconds) as number[])
      : restarts(options, testCase);
  return compareJson('moments', testCase.expect, actual);
}

interface Options {
  readonly initialMs: number;
  readonly maxMs: number;
}

function pulls(options: Options, polls: readonly number[]): unknown[] {
  let now = 0;
  const backOff = new BackOff(() => now, options);
  return polls.map((at) => {
    now = at * 1000;
    const inBackOff = backOff.isInBackOffSinceUpdate(KEY, now);
    if (!inBackOff) backOff.next(KEY, now);
    return { at, inBackOff, entrySeconds: backOff.get(KEY) / 1000 };
  });
}

function restarts(options: Options, testCase: Case): unknown[] {
  const runs = listOf(testCase.runSeconds) as number[];
  const idle = listOf(testCase.idleSeconds) as number[];
  const resets = new Set(listOf(testCase.resetBefore) as number[]);
  let now = 0;
  const backOff = new BackOff(() => now, options);
  return runs.map((seconds, index) => {
    now += seconds * 1000;
    const finished = now;
    now += (idle[index] ?? 0) * 1000;
    if (resets.has(index)) backOff.reset(KEY);
    let waited: string | undefined;
    while (backOff.isInBackOffSince(KEY, finished)) {
      waited = goDuration(backOff.get(KEY));
      now += STEP_MS;
    }
    backOff.next(KEY, finished);
    return {
      at: now / 1000,
      finishedAt: finished / 1000,
      waitSeconds: (now - finished) / 1000,
      waited,
      entrySeconds: backOff.get(KEY) / 1000,
    };
  });
}
