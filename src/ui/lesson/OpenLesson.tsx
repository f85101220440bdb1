import { useState } from 'react';
import { DOMAINS } from '../../lessons/domains';
import type { Lesson, LessonBlock } from '../../lessons/lesson';
import { progressOf, recordProgress, update, usePage } from '../store/store';
import { AnswerLine } from './AnswerLine';
import { CopyLink } from './CopyLink';
import { Diagnosis } from './Diagnosis';
import Markdown from './Markdown';
import { openLesson } from './open-lesson';
import { Prediction } from './Prediction';
import { regionName } from './region-name';
import { Solution } from './Solution';
import { Sources } from './Sources';
import { Task } from './Task';
import { type Grading, useGrading } from './use-grading';

/** One lesson, a step at a time. */
export default function OpenLesson({ lesson }: { readonly lesson: Lesson }) {
  const progress = usePage((state) => progressOf(state, lesson.id));
  const grading = useGrading(lesson);
  const at = Math.min(progress.step, lesson.steps.length - 1);
  const step = lesson.steps[at];
  const next = lesson.steps[at + 1];
  const goTo = (to: number) => {
    recordProgress(lesson.id, { step: to });
    document.getElementById('lesson-text')?.scrollTo(0, 0);
  };
  const hasTask = step?.blocks.some(({ kind }) => kind === 'task');
  return (
    <>
      <div className="tabs">
        <h2>{lesson.kind === 'question' ? 'Question' : 'Lesson'}</h2>
        <div className="end num">
          {at + 1} of {lesson.steps.length}
          <CopyLink lesson={lesson} />
          <button
            type="button"
            className="button quiet"
            onClick={() => update({ lessonId: undefined })}
          >
            Leave
          </button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the arrow keys could not scroll. */}
      <section className="lesson" id="lesson-text" aria-label="Text of the lesson" tabIndex={0}>
        {at === 0 && (
          <>
            <p className="eyebrow">{DOMAINS[lesson.domain].title}</p>
            {lesson.kind === 'question' && <p className="lead asked">{lesson.title}</p>}
          </>
        )}
        {step && <h2>{step.title}</h2>}
        {step?.blocks.map((block, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place in the step.
          <Block key={`${at} ${i}`} lesson={lesson} block={block} grading={grading} />
        ))}
        {hasTask && <Solution lesson={lesson} />}
        {next === undefined && <Sources of={lesson.sources} />}
      </section>
      <nav className="lesson-nav" aria-label="Steps of the lesson">
        <button type="button" className="button" disabled={at === 0} onClick={() => goTo(at - 1)}>
          Back
        </button>
        <span className="grow">
          {progress.solved && <span className="chip tone-run">✓ solved</span>}
        </span>
        {next ? (
          <button
            type="button"
            className="button primary next"
            title={next.title}
            onClick={() => goTo(at + 1)}
          >
            <span>Next: {next.title}</span>
          </button>
        ) : (
          <NextLesson after={lesson} />
        )}
      </nav>
    </>
  );
}

/** At the end of a lesson: the one that follows it in its chapter. */
function NextLesson({ after }: { readonly after: Lesson }) {
  const lessons = usePage((state) => state.lessons);
  const following = lessons[lessons.findIndex(({ id }) => id === after.id) + 1];
  if (following?.chapter !== after.chapter) return null;
  return (
    <button
      type="button"
      className="button next"
      title={following.title}
      onClick={() => openLesson(following)}
    >
      <span>
        {following.kind === 'question' ? 'Another question' : 'Next lesson'}: {following.title}
      </span>
    </button>
  );
}

interface BlockProps {
  readonly lesson: Lesson;
  readonly block: LessonBlock;
  readonly grading: Grading;
}

function Block({ lesson, block, grading }: BlockProps) {
  switch (block.kind) {
    case 'text':
      return <Markdown text={block.markdown} />;
    case 'predict':
      return <Prediction lessonId={lesson.id} prediction={block} />;
    case 'diagnose':
      return <Diagnosis lessonId={lesson.id} diagnosis={block} />;
    case 'answer':
      return <AnswerLine answer={block} />;
    case 'task':
      return <Task lesson={lesson} task={block} grading={grading} />;
    case 'hint':
      return (
        <details className="card hint-card">
          <summary>{block.title}</summary>
          <Markdown text={block.markdown} />
        </details>
      );
    case 'myth':
      return <Myth claim={block.claim} markdown={block.markdown} />;
  }
}

/** Something that is often said and is not so: the claim first, what is true on demand. */
function Myth({ claim, markdown }: { readonly claim: string; readonly markdown: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="card myth" aria-label={regionName('A myth', claim)}>
      <h3>Often said, and wrong</h3>
      <p>
        <q>{claim}</q>
      </p>
      {isOpen ? (
        <Markdown text={markdown} />
      ) : (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          What is true?
        </button>
      )}
    </section>
  );
}
