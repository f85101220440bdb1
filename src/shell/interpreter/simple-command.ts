import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { FunctionDefinition, SimpleCommand, Word } from '../ast';
import { BASH_BUILTINS } from '../builtins/bash-table';
import type { Builtin } from '../builtins/builtin';
import { BUILTINS } from '../builtins/table';
import { evaluate, expandFields, expandValue } from '../expansion/expand';
import { COMMAND_MICROSECONDS } from '../limits';
import { asAssignment } from '../parser/assignments';
import { isKeyword } from '../parser/tokens';
import { assignInBash } from './bash-assignment';
import { DEFAULT_PATH, execProgram, findProgram } from './command-search';
import { popDescriptors, popDescriptorsTo, pushDescriptors } from './descriptors';
import { forkProgram, waitForChildren, waitForJob } from './processes';
import { expandPrompt } from './prompt-text';
import { quotedIfNeeded, singleQuoted } from './quoting';
import { type ExpandedRedirection, expandRedirections, redirectSafely } from './redirections';
import { ERR_TRAP, EXIT_AFTER, newArguments, type ShellState, TESTED } from './state';
import { ShellError } from './unwinding';

/** What a command's name stands for. */
type Target =
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  | { readonly kind: 'function'; readonly definition: FunctionDefinition }
  | { readonly kind: 'program' };

const PROGRAM: Target = { kind: 'program' };

/** A simple command after the expansion of its words. */
interface Expanded {
  readonly argv: readonly Bytes[];
  readonly target: Target | undefined;
  /** Undefined without a built-in in front. */
  readonly special: boolean | undefined;
  /** Assignments in front hold only for this command. */
  readonly localAssignments: boolean;
  /** Called through `command`: functions do not count. */
  readonly viaCommand: boolean;
  readonly path: Bytes | undefined;
}

/** Models ash.c evalcommand. */
export function* evaluateSimple(
  shell: ShellState,
  command: SimpleCommand,
  flags: number,
): Call<number> {
  shell.sys.spend(COMMAND_MICROSECONDS);
  yield* shell.sys.breathe();
  shell.line = command.line;
  shell.errorLine = command.line;
  shell.substitutionStatus = 0;
  const descriptorDepth = shell.redirections.length;
  const localDepth = shell.variables.localDepth;
  try {
    const constant = constantCommand(shell, command);
    const expanded = constant ?? (yield* expandCommand(shell, command));
    const { argv } = expanded;
    const replaces = isExec(expanded);
    if (needsFrame(command, expanded)) shell.variables.pushFrame();
    const redirected = command.redirections.length > 0;
    const redirections = redirected ? yield* expandRedirections(shell, command.redirections) : NONE;
    shell.traceFd = shell.options.xtrace ? traceDescriptor(shell) : 2;
    if (redirected && !(yield* redirectSafely(shell, redirections, pushDescriptors(shell)))) {
      shell.status = 1;
      // What goes wrong around a special built-in ends the script.
      if (expanded.special) throw reported();
      popDescriptorsTo(shell, descriptorDepth);
      return 1;
    }
    if (command.assignments.length > 0 || shell.options.xtrace) {
      yield* assign(shell, command, expanded, replaces);
    }
    // Assignments in front may have changed PATH, expansions may have defined a function.
    const target =
      constant && command.assignments.length === 0 ? constant.target : targetAnew(shell, expanded);
    const result = perform(shell, command, expanded, target, flags);
    const status = typeof result === 'number' ? result : yield* result;
    if (command.arrays) {
      for (const assignment of command.arrays) yield* assignInBash(shell, assignment);
    }
    if (redirected) popDescriptors(shell, replaces);
    popDescriptorsTo(shell, descriptorDepth);
    if (shell.options.interactive && shell.functionName === undefined && argv.length > 0) {
      shell.variables.assign('_', argv[argv.length - 1]);
    }
    return status;
  } catch (thrown) {
    yield* shell.report(thrown);
    throw thrown;
  } finally {
    shell.variables.popFrames(localDepth);
  }
}

const NONE: readonly ExpandedRedirection[] = [];

function isExec({ target }: Expanded): boolean {
  return target?.kind === 'builtin' && target.builtin.name === 'exec';
}

/** Whether what the command assigns ends with it. */
function needsFrame(command: SimpleCommand, expanded: Expanded): boolean {
  if (!expanded.localAssignments) return false;
  if (command.assignments.length > 0 || expanded.viaCommand) return true;
  return expanded.target?.kind === 'function';
}

function traceDescriptor(shell: ShellState): number {
  const wanted = shell.variables.get('BASH_XTRACEFD');
  return wanted !== undefined && /^[0-9]+$/.test(wanted) ? Number(wanted) : 2;
}

