import { useState } from 'react';
import type { LessonBlock } from '../../lessons/lesson';
import { progressOf, recordProgress, usePage } from '../store/store';
import Markdown from './Markdown';
import { regionName } from './region-name';

interface PredictionProps {
  readonly lessonId: string;
  readonly prediction: Extract<LessonBlock, { kind: 'predict' }>;
}

/** Asks before it shows: what is right is told only once an answer has been given. */
export function Prediction({ lessonId, prediction }: PredictionProps) {
  const { id, question, options, explanation } = prediction;
  const progress = usePage((state) => progressOf(state, lessonId));
  const [choice, setChoice] = useState<number>();
  const given = progress.answers[id];
  const isRight = given !== undefined && options[given]?.correct;
  const give = () => {
    if (choice !== undefined) {
      recordProgress(lessonId, { answers: { ...progress.answers, [id]: choice } });
    }
  };
  return (
    <section className="card predict" aria-label={regionName('Predict', question)}>
      <h3>Predict</h3>
      <fieldset className="options">
        <legend>
          <Markdown text={question} />
        </legend>
        {options.map((option, at) => {
          const mark =
            given === undefined ? '' : option.correct ? 'right' : at === given ? 'wrong' : '';
          return (
            <label key={option.markdown} className={mark}>
              <input
                type="radio"
                name={`${lessonId} ${id}`}
                checked={(given ?? choice) === at}
                disabled={given !== undefined}
                onChange={() => setChoice(at)}
              />
              <Markdown text={option.markdown} />
              {mark !== '' && <b aria-hidden="true">{mark === 'right' ? '✓' : '✕'}</b>}
            </label>
          );
        })}
      </fieldset>
      {given === undefined ? (
        <button type="button" className="button" disabled={choice === undefined} onClick={give}>
          That is my guess
        </button>
      ) : (
        <div role="status">
          <p>
            <b>{isRight ? 'Right.' : 'Not so.'}</b>
          </p>
          <Markdown text={explanation} />
        </div>
      )}
    </section>
  );
}
