import type { Bytes } from '../../runtime/bytes';
import { NESTING_OF_ARITHMETIC } from '../limits';

/** A 64-bit integer: a number while that is exact, a BigInt beyond. */
export type Integer = number | bigint;

/** Variables as an expression sees them. */
export interface ArithmeticVariables {
  get(name: Bytes): Bytes | undefined;
  set(name: Bytes, value: Bytes): void;
  /** bash: names may have a subscript, which belongs to the name. */
  readonly subscripts?: boolean;
}

/** Why an expression has no value, in ash's words. */
export class ArithmeticError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const SYNTAX = 'arithmetic syntax error';

/** Operands of `||` and so on are always evaluated; only `?:` skips. Throws ArithmeticError. Models shell/math.c. */
export function evaluateArithmetic(text: Bytes, variables: ArithmeticVariables): Integer {
  return new Evaluator(text, variables, [], 0).evaluate();
}

/** Wraps to 64 bits, and back to a number where that is exact. */
function wrap(value: bigint): Integer {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

/** An operand: its value and, as long as it can be assigned to, its name. */
interface Operand {
  readonly value: Integer;
  readonly name: Bytes | undefined;
}

const BINARY: Readonly<Record<string, number>> = {
  '||': 5,
  '&&': 6,
  '|': 7,
  '^': 8,
  '&': 9,
  '==': 10,
  '!=': 10,
  '<': 11,
  '>': 11,
  '<=': 11,
  '>=': 11,
  '<<': 12,
  '>>': 12,
  '+': 13,
  '-': 13,
  '*': 14,
  '/': 14,
  '%': 14,
  '**': 15,
};

/** Longest first. */
const OPERATORS = [
  '<<=',
  '>>=',
  '<<',
  '>>',
  '||',
  '&&',
  '!=',
  '<=',
  '>=',
  '==',
  '|=',
  '&=',
  '*=',
  '/=',
  '%=',
  '+=',
  '-=',
  '--',
  '^=',
  '++',
  '**',
  '!',
  '<',
  '>',
  '=',
  '|',
  '&',
  '*',
  '/',
  '%',
  '+',
  '-',
  '^',
  '~',
  ',',
  '?',
  ':',
  ')',
  '(',
];

const ASSIGNMENTS: Readonly<Record<string, string>> = {
  '=': '',
  '<<=': '<<',
  '>>=': '>>',
  '|=': '|',
  '&=': '&',
  '*=': '*',
  '/=': '/',
  '%=': '%',
  '+=': '+',
  '-=': '-',
  '^=': '^',
};

class Evaluator {
  readonly #text: Bytes;
  readonly #variables: ArithmeticVariables;
  /** Names whose values are being evaluated further out. */
  readonly #names: readonly Bytes[];
  #depth: number;
  #at = 0;
  /**
   * Whether the operand read last is a name that no operator has used up yet: then `--` is one operator, even
   * where only two signs make sense (`n - --7`).
   */
  #nameBefore = false;
  /** Greater than 0 in the branch of `?:` that does not count. */
  #skipping = 0;

  constructor(text: Bytes, variables: ArithmeticVariables, names: readonly Bytes[], depth: number) {
    this.#text = text;
    this.#variables = variables;
    this.#names = names;
    this.#depth = depth;
  }

  evaluate(): Integer {
    this.#skipBlanks();
    if (this.#at === this.#text.length) return 0;
    const { value } = this.#comma();
    if (this.#at < this.#text.length) {
      if (this.#peek() === ':') throw new ArithmeticError('malformed ?: operator');
      throw new ArithmeticError(SYNTAX);
    }
    return value;
  }

  #skipBlanks(): void {
    while (/[ \t\n\v\f\r]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** The operator that stands here, '' if there is none. */
  #peek(): string {
    const text = this.#text;
    const at = this.#at;
    return OPERATORS.find((operator) => text.startsWith(operator, at)) ?? '';
  }

  #take(operator: string): void {
    this.#at += operator.length;
    this.#skipBlanks();
  }

  /** Behind an operand stands an operator or the end. ash sees to that before it calculates. */
  #expectOperator(): void {
    if (this.#at < this.#text.length && this.#peek() === '') throw new ArithmeticError(SYNTAX);
  }

  #comma(): Operand {
    let operand = this.#assignment();
    while (this.#peek() === ',') {
      this.#take(',');
      operand = { value: this.#assignment().value, name: undefined };
    }
    return operand;
  }

  #assignment(): Operand {
    if (++this.#depth > NESTING_OF_ARITHMETIC)
      throw new ArithmeticError('expression nested too deeply');
    const target = this.#conditional();
    const operator = this.#peek();
    const binary = ASSIGNMENTS[operator];
    if (binary === undefined) {
      this.#depth--;
      return target;
    }
    this.#take(operator);
    const right = this.#assignment().value;
    this.#depth--;
    this.#expectOperator();
    this.#nameBefore = false;
    if (this.#skipping > 0) return { value: 0, name: undefined };
    const value = binary === '' ? right : calculate(binary, target.value, right);
    if (target.name === undefined) throw new ArithmeticError(SYNTAX);
    this.#variables.set(target.name, String(value));
    return { value, name: undefined };
  }

  #conditional(): Operand {
    const condition = this.#binary(5);
    if (this.#peek() !== '?') return condition;
    this.#take('?');
    const taken = this.#skipping === 0 && condition.value !== 0;
    const middle = this.#branch(taken, () => this.#comma());
    if (this.#peek() !== ':') throw new ArithmeticError(SYNTAX);
    this.#take(':');
    const last = this.#branch(this.#skipping === 0 && !taken, () => this.#conditional());
    return { value: taken ? middle.value : last.value, name: undefined };
  }

  #branch(counts: boolean, evaluate: () => Operand): Operand {
    if (++this.#depth > NESTING_OF_ARITHMETIC)
      throw new ArithmeticError('expression nested too deeply');
    if (!counts) this.#skipping++;
    const operand = evaluate();
    if (!counts) this.#skipping--;
    this.#depth--;
    return operand;
  }

  #binary(least: number): Operand {
    let left = this.#unary();
    for (;;) {
      let operator = this.#peek();
      // Behind what is no name, `++` is twice a plus.
      if ((operator === '++' || operator === '--') && !this.#nameFollows()) {
        operator = operator[0] as string;
      }
      const precedence = BINARY[operator];
      if (precedence === undefined || precedence < least) return left;
      this.#take(operator);
      const right = this.#binary(operator === '**' ? precedence : precedence + 1);
      this.#expectOperator();
      this.#nameBefore = false;
      const value = this.#skipping > 0 ? 0 : calculate(operator, left.value, right.value);
      left = { value, name: undefined };
    }
  }

  #unary(): Operand {
    if (++this.#depth > NESTING_OF_ARITHMETIC)
      throw new ArithmeticError('expression nested too deeply');
    const operand = this.#unaryInner();
    this.#depth--;
    return operand;
  }

  #unaryInner(): Operand {
    const operator = this.#peek();
    if ((operator === '++' || operator === '--') && this.#nameFollows()) {
      this.#take(operator);
      const operand = this.#unary();
      return this.#step(operand, operator, true);
    }
    const doubled = operator === '++' || operator === '--';
    if (doubled && this.#nameBefore) throw new ArithmeticError(SYNTAX);
    const sign = doubled ? (operator[0] as string) : operator;
    if (sign === '+' || sign === '-' || sign === '!' || sign === '~') {
      this.#take(sign);
      const { value, name } = this.#unary();
      // A plus is dropped altogether, so that `+a=1` assigns.
      if (sign === '+') return { value, name };
      return { value: this.#skipping > 0 ? 0 : negate(sign, value), name: undefined };
    }
    return this.#postfix();
  }

  /** `++` and `--` are these operators only before a name; `--7` is twice a minus. */
  #nameFollows(): boolean {
    return /^[ \t\n\v\f\r]*[A-Za-z_]/.test(this.#text.slice(this.#at + 2));
  }

  #postfix(): Operand {
    const operand = this.#primary();
    const operator = this.#peek();
    if (operand.name === undefined || (operator !== '++' && operator !== '--')) return operand;
    this.#take(operator);
    return this.#step(operand, operator, false);
  }

  #step(operand: Operand, operator: string, before: boolean): Operand {
    if (this.#skipping > 0) return { value: 0, name: undefined };
    if (operand.name === undefined) throw new ArithmeticError(SYNTAX);
    this.#nameBefore = false;
    const value = calculate(operator[0] as string, operand.value, 1);
    this.#variables.set(operand.name, String(value));
    return { value: before ? value : operand.value, name: undefined };
  }

  #primary(): Operand {
    let name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(this.#text.slice(this.#at))?.[0];
    if (name !== undefined) {
      this.#take(name);
      if (this.#variables.subscripts && this.#text[this.#at] === '[') name += this.#subscript();
      // What is assigned to is not looked up first.
      const assigned = this.#text[this.#at] === '=' && this.#text[this.#at + 1] !== '=';
      // Nor is what does not count; ash then does not even see that it is a name.
      if (this.#skipping > 0) return { value: 0, name: undefined };
      this.#nameBefore = true;
      return { value: assigned ? 0 : this.#lookUp(name), name };
    }
    this.#nameBefore = false;
    if (/[0-9]/.test(this.#text[this.#at] ?? '')) return { value: this.#number(), name: undefined };
    if (this.#peek() !== '(') throw new ArithmeticError(SYNTAX);
    this.#take('(');
    const { value } = this.#comma();
    const closing = this.#peek();
    if (closing === ':') throw new ArithmeticError('malformed ?: operator');
    if (closing !== ')') throw new ArithmeticError(SYNTAX);
    this.#take(')');
    this.#nameBefore = false;
    return { value, name: undefined };
  }

  /** `[…]` with brackets that may nest. */
  #subscript(): Bytes {
    let depth = 0;
    let end = this.#at;
    do {
      if (this.#text[end] === '[') depth++;
      else if (this.#text[end] === ']') depth--;
      end++;
    } while (depth > 0 && end < this.#text.length);
    const subscript = this.#text.slice(this.#at, end);
    this.#take(subscript);
    return subscript;
  }

  #lookUp(name: Bytes): Integer {
    const text = this.#variables.get(name);
    if (text === undefined) return 0;
    if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
    if (this.#names.includes(name)) throw new ArithmeticError('expression recursion loop detected');
    return new Evaluator(text, this.#variables, [...this.#names, name], this.#depth).evaluate();
  }

  #number(): Integer {
    const literal = /^(0[xX]|[2-9]#|[1-9][0-9]#)?/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    let base = this.#text[this.#at] === '0' ? 8 : 10;
    if (/^0[xX]$/.test(literal)) base = 16;
    else if (literal !== '') base = Number(literal.slice(0, -1));
    if (base > 64) throw new ArithmeticError(SYNTAX);
    this.#at += literal.length;
    const start = this.#at;
    let value = 0;
    let large: bigint | undefined;
    for (;;) {
      const digit = digitOf(this.#text[this.#at] ?? '', base);
      if (digit < 0) break;
      this.#at++;
      if (large === undefined && value * base + digit <= Number.MAX_SAFE_INTEGER) {
        value = value * base + digit;
      } else large = BigInt.asIntN(64, (large ?? BigInt(value)) * BigInt(base) + BigInt(digit));
    }
    if (this.#at === start || /[A-Za-z0-9_]/.test(this.#text[this.#at] ?? '')) {
      throw new ArithmeticError(SYNTAX);
    }
    this.#skipBlanks();
    return large === undefined ? value : wrap(large);
  }
}

function digitOf(character: string, base: number): number {
  let digit = -1;
  if (/[0-9]/.test(character)) digit = character.charCodeAt(0) - 48;
  else if (/[a-z]/.test(character)) digit = character.charCodeAt(0) - 87;
  else if (/[A-Z]/.test(character)) digit = character.charCodeAt(0) - (base > 36 ? 29 : 55);
  else if (base > 36 && character === '@') digit = 62;
  else if (base > 36 && character === '_') digit = 63;
  return digit < base ? digit : -1;
}

function negate(operator: string, value: Integer): Integer {
  if (operator === '!') return value === 0 ? 1 : 0;
  if (operator === '-')
    return typeof value === 'number' ? (value === 0 ? 0 : -value) : wrap(-value);
  return wrap(~BigInt(value));
}

function calculate(operator: string, left: Integer, right: Integer): Integer {
  if (typeof left === 'number' && typeof right === 'number') {
    const result = calculateNumbers(operator, left, right);
    if (result !== undefined && Number.isSafeInteger(result)) return result + 0;
  }
  return calculateLarge(operator, BigInt(left), BigInt(right));
}

function calculateNumbers(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    case '<':
      return left < right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
    default:
      return undefined;
  }
}

function calculateLarge(operator: string, left: bigint, right: bigint): Integer {
  switch (operator) {
    case '+':
      return wrap(left + right);
    case '-':
      return wrap(left - right);
    case '*':
      return wrap(left * right);
    case '&':
      return wrap(left & right);
    case '|':
      return wrap(left | right);
    case '^':
      return wrap(left ^ right);
    case '<<':
      return wrap(left << BigInt.asUintN(6, right));
    case '>>':
      return wrap(left >> BigInt.asUintN(6, right));
    case '**':
      return power(left, right);
    case '/':
    case '%':
      if (right === 0n) throw new ArithmeticError('divide by zero');
      return wrap(operator === '/' ? left / right : left % right);
    case '<':
      return left < right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '&&':
      return left !== 0n && right !== 0n ? 1 : 0;
    default:
      return left !== 0n || right !== 0n ? 1 : 0;
  }
}

function power(base: bigint, exponent: bigint): Integer {
  if (exponent < 0n) throw new ArithmeticError('exponent less than 0');
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return wrap(result);
}
