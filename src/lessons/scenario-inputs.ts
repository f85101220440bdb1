import type { RunInput, ShOptions } from '../lab/run';
import type { Scenario, ScenarioStep } from './lesson';

/** A command of a scenario that has not ended by then is stopped, virtual ms. */
const STEP_TIMEOUT_MS = 120_000;

/** Whether a file of an answer is applied; the others are notes and scripts. */
export function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/.test(path);
}

/** What a step types on the workstation; a script finds the files of the answer beside it. */
export function stepScript(
  step: Extract<ScenarioStep, { kind: 'run' | 'script' }>,
  answer: Readonly<Record<string, string>>,
): [script: string, options: ShOptions] {
  const timeoutMs = STEP_TIMEOUT_MS;
  if (step.kind === 'run') return [step.command, { timeoutMs }];
  return [answer[step.file] ?? '', { timeoutMs, files: answer }];
}

/** An answer and a scenario as the inputs of a run: what the grader plays, for the lab to show. */
export function scenarioInputs(
  scenario: Scenario,
  answer: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): RunInput[] {
  const applied = Object.entries(scenario.given ? given : answer)
    .filter(([path]) => isManifest(path))
    .map(([, text]): RunInput => ({ t: 0, op: 'apply', args: [text] }));
  const steps = scenario.steps.map((step): RunInput => {
    const t = Math.round(step.at * 1000);
    if (step.kind === 'apply') return { t, op: 'apply', args: [step.manifests] };
    if (step.kind === 'inject') return { t, op: 'inject', args: [step.fault] };
    return { t, op: 'sh', args: stepScript(step, answer) };
  });
  return [...applied, ...steps];
}
