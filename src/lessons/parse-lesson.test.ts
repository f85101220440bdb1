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

  describe('a question', () => {
    const QUESTION = `---
title: Why?
summary: A question.
domain: design
kind: question
sources: [someone/something#1]
---
## What is wrong?

:::diagnose{id="d"}
What is the cause?
- [ ] this
  It is not, because.
- [x] that
  It is.

  Two paragraphs of it.
- [ ] or that
  Neither.
:::

:::answer{file="command.sh"}
The command
:::

:::task{checks="a"}
Mend it.
:::
`;
    const SITUATION = `situation: { seconds: 20, shows: 'true' }\n${CHECKS}`;
    const question = {
      ...files,
      '01-x/01-y/lesson.md': QUESTION,
      '01-x/01-y/checks.yaml': SITUATION,
      '01-x/01-y/files/pod.yaml': 'kind: ConfigMap\n---\nkind: Pod\nmetadata: { name: web }',
    };

    it('has a diagnosis in which each answer says why, and a line to write', () => {
      const [parsed] = parseLessons(question);
      const [diagnosis, answer] = parsed?.steps[0]?.blocks ?? [];
      expect(diagnosis).toMatchObject({
        kind: 'diagnose',
        question: 'What is the cause?',
        options: [
          { markdown: 'this', correct: false, reason: 'It is not, because.' },
          { markdown: 'that', correct: true, reason: 'It is.\n\nTwo paragraphs of it.' },
          { markdown: 'or that', correct: false, reason: 'Neither.' },
        ],
      });
      expect(answer).toEqual({ kind: 'answer', file: 'command.sh', label: 'The command' });
      expect(parsed?.situation).toMatchObject({ pod: 'default/web', shows: 'true' });
    });

    it.each<[string, { text?: string; checks?: string }, string]>([
      [
        'two right answers',
        { text: QUESTION.replace('[ ] this', '[x] this') },
        'exactly one right',
      ],
      ['no right answer', { text: QUESTION.replace('[x]', '[ ]') }, 'exactly one right'],
      [
        'an answer without a reason',
        { text: QUESTION.replace('  Neither.\n', '') },
        '"or that" does not say why',
      ],
      [
        'two answers only',
        { text: QUESTION.replace('- [ ] or that\n  Neither.\n', '') },
        'needs 3 answers or more',
      ],
      ['no sources', { text: QUESTION.replace(/sources.*/, '') }, 'names its sources'],
      [
        'no diagnosis',
        { text: QUESTION.replace(/:::diagnose[\s\S]*?\n:::\n/, '') },
        'exactly one :::diagnose',
      ],
      ['no situation', { checks: CHECKS }, 'has a situation'],
      ['no domain', { text: QUESTION.replace('domain: design', '') }, 'domain'],
    ])('is refused with %s', (_, { text = QUESTION, checks = SITUATION }, message) => {
      const changed = { '01-x/01-y/lesson.md': text, '01-x/01-y/checks.yaml': checks };
      expect(() => parseLessons({ ...question, ...changed })).toThrow(message);
    });
  });
});
