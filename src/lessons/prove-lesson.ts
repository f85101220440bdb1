import { gradeAnswer } from './grade';
import type { Lesson } from './lesson';

/** What is wrong with a lesson; an empty list proves it. */
export function proveLesson(lesson: Lesson): string[] {
  const problems: string[] = [];
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
