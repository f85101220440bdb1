import type { Lesson } from '../../lessons/lesson';
import { parseLessons } from '../../lessons/parse-lesson';

const FILES = import.meta.glob<string>(
  ['../../../lessons/*/*/**/*', '!../../../lessons/examples/**'],
  { query: '?raw', import: 'default', eager: true },
);

/** All lessons, read from the files below `lessons/`: one at a time, so that the page never stands still. */
export async function readLessons(): Promise<readonly Lesson[]> {
  const folders = new Map<string, Record<string, string>>();
  for (const [path, text] of Object.entries(FILES)) {
    const name = path.replace('../../../lessons/', '');
    const id = name.split('/').slice(0, 2).join('/');
    const files = folders.get(id) ?? {};
    files[name] = text;
    folders.set(id, files);
  }
  const lessons: Lesson[] = [];
  for (const id of [...folders.keys()].sort()) {
    lessons.push(...parseLessons(folders.get(id) ?? {}));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return lessons;
}
