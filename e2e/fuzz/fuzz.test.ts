import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Attempt, applyManifest, runScript } from './attempt';
import { manifest } from './manifest-arbitrary';
import { script } from './script-arbitrary';

/** Whatever is thrown at the lab ends in an API error or a shell error, never in one of ours. */

const RUNS = 100;
/** Real ms before a test counts as hung; nothing here measures time. */
const PATIENCE_MS = 300_000;
/** One case in so many is run again, to see whether it goes the same way. */
const REPEATED = 10;

/** Each case from a fixed seed; what fails is shrunk to something small and printed. */
const settings = { numRuns: RUNS, seed: 20_260_101 } as const;

function sometimesAgain(attempt: Attempt): (text: string) => void {
  let count = 0;
  return (text) => {
    const first = attempt(text);
    if (count++ % REPEATED === 0 && attempt(text) !== first) throw new Error('two runs differ');
  };
}

describe('random inputs (many more: npm run fuzz)', () => {
  it('manifests', { timeout: PATIENCE_MS }, () => {
    fc.assert(fc.property(manifest, sometimesAgain(applyManifest)), settings);
  });

  it('scripts', { timeout: PATIENCE_MS }, () => {
    fc.assert(fc.property(script, sometimesAgain(runScript)), settings);
  });
});
