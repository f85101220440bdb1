import type { CheckEnvironment } from './check-environment';
import type { Check, Lesson, Scenario } from './lesson';
import { playScenario } from './play-scenario';

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

/** Grades an answer: applies its files in a fresh cluster per scenario and watches what happens. */
export function gradeAnswer(lesson: Lesson, answer: Readonly<Record<string, string>>): Grade {
  const results = new Map<string, CheckResult>();
  for (const scenario of Object.values(lesson.scenarios)) {
    const checks = lesson.checks.filter((check) => check.scenario === scenario.name);
    if (checks.length === 0) continue;
    for (const result of runScenario(scenario, checks, answer, lesson.files))
      results.set(result.id, result);
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
  given: Lesson['files'],
): CheckResult[] {
  const watched: Watched[] = checks.map((check) => ({ check, decided: undefined }));
  const played = playScenario(scenario, answer, given, (environment, at) => {
    for (const one of watched) look(one, environment, at);
  });
  if ('refusal' in played) {
    const reason = played.refusal;
    return watched.map(({ check }) => toResult(check, { passed: false, at: 0, reason }));
  }
  for (const one of watched) decideAtEnd(one, played.environment, played.at);
  return watched.map(({ check, decided }) =>
    toResult(check, decided ?? { passed: false, at: scenario.seconds }),
  );
}

function look(watched: Watched, environment: CheckEnvironment, at: number): void {
  if (watched.decided) return;
  const { check } = watched;
  if (check.when === 'eventually') {
    if (environment.evaluate(check.expect) === true) watched.decided = { passed: true, at };
  } else if (check.when === 'always' && at >= check.from) {
    const value = environment.evaluate(check.expect);
    if (value !== true) watched.decided = { passed: false, at, reason: explain(check, value, at) };
  }
}

function decideAtEnd(watched: Watched, environment: CheckEnvironment, at: number): void {
  look(watched, environment, at);
  if (watched.decided) return;
  const { check } = watched;
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
