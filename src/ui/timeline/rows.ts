import type { Lane, LaneKind, Mark, Segment } from './lane';

/** A lane with its place in the drawing, in CSS pixels from the top of the first row. */
export interface Row {
  readonly lane: Lane;
  readonly role: string;
  readonly top: number;
  readonly height: number;
}

const HEIGHT: Readonly<Record<LaneKind, number>> = {
  cluster: 30,
  pod: 30,
  container: 30,
  network: 22,
  volume: 22,
};

export function layOut(lanes: readonly Lane[], role: (lane: Lane) => string): readonly Row[] {
  let top = 0;
  return lanes.map((lane) => {
    const row = { lane, role: role(lane), top, height: HEIGHT[lane.kind] };
    top += row.height;
    return row;
  });
}

export interface Hit {
  readonly row: Row;
  readonly segment: Segment | undefined;
  readonly mark: Mark | undefined;
}

/** What is at the instant `t` in the row at `y`; marks up to `reach` ms away count. */
export function hit(
  rows: readonly Row[],
  y: number,
  t: number,
  reach: number,
  horizon: number,
): Hit | undefined {
  const row = rows.find((one) => y >= one.top && y < one.top + one.height);
  if (!row) return undefined;
  return { row, segment: segmentAt(row.lane, t, horizon), mark: nearestMark(row.lane, t, reach) };
}

export function segmentAt(lane: Lane, t: number, horizon: number): Segment | undefined {
  return lane.segments.findLast(
    ({ from, to, dueAt }) => from <= t && t < (to ?? Math.max(horizon + 1, dueAt ?? 0)),
  );
}

function nearestMark(lane: Lane, t: number, reach: number): Mark | undefined {
  let best: Mark | undefined;
  for (let i = firstFrom(lane.marks, t - reach); i < lane.marks.length; i++) {
    const mark = lane.marks[i];
    if (!mark || mark.t > t + reach) break;
    if (!best || Math.abs(mark.t - t) < Math.abs(best.t - t)) best = mark;
  }
  return best;
}

/** The first index of a list ordered by time at or after `t`. */
export function firstFrom(items: readonly { readonly t: number }[], t: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.t ?? 0) < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The states of a pod's containers at one instant in words, for somebody who cannot see its lanes. */
export function stateInWords(
  rows: readonly Row[],
  pod: string | undefined,
  t: number,
  horizon: number,
): string {
  return rows
    .filter(({ lane }) => lane.kind === 'container' && lane.pod === pod)
    .flatMap(({ lane }) => {
      const segment = segmentAt(lane, t, horizon);
      return segment ? [`${lane.title} ${segment.label}`] : [];
    })
    .join(', ');
}
