import { openEmptyLab } from '../store/lab';
import { openFiles, progressOf, recordProgress, update, usePage } from '../store/store';
import type { LessonEntry } from './lesson-list';
import { openInstead } from './open-work';

/** Opens a lesson with its files on an empty cluster; the learner applies. */
export function openLesson(entry: LessonEntry): void {
  void openInstead(entry.title, async () => {
    const lesson = await entry.load();
    openFiles(lesson.files, undefined);
    update({ lessonId: lesson.id, lessonPaneOpen: true, narrowTab: 'lesson' });
    recordProgress(lesson.id, progressOf(usePage.getState(), lesson.id));
    openEmptyLab();
  });
}