/** Carries out the assignments in front of a command, and shows what it does under `set -x`. */
function* assign(
  shell: ShellState,
  command: SimpleCommand,
  { argv, localAssignments }: Expanded,
  replaces: boolean,
): Call<void> {
  const traced: Bytes[] = [];
  for (const assignment of command.assignments) {
    const { name, value } = assignment;
    if (assignment.elements || assignment.subscript || assignment.append) {
      yield* assignInBash(shell, assignment);
      continue;
    }
    if (shell.bash && shell.variables.traits(name)?.integer) {
      shell.variables.assign(name, String(evaluate(shell, yield* expandValue(shell, value))));
      continue;
    }
    const text = yield* expandValue(shell, value);
    if (localAssignments) shell.variables.makeLocal(name, text, true);
    else shell.variables.assign(name, text, { export: replaces && argv.length > 1 });
    if (shell.options.xtrace) traced.push(`${name}=${quotedIfNeeded(text)}`);
  }
  if (shell.options.xtrace && !shell.tracingPrompt) yield* trace(shell, traced, argv);
}

function reported(): ShellError {
  const error = new ShellError('');
  error.reported = true;
  return error;
}

// Expansion -------------------------------------------------------------------------------------------

/** A command all of whose words stand as they are: loops are full of them, and they need no generator. */
function constantCommand(shell: ShellState, { argv }: SimpleCommand): Expanded | undefined {
  const name = argv?.[0];
  if (argv === undefined || name === undefined) return undefined;
  const target = targetOf(shell, name, false);
  let special: boolean | undefined;
  if (target.kind === 'builtin') {
    const { builtin } = target;
    if (builtin.name === 'command' || builtin.assigns) return undefined;
    special = builtin.special;
  }
  return {
    argv,
    target,
    special,
    localAssignments: !special,
    viaCommand: false,
    path: undefined,
  };
}

/** The words of a command, how far they have been expanded, and what became of them. */
interface Expansion {
  readonly words: readonly Word[];
  next: number;
  fields: Bytes[];
}

/** Expands words until one yields a field; false if none does. */
function* expandNext(shell: ShellState, expansion: Expansion): Call<boolean> {
  const { words, fields } = expansion;
  const before = fields.length;
  while (expansion.next < words.length && fields.length === before) {
    const word = words[expansion.next++];
    if (word?.constant !== undefined) fields.push(word.constant);
    else if (word) yield* expandFields(shell, word, fields);
  }
  return fields.length > before;
}

function* expandCommand(shell: ShellState, command: SimpleCommand): Call<Expanded> {
  const { words } = command;
  const expansion: Expansion = { words, next: 0, fields: [] };
  if (!(yield* expandNext(shell, expansion))) {
    return {
      argv: expansion.fields,
      target: undefined,
      special: undefined,
      localAssignments: false,
      viaCommand: false,
      path: undefined,
    };
  }
  let special: boolean | undefined;
  let viaCommand = false;
  let path: Bytes | undefined;
  let target: Target;
  for (;;) {
    target = targetOf(shell, expansion.fields[0] as Bytes, viaCommand);
    if (target.kind !== 'builtin') break;
    special ??= target.builtin.special;
    if (target.builtin.name !== 'command') break;
    const behind = yield* skipCommandOptions(shell, expansion);
    if (behind === undefined) break;
    expansion.fields = expansion.fields.slice(behind.index);
    if (behind.defaultPath) path = DEFAULT_PATH;
    viaCommand = true;
  }
  const assigns = target.kind === 'builtin' && target.builtin.assigns;
  const { fields } = expansion;
  for (let next = expansion.next; next < words.length; next++) {
    const word = words[next];
    if (!word) continue;
    const assignment = assigns ? asAssignment(word) : undefined;
    if (assignment)
      fields.push(`${assignment.name}=${yield* expandValue(shell, assignment.value)}`);
    else if (word.constant !== undefined) fields.push(word.constant);
    else yield* expandFields(shell, word, fields);
  }
  return { argv: fields, target, special, localAssignments: !special, viaCommand, path };
}

/** Where the command behind `command` and its options stands; undefined if `command` itself is to run. */
function* skipCommandOptions(
  shell: ShellState,
  expansion: Expansion,
): Call<{ index: number; defaultPath: boolean } | undefined> {
  const { fields } = expansion;
  let defaultPath = false;
  for (let index = 1; ; index++) {
    if (index >= fields.length && !(yield* expandNext(shell, expansion))) return undefined;
    const field = fields[index] as Bytes;
    if (!field.startsWith('-') || field === '-') return { index, defaultPath };
    if (field === '--') {
      if (index + 1 >= fields.length && !(yield* expandNext(shell, expansion))) return undefined;
      return { index: index + 1, defaultPath };
    }
    if (!/^-p+$/.test(field)) return undefined;
    defaultPath = true;
  }
}

