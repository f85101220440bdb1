import type { ContainerStatus, Pod } from '../../../../src/api/types.ts';
import { isRecord } from '../../table.ts';
import { type Seen, statusesOf } from '../recorded/observer.ts';
import { requestSeen } from './helper-pod.ts';
import { stateHolds } from './pod-state.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { entriesOf, namesOf } from './scenario.ts';

/** A stretch of a run, s. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** An assertion about a run as a whole: whether it holds. */
type RunTest = (
  expected: unknown,
  run: ScenarioRun,
  window: Window,
  more: Readonly<Record<string, unknown>>,
) => boolean;

/** The version that stands at the window's start, and those that follow in it. */
export function versionsIn({ from, to }: Window, { pod }: ScenarioRun): Seen<Pod>[] {
  const standing = pod.versions.filter(({ at }) => at <= from).at(-1);
  const following = pod.versions.filter(({ at }) => at > from && at <= to);
  return [...(standing ? [standing] : []), ...following];
}

/** It holds in each version of the window, of which there is at least one. */
function always(window: Window, run: ScenarioRun, test: (pod: Pod) => boolean): boolean {
  const versions = versionsIn(window, run);
  return versions.length > 0 && versions.every(({ value }) => test(value));
}

function statusOf(pod: Pod | undefined, name: string): ContainerStatus | undefined {
  return pod && statusesOf(pod).find((status) => status.name === name);
}

function unixSeconds(time: unknown): number {
  return typeof time === 'string' ? Date.parse(time) / 1000 : Number.NaN;
}

/** Virtual seconds of an API time. */
function secondsOf(time: unknown, run: ScenarioRun): number {
  return unixSeconds(time) - run.simulator.epochMs / 1000;
}

function within(value: number, range: unknown): boolean {
  const [least = 0, most = 0] = Array.isArray(range) ? range.map(Number) : [];
  return value >= least && value <= most;
}

function eventMatches(wanted: unknown, run: ScenarioRun, { from, to }: Window): boolean {
  const { messageContains, ...fields } = isRecord(wanted) ? wanted : {};
  return run.observer.events.some(({ at, value }) => {
    if (at < from || at > to) return false;
    if (messageContains !== undefined && !value.message.includes(String(messageContains))) {
      return false;
    }
    return Object.entries(fields).every(
      ([key, field]) => (value as unknown as Record<string, unknown>)[key] === field,
    );
  });
}

/** Ends and starts of one container's instances: the delays between them, with when they were over, s. */
function restartDelays(container: string, run: ScenarioRun): Seen<number>[] {
  const ofContainer = run.simulator.trace.filter(
    (record) => record.container === container && record.pod === `default/${run.name}`,
  );
  const delays: Seen<number>[] = [];
  let ended: number | undefined;
  for (const { t, type } of ofContainer) {
    if (type === 'container.exited') ended = t;
    if (type !== 'container.started' || ended === undefined) continue;
    delays.push({ at: t / 1000, value: (t - ended) / 1000 });
    ended = undefined;
  }
  return delays;
}

function hookRan(wanted: unknown, run: ScenarioRun, { from }: Window): boolean {
  const { hook } = isRecord(wanted) ? wanted : {};
  const container = isRecord(wanted) ? wanted.container : undefined;
  return run.simulator.trace.some(
    (record) =>
      record.type === 'hook.finished' &&
      record.ok === true &&
      record.hook === hook &&
      record.t >= from * 1000 &&
      (record.container === container || record.pod === `default/${String(container)}`),
  );
}

/** The condition in words of phaseWhile: `C restartCount >= N and initialization not finished`. */
function wordsHold(words: string, pod: Pod): boolean {
  return words.split(' and ').every((part) => {
    const restarts = /^(\S+) restartCount >= (\d+)$/.exec(part);
    if (restarts) {
      const status = statusOf(pod, restarts[1] ?? '');
      return (status?.restartCount ?? 0) >= Number(restarts[2]);
    }
    if (part !== 'initialization not finished') throw new Error(`unknown condition: ${part}`);
    const initialized = pod.status?.conditions?.find(({ type }) => type === 'Initialized');
    return initialized?.status !== 'True';
  });
}

