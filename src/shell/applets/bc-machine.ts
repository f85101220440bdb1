import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import type { BcExpression, BcStatement, BcVariable } from './bc-parser';
import {
  ArithmeticFailure,
  add,
  compare,
  type Decimal,
  digitCount,
  divide,
  foldedNumber,
  formatDecimal,
  integer,
  multiply,
  negate,
  ONE,
  parseDecimal,
  power,
  remainder,
  squareRoot,
  subtract,
  whole,
  withScale,
  ZERO,
} from './decimal';

type Definition = Extract<BcStatement, { kind: 'define' }>;

/** How a statement ended, if not at its end. */
type Ending =
  | undefined
  | { readonly kind: 'break' | 'continue' | 'quit' }
  | { readonly kind: 'return'; readonly value: Decimal };

const HIGHEST_BASE = 999;
const MOST_CALLS = 500;
const LIBRARY_SCALE = 20;
/** Digits that a series is summed up with beyond those asked for. */
const GUARD_DIGITS = 10;
const ESCAPES: Readonly<Record<string, Bytes>> = {
  a: '\x07',
  b: '\b',
  e: '\\',
  f: '\f',
  n: '\n',
  q: '"',
  r: '\r',
  t: '\t',
};

/** Runs statements of bc. Models the virtual machine of miscutils/bc.c, walking the tree instead. */
export class BcMachine {
  readonly #run: Invocation;
  readonly #width: number;
  readonly #library: boolean;
  readonly #functions = new Map<Bytes, Definition>();
  #variables = new Map<Bytes, Decimal>();
  #arrays = new Map<Bytes, Map<number, Decimal>>();
  #scale = 0;
  #inputBase = 10;
  #outputBase = 10;
  #last: Decimal = ZERO;
  #calls = 0;

  constructor(run: Invocation, options: { readonly width: number; readonly library: boolean }) {
    this.#run = run;
    this.#width = options.width;
    this.#library = options.library;
    if (options.library) this.#scale = LIBRARY_SCALE;
  }

  /** Whether the program goes on behind the statement. */
  *execute(statement: BcStatement): Call<boolean> {
    const ending = yield* this.#statement(statement);
    if (ending?.kind === 'return') throw new ArithmeticFailure("'return' not in a function");
    return ending?.kind !== 'quit';
  }

  *#statement(statement: BcStatement): Call<Ending> {
    yield* this.#run.sys.breathe();
    switch (statement.kind) {
      case 'expression': {
        const value = yield* this.#value(statement.expression);
        if (!statement.prints) return undefined;
        this.#last = value;
        yield* this.#print(`${this.#shown(value)}\n`);
        return undefined;
      }
      case 'text':
        yield* this.#print(statement.text);
        return undefined;
      case 'print':
        for (const item of statement.items) {
          if (typeof item === 'string') {
            yield* this.#print(item.replace(/\\(.)/gs, (all, c: string) => ESCAPES[c] ?? all));
          } else {
            this.#last = yield* this.#value(item);
            yield* this.#print(this.#shown(this.#last));
          }
        }
        return undefined;
      case 'block':
        return yield* this.#block(statement.body);
      case 'if': {
        const { value } = yield* this.#value(statement.condition);
        if (value !== 0n) return yield* this.#statement(statement.then);
        return statement.otherwise && (yield* this.#statement(statement.otherwise));
      }
      case 'loop':
        return yield* this.#loop(statement);
      case 'return':
        return {
          kind: 'return',
          value: statement.value ? yield* this.#value(statement.value) : ZERO,
        };
      case 'define':
        this.#functions.set(statement.name, statement);
        return undefined;
      default:
        return { kind: statement.kind };
    }
  }

