import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { Failure, type Invocation } from './applet';
import { formatArguments } from './awk-builtins';
import { Cell } from './awk-cell';
import { AwkEvaluator } from './awk-evaluator';
import type { AwkInput } from './awk-input';
import { toInt } from './awk-number';
import { type AwkFunction, listOf, type Rule, type Statement } from './awk-program';
import type { AwkStreams } from './awk-streams';
import { COMMA } from './awk-tokens';
import type { AwkVariables } from './awk-variables';

/** `exit` has been reached. */
export class AwkExit {}

/** Virtual CPU time in µs of one statement. */
const STATEMENT_MICROSECONDS = 1;

/** Why statements do not go on with the next one; `skip` leaves the record (next, nextfile). */
type Jump = 'break' | 'continue' | 'return' | 'skip' | undefined;

/** Runs statements and rules. */
export class AwkStatements {
  readonly #run: Invocation;
  readonly #variables: AwkVariables;
  readonly #streams: AwkStreams;
  readonly #evaluator: AwkEvaluator;
  /** What the file that is being read is left by. */
  #skips: 'record' | 'file' | undefined;
  #returned: Cell = Cell.ofText('');
  /** What `exit` was given. */
  exitCode = 0;

  constructor(run: Invocation, variables: AwkVariables, streams: AwkStreams, input: AwkInput) {
    this.#run = run;
    this.#variables = variables;
    this.#streams = streams;
    const runBody = (callee: AwkFunction) => this.#runBody(callee);
    this.#evaluator = new AwkEvaluator({ sys: run.sys, variables, streams, input, runBody });
  }

  /** Runs BEGIN or END. Throws AwkExit. */
  *runAll(statements: readonly Statement[]): Call<void> {
    this.#skips = undefined;
    yield* this.#executeAll(statements);
    this.#skips = undefined;
  }

  /** Runs the rules for the current record; tells whether the rest of the file is to be left out. */
  *runRules(rules: readonly Rule[]): Call<boolean> {
    this.#skips = undefined;
    for (const rule of rules) {
      yield* this.#breathe();
      if (!(yield* this.#applies(rule)) && !this.#skips) continue;
      if (!this.#skips) yield* this.#executeAll(rule.body);
      if (this.#skips) break;
    }
    return this.#skips === 'file';
  }

  *#breathe(): Call<void> {
    this.#run.sys.spend(STATEMENT_MICROSECONDS);
    yield* this.#run.sys.breathe();
  }

  *#applies(rule: Rule): Call<boolean> {
    const { pattern } = rule;
    if (!pattern) return true;
    if (pattern.operator !== COMMA) return yield* this.#evaluator.isTrue(pattern);
    if (!rule.inRange && !(yield* this.#evaluator.isTrue(pattern.left))) return false;
    rule.inRange = !(yield* this.#evaluator.isTrue(pattern.right));
    return true;
  }

  *#runBody(callee: AwkFunction): Call<Cell> {
    const jump = yield* this.#executeAll(callee.body ?? []);
    const value = new Cell(true);
    value.clear();
    if (jump === 'return') value.copyFrom(this.#returned);
    return value;
  }

  *#executeAll(statements: readonly Statement[]): Call<Jump> {
    for (const statement of statements) {
      const jump = yield* this.#execute(statement);
      if (jump) return jump;
      if (this.#skips) return 'skip';
    }
    return undefined;
  }

  *#execute(statement: Statement): Call<Jump> {
    yield* this.#breathe();
    this.#evaluator.enter();
    const jump = yield* this.#executeOne(statement);
    this.#evaluator.leave();
    return jump;
  }

  *#executeOne(statement: Statement): Call<Jump> {
    const evaluator = this.#evaluator;
    switch (statement.kind) {
      case 'expression':
        yield* evaluator.evaluate(statement.value);
        return undefined;
      case 'block':
        return yield* this.#executeAll(statement.body);
      case 'if': {
        const branch = (yield* evaluator.isTrue(statement.condition))
          ? statement.body
          : statement.otherwise;
        if (this.#skips) return 'skip';
        return branch && (yield* this.#execute(branch));
      }
      case 'loop':
        return yield* this.#loop(statement);
      case 'for in':
        return yield* this.#forIn(statement);
      case 'print':
      case 'printf':
        this.#variables.place = statement.place;
        yield* this.#print(statement);
        return undefined;
      case 'delete': {
        this.#variables.place = statement.place;
        const { elements } = evaluator.arrayCell(statement.target);
        if (statement.target.right) {
          elements.delete(yield* evaluator.text(statement.target.right));
        } else elements.clear();
        return undefined;
      }
      case 'return':
        this.#returned = yield* evaluator.evaluate(statement.value);
        return 'return';
      case 'exit': {
        if (statement.value) {
          this.exitCode = toInt((yield* evaluator.evaluate(statement.value)).number) & 0xff;
        }
        throw new AwkExit();
      }
      case 'next':
      case 'nextfile':
        this.#skips = statement.kind === 'next' ? 'record' : 'file';
        return 'skip';
      default:
        return statement.kind;
    }
  }

  *#loop(loop: Extract<Statement, { kind: 'loop' }>): Call<Jump> {
    const { checksFirst, begin, condition, step, body } = loop;
    if (begin) yield* this.#evaluator.evaluate(begin);
    for (let first = true; ; first = false) {
      yield* this.#breathe();
      if (!first && step) yield* this.#evaluator.evaluate(step);
      const checks = (checksFirst || !first) && condition !== 'always';
      if (checks && !(yield* this.#evaluator.isTrue(condition))) return undefined;
      if (this.#skips) return 'skip';
      const jump = yield* this.#execute(body);
      if (jump === 'break') return undefined;
      if (jump && jump !== 'continue') return jump;
      if (this.#skips) return 'skip';
    }
  }

  *#forIn(loop: Extract<Statement, { kind: 'for in' }>): Call<Jump> {
    const { elements } = yield* this.#evaluator.evaluate(loop.array);
    for (const key of elements.keys()) {
      (yield* this.#evaluator.evaluate(loop.variable)).setText(key);
      const jump = yield* this.#execute(loop.body);
      if (jump === 'break') return undefined;
      if (jump && jump !== 'continue') return jump;
      if (this.#skips) return 'skip';
    }
    return undefined;
  }

  *#print(statement: Extract<Statement, { kind: 'print' | 'printf' }>): Call<void> {
    const evaluator = this.#evaluator;
    const variables = this.#variables;
    const { redirection } = statement;
    let target: Bytes = '/dev/stdout';
    if (redirection) target = yield* evaluator.text(redirection.target);
    const output = yield* this.#streams.output(redirection?.mode ?? '>', target);
    if (statement.kind === 'printf') {
      output.pending += yield* formatArguments(evaluator, statement.values);
    } else if (!statement.values) output.pending += variables.text(variables.record.whole);
    else {
      for (const [index, value] of listOf(statement.values).entries()) {
        const cell = yield* evaluator.evaluate(value);
        if (index > 0) output.pending += variables.text(variables.outputSeparator);
        output.pending += variables.shown(cell);
      }
    }
    if (statement.kind === 'print') output.pending += variables.text(variables.outputTerminator);
    const text = output.pending;
    output.pending = '';
    try {
      yield* this.#run.sys.write(output.fd, text);
    } catch (error) {
      // What cannot be written is lost without a word.
      if (!(error instanceof SysError)) throw error;
      if (error.errno === 'EBADF' && output.fd > 2) throw new Failure(error.message);
    }
  }
}
