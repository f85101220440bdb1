import { describe, expect, it } from 'vitest';
import { DOMAINS } from './domains';
import { parseLessons } from './parse-lesson';
import { proveLesson } from './prove-lesson';

const FILES = import.meta.glob<string>(['../../lessons/*/*/**/*', '!../../lessons/examples/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

const lessons = parseLessons(
  Object.fromEntries(
    Object.entries(FILES).map(([path, text]) => [path.replace('../../lessons/', ''), text]),
  ),
);

/** A proof is some dozens of simulations; a busy machine must not fail it. */
const PROOF_TIMEOUT_MS = 120_000;

describe('the lessons', () => {
  it.each(lessons.map((lesson) => [lesson.id, lesson] as const))(
    '%s is proved',
    { timeout: PROOF_TIMEOUT_MS },
    (_, lesson) => {
      expect(proveLesson(lesson)).toEqual([]);
    },
  );

  it('are of the domains of the curriculum, each of which comes up', () => {
    expect(new Set(lessons.map(({ domain }) => domain))).toEqual(new Set(Object.keys(DOMAINS)));
  });

  it('do not give the answer away by its place', () => {
    const places = lessons.flatMap(({ steps }) =>
      steps.flatMap(({ blocks }) =>
        blocks.flatMap((block) =>
          block.kind === 'diagnose' ? [block.options.findIndex(({ correct }) => correct)] : [],
        ),
      ),
    );
    const count = (place: number) => places.filter((one) => one === place).length;
    expect(Math.max(...[0, 1, 2, 3].map(count))).toBeLessThanOrEqual(places.length * 0.6);
  });
});
