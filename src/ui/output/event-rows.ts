import type { ApiObject } from '../session/messages';

/** A row of `kubectl get events`. */
export interface EventRow {
  readonly key: string;
  /** Unix ms. */
  readonly lastSeen: number;
  readonly firstSeen: number;
  readonly count: number;
  readonly type: string;
  readonly reason: string;
  /** `pod/web`. */
  readonly object: string;
  readonly message: string;
  readonly namespace: string;
  /** Grows with each write to the API server. */
  readonly version: number;
}

/** Most timestamps are cut to whole seconds; the finer ones must not change the order. */
function second(row: EventRow): number {
  return Math.floor(row.lastSeen / 1000);
}

interface EventFields {
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly count?: unknown;
  readonly firstTimestamp?: unknown;
  readonly lastTimestamp?: unknown;
  readonly eventTime?: unknown;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly series?: { readonly count?: unknown; readonly lastObservedTime?: unknown };
}

function unixMs(...candidates: readonly unknown[]): number {
  for (const value of candidates) {
    if (typeof value === 'string') return Date.parse(value);
  }
  return 0;
}

/** An object never changes, another takes its place: its row is made once, and drawn once. */
const rowsByObject = new WeakMap<ApiObject, EventRow>();

function rowOf(object: ApiObject): EventRow {
  const known = rowsByObject.get(object);
  if (known) return known;
  const row = makeRow(object);
  rowsByObject.set(object, row);
  return row;
}

/** The API's Event objects as rows, oldest first by when they were last seen. */
export function eventRows(objects: Iterable<ApiObject>): readonly EventRow[] {
  const rows: EventRow[] = [];
  for (const object of objects) if (object.kind === 'Event') rows.push(rowOf(object));
  return rows.sort((a, b) => second(a) - second(b) || a.version - b.version);
}

function makeRow(object: ApiObject): EventRow {
  const event = object as ApiObject & EventFields;
  const { metadata, involvedObject, series } = event;
  const created = metadata.creationTimestamp;
  return {
    key: metadata.uid ?? `${metadata.namespace}/${metadata.name}`,
    lastSeen: unixMs(series?.lastObservedTime, event.lastTimestamp, event.eventTime, created),
    firstSeen: unixMs(event.firstTimestamp, event.eventTime, created),
    count: Number(series?.count ?? event.count ?? 1),
    type: String(event.type ?? ''),
    reason: String(event.reason ?? ''),
    object: `${(involvedObject?.kind ?? '').toLowerCase()}/${involvedObject?.name ?? ''}`,
    message: String(event.message ?? ''),
    namespace: metadata.namespace ?? '',
    version: Number(metadata.resourceVersion ?? 0),
  };
}
