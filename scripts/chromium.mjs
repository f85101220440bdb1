// Finds the Chromium that the browser tests drive, or installs one.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const SYSTEM_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The path of a Chromium that exists, or undefined. CHROMIUM_PATH wins, then Playwright's own
 * browser (it is the one its version was tested with), then what the system has.
 */
export async function findChromium() {
  const { chromium } = await import('@playwright/test');
  const candidates = [process.env.CHROMIUM_PATH, chromium.executablePath(), ...SYSTEM_PATHS];
  return candidates.find((path) => path && existsSync(path));
}

/** Command-line switches: no sandbox for root (Chromium refuses otherwise), no calls home. */
export function chromiumArguments() {
  return [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
}

function run(command, args, environment = {}) {
  console.log(`bootstrap: ${command} ${args.join(' ')}`);
  const result = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...environment },
  });
  return result.status === 0;
}

/** Debian's own package brings the libraries that a downloaded browser would miss. */
function installFromDebian() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get'))
    return false;
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  return (
    run('apt-get', ['update', '-qq'], environment) &&
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], environment)
  );
}

/** Finds or installs Chromium; throws with what to do when neither works. */
export async function ensureChromium() {
  const present = await findChromium();
  if (present) return present;
  installFromDebian() || run('npx', ['--no-install', 'playwright', 'install', 'chromium']);
  const installed = await findChromium();
  if (installed) return installed;
  throw new Error(
    'No Chromium was found and none could be installed. Set CHROMIUM_PATH to one, ' +
      'or run: npx playwright install --with-deps chromium',
  );
}