/** What must hold of one container in each update of the pod. */
const UPDATE_TESTS: Readonly<
  Record<string, (expected: unknown, status: ContainerStatus) => boolean>
> = {
  started: (_, status) => status.started !== true,
  lastState: (_, { lastState }) => Object.keys(lastState ?? {}).length === 0,
  state: (expected, { state }) => isRecord(state) && String(expected) in state,
};

function everyWatchEvent(expected: unknown, run: ScenarioRun): boolean {
  const versions = run.pod.versions.map(({ value }) => value);
  return entriesOf<unknown>(expected).every(([key, wanted]) => {
    if (key === 'containerStatuses') {
      const counts = versions.map(({ status }) => status?.containerStatuses?.length ?? 0);
      return counts.every((count, i) => count <= 1 && count >= (counts[i - 1] ?? 0));
    }
    return versions.every((pod) => {
      const status = statusOf(pod, key);
      return (
        !status ||
        entriesOf<unknown>(wanted).every(([field, value]) => {
          const test = UPDATE_TESTS[field];
          if (!test) throw new Error(`unknown field ${field} of everyWatchEvent`);
          return test(value, status);
        })
      );
    });
  });
}

/** When the container first was so, s. */
function firstWhen(
  run: ScenarioRun,
  container: string,
  test: (status: ContainerStatus) => boolean,
): number | undefined {
  return run.pod.versions.find(({ value }) => {
    const status = statusOf(value, container);
    return status !== undefined && test(status);
  })?.at;
}

interface ReadyClaim {
  readonly container: string;
  readonly seconds?: number;
  readonly minSeconds?: number;
  readonly maxSeconds?: number;
}

function readyNotBefore(expected: unknown, run: ScenarioRun): boolean {
  const { container, seconds = 0 } = expected as ReadyClaim;
  const running = firstWhen(run, container, ({ state }) => state?.running !== undefined);
  const ready = firstWhen(run, container, (status) => status.ready === true);
  return running !== undefined && ready !== undefined && ready - running >= seconds - 1;
}

function readyAfterStarted(expected: unknown, run: ScenarioRun): boolean {
  const { container, minSeconds = 0, maxSeconds = 0 } = expected as ReadyClaim;
  const started = firstWhen(run, container, (status) => status.started === true);
  const ready = firstWhen(run, container, (status) => status.ready === true);
  if (started === undefined || ready === undefined) return false;
  return within(ready - started, [minSeconds, maxSeconds]);
}

function delayAfterAction(expected: unknown, run: ScenarioRun): boolean {
  const { container, timesEachOfLastTwoDelaysBefore } = isRecord(expected) ? expected : {};
  const at = run.answers[0]?.at ?? Number.POSITIVE_INFINITY;
  const delays = restartDelays(String(container), run);
  const before = delays.filter((delay) => delay.at <= at).slice(-2);
  const after = delays.find((delay) => delay.at > at);
  const factor = Number(timesEachOfLastTwoDelaysBefore);
  if (!after || before.length < 2) return false;
  return before.every(({ value }) => after.value <= factor * value);
}

