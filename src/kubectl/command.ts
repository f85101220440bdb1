import type { ApiClient } from '../api/client';
import type { Task } from '../kernel/task';
import type { Sys } from '../runtime/syscalls';
import type { Kubeconfig } from './config/kubeconfig';
import type { Flag } from './flags/flag';
import type { FlagValues } from './flags/flag-values';
import type { Output } from './output';

/** What a command gets to work with. */
export interface Invocation {
  readonly sys: Sys;
  readonly client: ApiClient;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many of the arguments stood before `--`; -1 without it. */
  readonly dash: number;
  /** `kubectl rollout status`. */
  readonly path: string;
  readonly output: Output;
  readonly config: Kubeconfig;
  /** From -n, else from the kubeconfig's context, else `default`. */
  readonly namespace: string;
  /** Whether -n was given. */
  readonly namespaceGiven: boolean;
}

/** A command or a group of commands. `run` returns the exit code. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What people type when they mean it. */
  readonly suggestFor?: readonly string[];
  /** One line for the help. */
  readonly summary: string;
  /** What the help says at its beginning instead of the summary. */
  readonly description?: string;
  /** Examples of the help, as they are shown. */
  readonly examples?: string;
  /** What stands behind the command in the help's usage line. */
  readonly use?: string;
  readonly flags?: readonly Flag[];
  readonly subcommands?: readonly Command[];
  /** A group alone shows its help on standard output instead of standard error. */
  readonly helpOnOutput?: boolean;
  /** The status for flags that are not understood, where it is not 1. */
  readonly flagErrorCode?: number;
  /** It works without a cluster: always, or with certain flags. */
  readonly offline?: boolean | ((flags: FlagValues) => boolean);
  run?(invocation: Invocation): Task<number>;
}
