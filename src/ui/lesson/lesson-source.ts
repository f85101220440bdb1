import type { Lesson } from '../../lessons/lesson';
import { parseLessons } from '../../lessons/parse-lesson';

const FILES = import.meta.glob<string>(
  ['../../../lessons/*/*/**/*', '!../../../lessons/examples/**'],
  { query: '?raw', import: 'default', eager: true },
);

/** All lessons, read from the files below `lessons/`. */
export function readLessons(): readonly Lesson[] {
  const byPath = Object.entries(FILES).map(([path, text]) => [
    path.replace('../../../lessons/', ''),
    text,
  ]);
  return parseLessons(Object.fromEntries(byPath));
}
