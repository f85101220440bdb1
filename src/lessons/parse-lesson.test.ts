import { describe, expect, it } from 'vitest';
import { parseLessons } from './parse-lesson';

const LESSON = `---
title: One
summary: A lesson.
domain: design
---
## First

Text.

:::predict{id="p"}
Why?
- [ ] this
- [x] that

Because.
:::

:::task{checks="a"}
Do it.
:::

## Second

\`\`\`
## not a heading
\`\`\`
`;

const CHECKS = `
checks:
- { id: a, title: A, when: eventually, expect: 'true', hint: none }
wrong: { bad: a }
`;

const files = {
  '01-x/01-y/lesson.md': LESSON,
  '01-x/01-y/checks.yaml': CHECKS,
  '01-x/01-y/files/pod.yaml': 'a: 1',
  '01-x/01-y/wrong/bad/pod.yaml': 'a: 2',
};

describe('parseLessons', () => {
  it('reads steps, blocks, files and checks', () => {
    const [lesson] = parseLessons(files);
    expect(lesson).toMatchObject({ id: '01-x/01-y', chapter: 'X', title: 'One', minutes: 10 });
    expect(lesson?.steps.map(({ title }) => title)).toEqual(['First', 'Second']);
    expect(lesson?.steps[0]?.blocks.map(({ kind }) => kind)).toEqual(['text', 'predict', 'task']);
    expect(lesson?.steps[0]?.blocks[1]).toMatchObject({
      question: 'Why?',
      options: [
        { markdown: 'this', correct: false },
        { markdown: 'that', correct: true },
      ],
      explanation: 'Because.',
    });
    expect(lesson?.wrong).toEqual([{ name: 'bad', failsAt: 'a', files: { 'pod.yaml': 'a: 2' } }]);
  });

  it('reads the steps of a scenario in order of time', () => {
    const checks = `
scenarios:
  default:
    seconds: 5
    steps:
    - { at: 3, run: date, as: now }
    - { at: 1, apply: 'kind: Pod' }
    - { at: 2, inject: { do: lose sandbox, pod: default/web } }
${CHECKS}`;
    const [lesson] = parseLessons({ ...files, '01-x/01-y/checks.yaml': checks });
    expect(lesson?.scenarios.default?.steps).toEqual([
      { at: 1, kind: 'apply', manifests: 'kind: Pod' },
      { at: 2, kind: 'inject', fault: { do: 'lose sandbox', pod: 'default/web' } },
      { at: 3, kind: 'run', command: 'date', as: 'now' },
    ]);
  });

  it.each([
    [
      'a task with an unknown check',
      LESSON.replace('checks="a"', 'checks="b"'),
      'unknown check "b"',
    ],
    ['a block that is never closed', `${LESSON}\n:::hint\n`, ':::hint is never closed'],
    ['an unknown block', LESSON.replace(':::task', ':::tusk'), 'unknown block :::tusk'],
    ['a second right answer', LESSON.replace('- [ ]', '- [x]'), 'exactly one right answer'],
    ['missing front matter', 'text', 'must begin with front matter'],
  ])('names %s', (_, text, message) => {
    expect(() => parseLessons({ ...files, '01-x/01-y/lesson.md': text })).toThrow(message);
  });

  it('names the field of checks.yaml that is wrong', () => {
    const checks = CHECKS.replace('eventually', 'sometimes');
    expect(() => parseLessons({ ...files, '01-x/01-y/checks.yaml': checks })).toThrow(
      'checks.0.when',
    );
  });
});
