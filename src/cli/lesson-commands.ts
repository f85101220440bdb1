import path from 'node:path';
import { type Grade, gradeAnswer } from '../lessons/grade';
import { proveLesson } from '../lessons/prove-lesson';
import type { Command } from './arguments';
import { readText } from './input';
import { lessonNames, readLesson } from './lesson-files';
import { CommandError } from './usage';

/** `podlab check`: a line per lesson, and below it what is wrong with it. */
export function checkCommand(lessons: readonly string[]): number {
  const names = lessons.length > 0 ? lessons : lessonNames();
  if (names.length === 0) throw new CommandError('error: there are no lessons');
  let failed = 0;
  for (const name of names) {
    const problems = problemsOf(name);
    if (problems.length > 0) failed++;
    process.stdout.write(`${problems.length === 0 ? 'proved' : 'FAILED'}  ${name}\n`);
    for (const problem of problems) process.stdout.write(`        ${problem}\n`);
  }
  return failed === 0 ? 0 : 1;
}

function problemsOf(name: string): string[] {
  try {
    return proveLesson(readLesson(name));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** `podlab grade`. */
export async function gradeCommand(command: Extract<Command, { name: 'grade' }>): Promise<number> {
  const lesson = readLesson(command.lesson);
  const answer: Record<string, string> = {};
  for (const file of command.files) {
    const name = file === '-' ? 'pod.yaml' : path.basename(file);
    if (name in answer) throw new CommandError(`error: two of the files are named ${name}`);
    answer[name] = await readText(file);
  }
  const grade = gradeAnswer(lesson, answer);
  const text =
    command.output === 'json' ? `${JSON.stringify(grade, undefined, 2)}\n` : gradeText(grade);
  process.stdout.write(text);
  return grade.passed ? 0 : 1;
}

/** A grade for people: a line per check, with the reason and the hint below a failed one. */
export function gradeText({ checks, lesson, points, outOf }: Grade): string {
  const lines = checks.flatMap(({ passed, title, reason, hint, points: worth }) => [
    `${passed ? 'passed' : 'FAILED'}  ${title} (${worth} ${worth === 1 ? 'point' : 'points'})`,
    ...(passed ? [] : [`        ${reason ?? 'It does not hold.'}`, `        Hint: ${hint}`]),
  ]);
  return [...lines, `${lesson}: ${points} of ${outOf} points`, ''].join('\n');
}
