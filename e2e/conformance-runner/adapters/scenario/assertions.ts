import type { Pod } from '../../../../src/api/types.ts';
import { isRecord } from '../../table.ts';
import { LOG_TESTS } from './log-assertions.ts';
import { STATE_TESTS, stateHolds } from './pod-state.ts';
import { RUN_TESTS, versionsIn, type Window } from './run-assertions.ts';
import type { ScenarioRun } from './run-scenario.ts';

export type Assertion = Readonly<Record<string, unknown>>;

/** Keys that say when or how often something holds, not what. */
const MODIFIERS = new Set(
  'withinSeconds forSeconds afterAtLeastSeconds afterAction before afterState everyUpdateAfterAction toleranceMs atLeast n'.split(
    ' ',
  ),
);
/** Assertions that tell people something and nothing that could fail. */
const INFORMATION = new Set(['expectedTypical']);

/** Why an assertion does not hold; undefined when it does. */
export function violation(assertion: Assertion, run: ScenarioRun): string | undefined {
  return holds(assertion, run) ? undefined : `  does not hold: ${JSON.stringify(assertion)}`;
}

/** Whether it says something about the time after an action. */
export function isAboutActions(assertion: Assertion): boolean {
  return 'afterAction' in assertion || 'everyUpdateAfterAction' in assertion;
}

function holds(assertion: Assertion, run: ScenarioRun): boolean {
  const { not, eventually, ...rest } = assertion;
  if (isRecord(not)) return !holds({ ...rest, ...not }, run);
  const window = windowOf(rest, run);
  if (!window) return false;
  if (isRecord(eventually))
    return versionsIn(window, run).some(({ value }) => stateHolds(eventually, value));
  const claims = Object.entries(rest).filter(([key]) => !MODIFIERS.has(key));
  const state = Object.fromEntries(claims.filter(([key]) => Object.hasOwn(STATE_TESTS, key)));
  const others = claims.filter(([key]) => !Object.hasOwn(STATE_TESTS, key));
  if (Object.keys(state).length > 0 && !stateInTime(state, rest, window, run)) return false;
  return others.every(([key, expected]) => {
    if (INFORMATION.has(key)) return true;
    const log = LOG_TESTS[key];
    if (log && Object.hasOwn(LOG_TESTS, key)) return log(expected, run.log, rest);
    const test = RUN_TESTS[key];
    if (!test || !Object.hasOwn(RUN_TESTS, key)) throw new Error(`unknown assertion ${key}`);
    return test(expected, run, window, rest);
  });
}

/** A state that must hold before an action, in all updates after one, within a time, or at the end. */
function stateInTime(
  state: Assertion,
  { before, everyUpdateAfterAction, withinSeconds }: Assertion,
  window: Window,
  run: ScenarioRun,
): boolean {
  if (before !== undefined) {
    const pod = standingBefore(String(before), run);
    return pod !== undefined && stateHolds(state, pod);
  }
  const versions = versionsIn(window, run).map(({ value }) => value);
  if (everyUpdateAfterAction !== undefined) return versions.every((pod) => stateHolds(state, pod));
  if (withinSeconds !== undefined) return versions.some((pod) => stateHolds(state, pod));
  return endStates(run).some((pod) => stateHolds(state, pod));
}

/** What is true at the end: of a pod that was deleted, also what was seen of it before. */
function endStates({ answers, pod: { versions, goneAt } }: ScenarioRun): Pod[] {
  const deletion = answers.find(({ value }) => value.do === 'delete pod');
  const before = goneAt !== undefined && deletion ? versions[deletion.versions - 1] : undefined;
  return [versions.at(-1), before].flatMap((version) => version?.value ?? []);
}

/** The pod as it stood before `action 0`, or before it was deleted (`podGone`). */
function standingBefore(words: string, { answers, pod }: ScenarioRun): Pod | undefined {
  if (words === 'podGone') return pod.goneAt === undefined ? undefined : pod.versions.at(-2)?.value;
  const index = /^action (\d+)$/.exec(words)?.[1];
  if (index === undefined) throw new Error(`unknown moment: ${words}`);
  return pod.versions[(answers[Number(index)]?.versions ?? 0) - 1]?.value;
}

/** From the start or an action on, for the given time or to the end; undefined if it never began. */
function windowOf(assertion: Assertion, run: ScenarioRun): Window | undefined {
  const { afterAction, everyUpdateAfterAction, afterState, forSeconds, withinSeconds } = assertion;
  const action = afterAction ?? everyUpdateAfterAction;
  let from: number | undefined = 0;
  if (action !== undefined) from = run.answers[Number(action)]?.at;
  // A pod that stays Pending is watched from its start: on a real cluster nothing else happens either.
  if (afterState !== undefined) from = firstOutOfPending(String(afterState), run) ?? 0;
  if (from === undefined) return undefined;
  const length = withinSeconds ?? forSeconds;
  return { from, to: length === undefined ? run.seconds : from + Number(length) };
}

function firstOutOfPending(words: string, { pod }: ScenarioRun): number | undefined {
  if (words !== 'pod first seen out of Pending') throw new Error(`unknown state: ${words}`);
  return pod.phases.find(({ value }) => value !== '' && value !== 'Pending')?.at;
}
