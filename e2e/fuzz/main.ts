// `npm run fuzz`: many random inputs, with those that fail or are slow.
//   --runs N (20000)   --seed N   --only manifests|scripts   --slow MS (5000)

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { type Attempt, applyManifest, runScript } from './attempt';
import { manifest } from './manifest-arbitrary';
import { script } from './script-arbitrary';

/** One case in so many is run again, to see whether it goes the same way. */
const REPEATED = 10;
/** Inputs are drawn so many at a time. */
const BATCH = 500;
const SHOWN_CHARACTERS = 2000;

const KINDS: Readonly<Record<string, readonly [fc.Arbitrary<string>, Attempt]>> = {
  manifests: [manifest, applyManifest],
  scripts: [script, runScript],
};

function describeInput(text: string): string {
  return JSON.stringify(text).slice(0, SHOWN_CHARACTERS);
}

function fuzz(kind: string, runs: number, seed: number, slowMs: number): number {
  const [inputs, attempt] = KINDS[kind] ?? KINDS.scripts ?? [];
  if (!inputs || !attempt) throw new Error(`no inputs of kind ${kind}`);
  let failed = 0;
  let slow = 0;
  for (let first = 0; first < runs; first += BATCH) {
    const numRuns = Math.min(BATCH, runs - first);
    for (const [index, text] of fc.sample(inputs, { numRuns, seed: seed + first }).entries()) {
      const started = performance.now();
      try {
        const outcome = attempt(text);
        if (index % REPEATED === 0 && attempt(text) !== outcome) throw new Error('two runs differ');
      } catch (error) {
        failed++;
        console.log(
          `FAILED ${describeInput(text)}\n${error instanceof Error ? error.stack : error}`,
        );
      }
      const took = performance.now() - started;
      if (took > slowMs) {
        slow++;
        console.log(`SLOW ${Math.round(took)} ms ${describeInput(text)}`);
      }
    }
    if (process.stderr.isTTY) console.error(`${kind}: ${first + numRuns} of ${runs}`);
  }
  console.log(`${kind}: ${runs} runs, ${failed} failed, ${slow} took more than ${slowMs} ms`);
  return failed;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    slow: { type: 'string', default: '5000' },
  },
});
let failures = 0;
for (const kind of Object.keys(KINDS)) {
  if (values.only !== undefined && values.only !== kind) continue;
  failures += fuzz(kind, Number(values.runs), Number(values.seed), Number(values.slow));
}
process.exit(failures > 0 ? 1 : 0);
