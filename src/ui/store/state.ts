import type { Lesson } from '../../lessons/lesson';
import type {
  ApiObject,
  Busy,
  DroppedBranch,
  DryRunVerdict,
  OpenEdit,
  PodPicture,
  Run,
} from '../session/messages';
import type { TraceIndex } from './trace-index';

export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export type OutputTab = 'logs' | 'terminal' | 'events' | 'describe' | 'status' | 'statechart';
/** Panes that become tabs in a narrow window. */
export type NarrowTab = 'lesson' | 'editor' | 'pod' | 'timeline' | 'output';
export type DialogName =
  | 'shortcuts'
  | 'share'
  | 'work'
  | 'fault'
  | 'what if'
  | 'fidelity'
  | 'limits';

/** Which fault's dialog is open, and what it is about. */
export interface FaultRequest {
  readonly form: FaultFormName;
  /** `namespace/name`. */
  readonly pod?: string;
  readonly container?: string;
}

export type FaultFormName =
  | 'signal'
  | 'exit'
  | 'slow start'
  | 'leak memory'
  | 'fill volume'
  | 'remove containers'
  | 'fail image'
  | 'slow image'
  | 'failing name'
  | 'unreachable host'
  | 'stop backend'
  | 'collector outage';

export interface WorkFile {
  readonly path: string;
  readonly text: string;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'good' | 'bad';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface LessonProgress {
  readonly step: number;
  /** Chosen options of predictions, by their id. */
  readonly answers: Readonly<Record<string, number>>;
  readonly solved: boolean;
}

/** What the worker says is true now; see `Snapshot`. */
export interface LabState {
  readonly t: number;
  readonly horizon: number;
  readonly playing: boolean;
  readonly reached: number | undefined;
  readonly busy: Busy | undefined;
  readonly dropped: DroppedBranch | undefined;
  readonly failure: string | undefined;
  readonly index: TraceIndex;
  /** Grows whenever `index` has changed. */
  readonly traceVersion: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly ip: string;
    readonly ready: boolean;
  }[];
  readonly pods: readonly PodPicture[];
  /** `namespace/name` of the pod that is shown while none is chosen. */
  readonly unchosenPod: string | undefined;
  readonly objects: ReadonlyMap<string, ApiObject>;
  readonly terminal: { readonly generation: number; readonly text: string };
  readonly run: Run | undefined;
  /** The file that the terminal's `vi` waits for. */
  readonly openEdit: OpenEdit | undefined;
  /** Where the playhead is being dragged to, before the lab has followed. */
  readonly scrub: { readonly t: number; readonly seek: number } | undefined;
}

export interface WorkState {
  readonly files: readonly WorkFile[];
  readonly activePath: string;
  /** The API server's opinion about the active file. */
  readonly verdict: Verdict;
  readonly applied: { readonly ok: boolean; readonly text: string } | undefined;
  /** The example or lesson that the files came from. */
  readonly origin: string | undefined;
}

export type Verdict =
  | { readonly state: 'unknown' | 'checking' | 'too large' | 'not a manifest' }
  | { readonly state: 'known'; readonly path: string; readonly verdict: DryRunVerdict };

export interface ViewState {
  /**
   * Virtual seconds per real one, as asked for. The page's own: a snapshot that is on its way must not undo
   * a click.
   */
  readonly speed: number;
  readonly theme: Theme;
  readonly outputTab: OutputTab;
  readonly narrowTab: NarrowTab;
  readonly lessonPaneOpen: boolean;
  /** Percentages by panel group. */
  readonly layouts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** `namespace/name`. */
  readonly selectedPod: string | undefined;
  /** What the picture explains: `pod`, `container NAME` or `condition TYPE`; undefined: the most urgent. */
  readonly subject: string | undefined;
  readonly dialog: DialogName | undefined;
  readonly faultRequest: FaultRequest | undefined;
  /** What the open page of facts is to show first, by its id. */
  readonly pageSection: string | undefined;
  readonly notices: readonly Notice[];
  /** Text that the terminal is to type for the person. */
  readonly pendingCommand: string | undefined;
}

/** Whether there is a worker that answers. */
export interface FlowStatus {
  readonly flow: 'starting' | 'ready' | 'stalled' | 'broken';
  readonly flowReason: string;
}

export interface LessonState {
  /** All lessons, once they have been read. */
  readonly lessons: readonly Lesson[];
  readonly lessonId: string | undefined;
  readonly progress: Readonly<Record<string, LessonProgress>>;
}

export type PageState = LabState & WorkState & ViewState & LessonState & FlowStatus;
