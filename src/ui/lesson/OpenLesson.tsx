import { useEffect, useState } from 'react';
import { progressOf, recordProgress, update, usePage } from '../store/store';
import { Checks } from './Checks';
import { Hints } from './Hints';
import type { LessonEntry } from './lesson-list';
import type { LessonView } from './lesson-view';
import Markdown from './Markdown';
import { Prediction } from './Prediction';
import { Solution } from './Solution';

interface OpenLessonProps {
  readonly entry: LessonEntry;
}

/** One lesson, a step at a time. */
export default function OpenLesson({ entry }: OpenLessonProps) {
  const [lesson, setLesson] = useState<LessonView>();
  const progress = usePage((state) => progressOf(state, entry.id));
  useEffect(() => {
    let isGone = false;
    void entry.load().then((loaded) => {
      if (!isGone) setLesson(loaded);
    });
    return () => {
      isGone = true;
    };
  }, [entry]);
  if (!lesson) return <p className="cover">Loading …</p>;
  const at = Math.min(progress.step, lesson.steps.length - 1);
  const step = lesson.steps[at];
  const goTo = (next: number) => {
    recordProgress(lesson.id, { step: next });
    document.getElementById('lesson-text')?.scrollTo(0, 0);
  };
  return (
    <>
      <div className="tabs">
        <h2>Lesson</h2>
        <div className="end num">
          {at + 1} of {lesson.steps.length}
          <button
            type="button"
            className="button quiet"
            onClick={() => update({ lessonId: undefined })}
          >
            Leave
          </button>
        </div>
      </div>
      <div className="lesson" id="lesson-text">
        {step && (
          <>
            <h2>{step.title}</h2>
            <div className="prose">
              <Markdown text={step.markdown} />
            </div>
            {step.predictions.map((prediction) => (
              <Prediction key={prediction.id} lessonId={lesson.id} prediction={prediction} />
            ))}
            {step.isTask && <Checks lesson={lesson} />}
            <Hints key={at} lessonId={lesson.id} step={at} hints={step.hints} />
            {step.isTask && <Solution lesson={lesson} />}
          </>
        )}
      </div>
      <nav className="lesson-nav" aria-label="Steps of the lesson">
        <button type="button" className="button" disabled={at === 0} onClick={() => goTo(at - 1)}>
          Back
        </button>
        <span className="grow" />
        {at < lesson.steps.length - 1 && (
          <button type="button" className="button primary" onClick={() => goTo(at + 1)}>
            Next: {lesson.steps[at + 1]?.title}
          </button>
        )}
        {at === lesson.steps.length - 1 && progress.solved && (
          <span className="chip tone-run">✓ solved</span>
        )}
      </nav>
    </>
  );
}
