import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Signal } from '../../runtime/signals';
import type { Call, Sys } from '../../runtime/syscalls';
import type { FunctionDefinition, Node } from '../ast';
import type { Alias } from '../parser/source';
import { failInBash } from './bash-messages';
import { CommandCache } from './command-cache';
import { ForkedMap } from './forked-map';
import { JobTable } from './jobs';
import { ShellOptions } from './options';
import { ShellError } from './unwinding';
import { type DynamicName, Variables, type VariablesOwner } from './variables';

/** How a command is evaluated: bits. */
export const EXIT_AFTER = 1;
/** The status is looked at: `set -e` does not apply. */
export const TESTED = 2;

/** What a part of the shell calls in another part that imports it. */
export interface Executor {
  evaluate(shell: ShellState, node: Node | null, flags: number): Call<number>;
  /** Runs a text as `eval` does. */
  runText(shell: ShellState, text: Bytes, flags: number): Call<number>;
  /** Runs a file as `.` does. */
  runFile(shell: ShellState, path: Bytes): Call<number>;
  /** Runs the program of `/bin/sh` in this process, for executables that have no `#!`. */
  runScript(sys: Sys, argv: readonly Bytes[], environment: ReadonlyMap<Bytes, Bytes>): Call<number>;
}

/** `$1` and so on, with the place at which `getopts` stands. */
export interface Arguments {
  values: readonly Bytes[];
  optionIndex: number;
  optionOffset: number;
}

export function newArguments(values: readonly Bytes[]): Arguments {
  return { values, optionIndex: 1, optionOffset: -1 };
}

/** What the shell reads its commands from, as far as messages need it. */
export interface Input {
  readonly line: number;
  readonly fromFile: boolean;
}

/** Commands being skipped: `break`, `continue`, `return N`, `return`. */
export type Skip = 'break' | 'continue' | 'return status' | 'return' | undefined;

/** Trap numbers beyond signals: EXIT is 0. */
export const EXIT_TRAP = 0;
export const ERR_TRAP = 65;

/** Descriptors that a redirection has moved away: descriptor → where it is kept, undefined if it was closed. */
export type SavedDescriptors = Map<number, number | undefined>;

/** A resource limit, in bytes or whatever is counted; Infinity: none. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

/** Everything that one shell process knows. Models the globals of ash.c. */
export class ShellState implements VariablesOwner {
  sys: Sys;
  /** Whether this is bash, not ash. */
  bash = false;
  /** bash: the statuses of the last pipeline's commands. */
  pipeStatus: readonly number[] = [0];
  /** bash: `shopt` options that are on. */
  shellOptions: ReadonlySet<string> = new Set();
  /** bash: `$SECONDS` counts from here, Unix ms. */
  secondsFrom = 0;
  /** bash: directories of `pushd`. */
  directoryStack: readonly Bytes[] = [];
  readonly executor: Executor;
  options = new ShellOptions();
  variables: Variables;
  functions = new ForkedMap<Bytes, FunctionDefinition>();
  aliases = new Map<Bytes, Alias>();
  commands = new CommandCache();
  jobs = new JobTable();
  /** `$0`, and what the shell's own messages begin with. */
  name: Bytes = 'sh';
  /** What the messages of built-ins begin with that are applets, too: the name it was started by. */
  applet: Bytes = 'sh';
  arguments: Arguments = newArguments([]);

  /** `$?`. */
  status = 0;
  /** Status of the last command substitution within the command that is being expanded. */
  substitutionStatus = 0;
  /** The status before a trap's action began; -1 outside of traps. */
  statusBeforeTrap = -1;
  skip: Skip = undefined;
  skipCount = 0;
  loopDepth = 0;
  /** How deep evaluation is nested. */
  depth = 0;
  functionName: Bytes | undefined;
  /** `$LINENO`. */
  line = 0;
  /** Line that messages name. */
  errorLine = 0;
  /** bash: the built-in that is running, as messages name it. */
  builtinName: Bytes | undefined;
  /** What messages name behind the shell's name: a built-in, or the script. */
  commandName: Bytes | undefined;
  input: Input = { line: 1, fromFile: false };

  /** 0 for the shell itself, 1 for its forked children, and so on. */
  level = 0;
  rootPid = 0;
  backgroundPid = 0;
  /** Whether commands came with `-c`. */
  fromArgument = false;

  traps = new ForkedMap<number, Bytes>();
  /** What `$(trap)` lists although the traps themselves are gone. */
  parentTraps: ForkedMap<number, Bytes> | undefined;
  signalModes = new ForkedMap<Signal, 'default' | 'catch' | 'ignore' | 'ignored from start'>();
  /** Caught signals whose traps have not run yet, by number. */
  readonly arrived = new Set<number>();
  /** Number of the signal that arrived last and still counts; 0: none. */
  pendingSignal = 0;
  trapDepth = 0;
  inErrTrap = false;
  mayHaveTraps = false;

  /** Saved descriptors, one entry for each command with redirections that is running. */
  redirections: SavedDescriptors[] = [];
  /** Where `set -x` writes: standard error, wherever a redirection has moved it. */
  traceFd = 2;
  tracingPrompt = false;

  /** The logical current directory; '' if unknown. */
  directory: Bytes = '';
  jobControl = false;
  /** The terminal, under job control. */
  terminalFd = -1;
  initialGroup = 0;
  warnedOfStoppedJobs = 0;
  /** Lines that `history` lists. */
  history: readonly Bytes[] = [];
  /** Limits that `ulimit` has set, by its letters. */
  limits = new ForkedMap<string, Limit>();
  /** What built-ins have printed and evaluation has not written yet. */
  output: Bytes = '';

