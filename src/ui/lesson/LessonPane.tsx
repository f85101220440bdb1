import { lazy, Suspense } from 'react';
import { usePage } from '../store/store';
import { LESSONS } from './lesson-list';
import { Welcome } from './Welcome';

const OpenLesson = lazy(() => import('./OpenLesson'));

export function LessonPane() {
  const lessonId = usePage((state) => state.lessonId);
  const entry = LESSONS.find((one) => one.id === lessonId);
  return (
    <section className="pane" id="pane-lesson" aria-label="Lesson" tabIndex={-1}>
      {entry ? (
        <Suspense fallback={<p className="cover">Loading …</p>}>
          <OpenLesson key={entry.id} entry={entry} />
        </Suspense>
      ) : (
        <Welcome />
      )}
    </section>
  );
}
