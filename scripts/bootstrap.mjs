// Runs before `npm start` and `npm test`, so that each works alone on a fresh clone.
// Needs nothing but Node: when it starts there may be no node_modules.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}/node_modules/.bootstrap`;

function fail(message) {
  console.error(message);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Podlab needs Node 20.19 or newer; this is ${process.version}.`);
  }
}

/** Installs when the lockfile is not the one that the stamp in node_modules was written for. */
function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(`${root}/package-lock.json`))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('bootstrap: npm ci');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('bootstrap: npm ci failed; see above.');
  writeFileSync(stamp, wanted);
}

checkNode();
installPackages();
const { generateSchema } = await import('./generate-schema.mjs');
generateSchema();
const { generateDocumentation } = await import('./generate-documentation.mjs');
generateDocumentation();
if (process.argv.includes('--browser')) {
  const { ensureChromium } = await import('./chromium.mjs');
  await ensureChromium().catch((error) => fail(error.message));
}
