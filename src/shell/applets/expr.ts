import type { Bytes } from '../../runtime/bytes';
import { applet, Failure } from './applet';
import { byteOrder } from './files';
import { compileOrFail } from './patterns';

type Value = bigint | Bytes;

/** Models coreutils/expr.c: numbers have 64 bits. */
export const expr = applet(
  'expr',
  function* (run) {
    if (run.args.length === 0) throw new Failure('too few arguments');
    const evaluation = new Evaluation(run.args);
    const value = evaluation.evaluate();
    for (const warning of evaluation.warnings) yield* run.complain(warning);
    yield* run.out.write(`${value}\n`);
    return isNull(value) ? 1 : 0;
  },
  { failureCode: 2 },
);

function isNull(value: Value): boolean {
  return typeof value === 'bigint' ? value === 0n : value === '' || value === '0';
}

/** Operators by precedence, the weakest first. */
const LEVELS: readonly (readonly Bytes[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

/** Nesting of parentheses and keywords. */
const MOST_DEPTH = 1000;

class Evaluation {
  readonly warnings: Bytes[] = [];
  readonly #args: readonly Bytes[];
  #at = 0;
  #depth = 0;

  constructor(args: readonly Bytes[]) {
    this.#args = args;
  }

  evaluate(): Value {
    const value = this.#level(0);
    if (this.#at < this.#args.length) throw new Failure('syntax error');
    return value;
  }

  #level(level: number): Value {
    const operators = LEVELS[level];
    if (!operators) return this.#keyword();
    let left = this.#level(level + 1);
    for (;;) {
      const operator = this.#args[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at++;
      left = this.#apply(operator, left, this.#level(level + 1));
    }
  }

  #apply(operator: Bytes, left: Value, right: Value): Value {
    switch (operator) {
      case '|':
        return isNull(left) ? right : left;
      case '&':
        return isNull(left) || isNull(right) ? 0n : left;
      case ':':
        return this.#match(left, right);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return arithmetic(operator, left, right);
      default:
        return compare(operator, left, right) ? 1n : 0n;
    }
  }

  #match(text: Value, pattern: Value): Value {
    const source = String(pattern);
    if (source.startsWith('^')) {
      this.warnings.push(
        `warning: '${source}': using '^' as the first character\n` +
          'of a basic regular expression is not portable; it is ignored',
      );
    }
    const regex = compileOrFail(source);
    const subject = String(text);
    const match = regex.find(subject);
    if (match?.start !== 0) return regex.groups > 0 ? '' : 0n;
    const group = regex.groups > 0 ? match.group(1) : undefined;
    return group ? subject.slice(group.start, group.end) : BigInt(match.end);
  }

  #keyword(): Value {
    const word = this.#args[this.#at];
    if (++this.#depth > MOST_DEPTH) throw new Failure('syntax error');
    try {
      switch (word) {
        case 'quote':
          this.#at++;
          return this.#operand();
        case 'length':
          this.#at++;
          return BigInt(String(this.#keyword()).length);
        case 'match':
          this.#at++;
          return this.#match(this.#keyword(), this.#keyword());
        case 'index':
          this.#at++;
          return firstOf(String(this.#keyword()), String(this.#keyword()));
        case 'substr':
          this.#at++;
          return substring(String(this.#keyword()), this.#keyword(), this.#keyword());
        default:
          return this.#primary();
      }
    } finally {
      this.#depth--;
    }
  }

  #primary(): Value {
    const word = this.#args[this.#at];
    if (word === ')') throw new Failure('syntax error');
    if (word !== '(') return this.#operand();
    this.#at++;
    const value = this.#level(0);
    if (this.#args[this.#at] !== ')') throw new Failure('syntax error');
    this.#at++;
    return value;
  }

  #operand(): Bytes {
    const word = this.#args[this.#at++];
    if (word === undefined) throw new Failure('syntax error');
    return word;
  }
}

/** strtoll(3) over the whole text. */
function integerIn(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  const match = /^[\t-\r ]*([+-]?)([0-9]+)$/.exec(value);
  if (!match) return undefined;
  const size = BigInt(match[2] as string);
  const number = match[1] === '-' ? -size : size;
  const most = 2n ** 63n - 1n;
  return number > most ? most : number < -most - 1n ? -most - 1n : number;
}

function arithmetic(operator: Bytes, left: Value, right: Value): bigint {
  const a = integerIn(left);
  const b = integerIn(right);
  if (a === undefined || b === undefined) throw new Failure('non-numeric argument');
  if ((operator === '/' || operator === '%') && b === 0n) throw new Failure('division by zero');
  const result =
    operator === '+'
      ? a + b
      : operator === '-'
        ? a - b
        : operator === '*'
          ? a * b
          : operator === '/'
            ? a / b
            : a % b;
  return BigInt.asIntN(64, result);
}

function compare(operator: Bytes, left: Value, right: Value): boolean {
  const a = integerIn(left);
  const b = integerIn(right);
  const order =
    a !== undefined && b !== undefined
      ? a < b
        ? -1
        : a > b
          ? 1
          : 0
      : byteOrder(String(a ?? left), String(b ?? right));
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    default:
      return order === 0;
  }
}

function firstOf(text: Bytes, set: Bytes): bigint {
  for (let i = 0; i < text.length; i++) if (set.includes(text[i] as string)) return BigInt(i + 1);
  return 0n;
}

function substring(text: Bytes, from: Value, length: Value): Bytes {
  const start = integerIn(from);
  const count = integerIn(length);
  if (start === undefined || count === undefined || start <= 0n || count <= 0n) return '';
  if (start > BigInt(text.length)) return '';
  return text.slice(Number(start) - 1, Number(start) - 1 + Number(count));
}
