import type { Pod } from '../../../../src/api/types.ts';
import { isRecord } from '../../table.ts';

/** A scenario of lifecycle.json, as far as a run needs it. */
export interface Scenario {
  readonly name: string;
  readonly pod: Pod;
  /** Names of further copies of the pod. */
  readonly extraPods?: readonly string[];
  readonly actions: readonly Action[];
  readonly until?: Condition;
  readonly timeoutSeconds: number;
  readonly expect: readonly Readonly<Record<string, unknown>>[];
}

export interface Action {
  readonly at: string;
  readonly do: string;
  readonly when: Condition;
  readonly [field: string]: unknown;
}

/** What must hold, all keys at once; the values are those of conformance/README.md. */
export type Condition = Readonly<Record<string, unknown>>;

const FIELDS = new Set(
  'name category upstream upstreamIts requires pod extraPods behavior actions until timeoutSeconds expect notes'.split(
    ' ',
  ),
);

/** Reads a scenario; throws when it says something that nobody here looks at. */
export function readScenario(value: unknown): Scenario {
  if (!isRecord(value) || !isRecord(value.pod)) throw new Error('there is no such scenario');
  const unknown = Object.keys(value).filter((key) => !FIELDS.has(key));
  if (unknown.length > 0) throw new Error(`unknown field ${unknown.join(', ')}`);
  return {
    name: String(value.name),
    pod: value.pod as unknown as Pod,
    ...(Array.isArray(value.extraPods) ? { extraPods: value.extraPods.map(String) } : {}),
    actions: (value.actions ?? []) as readonly Action[],
    ...(isRecord(value.until) ? { until: value.until } : {}),
    timeoutSeconds: Number(value.timeoutSeconds),
    expect: (value.expect ?? []) as Scenario['expect'],
  };
}

/** The scenario's pods: the first under its own name, the copies under theirs. */
export function podsOf({ pod, extraPods = [] }: Scenario): Pod[] {
  const copies = extraPods.map((name) => ({ ...pod, metadata: { ...pod.metadata, name } }));
  return [pod, ...copies];
}

export function entriesOf<T>(value: unknown): [string, T][] {
  if (!isRecord(value)) throw new Error(`a map was expected, not ${JSON.stringify(value)}`);
  return Object.entries(value) as [string, T][];
}

/** One name or several. */
export function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
