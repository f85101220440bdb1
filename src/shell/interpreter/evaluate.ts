import { type Call, exitCodeOf } from '../../runtime/syscalls';
import type {
  AndOr,
  ArithmeticCommand,
  ArithmeticFor,
  Case,
  For,
  If,
  Loop,
  Node,
  Pipeline,
  Redirected,
  Subshell,
} from '../ast';
import { BASH_BUILTINS } from '../builtins/bash-table';
import { BUILTINS } from '../builtins/table';
import { evaluateParts, expandFields, expandPattern, expandText } from '../expansion/expand';
import { COMMAND_MICROSECONDS, NESTING_OF_EVALUATION } from '../limits';
import { findProgram } from './command-search';
import { evaluateCondition } from './conditional';
import { popDescriptors, pushDescriptors } from './descriptors';
import { forkShell, openPipe, waitForJob } from './processes';
import {
  type ExpandedRedirection,
  expandRedirections,
  redirect,
  redirectSafely,
} from './redirections';
import { evaluateSimple } from './simple-command';
import { EXIT_AFTER, type ShellState, type Skip, TESTED } from './state';
import { runErrTrap, runTraps } from './traps';
import { ShellError, ShellExit } from './unwinding';

/**
 * Evaluates a command; its status is returned and in `$?`. With EXIT_AFTER the shell ends behind it, which
 * lets its last program take this process's place. Models ash.c evaltree.
 */
export function* evaluate(shell: ShellState, node: Node | null, flags: number): Call<number> {
  let status = 0;
  let checked = false;
  if (node !== null && !shell.options.noexec) {
    if (shell.depth >= NESTING_OF_EVALUATION) yield* nestedTooDeeply(shell);
    const depth = shell.depth++;
    if (shell.sys.signalPending || shell.pendingSignal !== 0) yield* runTraps(shell);
    switch (node.kind) {
      case 'simple':
        checked = true;
        status = yield* evaluateSimple(shell, node, flags);
        shell.status = status;
        if (shell.bash) shell.pipeStatus = [status];
        break;
      case 'and or':
        yield* evaluateAndOr(shell, node, flags);
        break;
      case 'sequence':
        // Not apart: most waits are below a sequence, and each generator around them costs.
        for (let index = 0; index < node.commands.length; index++) {
          const last = index === node.commands.length - 1;
          yield* evaluate(shell, node.commands[index] ?? null, last ? flags : flags & TESTED);
          if (shell.skip) break;
        }
        break;
      case 'if':
        yield* evaluateIf(shell, node, flags);
        break;
      case 'function':
        shell.functions.set(node.name, node);
        shell.commands.delete(node.name);
        shell.status = 0;
        break;
      default:
        checked =
          node.kind === 'pipeline' ||
          node.kind === 'subshell' ||
          node.kind === 'background' ||
          node.kind === 'arithmetic' ||
          node.kind === 'conditional';
        status = yield* evaluateCompound(shell, node, flags);
        shell.status = status;
    }
    shell.depth = depth;
  }
  if (shell.sys.signalPending || shell.pendingSignal !== 0) yield* runTraps(shell);
  if (checked && status !== 0 && !(flags & TESTED)) {
    yield* runErrTrap(shell);
    if (shell.options.errexit) throw new ShellExit(false);
  }
  if (flags & EXIT_AFTER) throw new ShellExit(false);
  return shell.status;
}

/** A real shell overflows its stack and dies of SIGSEGV; so does this one, with a word of why. */
function* nestedTooDeeply(shell: ShellState): Call<never> {
  yield* shell.writeError(
    `${shell.applet}: commands nest more than ${NESTING_OF_EVALUATION} deep\n`,
  );
  shell.sys.signalAction('SEGV', 'default');
  shell.sys.kill(shell.sys.pid, 'SEGV');
  yield* shell.sys.sleep(0);
  return yield* shell.sys.exit(139);
}

