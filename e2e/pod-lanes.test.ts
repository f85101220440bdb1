import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeLink } from '../src/ui/link/link-codec.ts';
import type { Lane } from '../src/ui/timeline/lane.ts';
import { LaneBuilder } from '../src/ui/timeline/lane-builder.ts';
import { playStory, replayText } from './fuzz/pod-invariants.ts';
import { podStory } from './fuzz/random-pod.ts';

const STORIES = Number(process.env.PODLAB_POD_STORIES ?? 60);
const SEED = Number(process.env.PODLAB_POD_SEED ?? 20_260_102);

/** Stretches that overlap, run backwards or leave a moment out. */
function faultsOf({ id, segments }: Lane, end: number): string[] {
  return segments.flatMap(({ from, to }, index) => {
    const next = segments[index + 1];
    const until = next ? next.from : (to ?? end);
    const problems = [];
    if (until < from) problems.push(`${id}: runs backwards at ${from}`);
    if (next && to !== next.from) problems.push(`${id}: ${to} is followed by ${next.from}`);
    return problems;
  });
}

it(`the lanes of ${STORIES} random pods account for every moment`, { timeout: 3_600_000 }, () => {
  fc.assert(
    fc.property(podStory, (story) => {
      const run = playStory(story);
      const builder = new LaneBuilder();
      for (const record of run.simulator.trace) builder.push(record);
      const end = run.simulator.now;
      for (const lane of builder.lanes.values()) {
        if (lane.kind !== 'pod' && lane.kind !== 'container') continue;
        const [first] = lane.segments;
        if (!first) continue;
        const sum = lane.segments.reduce((total, { from, to }) => total + (to ?? end) - from, 0);
        const elapsed = (lane.segments.at(-1)?.to ?? end) - first.from;
        expect(faultsOf(lane, end), replayText(story, run)).toEqual([]);
        expect(sum).toBe(elapsed);
      }
    }),
    { numRuns: STORIES, seed: SEED },
  );
});

it('the link that a failure prints leads to the run', () => {
  const [story] = fc.sample(podStory, { numRuns: 1, seed: SEED });
  if (!story) throw new Error('no story');
  const run = playStory(story);
  const [link = ''] = replayText(story, run).split('\n');
  expect(decodeLink(link)?.run).toEqual(run.simulator.run);
});
