import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sources } from './imports.ts';

/** All TypeScript files below `root`/src, by path relative to `root` with forward slashes. */
export function readSources(root: string): Sources {
  return new Map(
    readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `src/${name.replaceAll(path.sep, '/')}`)
      .sort()
      .map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
  );
}
