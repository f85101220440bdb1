import {
  ApiError,
  type ClusterSimulator,
  createSimulator,
  ManifestError,
} from '../../src/simulator';

/** One random input, tried: what it led to, as text that is equal for equal runs. Throws what is a bug of ours. */
export type Attempt = (text: string) => string;

const ONE_MINUTE_MS = 60_000;
const SCRIPT_TIMEOUT_MS = 5000;

/** Applies a manifest and lives with it for a minute. */
export const applyManifest: Attempt = (text) => {
  const simulator = createSimulator({ seed: 1 });
  let outcome = 'accepted';
  try {
    simulator.apply(text);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ManifestError)) throw error;
    outcome = 'refused';
  }
  simulator.advance(ONE_MINUTE_MS);
  failIfOursFailed(simulator);
  return `${outcome} ${simulator.traceHash}`;
};

/** Runs a script on the workstation of a lab without a control plane. */
export const runScript: Attempt = (text) => {
  const simulator = createSimulator({ seed: 1, controlPlane: false });
  const { exitCode, stdout, stderr } = simulator.sh(text, { timeoutMs: SCRIPT_TIMEOUT_MS });
  failIfOursFailed(simulator);
  return JSON.stringify([exitCode, stdout, stderr, simulator.now, simulator.traceHash]);
};

function failIfOursFailed(simulator: ClusterSimulator): void {
  const failed = simulator.trace.find(({ type }) => type === 'program.failed');
  if (failed) throw new Error(`a program of Podlab failed: ${JSON.stringify(failed)}`);
}
