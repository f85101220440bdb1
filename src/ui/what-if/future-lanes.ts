import type { TraceRecord } from '../session/messages';
import type { Segment, SegmentKind } from '../timeline/lane';
import { LaneBuilder } from '../timeline/lane-builder';

/** A stretch of a small lane, in percent of the time that is shown. */
export interface Stretch {
  readonly left: number;
  readonly width: number;
  readonly kind: SegmentKind;
  readonly label: string;
}

/** The stretches of one container between two instants. */
export function stretchesOf(
  records: readonly TraceRecord[],
  container: string,
  from: number,
  to: number,
): readonly Stretch[] {
  const builder = new LaneBuilder();
  for (const record of records) if (record.t <= to) builder.push(record);
  const percent = (t: number) => ((Math.min(to, Math.max(from, t)) - from) / (to - from)) * 100;
  return [...builder.lanes.values()]
    .filter(({ kind, title }) => kind === 'container' && title === container)
    .flatMap(({ segments }) => segments)
    .filter((segment) => segment.from < to && (segment.to ?? to) > from)
    .map((segment) => ({
      left: percent(segment.from),
      width: percent(segment.to ?? to) - percent(segment.from),
      kind: segment.kind,
      label: segment.label,
    }));
}

/** A lane in words. */
export function stretchesInWords(stretches: readonly Stretch[]): string {
  return stretches.map(({ label }: Pick<Segment, 'label'>) => label).join(', then ');
}
