import { describe, expect, it } from 'vitest';
import { parseLessons } from '../../lessons/parse-lesson';
import { lessonMatches, shelvesOf } from './shelves';

const lesson = (title: string, domain: string) => ({
  'lesson.md': `---\ntitle: ${title}\nsummary: About it.\ndomain: ${domain}\n---\n## One\n`,
  'checks.yaml': `checks: [{ id: a, title: A, when: end, expect: 'true', hint: none }]`,
});

const lessons = parseLessons(
  Object.fromEntries(
    [
      ['01-basics/01-a', lesson('Ports', 'networking')] as const,
      ['01-basics/02-b', lesson('Volumes', 'design')] as const,
      ['02-more/01-c', lesson('Probes', 'observability')] as const,
    ].flatMap(([id, files]) =>
      Object.entries(files).map(([path, text]) => [`${id}/${path}`, text]),
    ),
  ),
);

describe('shelves', () => {
  it('hold a chapter each, in order', () => {
    expect(
      shelvesOf(lessons).map(({ title, lessons: own }) => [title, own.map((one) => one.title)]),
    ).toEqual([
      ['Basics', ['Ports', 'Volumes']],
      ['More', ['Probes']],
    ]);
  });

  it('are searched by words of the title, the chapter and the domain, in any order', () => {
    const found = (wanted: string) =>
      lessons.filter((one) => lessonMatches(one, wanted)).map(({ title }) => title);
    expect(found('')).toEqual(['Ports', 'Volumes', 'Probes']);
    expect(found('services ports')).toEqual(['Ports']);
    expect(found('BASICS')).toEqual(['Ports', 'Volumes']);
    expect(found('nothing of this')).toEqual([]);
  });
});
