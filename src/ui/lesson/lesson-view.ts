import type { WorkFile } from '../store/state';

/** A lesson as the pane shows it. */
export interface LessonView {
  readonly id: string;
  readonly title: string;
  readonly chapter: string;
  readonly steps: readonly LessonStepView[];
  /** What the editor opens. */
  readonly files: readonly WorkFile[];
  readonly solution: readonly WorkFile[];
  readonly checks: readonly { readonly id: string; readonly title: string }[];
}

export interface LessonStepView {
  readonly title: string;
  /** Markdown. */
  readonly markdown: string;
  readonly predictions: readonly PredictionView[];
  /** From a pointer to a worked step. */
  readonly hints: readonly string[];
  /** Whether the checks belong to this step. */
  readonly isTask: boolean;
}

export interface PredictionView {
  readonly id: string;
  readonly question: string;
  readonly options: readonly { readonly id: string; readonly text: string }[];
  readonly answer: string;
  /** Markdown, shown after the answer. */
  readonly because: string;
}

export interface CheckOutcome {
  readonly id: string;
  readonly title: string;
  readonly passed: boolean;
  /** Why not, and in which scenario. */
  readonly reason: string | undefined;
  readonly hint: string | undefined;
}
