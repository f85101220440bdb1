import type { Simulator } from '../lab/simulator-api';

export type TraceRecord = Simulator['trace'][number];

export type LaneState = 'absent' | 'waiting' | 'pulling' | 'running' | 'ready' | 'back-off';

/** What one container did over time, from its trace records. */
export interface Lane {
  /** In order, without gaps, from 0 on; the last one lasts to the end of what is drawn. */
  readonly spans: readonly { readonly fromMs: number; readonly state: LaneState }[];
  readonly exits: readonly { readonly atMs: number; readonly exitCode: number }[];
}

/** State that a record puts its container in; undefined where it changes nothing. */
function stateAfter({ type }: TraceRecord, before: LaneState): LaneState | undefined {
  switch (type) {
    case 'image.pulling':
      return 'pulling';
    case 'image.pulled':
    case 'image.failed':
      return 'waiting';
    case 'container.started':
      return 'running';
    case 'container.ready':
      return before === 'running' ? 'ready' : undefined;
    case 'container.unready':
      return before === 'ready' ? 'running' : undefined;
    case 'container.exited':
      return 'absent';
    case 'container.backoff':
      return before === 'running' || before === 'ready' ? undefined : 'back-off';
    default:
      return undefined;
  }
}

/** The lane of one container; `pod` is `namespace/name`. */
export function laneOf(trace: readonly TraceRecord[], pod: string, container: string): Lane {
  const spans: { fromMs: number; state: LaneState }[] = [{ fromMs: 0, state: 'absent' }];
  const exits: { atMs: number; exitCode: number }[] = [];
  const enter = (fromMs: number, state: LaneState) => {
    if (spans.at(-1)?.state !== state) spans.push({ fromMs, state });
  };
  for (const record of trace) {
    if (record.pod !== pod) continue;
    const state = spans.at(-1)?.state ?? 'absent';
    if (record.type === 'pod.deleted') enter(record.t, 'absent');
    // The first that is heard of a pod: its containers wait from here on.
    else if (spans.length === 1) enter(record.t, 'waiting');
    if (record.container !== container) continue;
    const after = stateAfter(record, state);
    if (after !== undefined) enter(record.t, after);
    if (record.type === 'container.exited') {
      exits.push({ atMs: record.t, exitCode: Number(record.exitCode) });
    }
  }
  return { spans, exits };
}

/** Containers of a pod in the order in which the trace first names them. */
export function containersIn(trace: readonly TraceRecord[], pod: string): string[] {
  const names = new Set<string>();
  for (const record of trace) {
    if (record.pod === pod && record.container !== undefined) names.add(record.container);
  }
  return [...names];
}

/** Pods in the order in which the trace first names them. */
export function podsIn(trace: readonly TraceRecord[]): string[] {
  return [...new Set(trace.flatMap(({ pod }) => pod ?? []))];
}
