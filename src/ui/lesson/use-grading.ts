import { useCallback, useEffect, useRef, useState } from 'react';
import type { CheckResult } from '../../lessons/grade';
import type { Lesson } from '../../lessons/lesson';
import { startGrading } from '../store/grader';
import { settleEdits } from '../store/pending-edits';
import { recordProgress, usePage } from '../store/store';

export interface Grading {
  readonly results: readonly CheckResult[] | undefined;
  /** What was graded: path → text. */
  readonly answer: Readonly<Record<string, string>>;
  /** Scenarios done and in all, while it is under way. */
  readonly progress: { readonly done: number; readonly all: number } | undefined;
  readonly failure: string | undefined;
  readonly start: () => void;
  readonly cancel: () => void;
}

/** Grades what is in the editor against a lesson's checks, scenario by scenario, in a worker of its own. */
export function useGrading(lesson: Lesson): Grading {
  const [results, setResults] = useState<readonly CheckResult[]>();
  const [answer, setAnswer] = useState<Readonly<Record<string, string>>>({});
  const [progress, setProgress] = useState<Grading['progress']>();
  const [failure, setFailure] = useState<string>();
  const stop = useRef(() => {});

  const cancel = useCallback(() => {
    stop.current();
    setProgress(undefined);
  }, []);
  useEffect(() => () => stop.current(), []);
  const start = useCallback(() => {
    settleEdits();
    const { files } = usePage.getState();
    const given = Object.fromEntries(files.map(({ path, text }) => [path, text]));
    setAnswer(given);
    setFailure(undefined);
    const job = startGrading(lesson, given, (done, all) => setProgress({ done, all }));
    stop.current = job.cancel;
    job.results.then(
      (found) => {
        setResults(found);
        setProgress(undefined);
        if (found.length > 0 && found.every(({ passed }) => passed)) {
          recordProgress(lesson.id, { solved: true });
        }
      },
      (error: unknown) => {
        setProgress(undefined);
        setFailure(error instanceof Error ? error.message : String(error));
      },
    );
  }, [lesson]);
  return { results, answer, progress, failure, start, cancel };
}
