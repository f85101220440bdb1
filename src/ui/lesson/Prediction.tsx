import { useState } from 'react';
import { progressOf, recordProgress, usePage } from '../store/store';
import type { PredictionView } from './lesson-view';
import Markdown from './Markdown';

interface PredictionProps {
  readonly lessonId: string;
  readonly prediction: PredictionView;
}

/** Asks before it shows: the answer is compared only once one has been given. */
export function Prediction({ lessonId, prediction }: PredictionProps) {
  const { id, question, options, answer, because } = prediction;
  const progress = usePage((state) => progressOf(state, lessonId));
  const [choice, setChoice] = useState('');
  const given = progress.answers[id];
  const isRight = given === answer;
  const give = () => recordProgress(lessonId, { answers: { ...progress.answers, [id]: choice } });
  return (
    <section className="card">
      <h3>Predict</h3>
      <fieldset className="options">
        <legend>
          <Markdown text={question} />
        </legend>
        {options.map((option) => {
          const mark =
            given === undefined
              ? ''
              : option.id === answer
                ? 'right'
                : option.id === given
                  ? 'wrong'
                  : '';
          return (
            <label key={option.id} className={mark}>
              <input
                type="radio"
                name={`${lessonId} ${id}`}
                value={option.id}
                checked={(given ?? choice) === option.id}
                disabled={given !== undefined}
                onChange={() => setChoice(option.id)}
              />
              <span>
                {option.text}
                {mark === 'right' && ' ✓'}
                {mark === 'wrong' && ' ✕'}
              </span>
            </label>
          );
        })}
      </fieldset>
      {given === undefined ? (
        <button type="button" className="button" disabled={choice === ''} onClick={give}>
          That is my guess
        </button>
      ) : (
        <div role="status">
          <p>
            <b>{isRight ? 'Right.' : 'Not quite.'}</b>
          </p>
          <Markdown text={because} />
        </div>
      )}
    </section>
  );
}