  *#block(statements: readonly BcStatement[]): Call<Ending> {
    for (const statement of statements) {
      const ending = yield* this.#statement(statement);
      if (ending) return ending;
    }
    return undefined;
  }

  *#loop(loop: Extract<BcStatement, { kind: 'loop' }>): Call<Ending> {
    if (loop.init) yield* this.#value(loop.init);
    for (;;) {
      yield* this.#run.sys.breathe();
      if (loop.condition && (yield* this.#value(loop.condition)).value === 0n) return undefined;
      const ending = yield* this.#statement(loop.body);
      if (ending?.kind === 'break') return undefined;
      if (ending && ending.kind !== 'continue') return ending;
      if (loop.step) yield* this.#value(loop.step);
    }
  }

  *#value(expression: BcExpression): Call<Decimal> {
    switch (expression.kind) {
      case 'number':
        return parseDecimal(expression.text, this.#inputBase);
      case 'variable':
        return yield* this.#get(expression);
      case 'call':
        return yield* this.#call(expression.name, expression.args);
      case 'unary': {
        const operand = yield* this.#value(expression.operand);
        if (expression.operator === '-') return negate(operand);
        return operand.value === 0n ? ONE : ZERO;
      }
      case 'binary': {
        const left = yield* this.#value(expression.left);
        return this.#operate(expression.operator, left, yield* this.#value(expression.right));
      }
      case 'assign': {
        const value = yield* this.#value(expression.value);
        const { operator, target } = expression;
        const next =
          operator === '' ? value : this.#operate(operator, yield* this.#get(target), value);
        return yield* this.#set(target, next);
      }
      case 'step': {
        const old = yield* this.#get(expression.target);
        const next = yield* this.#set(expression.target, add(old, whole(expression.by)));
        return expression.before ? next : old;
      }
    }
  }

  #operate(operator: Bytes, left: Decimal, right: Decimal): Decimal {
    const truth = (yes: boolean): Decimal => (yes ? ONE : ZERO);
    switch (operator) {
      case '+':
        return add(left, right);
      case '-':
        return subtract(left, right);
      case '*':
        return multiply(left, right, this.#scale);
      case '/':
        return divide(left, right, this.#scale);
      case '%':
        return remainder(left, right, this.#scale);
      case '^':
        return power(left, right, this.#scale);
      case '&&':
        return truth(left.value !== 0n && right.value !== 0n);
      case '||':
        return truth(left.value !== 0n || right.value !== 0n);
      case '==':
        return truth(compare(left, right) === 0);
      case '!=':
        return truth(compare(left, right) !== 0);
      case '<':
        return truth(compare(left, right) < 0);
      case '>':
        return truth(compare(left, right) > 0);
      case '<=':
        return truth(compare(left, right) <= 0);
      default:
        return truth(compare(left, right) >= 0);
    }
  }

  *#get({ name, index }: BcVariable): Call<Decimal> {
    if (index) return this.#arrays.get(name)?.get(integer(yield* this.#value(index))) ?? ZERO;
    switch (name) {
      case 'scale':
        return whole(this.#scale);
      case 'ibase':
        return whole(this.#inputBase);
      case 'obase':
        return whole(this.#outputBase);
      case 'last':
        return this.#last;
      default:
        return this.#variables.get(name) ?? ZERO;
    }
  }

  *#set({ name, index }: BcVariable, value: Decimal): Call<Decimal> {
    if (index) {
      const array = this.#arrays.get(name) ?? new Map<number, Decimal>();
      array.set(integer(yield* this.#value(index)), value);
      this.#arrays.set(name, array);
    } else if (name === 'scale') {
      if (value.value < 0n) throw new ArithmeticFailure('negative number');
      this.#scale = integer(value);
    } else if (name === 'ibase') this.#inputBase = baseOf(name, value, 16);
    else if (name === 'obase') this.#outputBase = baseOf(name, value, HIGHEST_BASE);
    else if (name === 'last') this.#last = value;
    else this.#variables.set(name, value);
    return value;
  }

  *#call(name: Bytes, args: readonly BcExpression[]): Call<Decimal> {
    const definition = this.#functions.get(name);
    if (definition) return yield* this.#callDefined(definition, args);
    const [first] = args;
    if (!first) throw new ArithmeticFailure('undefined function');
    if (name === 'length' && first.kind === 'variable' && first.name.endsWith('[]')) {
      if (!first.index)
        return whole(Math.max(-1, ...(this.#arrays.get(first.name) ?? new Map()).keys()) + 1);
    }
    const value = yield* this.#value(first);
    switch (name) {
      case 'length':
        return whole(digitCount(value));
      case 'scale':
        return whole(value.scale);
      case 'sqrt':
        return squareRoot(value, this.#scale);
      default:
        if (!this.#library) throw new ArithmeticFailure('undefined function');
        return libraryFunction(name, value, this.#scale);
    }
  }

  *#callDefined({ parameters, autos, body }: Definition, args: readonly BcExpression[]) {
    if (args.length !== parameters.length) {
      throw new ArithmeticFailure(
        `function has ${parameters.length} parameters, but called with ${args.length}`,
      );
    }
    if (++this.#calls > MOST_CALLS) throw new ArithmeticFailure('too much recursion');
    const values: Decimal[] = [];
    for (const arg of args) values.push(yield* this.#value(arg));
    const [variables, arrays] = [this.#variables, this.#arrays];
    this.#variables = new Map(variables);
    this.#arrays = new Map(arrays);
    for (const [i, parameter] of parameters.entries()) {
      const passed = args[i];
      if (parameter.endsWith('[]') && passed?.kind === 'variable') {
        this.#arrays.set(parameter, new Map(arrays.get(passed.name)));
      } else this.#variables.set(parameter, values[i] ?? ZERO);
    }
    for (const auto of autos) {
      if (auto.endsWith('[]')) this.#arrays.set(auto, new Map());
      else this.#variables.set(auto, ZERO);
    }
    const ending = yield* this.#block(body);
    const local = new Set([...parameters, ...autos]);
    for (const [name, value] of this.#variables) if (!local.has(name)) variables.set(name, value);
    for (const [name, array] of this.#arrays) if (!local.has(name)) arrays.set(name, array);
    [this.#variables, this.#arrays] = [variables, arrays];
    this.#calls--;
    return ending?.kind === 'return' ? ending.value : ZERO;
  }

  #shown(value: Decimal): Bytes {
    return foldedNumber(formatDecimal(value, this.#outputBase), this.#width);
  }

  *#print(text: Bytes): Call<void> {
    yield* this.#run.out.write(text);
  }
}

function baseOf(name: Bytes, value: Decimal, highest: number): number {
  const base = integer(value);
  if (base >= 2 && base <= highest) return base;
  throw new ArithmeticFailure(`bad ${name}; must be [2,${highest}]`);
}

/** The functions of `-l`, by their series with some digits to spare. */
function libraryFunction(name: Bytes, x: Decimal, scale: number): Decimal {
  const digits = scale + GUARD_DIGITS;
  switch (name) {
    case 'e':
      return withScale(exponential(x, digits), scale);
    case 'l':
      if (x.value <= 0n)
        return withScale(
          divide(subtract(ONE, power(whole(10), whole(scale), 0)), ONE, scale),
          scale,
        );
      return withScale(logarithm(x, digits), scale);
    case 's':
      return withScale(sine(x, digits), scale);
    case 'c':
      return withScale(sine(add(x, divide(pi(digits), whole(2), digits)), digits), scale);
    case 'a':
      return withScale(arcTangent(x, digits), scale);
    default:
      throw new ArithmeticFailure('undefined function');
  }
}

/** Sums `first` and what `next` makes of each term until nothing is left of it. */
function series(first: Decimal, next: (term: Decimal, n: number) => Decimal): Decimal {
  let sum = first;
  let term = first;
  for (let n = 1; term.value !== 0n; n++) {
    term = next(term, n);
    sum = add(sum, term);
  }
  return sum;
}

function exponential(x: Decimal, digits: number): Decimal {
  let halvings = 0;
  let small = withScale(x, digits + 10);
  for (; compare(small, ONE) > 0 || compare(small, whole(-1)) < 0; halvings++) {
    small = divide(small, whole(2), digits + 10);
  }
  let result = series(withScale(ONE, digits + 10), (term, n) =>
    divide(multiply(term, small, digits + 10), whole(n), digits + 10),
  );
  for (; halvings > 0; halvings--)
    result = withScale(multiply(result, result, digits + 10), digits + 10);
  return result;
}

function logarithm(x: Decimal, digits: number): Decimal {
  const two = whole(2);
  let rootings = 1;
  let near = withScale(x, digits);
  for (; compare(near, two) > 0 || compare(multiply(near, two, digits), ONE) < 0; rootings *= 2) {
    near = squareRoot(near, digits);
  }
  const ratio = divide(subtract(near, ONE), add(near, ONE), digits);
  const square = withScale(multiply(ratio, ratio, digits), digits);
  let sum = ratio;
  let odd = ratio;
  for (let n = 3; odd.value !== 0n; n += 2) {
    odd = withScale(multiply(odd, square, digits), digits);
    sum = add(sum, divide(odd, whole(n), digits));
  }
  return multiply(sum, whole(2 * rootings), digits);
}

function pi(digits: number): Decimal {
  return multiply(arcTangent(ONE, digits + 2), whole(4), digits);
}

function sine(x: Decimal, digits: number): Decimal {
  const circle = multiply(pi(digits + 5), whole(2), digits);
  const turns = integer(divide(x, circle, 0));
  const angle = withScale(subtract(x, multiply(circle, whole(turns), digits)), digits);
  const square = withScale(multiply(angle, angle, digits), digits);
  return series(angle, (term, n) =>
    negate(divide(multiply(term, square, digits), whole(2 * n * (2 * n + 1)), digits)),
  );
}

function arcTangent(x: Decimal, digits: number): Decimal {
  let doublings = 1;
  let small = withScale(x, digits + 5);
  const limit = { value: 2n, scale: 1 };
  // atan x = 2 atan (x / (1 + √(1 + x²))).
  for (; compare(small, limit) > 0 || compare(small, negate(limit)) < 0; doublings *= 2) {
    const root = squareRoot(add(ONE, multiply(small, small, digits + 5)), digits + 5);
    small = divide(small, add(ONE, root), digits + 5);
  }
  const square = withScale(multiply(small, small, digits + 5), digits + 5);
  let sum = small;
  let odd = small;
  for (let n = 3; odd.value !== 0n; n += 2) {
    odd = negate(withScale(multiply(odd, square, digits + 5), digits + 5));
    sum = add(sum, divide(odd, whole(n), digits + 5));
  }
  return multiply(sum, whole(doublings), digits);
}
