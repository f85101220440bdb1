import type { Picture, PodPicture } from '../../lab/picture';
import type { ApplyResult, Fault, Run } from '../../lab/run';
import type { DryRunVerdict, OpenEdit, Simulator } from '../../lab/simulator-api';
import type { DrawnChart } from '../statechart/chart';

export type TraceRecord = Simulator['trace'][number];

/** An API object as the page reads it; only what every kind has is spelled out. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: unknown;
  };
}

/** Work that takes more than a frame: the page shows how far it is and can cancel it. */
export interface Busy {
  readonly what: 'replaying' | 'seeking next event';
  /** Virtual ms. */
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/** An undo of the last branching: inputs that were dropped when something was done in the past. */
export interface DroppedBranch {
  readonly inputs: number;
  /** Virtual ms up to which the dropped history had been seen. */
  readonly horizon: number;
}

/**
 * What the worker tells the page, at most once a frame. Everything but the clock is an increment: a field
 * that is absent has not changed since the last snapshot.
 */
export interface Snapshot {
  /** Virtual ms. */
  readonly t: number;
  /** The farthest instant of this history that has been seen; records up to it are known. */
  readonly horizon: number;
  readonly playing: boolean;
  /** The speed reached, when the machine cannot keep the one that was asked for. */
  readonly reached: number | undefined;
  readonly busy: Busy | undefined;
  readonly dropped: DroppedBranch | undefined;
  /** Why the lab stands still for good; undefined as long as all is well. */
  readonly failure: string | undefined;
  /** How many calls of `seek` have been taken up. */
  readonly seeks: number;
  /** Another lab was opened: nothing that was told before is true any more. */
  readonly reset?: true;
  /** How many of the page's records stay true; the rest belonged to a history that was left. */
  readonly keep?: number;
  readonly records?: readonly TraceRecord[];
  readonly nodes?: Picture['nodes'];
  /** All pods in order, by uid; those that changed in full. */
  readonly pods?: { readonly order: readonly string[]; readonly changed: readonly PodPicture[] };
  readonly objects?: {
    readonly changed: readonly ApiObject[];
    /** Keys as `objectKey` makes them. */
    readonly removed: readonly string[];
  };
  /** What the terminal shows: the text that came, or all of it after a rewind. */
  readonly terminal?: { readonly reset: boolean; readonly text: string };
  readonly run?: Run;
  /** The file that the terminal's `vi` waits for now, if that has changed. */
  readonly edit?: { readonly open: OpenEdit | undefined };
  /** Files of the workstation's home folder that a program has changed. */
  readonly files?: readonly LabFile[];
}

export type ApplyOutcome =
  | { readonly ok: true; readonly results: readonly ApplyResult[] }
  /** kubectl's words. */
  | { readonly ok: false; readonly message: string };

/** What refused a fault, if it cannot be carried out. */
export type FaultOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface LabFile {
  readonly path: string;
  readonly text: string;
}

export interface OpenRequest {
  readonly run: Run;
  /** Virtual ms at which the playhead is to stand. */
  readonly at: number;
  readonly horizon: number;
  readonly playing: boolean;
  readonly speed: number;
}

/** What the page can ask of the worker. Over comlink every call becomes a promise. */
export interface LabCommands {
  /** Does nothing: its answer shows that the worker is alive. */
  ping(): void;
  /** Snapshots go to `receive`; the next one is sent only after its promise settles. */
  connect(receive: (snapshot: Snapshot) => Promise<void> | void): void;
  open(request: OpenRequest): void;
  play(): void;
  pause(): void;
  setSpeed(speed: number): void;
  /** False while nobody can see the page: the virtual clock rests. */
  setVisible(visible: boolean): void;
  /** Moves the playhead; backwards by replay. */
  seek(t: number): void;
  stepToNextEvent(): void;
  cancel(): void;
  undoBranch(): void;
  apply(manifests: string, files: readonly LabFile[]): ApplyOutcome;
  /** A command on the workstation, as an input of the run. */
  command(script: string, files: readonly LabFile[]): CommandOutcome;
  inject(fault: Fault): FaultOutcome;
  typeInTerminal(text: string, files: readonly LabFile[]): void;
  /** Ends the edit that `vi` waits for; without a text the file stays as it is. */
  finishEdit(id: number, text?: string): void;
  resizeTerminal(columns: number, rows: number): void;
  dryRun(manifests: string): DryRunVerdict;
  /** The machines that the lab runs, ready to be drawn, by name: `pod`, `container`, `probe`. */
  statecharts(): Promise<Readonly<Record<string, DrawnChart>>>;
  /** The output of a command run on a copy of the lab: it leaves no trace in the run. */
  inspect(script: string): Promise<CommandOutcome>;
}

export function objectKey(object: ApiObject): string {
  const { namespace = '', name = '' } = object.metadata;
  return `${object.kind}/${namespace}/${name}`;
}

export type { ApplyResult, DryRunVerdict, Fault, OpenEdit, PodPicture, Run };
