import { ageSince } from '../../api/duration';
import type { Event, KubeObject } from '../../api/types';
import type { Invocation } from '../command';
import { goSort } from '../print/go-sort';
import type { Describing } from './describer';
import type { DescriptionWriter } from './writer';

/** The events about an object, in the order in which the server lists them. */
export function eventsOf({ client }: Invocation, object: KubeObject): Event[] {
  const { name = '', namespace, uid = '' } = object.metadata;
  // Nodes' events lie in the namespace default.
  const { items } = client.list('events', namespace === undefined ? {} : { namespace });
  return (items as Event[]).filter(({ involvedObject }) => {
    if (involvedObject.name !== name || involvedObject.kind !== object.kind) return false;
    return object.kind === 'Node' || !involvedObject.uid || involvedObject.uid === uid;
  });
}

function lastTime(event: Event): number {
  return event.lastTimestamp ? Date.parse(event.lastTimestamp) : Number.NEGATIVE_INFINITY;
}

/** Models DescribeEvents of pkg/describe/describe.go. */
export function describeEvents(
  writer: DescriptionWriter,
  events: readonly Event[],
  nowMs: number,
): void {
  if (events.length === 0) {
    writer.line(0, 'Events:\t<none>');
    return;
  }
  writer.line(0, 'Events:');
  writer.line(1, 'Type\tReason\tAge\tFrom\tMessage');
  writer.line(1, '----\t------\t----\t----\t-------');
  for (const event of goSort(events, (a, b) => lastTime(a) < lastTime(b))) {
    const from = event.source?.component || event.reportingComponent || '';
    const path = event.involvedObject.fieldPath;
    const place = path ? `${path}: ` : '';
    const message = `${place}${(event.message ?? '').trim()}`;
    writer.line(
      1,
      `${event.type ?? ''}\t${event.reason ?? ''}\t${interval(event, nowMs)}\t${from}\t${message}`,
    );
  }
}

/** `10s`, or `9s (x3 over 30s)` for what happened several times. */
export function interval(event: Event, nowMs: number): string {
  const first = ageSince(event.eventTime ?? event.firstTimestamp, nowMs);
  const { series } = event;
  if (series) {
    return `${ageSince(series.lastObservedTime, nowMs)} (x${series.count} over ${first})`;
  }
  if ((event.count ?? 0) > 1) {
    return `${ageSince(event.lastTimestamp, nowMs)} (x${event.count} over ${first})`;
  }
  return first;
}

/** The end of every description: its events, where they are asked for. */
export function finish(
  writer: DescriptionWriter,
  { events, nowMs }: Describing,
): DescriptionWriter {
  if (events) describeEvents(writer, events, nowMs);
  return writer;
}
