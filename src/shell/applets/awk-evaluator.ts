import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { Failure } from './applet';
import { type BuiltinContext, callBuiltin } from './awk-builtins';
import { Cell } from './awk-cell';
import type { AwkInput } from './awk-input';
import { toLong } from './awk-number';
import { type AwkFunction, type AwkNode, listOf } from './awk-program';
import type { AwkStreams } from './awk-streams';
import { COLON, COMMA } from './awk-tokens';
import type { AwkVariables } from './awk-variables';
import { compileOrFail } from './patterns';
import { BadRegex, Regex } from './regex';

/** How deep functions, statements and expressions may nest while running. */
const MOST_NESTING = 400;

/** Bytes that one value may have; beyond it awk is out of memory. */
const LONGEST_VALUE = 16 * 1024 * 1024;

/** Patterns made from texts that are kept compiled. */
const KEPT_PATTERNS = 100;

export interface EvaluatorParts {
  readonly sys: Sys;
  readonly variables: AwkVariables;
  readonly streams: AwkStreams;
  readonly input: AwkInput;
  /** Runs a function's body; its value. */
  readonly runBody: (callee: AwkFunction) => Call<Cell>;
}

/** Evaluates expressions. Models evaluate() of editors/awk.c. */
export class AwkEvaluator implements BuiltinContext {
  readonly sys: Sys;
  readonly variables: AwkVariables;
  readonly streams: AwkStreams;
  readonly input: AwkInput;
  readonly #runBody: (callee: AwkFunction) => Call<Cell>;
  readonly #patterns = new Map<Bytes, Regex>();
  #arguments: readonly Cell[] = [];
  #nesting = 0;

  constructor({ sys, variables, streams, input, runBody }: EvaluatorParts) {
    this.sys = sys;
    this.variables = variables;
    this.streams = streams;
    this.input = input;
    this.#runBody = runBody;
  }

  /** The value of an expression: a variable's own cell, or a new one. No expression is the empty text. */
  *evaluate(node: AwkNode | undefined): Call<Cell> {
    if (!node) return Cell.ofText('');
    switch (node.kind) {
      case 'constant':
        return node.cell as Cell;
      case 'variable':
        if (!node.right) return this.#variable(node);
    }
    this.enter();
    this.variables.place = node.place;
    const value = yield* this.#evaluate(node);
    this.leave();
    return value;
  }

  /** Counts one more level of nesting. Throws Failure. */
  enter(): void {
    if (++this.#nesting > MOST_NESTING) {
      throw new Failure(`functions and expressions nest more than ${MOST_NESTING} deep`);
    }
  }

  leave(): void {
    this.#nesting--;
  }

  *text(node: AwkNode | undefined): Call<Bytes> {
    return this.variables.text(yield* this.evaluate(node));
  }

  *isTrue(node: AwkNode | undefined): Call<boolean> {
    return (yield* this.evaluate(node)).isTrue;
  }

  fail(message: Bytes): Failure {
    return this.variables.fail(message);
  }

  /** A value as a regular expression; what is no extended one may be a basic one. */
  *pattern(node: AwkNode): Call<Regex> {
    if (node.regex) return this.variables.pick(node.regex);
    const source = yield* this.text(node);
    const { ignoreCase } = this.variables;
    const key = `${ignoreCase ? 'i' : 'e'}${source}`;
    let regex = this.#patterns.get(key);
    if (!regex) {
      try {
        regex = new Regex(source, { extended: true, ignoreCase });
      } catch (error) {
        if (!(error instanceof BadRegex)) throw error;
        regex = compileOrFail(source, { ignoreCase });
      }
      if (this.#patterns.size >= KEPT_PATTERNS) this.#patterns.clear();
      this.#patterns.set(key, regex);
    }
    return regex;
  }

  /** The array, or the variable that becomes one, that `delete` or a parameter names. */
  arrayCell(node: AwkNode): Cell {
    if (node.kind === 'variable') return node.cell as Cell;
    if (node.kind === 'parameter') return this.#arguments[node.index] as Cell;
    throw this.fail('Not an array');
  }

  #variable({ cell }: AwkNode): Cell {
    if (cell === this.variables.record.count) this.variables.record.split();
    return cell as Cell;
  }

