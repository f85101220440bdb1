// node scripts/run-ts.mjs ENTRY.ts [ARGUMENT…]: bundles the entry and runs it in this process.
// The entry finds the repository in PODLAB_ROOT; its working folder is where npm was called.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { generateDocumentation } from './generate-documentation.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error('usage: node scripts/run-ts.mjs ENTRY.ts [ARGUMENT…]');
  process.exit(2);
}

generateDocumentation();
const cache = path.join(root, 'node_modules/.cache/podlab');
const name = entry.replaceAll(/[^\w]+/g, '-');
const file = path.join(cache, `${name}.mjs`);
mkdirSync(cache, { recursive: true });
// Written aside and renamed: two runs at once must never see half a file.
const draft = path.join(cache, `${name}.${process.pid}.mjs`);
writeFileSync(draft, await bundle(path.join(root, entry), { dir: cache, sourcemap: true }));
renameSync(draft, file);

process.env.PODLAB_ROOT = root;
process.argv = [process.argv[0], path.join(root, entry), ...args];
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
process.setSourceMapsEnabled(true);
await import(pathToFileURL(file).href);
