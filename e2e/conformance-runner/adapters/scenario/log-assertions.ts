import type { Seen } from '../recorded/observer.ts';
import { entriesOf, namesOf } from './scenario.ts';

/** An assertion about the lines of events.log: whether it holds. */
export type LogTest = (expected: unknown, log: readonly Seen<string>[], more: Modifiers) => boolean;
export type Modifiers = Readonly<Record<string, unknown>>;

type Log = readonly Seen<string>[];

/** Index of the n-th such line at or behind `from`; -1 when there is none. */
function indexOf(log: Log, line: string, from = 0, n = 1): number {
  let left = n;
  for (let index = from; index < log.length; index++) {
    if (log[index]?.value === line && --left === 0) return index;
  }
  return -1;
}

function count(log: Log, line: string): number {
  return log.filter(({ value }) => value === line).length;
}

/** Whether behind the first `a` there is a `b`. */
function followed(log: Log, a: string, b: string): boolean {
  const first = indexOf(log, a);
  return first >= 0 && indexOf(log, b, first + 1) >= 0;
}

/** Whether `right` started while the first instance of `left` ran. */
function startsWithin(log: Log, left: string, right: string): boolean {
  const started = indexOf(log, `${left} Started`);
  if (started < 0) return false;
  const exited = indexOf(log, `${left} Exiting`, started + 1);
  const other = indexOf(log, `${right} Started`, started + 1);
  return other >= 0 && (exited < 0 || other < exited);
}

function pairOf(value: unknown): [string, string] {
  const [a = '', b = ''] = namesOf(value);
  return [a, b];
}

/** When each line came (the first or the last of its kind), ms; undefined where one is missing. */
function timesOf(
  log: Log,
  lines: readonly string[],
  which: 'first' | 'last',
): number[] | undefined {
  const times = lines.map((line) => {
    const found = log.filter(({ value }) => value === line);
    return (which === 'first' ? found[0] : found.at(-1))?.at;
  });
  return times.every((time) => time !== undefined)
    ? times.map((time) => (time ?? 0) * 1000)
    : undefined;
}

function allWithin(times: readonly number[] | undefined, toleranceMs: unknown): boolean {
  return times !== undefined && Math.max(...times) - Math.min(...times) <= Number(toleranceMs);
}

export const LOG_TESTS: Readonly<Record<string, LogTest>> = {
  startsBefore: (pair, log) => {
    const [a, b] = pairOf(pair);
    return followed(log, `${a} Started`, `${b} Starting`);
  },
  exitsBefore: (pair, log) => {
    const [a, b] = pairOf(pair);
    return followed(log, `${a} Exiting`, `${b} Exiting`);
  },
  nthStartBefore: (pair, log, { n }) => {
    const [a, b] = pairOf(pair);
    const started = indexOf(log, `${a} Started`, 0, Number(n));
    return started >= 0 && indexOf(log, `${b} Starting`, 0, Number(n)) > started;
  },
  runTogetherFirst: (pair, log) => startsWithin(log, ...pairOf(pair)),
  runTogether: (pair, log) => {
    const [a, b] = pairOf(pair);
    return startsWithin(log, a, b) || startsWithin(log, b, a);
  },
  starts: (name, log) => indexOf(log, `${name} Started`) >= 0,
  doesNotStart: (name, log) => indexOf(log, `${name} Started`) < 0,
  exits: (name, log) => indexOf(log, `${name} Exiting`) >= 0,
  restarts: (name, log, { atLeast }) => count(log, `${name} Starting`) > Number(atLeast),
  doesNotRestart: (name, log) => count(log, `${name} Started`) === 1,
  startWithinMs: (names, log, { toleranceMs }) => {
    const lines = namesOf(names).map((name) => `${name} Starting`);
    return allWithin(timesOf(log, lines, 'first'), toleranceMs);
  },
  lastLoopWithinMs: (names, log, { toleranceMs }) => {
    const lines = namesOf(names).map((name) => `${name} Looping`);
    return allWithin(timesOf(log, lines, 'last'), toleranceMs);
  },
  lifetimeMs: (lifetimes, log, { toleranceMs }) =>
    entriesOf<number>(lifetimes).every(([name, ms]) => {
      const lines = log.filter(({ value }) => value.startsWith(`${name} `));
      const lived = ((lines.at(-1)?.at ?? 0) - (lines[0]?.at ?? 0)) * 1000;
      return lines.length > 0 && Math.abs(lived - ms) <= Number(toleranceMs);
    }),
};
