import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lesson } from '../lessons/lesson';
import { parseLessons } from '../lessons/parse-lesson';
import { CommandError } from './usage';

/** Where the lessons lie: in the repository, or beside the built program. */
function lessonsFolder(): string {
  const root = process.env.PODLAB_ROOT ?? fileURLToPath(new URL('../..', import.meta.url));
  return path.join(root, 'lessons');
}

/** Files below a folder, by their paths in it (with `/`). */
function readFolder(folder: string, prefix = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const below = path.join(folder, entry.name);
    if (entry.isDirectory()) Object.assign(files, readFolder(below, `${prefix}${entry.name}/`));
    else files[prefix + entry.name] = readFileSync(below, 'utf8');
  }
  return files;
}

/** Folders below the lessons that hold a lesson.md, as lessons are named. */
export function lessonNames(): string[] {
  const folder = lessonsFolder();
  if (!existsSync(folder)) return [];
  return Object.keys(readFolder(folder))
    .filter((file) => file.endsWith('/lesson.md'))
    .map((file) => file.slice(0, -'/lesson.md'.length))
    .sort();
}

/**
 * The lesson of that name (whole, or its last part) or in that folder. Throws CommandError when there is none,
 * LessonError when its files do not make a lesson.
 */
export function readLesson(nameOrFolder: string): Lesson {
  const { folder, id } = findLesson(nameOrFolder);
  const [lesson] = parseLessons(readFolder(folder, `${id}/`));
  if (!lesson) throw new CommandError(`error: ${folder} holds no lesson`);
  return lesson;
}

function findLesson(wanted: string): { folder: string; id: string } {
  const names = lessonNames();
  const matches = names.filter((name) => name === wanted || name.endsWith(`/${wanted}`));
  const [id] = matches;
  if (id !== undefined && matches.length === 1)
    return { folder: path.join(lessonsFolder(), id), id };
  if (existsSync(path.join(wanted, 'lesson.md'))) {
    const parts = path.resolve(wanted).split(path.sep);
    return { folder: wanted, id: parts.slice(-2).join('/') };
  }
  const which = matches.length > 1 ? matches : names;
  const problem = matches.length > 1 ? 'is the name of several lessons' : 'is no lesson';
  throw new CommandError(`error: "${wanted}" ${problem}; there are ${which.join(', ')}`);
}
