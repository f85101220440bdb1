import { useState } from 'react';
import { recordProgress } from '../store/store';
import { gradeLesson } from './grade';
import type { CheckOutcome, LessonView } from './lesson-view';

/** The task's checks: each with its verdict, and why it failed. */
export function Checks({ lesson }: { readonly lesson: LessonView }) {
  const [outcomes, setOutcomes] = useState<readonly CheckOutcome[]>();
  const [isGrading, setGrading] = useState(false);
  const [failure, setFailure] = useState('');
  const passed = outcomes?.filter((one) => one.passed).length ?? 0;
  const grade = async () => {
    setGrading(true);
    setFailure('');
    try {
      const found = await gradeLesson(lesson);
      setOutcomes(found);
      if (found.every((one) => one.passed)) recordProgress(lesson.id, { solved: true });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setGrading(false);
    }
  };
  return (
    <section className="card" aria-label="Your task">
      <h3>
        Your task
        {outcomes && (
          <>
            {' '}
            · {passed} of {outcomes.length}
          </>
        )}
      </h3>
      <ul>
        {lesson.checks.map(({ id, title }) => {
          const outcome = outcomes?.find((one) => one.id === id);
          return <CheckLine key={id} title={title} outcome={outcome} />;
        })}
      </ul>
      <button
        type="button"
        className="button primary"
        disabled={isGrading}
        onClick={() => void grade()}
      >
        {isGrading ? 'Checking …' : 'Check my answer'}
      </button>
      <p role="status">
        {failure}
        {outcomes && !isGrading && passed === outcomes.length && 'All checks pass.'}
      </p>
    </section>
  );
}

interface CheckLineProps {
  readonly title: string;
  readonly outcome: CheckOutcome | undefined;
}

function CheckLine({ title, outcome }: CheckLineProps) {
  const look = outcome === undefined ? '' : outcome.passed ? 'ok' : 'no';
  const sign = { '': '○', ok: '✓', no: '✕' }[look];
  return (
    <li className="check">
      <span className={`sign ${look}`} aria-hidden="true">
        {sign}
      </span>
      <span>
        {title}
        {outcome && (
          <span className="hidden-visually">{outcome.passed ? ' passes' : ' fails'}</span>
        )}
        {outcome && !outcome.passed && (
          <span className="why-not">
            {outcome.reason}
            {outcome.hint && ` ${outcome.hint}`}
          </span>
        )}
      </span>
    </li>
  );
}
