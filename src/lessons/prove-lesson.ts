import { gradeAnswer } from './grade';
import type { Lesson } from './lesson';
import { playScenario } from './play-scenario';

/** What is wrong with a lesson; an empty list proves it. */
export function proveLesson(lesson: Lesson): string[] {
  const problems = proveSituation(lesson);
  if (gradeAnswer(lesson, lesson.files).passed) problems.push('the start passes every check');
  for (const check of gradeAnswer(lesson, lesson.solution).checks) {
    if (!check.passed) problems.push(`the solution fails "${check.id}": ${check.reason}`);
  }
  for (const { name, failsAt, files } of lesson.wrong) {
    const failed = gradeAnswer(lesson, files).checks.filter(({ passed }) => !passed);
    if (!failed.some(({ id }) => id === failsAt)) {
      const instead = failed.map(({ id }) => id).join(', ') || 'nothing';
      problems.push(`wrong/${name} should fail "${failsAt}" but fails ${instead}`);
    }
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
