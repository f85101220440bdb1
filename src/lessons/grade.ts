import type { Simulator } from '../lab/simulator-api';
import { createSimulator } from '../simulator';
import { CheckEnvironment } from './check-environment';
import type { Check, Lesson, Scenario } from './lesson';

/** How one check came out. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly passed: boolean;
  readonly points: number;
  /** Virtual seconds at which it was decided. */
  readonly at: number;
  /** Why it failed, in a sentence; the check's hint comes on top. */
  readonly reason: string | undefined;
  readonly hint: string;
}

export interface Grade {
  readonly lesson: string;
  readonly passed: boolean;
  readonly points: number;
  readonly outOf: number;
  readonly checks: readonly CheckResult[];
}

/** How often a simulation is looked at while it runs, virtual ms. */
const LOOK_MS = 250;

/** Grades an answer: applies its files in a fresh cluster per scenario and watches what happens. */
export function gradeAnswer(lesson: Lesson, answer: Readonly<Record<string, string>>): Grade {
  const results = new Map<string, CheckResult>();
  for (const scenario of Object.values(lesson.scenarios)) {
    const checks = lesson.checks.filter((check) => check.scenario === scenario.name);
    if (checks.length === 0) continue;
    for (const result of runScenario(scenario, checks, answer)) results.set(result.id, result);
  }
  const checks = lesson.checks.flatMap(({ id }) => results.get(id) ?? []);
  return {
    lesson: lesson.id,
    passed: checks.every(({ passed }) => passed),
    points: checks.reduce((sum, { passed, points }) => sum + (passed ? points : 0), 0),
    outOf: checks.reduce((sum, { points }) => sum + points, 0),
    checks,
  };
}

interface Watched {
  readonly check: Check;
  decided: { readonly passed: boolean; readonly at: number; readonly reason?: string } | undefined;
}

function runScenario(
  scenario: Scenario,
  checks: readonly Check[],
  answer: Readonly<Record<string, string>>,
): CheckResult[] {
  const simulator = createSimulator({ seed: scenario.seed });
  const watched: Watched[] = checks.map((check) => ({ check, decided: undefined }));
  const refusal = applyAnswer(simulator, answer);
  if (refusal !== undefined) {
    return watched.map(({ check }) => toResult(check, { passed: false, at: 0, reason: refusal }));
  }
  const environment = new CheckEnvironment(simulator);
  const end = scenario.seconds * 1000;
  const steps = [...scenario.steps];
  let seen = -1;
  while (simulator.now < end) {
    while (steps[0] && steps[0].at * 1000 <= simulator.now) {
      const step = steps.shift();
      if (step?.kind === 'run') simulator.sh(step.command);
      if (step?.kind === 'apply') simulator.apply(step.manifests);
      if (step?.kind === 'inject') simulator.inject(step.fault);
    }
    // Nothing has been observed since the last look: the answers would be the same.
    if (simulator.trace.length !== seen) {
      seen = simulator.trace.length;
      for (const one of watched) look(one, environment, simulator);
    }
    const nextStep = (steps[0]?.at ?? scenario.seconds) * 1000;
    simulator.advance(
      Math.max(1, Math.min(LOOK_MS, end - simulator.now, nextStep - simulator.now)),
    );
  }
  for (const one of watched) decideAtEnd(one, environment, simulator);
  return watched.map(({ check, decided }) =>
    toResult(check, decided ?? { passed: false, at: scenario.seconds }),
  );
}

/** Applies every YAML file of the answer; returns the server's words when it refuses. */
function applyAnswer(
  simulator: Simulator,
  answer: Readonly<Record<string, string>>,
): string | undefined {
  for (const [path, text] of Object.entries(answer)) {
    if (!/\.(ya?ml|json)$/.test(path)) continue;
    try {
      simulator.apply(text);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

function look(watched: Watched, environment: CheckEnvironment, simulator: Simulator): void {
  if (watched.decided) return;
  const { check } = watched;
  const at = simulator.now / 1000;
  if (check.when === 'eventually') {
    if (environment.evaluate(check.expect) === true) watched.decided = { passed: true, at };
  } else if (check.when === 'always' && at >= check.from) {
    const value = environment.evaluate(check.expect);
    if (value !== true) watched.decided = { passed: false, at, reason: explain(check, value, at) };
  }
}

function decideAtEnd(watched: Watched, environment: CheckEnvironment, simulator: Simulator): void {
  look(watched, environment, simulator);
  if (watched.decided) return;
  const { check } = watched;
  const at = simulator.now / 1000;
  if (check.when === 'always') {
    watched.decided = { passed: true, at };
    return;
  }
  const value = environment.evaluate(check.expect);
  watched.decided =
    value === true
      ? { passed: true, at }
      : { passed: false, at, reason: explain(check, value, at) };
}

function explain(check: Check, value: boolean | string, at: number): string {
  const where = check.scenario === 'default' ? '' : `In the scenario “${check.scenario}”: `;
  const detail = typeof value === 'string' ? ` (${value})` : '';
  const text =
    check.when === 'always'
      ? `it stopped holding at ${at.toFixed(1)} s`
      : check.when === 'end'
        ? `it does not hold after ${at.toFixed(0)} s`
        : `it did not happen within ${at.toFixed(0)} s`;
  return `${where}${text}${detail}.`;
}

function toResult(
  check: Check,
  decided: { readonly passed: boolean; readonly at: number; readonly reason?: string },
): CheckResult {
  const { id, title, scenario, points, hint } = check;
  return {
    id,
    title,
    scenario,
    points,
    hint,
    reason: decided.reason,
    passed: decided.passed,
    at: decided.at,
  };
}