function evaluateCompound(
  shell: ShellState,
  node: Exclude<Node, { kind: 'simple' | 'and or' | 'sequence' | 'if' | 'function' }>,
  flags: number,
): Call<number> {
  switch (node.kind) {
    case 'not':
      return evaluateNegated(shell, node.command);
    case 'while':
    case 'until':
      return evaluateLoop(shell, node, flags);
    case 'for':
      return evaluateFor(shell, node, flags);
    case 'case':
      return evaluateCase(shell, node, flags);
    case 'pipeline':
      return evaluatePipeline(shell, node, flags);
    case 'subshell':
    case 'background':
      return evaluateSubshell(shell, node, flags);
    case 'redirected':
      return evaluateRedirected(shell, node, flags);
    case 'arithmetic':
      return evaluateArithmeticCommand(shell, node);
    case 'arithmetic for':
      return evaluateArithmeticFor(shell, node, flags);
    case 'conditional':
      shell.line = node.line;
      shell.errorLine = node.line;
      return evaluateCondition(shell, node.condition);
  }
}

function* evaluateNegated(shell: ShellState, command: Node): Call<number> {
  return (yield* evaluate(shell, command, TESTED)) === 0 ? 1 : 0;
}

function* evaluateAndOr(shell: ShellState, node: AndOr, flags: number): Call<void> {
  let status = yield* evaluate(shell, node.first, TESTED);
  for (const [index, { operator, command }] of node.rest.entries()) {
    if (shell.skip) return;
    if ((status === 0) !== (operator === '&&')) continue;
    const last = index === node.rest.length - 1;
    status = yield* evaluate(shell, command, last ? flags : TESTED);
  }
  // What `continue` has passed over leaves the status of what ran last.
  shell.status = status;
}

function* evaluateIf(shell: ShellState, node: If, flags: number): Call<void> {
  const condition = yield* evaluate(shell, node.condition, TESTED);
  if (shell.skip) return;
  if (condition === 0) yield* evaluate(shell, node.then, flags);
  else if (node.otherwise) yield* evaluate(shell, node.otherwise, flags);
  else shell.status = 0;
}

/** What `break` and `continue` mean for the loop that has just looked. Models ash.c skiploop. */
function takeSkip(shell: ShellState): Skip {
  const { skip } = shell;
  if (skip !== 'break' && skip !== 'continue') return skip;
  if (--shell.skipCount <= 0) {
    shell.skip = undefined;
    return skip;
  }
  return 'break';
}

function* turn(shell: ShellState): Call<void> {
  shell.sys.spend(COMMAND_MICROSECONDS);
  yield* shell.sys.breathe();
}

function* evaluateLoop(shell: ShellState, node: Loop, flags: number): Call<number> {
  shell.loopDepth++;
  let status = 0;
  let skip: Skip;
  do {
    yield* turn(shell);
    const condition = yield* evaluate(shell, node.condition, TESTED);
    skip = takeSkip(shell);
    if (skip === 'return status') status = condition;
    if (skip) continue;
    if ((condition === 0) !== (node.kind === 'while')) break;
    status = yield* evaluate(shell, node.body, flags & TESTED);
    skip = takeSkip(shell);
  } while (skip === undefined || skip === 'continue');
  shell.loopDepth--;
  return status;
}

function* evaluateFor(shell: ShellState, node: For, flags: number): Call<number> {
  shell.line = node.line;
  shell.errorLine = node.line;
  const words: string[] = [];
  for (const word of node.words) yield* expandFields(shell, word, words);
  let status = 0;
  shell.loopDepth++;
  for (const word of words) {
    yield* turn(shell);
    shell.variables.set(node.name, word);
    status = yield* evaluate(shell, node.body, flags & TESTED);
    const skip = takeSkip(shell);
    if (skip !== undefined && skip !== 'continue') break;
  }
  shell.loopDepth--;
  return status;
}

/** `(( … ))`: 0 if the value is not zero. */
function* evaluateArithmeticCommand(shell: ShellState, node: ArithmeticCommand): Call<number> {
  shell.line = node.line;
  shell.errorLine = node.line;
  shell.sys.spend(COMMAND_MICROSECONDS);
  try {
    return Number(yield* evaluateParts(shell, node.expression)) === 0 ? 1 : 0;
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown;
    yield* shell.report(thrown);
    return 1;
  }
}

function* evaluateArithmeticFor(
  shell: ShellState,
  node: ArithmeticFor,
  flags: number,
): Call<number> {
  shell.line = node.line;
  shell.errorLine = node.line;
  yield* evaluateParts(shell, node.init);
  let status = 0;
  shell.loopDepth++;
  for (;;) {
    yield* turn(shell);
    if (node.condition.length > 0 && Number(yield* evaluateParts(shell, node.condition)) === 0) {
      break;
    }
    status = yield* evaluate(shell, node.body, flags & TESTED);
    const skip = takeSkip(shell);
    if (skip !== undefined && skip !== 'continue') break;
    yield* evaluateParts(shell, node.step);
  }
  shell.loopDepth--;
  return status;
}

