import type { LessonView } from './lesson-view';

export interface LessonEntry {
  readonly id: string;
  readonly title: string;
  readonly chapter: string;
  readonly load: () => Promise<LessonView>;
}

/** All lessons in order. */
export const LESSONS: readonly LessonEntry[] = [];