  *#evaluate(node: AwkNode): Call<Cell> {
    const { variables } = this;
    switch (node.kind) {
      case 'variable':
      case 'parameter':
        return yield* this.#subscripted(node);
      case 'regex': {
        const found = (yield* this.pattern(node)).test(variables.text(variables.record.whole));
        return Cell.ofNumber(found ? 1 : 0);
      }
      case 'match': {
        const left = yield* this.evaluate(node.left);
        const pattern = yield* this.pattern(node.right as AwkNode);
        const found = pattern.test(variables.text(left));
        return Cell.ofNumber(found === (node.operator?.symbol === '~') ? 1 : 0);
      }
      case 'and':
      case 'or': {
        const left = yield* this.isTrue(node.left);
        if (left === (node.kind === 'or')) return Cell.ofNumber(left ? 1 : 0);
        return Cell.ofNumber((yield* this.isTrue(node.right)) ? 1 : 0);
      }
      case 'ternary': {
        const condition = yield* this.isTrue(node.left);
        const branches = node.right;
        if (branches?.operator !== COLON) throw this.fail('Possible syntax error');
        return yield* this.evaluate(condition ? branches.left : branches.right);
      }
      case 'call':
        return yield* this.#call(node);
      case 'builtin':
        return yield* callBuiltin(this, node);
      case 'getline':
      case 'pipe getline':
        return yield* this.#getline(node);
      case 'field':
        return yield* this.#field(node);
      case 'unary':
      case 'increment':
        return this.#unary(node, yield* this.evaluate(node.right));
      case 'colon':
      case 'root':
      case 'constant':
        throw this.fail('Possible syntax error');
      default:
        return yield* this.#binary(node);
    }
  }

  *#subscripted(node: AwkNode): Call<Cell> {
    if (!node.right) return this.arrayCell(node);
    const key = yield* this.text(node.right);
    return this.arrayCell(node).element(key);
  }

  *#field(node: AwkNode): Call<Cell> {
    const index = Math.trunc((yield* this.evaluate(node.right)).number);
    if (index < 0) throw this.fail('Access to negative field');
    return this.variables.record.field(Number.isNaN(index) ? 0 : index);
  }

  #unary({ operator }: AwkNode, operand: Cell): Cell {
    const value = operand.number;
    switch (operator?.symbol) {
      case '!':
        return Cell.ofNumber(operand.isTrue ? 0 : 1);
      case '-':
        return Cell.ofNumber(-value);
      case '+':
        return Cell.ofNumber(value);
    }
    const symbol = operator?.symbol ?? '';
    const changed = symbol.includes('++') ? value + 1 : value - 1;
    operand.setNumber(changed);
    return Cell.ofNumber(symbol.startsWith('x') ? value : changed);
  }

  *#binary(node: AwkNode): Call<Cell> {
    const { variables } = this;
    const symbol = node.operator?.symbol ?? '';
    const left = yield* this.evaluate(node.left);
    switch (node.kind) {
      case 'arithmetic':
      case 'change': {
        const first = left.number;
        const second = (yield* this.evaluate(node.right)).number;
        const result = this.#compute(symbol, first, second);
        if (node.kind === 'arithmetic') return Cell.ofNumber(result);
        left.setNumber(result);
        return left;
      }
      case 'assign': {
        const right = yield* this.evaluate(node.right);
        // A function's value loses what it knows of where it came from.
        if (right.temporary && !right.isNumber) left.setText(variables.text(right));
        else left.copyFrom(right);
        return left;
      }
      case 'compare': {
        const right = yield* this.evaluate(node.right);
        return Cell.ofNumber(this.#compare(symbol, left, right) ? 1 : 0);
      }
      case 'in': {
        const right = yield* this.evaluate(node.right);
        const key = variables.text(left);
        return Cell.ofNumber(right.elements.get(key) ? 1 : 0);
      }
      default: {
        const right = yield* this.text(node.right);
        const between = node.operator === COMMA ? variables.text(variables.subscriptSeparator) : '';
        const joined = variables.text(left) + between + right;
        if (joined.length > LONGEST_VALUE) throw new Failure('out of memory');
        return Cell.ofText(joined);
      }
    }
  }

  #compute(symbol: string, left: number, right: number): number {
    switch (symbol) {
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '^':
        // In C anything to the power of 0 and 1 to any power is 1.
        return left === 1 ? 1 : left ** right;
    }
    if (right === 0) throw this.fail('Division by zero');
    return symbol === '/' ? left / right : left - toLong(left / right) * right;
  }

  #compare(symbol: string, left: Cell, right: Cell): boolean {
    let difference: number;
    if (left.numeric && right.numeric) difference = left.number - right.number;
    else {
      let first = this.variables.text(left);
      let second = this.variables.text(right);
      if (this.variables.ignoreCase) {
        first = first.toLowerCase();
        second = second.toLowerCase();
      }
      difference = first < second ? -1 : first > second ? 1 : 0;
    }
    switch (symbol) {
      case '==':
        return difference === 0;
      case '!=':
        return difference !== 0;
      case '>':
        return difference > 0;
      case '<=':
        return !(difference > 0);
      case '>=':
        return difference >= 0;
      default:
        return !(difference >= 0);
    }
  }

  *#call(node: AwkNode): Call<Cell> {
    const callee = node.callee as AwkFunction;
    if (!callee.body) throw this.fail('Call to undefined function');
    const cells = Array.from({ length: callee.parameters }, () => new Cell());
    for (const [index, argument] of listOf(node.left).entries()) {
      const value = yield* this.evaluate(argument);
      const cell = cells[index];
      if (!cell) continue;
      cell.copyFrom(value);
      cell.original = value;
    }
    const before = this.#arguments;
    this.#arguments = cells;
    const value = yield* this.#runBody(callee);
    this.#arguments = before;
    return value;
  }

  *#getline(node: AwkNode): Call<Cell> {
    const { variables, input } = this;
    const named = node.left !== undefined;
    const left = yield* this.evaluate(node.left);
    const into = node.right ? yield* this.evaluate(node.right) : variables.record.whole;
    let result: number | SysError;
    if (named) {
      const kind = node.kind === 'getline' ? 'file' : 'command';
      const reader = yield* this.streams.input(kind, variables.text(left));
      if (reader instanceof SysError) variables.noteError(reader.errno);
      result = reader instanceof SysError ? reader : yield* input.readFrom(reader, into);
    } else {
      if (!input.isOpen) yield* input.nextFile();
      result = input.isOpen ? yield* input.read(into) : new SysError('ENOENT');
      if (result === 1) input.count();
    }
    return Cell.ofNumber(result instanceof SysError ? -1 : result);
  }
}