function* evaluateCase(shell: ShellState, node: Case, flags: number): Call<number> {
  shell.line = node.line;
  shell.errorLine = node.line;
  const subject = yield* expandText(shell, node.subject);
  for (const { patterns, body } of node.clauses) {
    for (const word of patterns) {
      const pattern = yield* expandPattern(shell, word);
      if (!pattern.matches(subject)) continue;
      return body === null ? 0 : yield* evaluate(shell, body, flags);
    }
  }
  return 0;
}

function* evaluateSubshell(shell: ShellState, node: Subshell, flags: number): Call<number> {
  shell.line = node.line;
  shell.errorLine = node.line;
  const background = node.kind === 'background';
  const redirections = yield* expandRedirections(shell, node.redirections);
  if (!background && flags & EXIT_AFTER && !shell.mayHaveTraps) {
    yield* redirect(shell, redirections, undefined);
    return yield* evaluate(shell, node.body, flags);
  }
  const job = shell.jobs.create(shell.jobControl);
  const inner = (background ? flags & ~TESTED : flags) | EXIT_AFTER;
  forkShell(shell, job, node, background ? 'background' : 'foreground', (child) =>
    evaluateForked(child, node.body, inner, redirections),
  );
  return background ? 0 : yield* waitForJob(shell, job);
}

function* evaluateForked(
  child: ShellState,
  body: Node | null,
  flags: number,
  redirections: readonly ExpandedRedirection[],
): Call<void> {
  yield* redirect(child, redirections, undefined);
  yield* evaluate(child, body, flags);
}

function* evaluateRedirected(shell: ShellState, node: Redirected, flags: number): Call<number> {
  shell.line = node.line;
  shell.errorLine = node.line;
  const redirections = yield* expandRedirections(shell, node.redirections);
  const saved = pushDescriptors(shell);
  let status = 1;
  try {
    if (yield* redirectSafely(shell, redirections, saved)) {
      status = yield* evaluate(shell, node.body, flags & TESTED);
    }
  } catch (thrown) {
    yield* shell.report(thrown);
    throw thrown;
  }
  popDescriptors(shell, false);
  return status;
}

/** Forks a process for each command; the first one writes what the second one reads. Models ash.c evalpipe. */
function* evaluatePipeline(shell: ShellState, node: Pipeline, flags: number): Call<number> {
  const { sys } = shell;
  const job = shell.jobs.create(shell.jobControl);
  const inner = flags | EXIT_AFTER;
  let input = -1;
  for (const [index, command] of node.commands.entries()) {
    lookUpFirst(shell, command);
    const ends = index < node.commands.length - 1 ? openPipe(shell) : undefined;
    const source = input;
    forkShell(shell, job, command, node.background ? 'background' : 'foreground', (child) => {
      connect(child, source, ends);
      return evaluate(child, command, inner);
    });
    if (input >= 0) sys.close(input);
    if (ends) {
      input = ends[0];
      sys.close(ends[1]);
    } else input = -1;
  }
  if (node.background) return 0;
  const status = yield* waitForJob(shell, job);
  shell.pipeStatus = job.processes.map((process) =>
    process.status ? exitCodeOf(process.status) : 0,
  );
  return status;
}

/** Makes pipes the input and output of a pipeline's process. */
function connect(
  { sys }: ShellState,
  source: number,
  ends: readonly [number, number] | undefined,
): void {
  if (ends) sys.close(ends[0]);
  if (source > 0) {
    sys.dup2(source, 0);
    sys.close(source);
  }
  if (ends && ends[1] > 1) {
    sys.dup2(ends[1], 1);
    sys.close(ends[1]);
  }
}

/** Looks a command up before the fork, so that the parent remembers where it is. */
function lookUpFirst(shell: ShellState, node: Node): void {
  if (node.kind !== 'simple') return;
  const name = node.words[0]?.literal;
  if (name === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  if (shell.functions.has(name) || BUILTINS.has(name) || BASH_BUILTINS.has(name)) return;
  findProgram(shell, name);
}
