import { useState } from 'react';
import type { LessonBlock } from '../../lessons/lesson';
import { progressOf, recordProgress, usePage } from '../store/store';
import Markdown from './Markdown';

interface DiagnosisProps {
  readonly lessonId: string;
  readonly diagnosis: Extract<LessonBlock, { kind: 'diagnose' }>;
}

/** What is wrong? A wrong answer says why it is not so, and one may try again until the cause is found. */
export function Diagnosis({ lessonId, diagnosis }: DiagnosisProps) {
  const { id, question, options } = diagnosis;
  const progress = usePage((state) => progressOf(state, lessonId));
  const [choice, setChoice] = useState<number>();
  const given = progress.answers[id];
  const isFound = given !== undefined && (options[given]?.correct ?? false);
  const chosen = choice ?? given;
  const give = () => {
    if (choice !== undefined) {
      recordProgress(lessonId, { answers: { ...progress.answers, [id]: choice } });
    }
  };
  return (
    <section className="card predict" aria-label="Diagnosis">
      <h3>Your diagnosis</h3>
      <fieldset className="options">
        <legend>
          <Markdown text={question} />
        </legend>
        {options.map((option, at) => {
          const mark = at !== given ? '' : option.correct ? 'right' : 'wrong';
          return (
            <div key={option.markdown}>
              <label className={mark}>
                <input
                  type="radio"
                  name={`${lessonId} ${id}`}
                  checked={chosen === at}
                  disabled={isFound}
                  onChange={() => setChoice(at)}
                />
                <Markdown text={option.markdown} />
                {mark !== '' && <b aria-hidden="true">{mark === 'right' ? '✓' : '✕'}</b>}
              </label>
              <div role="status" className="verdict">
                {mark !== '' && (
                  <>
                    <b>{isFound ? 'That is it.' : 'Not so.'}</b>
                    <Markdown text={option.reason} />
                  </>
                )}
              </div>
            </div>
          );
        })}
      </fieldset>
      {!isFound && (
        <button
          type="button"
          className="button"
          disabled={choice === undefined || choice === given}
          onClick={give}
        >
          That is the cause
        </button>
      )}
    </section>
  );
}
