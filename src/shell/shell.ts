import type { Bytes } from '../runtime/bytes';
import { SysError } from '../runtime/errno';
import type { Call, Program, Sys } from '../runtime/syscalls';
import { BANNER } from './applets/applet';
import { usageOf } from './applets/usage';
import { applyOptions } from './builtins/set';
import type { Completer } from './interactive/completion';
import { runInteractively } from './interactive/session';
import { BASH_VERSION, setBashVariables } from './interpreter/bash-variables';
import { evaluate } from './interpreter/evaluate';
import { exitShell } from './interpreter/exit';
import {
  readScript,
  runCommands,
  runFile,
  runText,
  Script,
  type ScriptText,
  WHOLE_FILE,
} from './interpreter/script';
import {
  type Invocation,
  readCommandLine,
  runProfile,
  setInitialVariables,
} from './interpreter/startup';
import { EXIT_AFTER, type Executor, ShellState } from './interpreter/state';
import { SCRIPT_READ_BYTES } from './limits';

/** busybox ash 1.37 as a program: `/bin/sh` and `/bin/ash`. */
export const sh: Program = (sys) =>
  asksForHelp(sys) ? showUsage(sys) : runShell(sys, sys.argv, sys.env);

/** bash 5.2, by the same interpreter with its own grammar, built-ins and messages: `/bin/bash`. */
export const bash: Program = (sys) =>
  runShell(sys, sys.argv, sys.env, { executor: BASH_EXECUTOR, bash: true });

/** The same with a completer of its own for the Tab key (the workstation completes kubectl's words). */
export function shellWith(completer: Completer): Program {
  return (sys) => runShell(sys, sys.argv, sys.env, { completer });
}

/** `--help` in the first place shows how the shell is called. */
function asksForHelp({ argv }: Sys): boolean {
  return argv[1] === '--help';
}

function* showUsage(sys: Sys): Call<number> {
  const name = (sys.argv[0] ?? '').replace(/^.*\/|^-/g, '');
  const usage = usageOf(name) ?? usageOf('sh') ?? '';
  yield* sys.write(2, `${BANNER} multi-call binary.\n\nUsage: ${name}${usage}\n`);
  return 0;
}

const EXECUTOR: Executor = {
  evaluate,
  runText,
  runFile,
  runScript: (sys, argv, environment) => runShell(sys, argv, environment),
};

const BASH_EXECUTOR: Executor = {
  ...EXECUTOR,
  runScript: (sys, argv, environment) =>
    runShell(sys, argv, environment, { executor: BASH_EXECUTOR, bash: true }),
};

/** What kind of shell it is to be. */
interface Dialect {
  readonly executor?: Executor;
  readonly bash?: boolean;
  readonly completer?: Completer;
}

/** Runs a shell in this process. Models ash.c ash_main. */
export function* runShell(
  sys: Sys,
  argv: readonly Bytes[],
  environment: ReadonlyMap<Bytes, Bytes>,
  { executor = EXECUTOR, bash = false, completer }: Dialect = {},
): Call<number> {
  if (bash && argv[1] === '--version') {
    yield* sys.write(1, `GNU bash, version ${BASH_VERSION}\n`);
    return 0;
  }
  const shell = new ShellState(sys, executor);
  shell.bash = bash;
  return yield* exitShell(shell, runInvocation(shell, argv, environment, completer));
}

function* runInvocation(
  shell: ShellState,
  argv: readonly Bytes[],
  environment: ReadonlyMap<Bytes, Bytes>,
  completer: Completer | undefined,
): Call<void> {
  setInitialVariables(shell, environment);
  if (shell.bash) setBashVariables(shell);
  const invocation = yield* readCommandLine(shell, argv);
  const text = yield* openScript(shell, invocation);
  yield* applyOptions(shell);
  if (invocation.login) {
    yield* runProfile(shell, '/etc/profile');
    if (shell.variables.get('HOME') !== undefined) yield* runProfile(shell, '$HOME/.profile');
  }
  const startFile = shell.bash
    ? invocation.login
      ? undefined
      : '$HOME/.bashrc'
    : shell.variables.get('ENV');
  if (shell.options.interactive && startFile) yield* runProfile(shell, startFile);
  if (invocation.script !== undefined) {
    shell.line = shell.bash ? 1 : 0;
    yield* runText(shell, invocation.script, EXIT_AFTER);
    if (!shell.options.fromStdin) return;
  }
  if (shell.options.interactive && text === undefined) yield* runInteractively(shell, completer);
  else
    yield* runCommands(
      shell,
      new Script(shell, text ?? '', 1, text === undefined ? STDIN : WHOLE_FILE),
    );
}

/** The text of the script file; it is the shell's name from then on. */
function* openScript(shell: ShellState, { file }: Invocation): Call<Bytes | undefined> {
  if (file === undefined) return undefined;
  const text = yield* readScript(shell, file);
  shell.name = file;
  shell.commandName = file;
  return text;
}

/** A script on standard input: read piece by piece, so that its commands can read on from there. */
const STDIN: ScriptText = {
  *more(shell) {
    try {
      const bytes = yield* shell.sys.read(0, SCRIPT_READ_BYTES);
      return bytes === '' ? undefined : bytes;
    } catch (error) {
      if (error instanceof SysError) return undefined;
      throw error;
    }
  },
  fromFile: false,
};
