import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { walkStatecharts } from '../../src/lab/test-statechart-walk.ts';
import { brokenInvariants, playStory, replayText } from './pod-invariants.ts';
import { podStory } from './random-pod.ts';

/** PODLAB_POD_STORIES=5000 makes it the full run. */
const STORIES = Number(process.env.PODLAB_POD_STORIES ?? 150);
const SEED = Number(process.env.PODLAB_POD_SEED ?? 20_260_101);

afterEach(() => {
  vi.restoreAllMocks();
});

it(`holds of ${STORIES} random pods what holds of every pod`, { timeout: 3_600_000 }, () => {
  const { refused } = walkStatecharts();
  fc.assert(
    fc.property(podStory, (story) => {
      refused.clear();
      const run = playStory(story);
      const problems = [
        ...brokenInvariants(story, run),
        ...[...refused].map((what) => `not in the chart: ${what}`),
      ];
      if (problems.length === 0) return;
      throw new Error(`${problems.join('\n')}\nreplay: ${replayText(story, run)}`);
    }),
    { numRuns: STORIES, seed: SEED },
  );
  expect(refused.size).toBe(0);
});
