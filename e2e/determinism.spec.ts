import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';

const RUNS = 20;

/** Runs in this page and in Node alike: the traces' hashes of a cluster with some of everything. */
async function hashes(url: string, manifests: string[], runs: number): Promise<string[]> {
  const { createSimulator } = await import(url);
  const found: string[] = [];
  for (let i = 0; i < runs; i++) {
    const simulator = createSimulator({ seed: 42 });
    for (const manifest of manifests) simulator.apply(manifest);
    // The pieces differ from run to run; what happens must not.
    while (simulator.now < 40_000)
      simulator.advance(Math.min(40_000 - simulator.now, 700 * (i + 1)));
    simulator.inject({ do: 'lose sandbox', pod: 'default/shared-volume-pod' });
    simulator.terminal.input('kubectl get pods\r');
    simulator.advance(20_000);
    found.push(simulator.traceHash);
  }
  return found;
}

test('a run has one trace: twenty times in Node, twenty times in the browser', async ({ page }) => {
  const names = ['init-demo', 'shared-volume-pod', 'config-downloader', 'app-with-cache'];
  const manifests = names.map((name) =>
    readFileSync(new URL(`../lessons/examples/${name}.yaml`, import.meta.url), 'utf8'),
  );
  const inNode = await hashes(
    new URL('../dist/lib/podlab.js', import.meta.url).href,
    manifests,
    RUNS,
  );
  expect(new Set(inNode).size).toBe(1);
  await page.goto('/');
  const source = `(${hashes})(new URL('/lib/podlab.js', location.href).href, ...${JSON.stringify([manifests, RUNS])})`;
  const inBrowser = await page.evaluate(source);
  expect(inBrowser).toEqual(inNode);
});
