import type { Simulator } from '../lab/simulator-api';
import { createSimulator } from '../simulator';
import { CheckEnvironment } from './check-environment';
import type { Scenario, ScenarioStep } from './lesson';
import { isManifest, stepScript } from './scenario-inputs';

/** How often a simulation is looked at while it runs, virtual ms. */
const LOOK_MS = 250;

/** A scenario that has been played: what can be asked about its end, and when that is (virtual seconds). */
export type Played =
  | { readonly environment: CheckEnvironment; readonly at: number }
  /** The server's words when it did not take the answer, or why a step of the scenario could not be done. */
  | { readonly refusal: string };

/**
 * Applies an answer's files (or those `given` by the lesson) in a fresh cluster, plays the scenario, and calls `look` with the virtual second
 * whenever something has been observed.
 */
export function playScenario(
  scenario: Scenario,
  answer: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
  look: (environment: CheckEnvironment, at: number) => void,
): Played {
  const simulator = createSimulator({ seed: scenario.seed });
  const refusal = applyAnswer(simulator, scenario.given ? given : answer);
  if (refusal !== undefined) return { refusal };
  const environment = new CheckEnvironment(simulator, answer);
  const end = scenario.seconds * 1000;
  const steps = [...scenario.steps];
  let seen = -1;
  while (simulator.now < end) {
    while (steps[0] && steps[0].at * 1000 <= simulator.now) {
      const step = steps.shift();
      const problem = step && takeStep(step, simulator, environment, answer);
      if (problem !== undefined) return { refusal: `At ${step?.at} s: ${problem}` };
    }
    // Nothing has been observed since the last look: the answers would be the same.
    if (simulator.trace.length !== seen) {
      seen = simulator.trace.length;
      look(environment, simulator.now / 1000);
    }
    const nextStep = (steps[0]?.at ?? scenario.seconds) * 1000;
    simulator.advance(
      Math.max(1, Math.min(LOOK_MS, end - simulator.now, nextStep - simulator.now)),
    );
  }
  return { environment, at: simulator.now / 1000 };
}

/** Does what the scenario says; returns why it could not. */
function takeStep(
  step: ScenarioStep,
  simulator: Simulator,
  environment: CheckEnvironment,
  answer: Readonly<Record<string, string>>,
): string | undefined {
  try {
    if (step.kind === 'apply') simulator.apply(step.manifests);
    else if (step.kind === 'inject') simulator.inject(step.fault);
    else {
      const { stdout, stderr, exitCode } = simulator.sh(...stepScript(step, answer));
      environment.record(step.as, { text: stdout + stderr, exitCode });
    }
  } catch (error) {
    return messageOf(error);
  }
  return undefined;
}

/** Applies every manifest of the answer; returns the server's words when it refuses. */
function applyAnswer(
  simulator: Simulator,
  answer: Readonly<Record<string, string>>,
): string | undefined {
  for (const [path, text] of Object.entries(answer)) {
    if (!isManifest(path)) continue;
    try {
      simulator.apply(text);
    } catch (error) {
      return messageOf(error);
    }
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
