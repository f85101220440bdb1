import { isDeepStrictEqual } from 'node:util';
import type { ContainerStatus, Pod, PodCondition } from '../../../../src/api/types.ts';
import { textDifference } from '../../difference.ts';
import { isRecord } from '../../table.ts';
import { normalise, normaliseOutput } from './normalise.ts';
import {
  type EventRow,
  eventKey,
  type PodHistory,
  type Seen,
  stateWords,
  statusesOf,
} from './observer.ts';
import type { Recording, StepAnswer } from './recording.ts';

/** Holds one part of an expectation against a recording; says what differs. */
export type Part = (expected: unknown, recording: Recording, expect: Expect) => string[];
export type Expect = Readonly<Record<string, unknown>>;

/** A restarted container's times may be this much off, beside a tenth, s. */
const TIME_TOLERANCE_S = 3;
const TIME_TOLERANCE_SHARE = 0.1;

function entriesOf(value: unknown): [string, unknown][] {
  if (!isRecord(value)) throw new Error('an object was expected');
  return Object.entries(value);
}

function listOf<T>(value: unknown): readonly T[] {
  if (!Array.isArray(value)) throw new Error('a list was expected');
  return value as T[];
}

function unequal(title: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  return [`  ${title}: expected ${JSON.stringify(expected)}, actual ${JSON.stringify(actual)}`];
}

/** What a list of pods under one name showed: one after the other as they came. */
function merged<T>(lists: readonly (readonly Seen<T>[])[]): Seen<T>[] {
  const all = lists.flat().sort((a, b) => a.at - b.at);
  return all.filter(({ value }, index) => index === 0 || all[index - 1]?.value !== value);
}

/** Holds for each pod of the name, or for all of them taken as one. */
function eachOrMerged<T>(
  lists: readonly (readonly Seen<T>[])[],
  compare: (list: readonly Seen<T>[]) => string[],
): string[] {
  if (lists.length === 0) return ['  there is no such pod or container'];
  const each = lists.flatMap(compare);
  return each.length === 0 || lists.length === 1 || compare(merged(lists)).length > 0 ? each : [];
}

function podsNamed(name: string, { observer }: Recording): readonly PodHistory[] {
  return observer.named(name);
}

function containerKey(key: string): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

const phases: Part = (expected, recording) =>
  entriesOf(expected).flatMap(([name, wanted]) =>
    eachOrMerged(
      podsNamed(name, recording).map((pod) => pod.phases),
      (list) =>
        unequal(
          name,
          wanted,
          list.map(({ value }) => value),
        ),
    ),
  );

const isEnd = (value: string | null) => value?.startsWith('terminated') === true;

/** Up to the second end, where it ended more often or the table says no more. */
function upToSecondEnd<T extends string | null>(states: readonly T[], wanted: readonly T[]): T[] {
  const ends = [...states.keys()].filter((index) => isEnd(states[index] ?? null));
  const [, second] = ends;
  if (second === undefined) return [...states];
  const endsThere = isEnd(wanted.at(-1) ?? null) && wanted.filter(isEnd).length === 2;
  return ends.length > 2 || endsThere ? states.slice(0, second + 1) : [...states];
}

function statesOf(key: string, recording: Recording): (readonly Seen<string | null>[])[] {
  const [name, container] = containerKey(key);
  return podsNamed(name, recording).map((pod) => pod.states.get(container) ?? []);
}

const transitions: Part = (expected, recording) =>
  entriesOf(expected).flatMap(([key, value]) => {
    const wanted = listOf<string | null>(value);
    return eachOrMerged(statesOf(key, recording), (list) => {
      const states = list.map((seen) => seen.value);
      return unequal(key, wanted, upToSecondEnd(states, wanted));
    });
  });

const times: Part = (expected, recording) =>
  entriesOf(expected).flatMap(([key, value]) => {
    const recordings = listOf<readonly number[]>(value);
    const count = Math.min(...recordings.map((list) => list.length));
    return eachOrMerged(statesOf(key, recording), (list) =>
      Array.from({ length: count }, (_, index) => index).flatMap((index) => {
        const at = recordings.map((one) => one[index] ?? 0);
        const from = (1 - TIME_TOLERANCE_SHARE) * Math.min(...at) - TIME_TOLERANCE_S;
        const to = (1 + TIME_TOLERANCE_SHARE) * Math.max(...at) + TIME_TOLERANCE_S;
        const seen = list[index];
        if (seen && seen.at >= from && seen.at <= to) return [];
        const when = seen ? `at ${seen.at} s (${seen.value})` : 'never';
        return [
          `  ${key}: transition ${index} came ${when}, not from ${from.toFixed(1)} to ${to.toFixed(1)} s`,
        ];
      }),
    );
  });

/** States that follow each other so fast in a crash loop that chance says which of them is seen. */
const LOOP = /^(running$|terminated |waiting CrashLoopBackOff$)/;

function containerDifferences(title: string, wanted: Expect, pod: Pod, name: string): string[] {
  const status = statusesOf(pod).find((one) => one.name === name);
  if (!status) return [`  ${title}: there is no status`];
  const crashes = Number(wanted.restartCount ?? 0) >= 2;
  return Object.entries(wanted).flatMap(([field, value]) => {
    const actual = containerField(field, status);
    if (crashes && field === 'restartCount' && Math.abs(Number(value) - Number(actual)) <= 1) {
      return [];
    }
    const loops = crashes && field === 'state' && LOOP.test(String(value));
    if (loops && LOOP.test(String(actual))) return [];
    return unequal(`${title}.${field}`, value, actual);
  });
}

