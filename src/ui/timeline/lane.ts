/**
 * What a lane is about. A pod has one lane for its phase, then one per container, volume and localhost; the
 * cluster has one as soon as something in it was broken.
 */
export type LaneKind = 'cluster' | 'pod' | 'container' | 'volume' | 'network';

/** How a stretch of time is drawn; the label says the same in words. */
export type SegmentKind =
  | 'pending'
  | 'pulling'
  | 'created'
  | 'running'
  | 'completed'
  | 'failed'
  | 'rest'
  | 'rest-failed'
  | 'backoff'
  | 'phase-running'
  | 'phase-succeeded'
  | 'phase-failed'
  | 'deleting'
  | 'trouble';

export interface Segment {
  readonly from: number;
  /** Virtual ms; undefined while it lasts. */
  to: number | undefined;
  kind: SegmentKind;
  label: string;
  /** Virtual ms at which a back-off is due to end; the restart itself may come later. */
  readonly dueAt?: number;
  readonly attempt?: number;
  readonly exitCode?: number;
}

export type MarkKind =
  | 'log'
  | 'probe-success'
  | 'probe-failure'
  | 'ready'
  | 'unready'
  | 'write'
  | 'request'
  | 'refused'
  | 'warning'
  | 'fault'
  | 'sandbox';

export interface Mark {
  readonly t: number;
  readonly kind: MarkKind;
  readonly label: string;
}

export interface Lane {
  /** `cluster`, `namespace/pod`, `namespace/pod container`, `namespace/pod ▤volume`. */
  readonly id: string;
  /** Empty for the cluster. */
  readonly pod: string;
  readonly kind: LaneKind;
  readonly title: string;
  readonly segments: Segment[];
  readonly marks: Mark[];
}
