import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  ApiError,
  type ClusterSimulator,
  createSimulator,
  ManifestError,
} from '../../src/simulator';
import { manifest } from './manifest-arbitrary';
import { script } from './script-arbitrary';

/** Whatever is thrown at the lab ends in an API error or a shell error, never in one of ours. */

const RUNS = Number(process.env.PODLAB_FUZZ_RUNS ?? 100);
const SEED = Number(process.env.PODLAB_FUZZ_SEED ?? 20_260_101);
/** Real ms for all runs together; reaching it means that one of them hangs. */
const PATIENCE_MS = 60_000 + RUNS * 1000;
/** One case in so many is run again, to see whether it goes the same way. */
const REPEATED = 10;

const ONE_MINUTE_MS = 60_000;
const SCRIPT_TIMEOUT_MS = 20_000;

/** Each case from a fixed seed; what fails is shrunk to something small and printed. */
const settings = { numRuns: RUNS, seed: SEED, endOnFailure: false } as const;

function failIfOursFailed(simulator: ClusterSimulator): void {
  const failed = simulator.trace.find(({ type }) => type === 'program.failed');
  if (failed) throw new Error(`a program of Podlab failed: ${JSON.stringify(failed)}`);
}

function applied(text: string): string {
  const simulator = createSimulator({ seed: 1 });
  try {
    simulator.apply(text);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ManifestError)) throw error;
  }
  simulator.advance(ONE_MINUTE_MS);
  failIfOursFailed(simulator);
  return simulator.traceHash;
}

function executed(text: string): string {
  const simulator = createSimulator({ seed: 1, controlPlane: false });
  const { exitCode, stdout, stderr } = simulator.sh(text, { timeoutMs: SCRIPT_TIMEOUT_MS });
  failIfOursFailed(simulator);
  return JSON.stringify([exitCode, stdout, stderr, simulator.now, simulator.traceHash]);
}

function sometimesAgain(run: (text: string) => string): (text: string) => void {
  let count = 0;
  return (text) => {
    const first = run(text);
    if (count++ % REPEATED === 0 && run(text) !== first) throw new Error('two runs differ');
  };
}

describe(`${RUNS} random inputs each`, () => {
  it('manifests', { timeout: PATIENCE_MS }, () => {
    fc.assert(fc.property(manifest, sometimesAgain(applied)), settings);
  });

  it('scripts', { timeout: PATIENCE_MS }, () => {
    fc.assert(fc.property(script, sometimesAgain(executed)), settings);
  });
});