function targetOf(shell: ShellState, name: Bytes, viaCommand: boolean): Target {
  if (name.includes('/')) return PROGRAM;
  const definition = viaCommand ? undefined : shell.functions.get(name);
  if (definition) return { kind: 'function', definition };
  const builtin = (shell.bash ? BASH_BUILTINS : BUILTINS).get(name);
  return builtin ? { kind: 'builtin', builtin } : PROGRAM;
}

function targetAnew(shell: ShellState, { argv, viaCommand }: Expanded): Target | undefined {
  return argv.length === 0 ? undefined : targetOf(shell, argv[0] as Bytes, viaCommand);
}

// Execution -------------------------------------------------------------------------------------------

/** Deliberately no generator of its own: the depth to which commands nest is bounded by the host's stack. */
function perform(
  shell: ShellState,
  command: SimpleCommand,
  expanded: Expanded,
  target: Target | undefined,
  flags: number,
): number | Call<number> {
  const { argv, special } = expanded;
  if (target === undefined) return shell.substitutionStatus;
  switch (target.kind) {
    case 'builtin':
      return runBuiltin(shell, target.builtin, argv, flags, special === true);
    case 'function':
      return callFunction(shell, target.definition, argv, flags);
    case 'program':
      return runProgram(shell, command, expanded, flags);
  }
}

/** No generator of its own either: each that stands around a wait costs at each wait. */
function runProgram(
  shell: ShellState,
  command: SimpleCommand,
  expanded: Expanded,
  flags: number,
): Call<number> {
  const { argv } = expanded;
  const path = expanded.path ?? shell.path;
  const name = argv[0] as Bytes;
  const found = findProgram(shell, name, path);
  if (!found.found) return sayNotFound(shell, name, found.reason);
  if (flags & EXIT_AFTER && !shell.mayHaveTraps) {
    return execProgram(shell, argv, path, found.index);
  }
  const job = shell.jobs.create(shell.jobControl);
  forkProgram(shell, job, command, { argv, path, index: found.index });
  return waitForJob(shell, job);
}

function* sayNotFound(shell: ShellState, name: Bytes, reason: Bytes): Call<number> {
  yield* shell.warn(`${name}: ${reason}`);
  return 127;
}

/** Models ash.c evalbltin. An error in one that is not special is told and becomes its status. */
function* runBuiltin(
  shell: ShellState,
  builtin: Builtin,
  argv: readonly Bytes[],
  flags: number,
  special: boolean,
): Call<number> {
  const { commandName, builtinName, depth } = shell;
  shell.commandName = argv[0];
  shell.builtinName = argv[0];
  try {
    const result = builtin.main(shell, argv, flags);
    let status = typeof result === 'number' ? result : yield* result;
    if (!(yield* shell.flush())) status |= 1;
    shell.status = status;
  } catch (thrown) {
    yield* shell.report(thrown);
    if (special || !(thrown instanceof ShellError)) throw thrown;
    shell.depth = depth;
  } finally {
    shell.commandName = commandName;
    shell.builtinName = builtinName;
  }
  if (shell.jobs.anyRunning) yield* waitForChildren(shell, 'poll', undefined);
  return shell.status;
}

/** Models ash.c evalfun. */
function* callFunction(
  shell: ShellState,
  definition: FunctionDefinition,
  argv: readonly Bytes[],
  flags: number,
): Call<number> {
  const { line, arguments: outer, functionName } = shell;
  const errTrap = shell.options.errtrace ? undefined : shell.traps.get(ERR_TRAP);
  if (errTrap !== undefined) shell.traps.delete(ERR_TRAP);
  shell.functionName = definition.name;
  shell.arguments = newArguments(argv.slice(1));
  try {
    yield* shell.executor.evaluate(shell, definition.body, flags & TESTED);
    return shell.status;
  } finally {
    shell.functionName = functionName;
    if (errTrap !== undefined && !shell.traps.has(ERR_TRAP)) shell.traps.set(ERR_TRAP, errTrap);
    shell.line = line;
    shell.arguments = outer;
    if (shell.skip === 'return' || shell.skip === 'return status') shell.skip = undefined;
  }
}

// Tracing ---------------------------------------------------------------------------------------------

function* trace(
  shell: ShellState,
  assignments: readonly Bytes[],
  argv: readonly Bytes[],
): Call<void> {
  shell.tracingPrompt = true;
  const prompt = yield* expandPrompt(shell, shell.variables.get('PS4') ?? '', false);
  shell.tracingPrompt = false;
  const words = argv.map((word) => (isKeyword(word) ? singleQuoted(word) : quotedIfNeeded(word)));
  const text = `${prompt}${[...assignments, ...words].join(' ')}\n`;
  try {
    yield* shell.sys.write(shell.traceFd, text);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
