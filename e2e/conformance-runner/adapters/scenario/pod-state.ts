import type { ContainerStatus, Pod } from '../../../../src/api/types.ts';
import { isRecord } from '../../table.ts';
import { statusesOf } from '../recorded/observer.ts';
import { entriesOf, namesOf } from './scenario.ts';

type Test = (expected: unknown, pod: Pod) => boolean;

function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  return statusesOf(pod).find(({ name }) => name === container);
}

/** A test of one thing per container: name → what must hold. */
function perContainer<T>(holds: (status: ContainerStatus, expected: T) => boolean): Test {
  return (expected, pod) =>
    entriesOf<T>(expected).every(([name, value]) => {
      const status = statusOf(pod, name);
      return status !== undefined && holds(status, value);
    });
}

const TERMINAL = ['Succeeded', 'Failed'];

function conditionOf(pod: Pod, type: string) {
  return pod.status?.conditions?.find((one) => one.type === type);
}

/** The state's own end, or the one before this instance. */
function endOf({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? lastState?.terminated;
}

function sameImage(actual: string | undefined, expected: string): boolean {
  return actual === expected || actual === `docker.io/library/${expected}`;
}

function fieldAt(pod: Pod, path: string): unknown {
  return path
    .replace(/^\./, '')
    .split('.')
    .reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), pod);
}

/** What can be asked of one version of a pod, by the assertion's or condition's key. */
export const STATE_TESTS: Readonly<Record<string, Test>> = {
  phase: (expected, pod) => pod.status?.phase === expected,
  phaseNot: (expected, pod) => pod.status?.phase !== expected,
  phaseIn: (expected, pod) => namesOf(expected).includes(pod.status?.phase ?? ''),
  podReason: (expected, pod) => (pod.status?.reason ?? '') === expected,
  podTerminal: (expected, pod) => TERMINAL.includes(pod.status?.phase ?? '') === expected,
  running: (expected, pod) =>
    namesOf(expected).every((name) => statusOf(pod, name)?.state?.running !== undefined),
  lastStateTerminated: (expected, pod) =>
    namesOf(expected).every((name) => statusOf(pod, name)?.lastState?.terminated !== undefined),
  state: perContainer<string>(
    (status, expected) => isRecord(status.state) && expected in status.state,
  ),
  ready: perContainer<boolean>((status, expected) => status.ready === expected),
  started: perContainer<boolean>((status, expected) => (status.started === true) === expected),
  restartCount: perContainer<number>((status, expected) => status.restartCount === expected),
  restartCountAtLeast: perContainer<number>((status, least) => (status.restartCount ?? 0) >= least),
  exitCode: perContainer<number>((status, expected) => endOf(status)?.exitCode === expected),
  terminatedReason: perContainer<string>((status, expected) => endOf(status)?.reason === expected),
  waitingReason: perContainer<string>(
    (status, expected) => status.state?.waiting?.reason === expected,
  ),
  terminationMessage: perContainer<string>(
    (status, expected) => (endOf(status)?.message ?? '') === expected,
  ),
  image: perContainer<string>((status, expected) => sameImage(status.image, expected)),
  condition: (expected, pod) =>
    entriesOf<string>(expected).every(
      ([type, status]) => conditionOf(pod, type)?.status === status,
    ),
  conditionDetail: (expected, pod) => {
    const { type, ...wanted } = Object.fromEntries(entriesOf<string>(expected));
    const condition: unknown = conditionOf(pod, type ?? '');
    return Object.entries(wanted).every(
      ([key, value]) => isRecord(condition) && (condition[key] ?? '') === value,
    );
  },
  initContainerStatus: perContainer<{ ready: boolean; terminatedExitCode: number }>(
    (status, expected) =>
      status.ready === expected.ready &&
      status.state?.terminated?.exitCode === expected.terminatedExitCode,
  ),
  qosClass: (expected, pod) => pod.status?.qosClass === expected,
  labels: (expected, pod) =>
    entriesOf<string>(expected).every(([name, value]) => pod.metadata?.labels?.[name] === value),
  field: (expected, pod) =>
    entriesOf<unknown>(expected).every(
      ([path, value]) => JSON.stringify(fieldAt(pod, path)) === JSON.stringify(value),
    ),
  deletionTimestampSet: (expected, pod) =>
    (pod.metadata?.deletionTimestamp !== undefined) === expected,
  deletionGracePeriodSeconds: (expected, pod) =>
    pod.metadata?.deletionGracePeriodSeconds === expected,
};

/** Whether every key of `tests` holds in this version; throws for a key that is no state's. */
export function stateHolds(tests: Readonly<Record<string, unknown>>, pod: Pod): boolean {
  return Object.entries(tests).every(([key, expected]) => {
    const test = Object.hasOwn(STATE_TESTS, key) ? STATE_TESTS[key] : undefined;
    if (!test) throw new Error(`unknown condition ${key}`);
    return test(expected, pod);
  });
}