function containerField(field: string, status: ContainerStatus): unknown {
  switch (field) {
    case 'state':
      return stateWords(status.state);
    case 'last':
      return stateWords(status.lastState);
    case 'ready':
      return status.ready;
    case 'started':
      return status.started === true;
    case 'restartCount':
      return status.restartCount;
    default:
      throw new Error(`unknown field ${field} of a container`);
  }
}

function conditionWords({ status, reason, message }: PodCondition): string {
  return normalise([status, reason, message].filter((word) => word).join(' '));
}

function podDifferences(
  name: string,
  wanted: Expect,
  { versions, goneAt }: PodHistory,
  end: number,
): string[] {
  const pod = versions.filter(({ at }) => at <= end).at(-1)?.value;
  if (!pod) return [`  ${name}: nobody has seen it`];
  const conditions = pod.status?.conditions ?? [];
  return Object.entries(wanted).flatMap(([field, value]) => {
    switch (field) {
      case 'gone':
        return unequal(`${name}.gone`, value, goneAt !== undefined && goneAt <= end);
      case 'phase':
        return unequal(`${name}.phase`, value, pod.status?.phase);
      case 'reason':
      case 'message':
        return unequal(`${name}.${field}`, value, pod.status?.[field]);
      case 'conditions':
        return entriesOf(value).flatMap(([type, words]) => {
          const condition = conditions.find((one) => one.type === type);
          const actual = condition && conditionWords(condition);
          return unequal(`${name} ${type}`, words, actual);
        });
      case 'containers':
        return entriesOf(value).flatMap(([container, fields]) =>
          containerDifferences(`${name}/${container}`, fields as Expect, pod, container),
        );
      default:
        throw new Error(`unknown field ${field} of a pod`);
    }
  });
}

const final: Part = (expected, recording) =>
  entriesOf(expected).flatMap(([name, wanted]) => {
    const pods = podsNamed(name, recording);
    if (pods.length === 0) return [`  ${name}: there is no such pod`];
    // A pod that was replaced under its own name is judged by its last life.
    const judged = name.includes('XXXXX') ? pods : pods.slice(-1);
    return judged.flatMap((pod) => podDifferences(name, wanted as Expect, pod, recording.seconds));
  });

const events: Part = (expected, recording, expect) => {
  const wanted = new Set(listOf<EventRow>(expected).map(eventKey));
  const allowed = new Set(listOf<EventRow>(expect.maybeEvents ?? []).map(eventKey));
  const happened = recording.observer.events.filter(({ at }) => at <= recording.seconds);
  const actual = new Set(happened.map(({ value }) => eventKey(value)));
  return [
    ...[...wanted].filter((key) => !actual.has(key)).map((key) => `  missing   ${key}`),
    ...[...actual]
      .filter((key) => !wanted.has(key) && !allowed.has(key))
      .map((key) => `  too many  ${key}`),
  ];
};

const PREVIOUS = ' (previous)';

const logs: Part = (expected, recording) =>
  entriesOf(expected).flatMap(([key, wanted]) => {
    const previous = key.endsWith(PREVIOUS);
    const [name, container] = containerKey(previous ? key.slice(0, -PREVIOUS.length) : key);
    const pods = podsNamed(name, recording);
    if (pods.length === 0) return [`  ${name}: there is no such pod`];
    return pods.flatMap((pod) => {
      const which = previous ? ' --previous' : '';
      const line = `kubectl logs ${pod.name} -c ${container}${which}`;
      const { stdout, stderr } = recording.simulator.sh(line);
      const actual = normalise(stdout) || normalise(stderr);
      return textDifference(key, String(wanted), actual) ?? [];
    });
  });

interface StepRow {
  readonly stdout?: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly stdoutVaries?: boolean;
  readonly kubectl?: string;
}

function stepDifferences(index: number, row: StepRow, answer: StepAnswer | undefined): string[] {
  const title = `step ${index} (${row.kubectl ?? 'apply'})`;
  if (!answer) return [`  ${title} was not done`];
  const differences = [
    row.stdoutVaries === true
      ? undefined
      : textDifference(
          `${title} stdout`,
          normaliseOutput(row.stdout ?? ''),
          normaliseOutput(answer.stdout),
        ),
    textDifference(`${title} stderr`, normalise(row.stderr), normalise(answer.stderr)),
  ];
  return [
    ...differences.flatMap((difference) => difference ?? []),
    ...unequal(`${title} exit code`, row.exitCode, answer.exitCode),
  ];
}

const steps: Part = (expected, { steps: answers }) => {
  const rows = listOf<StepRow>(expected);
  return [
    ...rows.flatMap((row, index) => stepDifferences(index, row, answers[index])),
    ...unequal('number of steps', rows.length, answers.length),
  ];
};

const eventsLog: Part = (expected, { log }) =>
  entriesOf(expected).flatMap(([name, wanted]) =>
    unequal(
      name,
      wanted,
      log.map(({ value }) => value),
    ),
  );

const actions: Part = (expected, recording) => {
  const wanted = listOf<object>(expected).map((row) => JSON.parse(JSON.stringify(row)) as unknown);
  const actual = recording.actions.map((row) => JSON.parse(JSON.stringify(row)) as unknown);
  return unequal('actions', wanted, actual);
};

/** How each part of an expectation is compared, by its key. */
export const PARTS: Readonly<Record<string, Part>> = {
  phases,
  transitions,
  times,
  final,
  events,
  logs,
  steps,
  eventsLog,
  actions,
};

/** Keys of an expectation that are no parts of their own. */
export const NO_PARTS: ReadonlySet<string> = new Set(['maybeEvents', 'actionTimes']);