  constructor(sys: Sys, executor: Executor) {
    this.sys = sys;
    this.executor = executor;
    this.variables = new Variables(this);
  }

  /** The state that a forked child begins with. */
  clone(): ShellState {
    const copy = new ShellState(this.sys, this.executor);
    const own = { variables: copy.variables, arrived: copy.arrived };
    Object.assign(copy, this, own);
    copy.variables = this.variables.clone(copy);
    copy.options = this.options.clone();
    copy.functions = this.functions.fork();
    copy.aliases = new Map();
    for (const [name, alias] of this.aliases) copy.aliases.set(name, { ...alias, inUse: false });
    copy.commands = this.commands.clone();
    copy.jobs = new JobTable();
    copy.arguments = { ...this.arguments };
    copy.traps = this.traps.fork();
    copy.signalModes = this.signalModes.fork();
    copy.limits = this.limits.fork();
    copy.redirections = [...this.redirections];
    copy.pendingSignal = 0;
    copy.output = '';
    return copy;
  }

  // Messages ------------------------------------------------------------------------------------------

  /** A message as it goes to standard error. */
  message(text: Bytes): Bytes {
    if (this.bash) return this.#bashMessage(text);
    let prefix = `${this.name}: `;
    if (this.commandName !== undefined) {
      if (this.commandName !== this.name) prefix += `${this.commandName}: `;
      if (!this.options.interactive || this.input.fromFile) prefix += `line ${this.errorLine}: `;
    }
    return `${prefix}${text}\n`;
  }

  #bashMessage(text: Bytes): Bytes {
    const place = this.options.interactive ? '' : `line ${this.errorLine}: `;
    const builtin = this.builtinName === undefined ? '' : `${this.builtinName}: `;
    return `${this.name}: ${place}${builtin}${text}\n`;
  }

  /** Raises an error: status 2, and the end of a shell that is not interactive. */
  fail(text: Bytes): never {
    this.status = this.bash ? 1 : 2;
    throw new ShellError(this.message(text));
  }

  /** As `fail`, for what is wrong with the script's text. */
  failSyntax(text: Bytes, line: number = this.input.line, source = ''): never {
    if (this.bash) failInBash(this, text, line, source);
    this.errorLine = line;
    this.fail(`syntax error: ${text}`);
  }

  *warn(text: Bytes): Call<void> {
    yield* this.writeError(this.message(text));
  }

  /** Writes to standard error; that it cannot be written is nobody's concern. */
  *writeError(text: Bytes, fd = 2): Call<void> {
    try {
      yield* this.sys.write(fd, text);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  /** Writes an error's message if that has not been done; other things that are thrown have none. */
  *report(thrown: unknown): Call<void> {
    if (!(thrown instanceof ShellError) || thrown.reported) return;
    thrown.reported = true;
    yield* this.flush();
    yield* this.writeError(thrown.report);
  }

  /** Adds to what the current built-in prints. */
  print(text: Bytes): void {
    this.output += text;
  }

  /** Writes what has been printed; false if that failed. */
  *flush(): Call<boolean> {
    if (this.output === '') return true;
    const output = this.output;
    this.output = '';
    try {
      yield* this.sys.write(1, output);
      return true;
    } catch (error) {
      if (error instanceof SysError) return false;
      throw error;
    }
  }

  // Variables -----------------------------------------------------------------------------------------

  get exportsAll(): boolean {
    return this.options.allexport;
  }

  get isRoot(): boolean {
    return this.level === 0;
  }

  get path(): Bytes {
    return this.variables.get('PATH') ?? '';
  }

  /** Characters that split fields; undefined if IFS is unset. */
  get separators(): Bytes | undefined {
    return this.variables.get('IFS');
  }

  dynamicValue(name: DynamicName): Bytes {
    switch (name) {
      case 'LINENO':
        return String(this.line);
      case 'FUNCNAME':
        return this.functionName ?? '';
      case 'SECONDS':
        return String(Math.floor((this.sys.nowMs - this.secondsFrom) / 1000));
      case 'BASHPID':
        return String(this.sys.pid);
      case 'RANDOM':
        return String(this.sys.random(32768));
      case 'EPOCHSECONDS':
        return String(Math.floor(this.sys.nowMs / 1000));
      case 'EPOCHREALTIME': {
        const micros = Math.floor(this.sys.nowMs * 1000);
        return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
      }
    }
  }

  variableChanges(name: Bytes, value: Bytes | undefined): void {
    if (name === 'SECONDS' && this.bash) {
      this.secondsFrom = this.sys.nowMs - (Number(value) || 0) * 1000;
    }
    if (name === 'PATH') this.commands.clear();
    else if (name === 'OPTIND') {
      const index = value !== undefined && /^[0-9]+$/.test(value) ? Number(value) : 1;
      this.arguments.optionIndex = index || 1;
      this.arguments.optionOffset = -1;
    }
  }

  memoryChanged(bytes: number): void {
    this.sys.setMemory(bytes);
  }

  /** A non-negative decimal number, or the end: `Illegal number: X`. */
  number(text: Bytes): number {
    if (!/^[0-9]+$/.test(text)) {
      this.fail(this.bash ? `${text}: numeric argument required` : `Illegal number: ${text}`);
    }
    return Math.min(Number(text), 2147483647);
  }
}
