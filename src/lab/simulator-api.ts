import type { ApiClient } from '../api/client';
import type { KubeObject } from '../api/types';
import type { TraceRecord } from '../kernel/trace';
import type { Picture } from './picture';
import type { ApplyResult, Fault, Run, ShOptions, ShResult } from './run';

/** What `createSimulator` returns: the public API of the package `podlab`. */
export interface Simulator {
  /** Virtual ms since the epoch. */
  readonly now: number;
  readonly epochMs: number;
  readonly trace: readonly TraceRecord[];
  /** 16 hex digits over the whole trace; equal runs have equal hashes. */
  readonly traceHash: string;
  /** Seed, epoch, options, inputs so far; JSON. */
  readonly run: Run;
  /** YAML or JSON, as `kubectl apply -f`; throws ApiError, or ManifestError when it cannot be read. */
  apply(manifests: string): ApplyResult[];
  /** Stores objects as they are, status included, without admission. */
  load(dump: Dump): void;
  advance(ms: number): void;
  /** Goes to the next instant at which anything happens, at most to `now + maxMs`; false when nothing did. */
  step(maxMs: number): boolean;
  /** Looks at `done` after each instant; false when `maxMs` ran out first. */
  runUntil(done: (simulator: Simulator) => boolean, maxMs: number): boolean;
  /** A script on the workstation, in virtual time. */
  sh(script: string, options?: ShOptions): ShResult;
  get(kind: string, name: string, namespace?: string): KubeObject | undefined;
  list(kind: string, namespace?: string): KubeObject[];
  inject(fault: Fault): void;
  /** Would the API server take this text? Its verdict without changing anything (server-side dry run). */
  dryRun(manifests: string): DryRunVerdict;
  picture(): Picture;
  /** Log lines of a container instance (default the current one), oldest first. */
  logs(pod: string, container: string, attempt?: number): readonly LogLine[];
  /** The terminal of the workstation: what was typed goes in as an input of the run. */
  readonly terminal: {
    input(text: string): void;
    resize(columns: number, rows: number): void;
    /** What the terminal has shown, as text with escape sequences, from an offset on; and the next offset. */
    output(from?: number): { readonly text: string; readonly next: number };
  };
  /** The file that `vi` on the workstation waits for somebody to edit. */
  readonly openEdit: OpenEdit | undefined;
  /** Ends an edit with the file's new text; undefined leaves the file as it is. */
  finishEdit(id: number, text?: string): void;
  /** The files in the workstation's home folder, kubectl's own aside: path in it → text. */
  homeFiles(): Readonly<Record<string, string>>;
  /** Puts a file into the workstation's home folder (the editor's files). */
  writeFile(path: string, text: string): void;
  readFile(path: string): string | undefined;
}

/** A simulator in the same thread: whoever has it can also ask the API server itself. */
export interface ClusterSimulator extends Simulator {
  /** For reading and watching. What is written through it is no input of the run, and not replayed. */
  readonly api: ApiClient;
  /** Text of a file in a volume as it lies on the node, whether or not a container runs; pod as namespace/name. */
  volumeFile(pod: string, volume: string, path: string): string | undefined;
}

/** A file that a program has given out to be edited. */
export interface OpenEdit {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export interface LogLine {
  /** Virtual ms. */
  readonly t: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface Dump {
  /** RFC 3339. */
  readonly now?: string;
  readonly objects: readonly KubeObject[];
  readonly logs?: Readonly<Record<string, unknown>>;
  readonly exec?: readonly unknown[];
  readonly watch?: Readonly<Record<string, readonly unknown[]>>;
}

/** Something that the API server takes, and that is worth knowing: the lab's words, not kubectl's. */
export interface Remark {
  readonly message: string;
  /** Which of the lab's limitations it is about, by its id. */
  readonly limitation?: string;
  /** 1-based place in the text, where it is known. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** The whole text with the matter put right, and what to call that. */
  readonly repair?: { readonly label: string; readonly text: string };
}

export interface DryRunVerdict {
  readonly results: readonly ApplyResult[];
  readonly remarks?: readonly Remark[];
  readonly problems: readonly {
    /** kubectl's words. */
    readonly message: string;
    readonly severity: 'error' | 'warning';
    /** 1-based place in the text, where it is known. */
    readonly line?: number;
    readonly column?: number;
    readonly endLine?: number;
    readonly endColumn?: number;
  }[];
}