export const RUN_TESTS: Readonly<Record<string, RunTest>> = {
  phaseStays: (phase, run, window) => always(window, run, (pod) => stateHolds({ phase }, pod)),
  notRunningFor: (names, run, window) =>
    always(window, run, (pod) =>
      namesOf(names).every((name) => statusOf(pod, name)?.state?.running === undefined),
    ),
  restartCountStays: (counts, run, window) =>
    always(window, run, (pod) =>
      entriesOf<number>(counts).every(
        ([name, count]) => (statusOf(pod, name)?.restartCount ?? 0) === count,
      ),
    ),
  conditionStays: (condition, run, { from, to }) => {
    const has = ({ value }: Seen<Pod>) => stateHolds({ condition }, value);
    const first = run.pod.versions.find((version) => version.at >= from && has(version))?.at;
    if (first === undefined) return false;
    return always({ from: first, to: first + (to - from) }, run, (pod) =>
      stateHolds({ condition }, pod),
    );
  },
  phaseWhile: (expected, run) => {
    const { condition, phase } = isRecord(expected) ? expected : {};
    return run.pod.versions.every(
      ({ value }) => !wordsHold(String(condition), value) || stateHolds({ phase }, value),
    );
  },
  restartCountMonotonic: (name, run) => {
    const counts = run.pod.versions.map(
      ({ value }) => statusOf(value, String(name))?.restartCount ?? 0,
    );
    return counts.every((count, index) => count >= (counts[index - 1] ?? 0));
  },
  everyWatchEvent,
  watchEvents: (types, run) => {
    const { versions, goneAt } = run.pod;
    const seen = new Set(versions.length > 0 ? ['ADDED'] : []);
    if (versions.length > (goneAt === undefined ? 1 : 2)) seen.add('MODIFIED');
    if (goneAt !== undefined) seen.add('DELETED');
    return namesOf(types).every((type) => seen.has(type));
  },
  podGone: (expected, run, { to }) =>
    (run.pod.goneAt !== undefined && run.pod.goneAt <= to) === expected,
  allGone: (names, run, { to }) =>
    namesOf(names).every((name) =>
      run.observer.pods.some(
        (pod) => pod.name === name && pod.goneAt !== undefined && pod.goneAt <= to,
      ),
    ),
  event: (wanted, run, window) => eventMatches(wanted, run, window),
  noEvent: (wanted, run, window) => !eventMatches(wanted, run, window),
  hookExecuted: hookRan,
  hookRequestSeen: (expected, run, window) =>
    requestSeen(expected as { method: string; path: string }, run.simulator, window),
  sandboxesCreated: (expected, run) =>
    run.simulator.trace.filter(
      ({ type, pod }) => type === 'sandbox.created' && pod === `default/${run.name}`,
    ).length === expected,
  runDurationSeconds: (expected, run) =>
    entriesOf<unknown>(expected).every(([name, range]) => {
      const ended = statusOf(run.pod.versions.at(-1)?.value, name)?.state?.terminated;
      return within(unixSeconds(ended?.finishedAt) - unixSeconds(ended?.startedAt), range);
    }),
  secondsFromDeleteToFinished: (expected, run, { from }) =>
    entriesOf<unknown>(expected).every(([name, range]) => {
      const ended = run.pod.versions
        .map(({ value }) => statusOf(value, name)?.state?.terminated)
        .findLast((state) => state !== undefined);
      return within(secondsOf(ended?.finishedAt, run) - Math.floor(from), range);
    }),
  accepted: (expected, run, _, { afterAction }) => {
    const answer = run.answers[Number(afterAction ?? 0)]?.value;
    return answer !== undefined && answer.code < 400 === expected;
  },
  inResponseOfAction: (index, run, _, more) => {
    const object = run.answers[Number(index)]?.value.object;
    const { inResponseOfAction: __, ...state } = more;
    return object !== undefined && stateHolds(state, object as Pod);
  },
  readyNotBeforeSeconds: readyNotBefore,
  readyAfterStarted,
  restartDelaySeconds: (expected, run) => {
    const { container, min, max } = isRecord(expected) ? expected : {};
    const last = restartDelays(String(container), run).at(-1);
    return last !== undefined && within(last.value, [min, max]);
  },
  restartDelayAfterActionAtMost: delayAfterAction,
  never: (expected, run) => {
    const { container, state, exitCode } = isRecord(expected) ? expected : {};
    return run.pod.versions.every(({ value }) => {
      const current: unknown = statusOf(value, String(container))?.state;
      const found = isRecord(current) ? current[String(state)] : undefined;
      return !isRecord(found) || (exitCode !== undefined && found.exitCode !== exitCode);
    });
  },
};
