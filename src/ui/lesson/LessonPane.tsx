import { lazy, Suspense } from 'react';
import { useLessons, useOpenLesson } from './use-lessons';
import { Welcome } from './Welcome';

const OpenLesson = lazy(() => import('./OpenLesson'));

export function LessonPane() {
  useLessons();
  const lesson = useOpenLesson();
  return (
    <section className="pane" id="pane-lesson" aria-label="Lesson" tabIndex={-1}>
      {lesson ? (
        <Suspense fallback={<p className="cover">Loading …</p>}>
          <OpenLesson key={lesson.id} lesson={lesson} />
        </Suspense>
      ) : (
        <Welcome />
      )}
    </section>
  );
}
