import type { Fault } from '../lab/run';
import type { Domain } from './domains';

/** A lesson as the page shows it and the grader runs it. */
export interface Lesson {
  /** Its folder below `lessons/`: `01-foundations/01-init-order`. */
  readonly id: string;
  readonly chapter: string;
  /** A question is a broken pod that opens running: what is wrong with it, and what mends it? */
  readonly kind: 'lesson' | 'question';
  /** The part of the CKAD curriculum that it belongs to. */
  readonly domain: Domain;
  /** Public threads in which people asked this: `owner/repository#number`, or a title. */
  readonly sources: readonly string[];
  readonly title: string;
  readonly summary: string;
  /** Rough time a learner needs. */
  readonly minutes: number;
  readonly steps: readonly LessonStep[];
  /** What the editor opens: path → text. */
  readonly files: Readonly<Record<string, string>>;
  readonly solution: Readonly<Record<string, string>>;
  /** Plausible wrong answers, by name. */
  readonly wrong: readonly WrongAnswer[];
  readonly scenarios: Readonly<Record<string, Scenario>>;
  readonly checks: readonly Check[];
  /** What the page opens with; undefined: an empty cluster, and the learner applies. */
  readonly situation: Situation | undefined;
}

/** The files as they are given, after some time: the state that a question is about. */
export interface Situation {
  readonly scenario: Scenario;
  /** The pod that it is about, as namespace/name; undefined when a controller makes it. */
  readonly pod: string | undefined;
  /** CEL that must hold at its end, so that the page shows what the question says. */
  readonly shows: string;
}

export interface WrongAnswer {
  readonly name: string;
  /** The check that it must fail. */
  readonly failsAt: string;
  readonly files: Readonly<Record<string, string>>;
}

/** A `##` section of lesson.md. */
export interface LessonStep {
  readonly title: string;
  readonly blocks: readonly LessonBlock[];
}

export type LessonBlock =
  | { readonly kind: 'text'; readonly markdown: string }
  | {
      readonly kind: 'predict';
      readonly id: string;
      readonly question: string;
      readonly options: readonly { readonly markdown: string; readonly correct: boolean }[];
      /** Shown once an answer is chosen. */
      readonly explanation: string;
    }
  /** What is wrong? Each wrong answer says why it is not so; one may try again. */
  | {
      readonly kind: 'diagnose';
      readonly id: string;
      readonly question: string;
      readonly options: readonly {
        readonly markdown: string;
        readonly correct: boolean;
        /** Shown once this option is chosen. */
        readonly reason: string;
      }[];
    }
  /** A line that the learner writes beside the manifests: a file of the answer. */
  | { readonly kind: 'answer'; readonly file: string; readonly label: string }
  /** Something to do, with the checks that tell whether it is done. */
  | { readonly kind: 'task'; readonly checks: readonly string[]; readonly markdown: string }
  | { readonly kind: 'hint'; readonly title: string; readonly markdown: string }
  /** Where the notes say otherwise than Kubernetes does. */
  | { readonly kind: 'myth'; readonly claim: string; readonly markdown: string };

/** What happens around an answer while it is watched. */
export interface Scenario {
  readonly name: string;
  readonly seed: number;
  /** Virtual seconds that are watched. */
  readonly seconds: number;
  /** In order of time. */
  readonly steps: readonly ScenarioStep[];
  /** Applies the manifests as the lesson gives them, not as the answer has them: its scripts must do the rest. */
  readonly given: boolean;
}

export type ScenarioStep = {
  readonly at: number;
} /** A command line on the workstation; what it wrote is `output(as)`. */ & (
  | { readonly kind: 'run'; readonly command: string; readonly as: string }
  /** A script that is a file of the answer, e.g. the commands that a learner would type. */
  | { readonly kind: 'script'; readonly file: string; readonly as: string }
  | { readonly kind: 'apply'; readonly manifests: string }
  | { readonly kind: 'inject'; readonly fault: Fault }
);

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly when: 'eventually' | 'always' | 'end';
  /** For `always`: from this second on. */
  readonly from: number;
  /** CEL over what the cluster shows; see check-environment.ts. */
  readonly expect: string;
  readonly points: number;
  /** Shown when the check fails. */
  readonly hint: string;
}
