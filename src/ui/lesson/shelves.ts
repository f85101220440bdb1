import { DOMAINS } from '../../lessons/domains';
import type { Lesson } from '../../lessons/lesson';

/** Lessons that stand together in a list: one chapter. */
export interface Shelf {
  readonly title: string;
  readonly lessons: readonly Lesson[];
}

/** The chapters in their order; the questions under a title that says whose they are. */
export function shelvesOf(lessons: readonly Lesson[]): readonly Shelf[] {
  const chapters = [...new Set(lessons.map(({ chapter }) => chapter))];
  return chapters.map((chapter) => {
    const own = lessons.filter((lesson) => lesson.chapter === chapter);
    const areQuestions = own.every(({ kind }) => kind === 'question');
    return { title: areQuestions ? `${own.length} questions people ask` : chapter, lessons: own };
  });
}

/** Whether all the words that somebody looks for come up in a title, summary or domain. */
export function matches(texts: readonly string[], wanted: string): boolean {
  const text = texts.join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function lessonMatches({ title, summary, domain, chapter }: Lesson, wanted: string) {
  return matches([title, summary, chapter, DOMAINS[domain].title, DOMAINS[domain].label], wanted);
}

/** An example, by what its shelf is called, too. */
export function exampleMatches(
  { title, watch }: { readonly title: string; readonly watch: string },
  shelf: string,
  wanted: string,
) {
  return matches([shelf, title, watch], wanted);
}
