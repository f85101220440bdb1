import * as Comlink from 'comlink';
import type { CheckResult, Grade } from '../../lessons/grade';
import type { Lesson } from '../../lessons/lesson';
import { makeLabWorker } from './lab';

/** What a worker can also do: grade one lesson from start to end. */
export interface GraderCommands {
  grade(lesson: Lesson, answer: Readonly<Record<string, string>>): Promise<Grade>;
}

export interface GradingJob {
  readonly results: Promise<readonly CheckResult[]>;
  readonly cancel: () => void;
}

/**
 * Grades in a fresh worker, one scenario after the other, so that it can tell how far it is; cancelling ends
 * the worker, and the results never come.
 */
export function startGrading(
  lesson: Lesson,
  answer: Readonly<Record<string, string>>,
  onProgress: (done: number, all: number) => void,
): GradingJob {
  const worker = makeLabWorker();
  const grader = Comlink.wrap<GraderCommands>(worker);
  const scenarios = [...new Set(lesson.checks.map((check) => check.scenario))];
  const run = async () => {
    const failed = new Promise<never>((_, reject) => {
      worker.addEventListener('error', (event) => reject(new Error(event.message)));
    });
    const results: CheckResult[] = [];
    onProgress(0, scenarios.length);
    for (const [i, scenario] of scenarios.entries()) {
      const checks = lesson.checks.filter((check) => check.scenario === scenario);
      const grade = await Promise.race([grader.grade({ ...lesson, checks }, answer), failed]);
      results.push(...grade.checks);
      onProgress(i + 1, scenarios.length);
    }
    return lesson.checks.flatMap(({ id }) => results.filter((result) => result.id === id));
  };
  return { results: run().finally(() => worker.terminate()), cancel: () => worker.terminate() };
}
