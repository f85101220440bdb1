// Builds the page (dist/) and the library and command line for Node (dist/lib/).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { generateDocumentation } from './generate-documentation.mjs';
import { generateSchema } from './generate-schema.mjs';
import { hashOf } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [
  'src',
  'lessons',
  'public',
  'index.html',
  'vite.config.ts',
  'package-lock.json',
  'scripts',
];
const stamp = path.join(root, 'dist/.built-from');

async function buildLibrary() {
  const dir = path.join(root, 'dist/lib');
  mkdirSync(dir, { recursive: true });
  const library = await bundle(path.join(root, 'src/simulator.ts'), { dir });
  writeFileSync(path.join(dir, 'podlab.js'), library);
  const cli = await bundle(path.join(root, 'src/cli.ts'), { dir });
  writeFileSync(path.join(dir, 'cli.js'), `#!/usr/bin/env node\n${cli}`, { mode: 0o755 });
}

export async function buildAll() {
  generateSchema();
  generateDocumentation();
  const built = hashOf(root, SOURCES);
  const { build } = await import('vite');
  await build({ root, logLevel: 'warn' });
  await buildLibrary();
  writeFileSync(stamp, built);
}

/** Builds only when a source has changed since the last build. */
export async function buildIfStale() {
  generateSchema();
  generateDocumentation();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(root, SOURCES)) return;
  console.log('Building the page (a few seconds, once per change) …');
  await buildAll();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildAll();
