import type { Case, Outcome } from '../table.ts';
import { type Assertion, isAboutActions, violation } from './scenario/assertions.ts';
import { runScenario, type ScenarioRun } from './scenario/run-scenario.ts';
import { readScenario } from './scenario/scenario.ts';

/** Whether all that is expected of the time before the actions holds by now. */
export function expectationsHold(assertions: readonly Assertion[], run: ScenarioRun): boolean {
  return assertions
    .filter((assertion) => !isAboutActions(assertion))
    .every((assertion) => violation(assertion, run) === undefined);
}

/** Table lifecycle: a pod's life with actions on the way, and what must hold of it. */
export function lifecycle(testCase: Case): Outcome {
  const scenario = readScenario(testCase);
  const assertions = scenario.expect;
  const run = runScenario(scenario, {
    expectationsHold: (soFar) => expectationsHold(assertions, soFar),
    // What may still come true is waited for: the conditions are often met a moment earlier.
    decided: (soFar) => assertions.every((one) => violation(one, soFar) === undefined),
  });
  const violations = assertions.flatMap((assertion) => violation(assertion, run) ?? []);
  const last = run.pod.versions.at(-1)?.value.status;
  return violations.length === 0
    ? { pass: true }
    : {
        pass: false,
        difference: [
          ...violations,
          `  at ${run.seconds} s: ${JSON.stringify(last)}`,
          ...run.log.map(({ at, value }) => `  ${at.toFixed(3)} ${value}`),
        ].join('\n'),
      };
}
