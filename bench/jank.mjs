// P8, `node bench/jank.mjs`: does the page stay answerable while a hundred pods start, and while they run?
//   --pods N (100)   --seconds N (20)   --port N (4189)
// Needs a browser (npm run setup). Prints the longest gap between two turns of the page's event loop and its
// long tasks (above 50 ms), for the start of the pods and for as long again afterwards, both at 1×.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { bundle } from '../scripts/bundle.mjs';
import { chromiumArguments, findChromium } from '../scripts/chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = path.join(root, 'node_modules/.cache/podlab/bench');
const EMPTY_RUN = { seed: 1, epoch: '2026-01-01T00:00:00Z', options: {}, inputs: [] };

function manifests(count) {
  const pod = (_, index) => `apiVersion: v1
kind: Pod
metadata:
  name: pod-${index}
spec:
  containers:
    - name: pause
      image: registry.k8s.io/pause:3.10
`;
  return Array.from({ length: count }, pod).join('---\n');
}

/** The page's own codec of links, which is how a lab comes into the page without being typed. */
async function linkTo(text) {
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, 'link-codec.mjs');
  writeFileSync(file, await bundle(path.join(root, 'src/ui/link/link-codec.ts'), { dir: cache }));
  const { encodeLink } = await import(pathToFileURL(file));
  const files = [{ path: 'pod.yaml', text }];
  return encodeLink({ version: 1, run: EMPTY_RUN, at: 0, horizon: 0, files });
}

/** Resolves when the server says where it listens. */
async function serve(port) {
  const server = spawn(process.execPath, ['scripts/serve.mjs', '--port', String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const part of server.stdout) {
    said += part;
    const address = /http:\/\/\S+/.exec(said)?.[0];
    if (address) return { address, stop: () => server.kill() };
  }
  throw new Error('the server did not start');
}

/** Runs in the page: starts to watch how long its main thread is busy. */
function watchMainThread() {
  const seen = { longestGapMs: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
  const { port1, port2 } = new MessageChannel();
  let before = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    seen.longestGapMs = Math.max(seen.longestGapMs, now - before);
    before = now;
    // A ping per frame or so: more of them would themselves be the load.
    setTimeout(() => {
      before = performance.now();
      port2.postMessage(0);
    }, 10);
  };
  port2.postMessage(0);
  globalThis.takeSeen = () => {
    const taken = { longestGapMs: Math.round(seen.longestGapMs), tasks: [...seen.tasks] };
    seen.longestGapMs = 0;
    seen.tasks.length = 0;
    return taken;
  };
}

function report(what, { longestGapMs, tasks }) {
  const long = tasks.length === 0 ? 'none' : tasks.sort((a, b) => b - a).join(', ');
  console.log(`${what}: longest gap ${longestGapMs} ms; tasks above 50 ms: ${long}`);
}

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    port: { type: 'string', default: '4189' },
  },
});
const spanMs = Number(values.seconds) * 1000;
const server = await serve(Number(values.port));
const executablePath = await findChromium();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: chromiumArguments(),
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const link = await linkTo(manifests(Number(values.pods)));
  await page.goto(new URL(link, server.address).href);
  await page.getByRole('button', { name: /^(Play|Pause)$/ }).waitFor();
  await page.waitForTimeout(3000);
  await page.evaluate(watchMainThread);
  await page.getByRole('button', { name: /^Apply/ }).click();
  const play = page.getByRole('button', { name: 'Play', exact: true });
  if (await play.isVisible()) await play.click();
  await page.waitForTimeout(spanMs);
  report(`P8 ${values.pods} pods start`, await page.evaluate(() => globalThis.takeSeen()));
  await page.waitForTimeout(spanMs);
  report(`P8 ${values.pods} pods run`, await page.evaluate(() => globalThis.takeSeen()));
} finally {
  await browser.close();
  server.stop();
}
