import { gradeAnswer } from './grade';
import type { Lesson } from './lesson';
import { playScenario } from './play-scenario';

/** What is wrong with a lesson; an empty list proves it. */
export function proveLesson(lesson: Lesson): string[] {
  const problems = proveSituation(lesson);
  const unfailed = new Set(lesson.checks.map(({ id }) => id));
  const failedOf = (answer: Lesson['files']): readonly string[] => {
    const ids = gradeAnswer(lesson, answer).checks.flatMap(({ id, passed }) => (passed ? [] : id));
    for (const id of ids) unfailed.delete(id);
    return ids;
  };
  if (failedOf(lesson.files).length === 0) problems.push('the start passes every check');
  for (const { name, failsAt, files } of lesson.wrong) {
    const failed = failedOf(files);
    if (!failed.includes(failsAt)) {
      const instead = failed.join(', ') || 'nothing';
      problems.push(`wrong/${name} should fail "${failsAt}" but fails ${instead}`);
    }
  }
  for (const id of unfailed) problems.push(`neither the start nor a wrong answer fails "${id}"`);
  for (const check of gradeAnswer(lesson, lesson.solution).checks) {
    if (!check.passed) problems.push(`the solution fails "${check.id}": ${check.reason}`);
  }
  return problems;
}

/** The page must show what the question speaks of. */
function proveSituation({ situation, files }: Lesson): string[] {
  if (!situation) return [];
  const played = playScenario(situation.scenario, files, files, () => {});
  if ('refusal' in played) return [`the situation is refused: ${played.refusal}`];
  const value = played.environment.evaluate(situation.shows);
  if (value === true) return [];
  return [`the situation does not show ${situation.shows}${value === false ? '' : ` (${value})`}`];
}
