import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { numberWidth } from './bc';
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
  parseDecimal,
  power,
  remainder,
  squareRoot,
  subtract,
  whole,
  withScale,
} from './decimal';
import { closeInput, openOrFail } from './files';
import { readAll } from './lines';
import { parseOptions } from './options';

/** A number, or the text of a macro. */
type Cell = Decimal | Bytes;

const HIGHEST_BASE = 999;
const MOST_MACROS = 1000;
const TOKEN =
  /(?:\s|#[^\n]*)*(?:(_?(?:[0-9A-F]+\.?[0-9A-F]*|\.[0-9A-F]+))|(!?[<=>])(.)|([sSlL:;])([\s\S])|([\s\S])|$)/y;

/** Models the dc half of miscutils/bc.c. */
export const dc = applet('dc', function* (run) {
  const { given, operands } = parseOptions(run.args, { letters: 'xe:f:' });
  const scripts = given.filter(({ key }) => key !== 'x');
  const machine = new DcMachine(run, numberWidth(run, 'DC_LINE_LENGTH'));
  try {
    for (const { key, value = '' } of scripts) {
      const text = key === 'e' ? value : yield* textOf(run, value);
      if (!(yield* machine.execute(text))) return 0;
    }
    for (const file of operands) {
      if (!(yield* machine.execute(yield* textOf(run, file)))) return 0;
    }
    if (scripts.length === 0 && operands.length === 0) {
      yield* machine.execute(yield* readAll(run.sys, 0));
    }
    return 0;
  } catch (error) {
    if (error instanceof ArithmeticFailure) throw new Failure(error.message, 1);
    throw error;
  }
});

function* textOf(run: Invocation, file: Bytes): Call<Bytes> {
  const fd = yield* openOrFail(run, file);
  const text = yield* readAll(run.sys, fd);
  closeInput(run, fd);
  return text;
}

class DcMachine {
  readonly #run: Invocation;
  readonly #width: number;
  readonly #stack: Cell[] = [];
  readonly #registers = new Map<Bytes, Cell[]>();
  #scale = 0;
  #inputBase = 10;
  #outputBase = 10;
  #depth = 0;

  constructor(run: Invocation, width: number) {
    this.#run = run;
    this.#width = width;
  }

  /** False when the program has said `q`. */
  *execute(text: Bytes): Call<boolean> {
    if (++this.#depth > MOST_MACROS) throw new ArithmeticFailure('too much recursion');
    for (let at = 0; at < text.length; ) {
      yield* this.#run.sys.breathe();
      TOKEN.lastIndex = at;
      const [all = '', number, comparison, register = '', access, name = '', letter] =
        TOKEN.exec(text) ?? [];
      at += all.length;
      if (number !== undefined) {
        const value = parseDecimal(number.replace('_', ''), this.#inputBase);
        this.#stack.push(number.startsWith('_') ? negate(value) : value);
      } else if (comparison !== undefined) {
        if (!(yield* this.#compare(comparison, register))) return false;
      } else if (access !== undefined) this.#access(access, name);
      else if (letter === '[') at = this.#text(text, at);
      else if (letter === 'q' || letter === 'Q') return false;
      else if (letter !== undefined && !(yield* this.#command(letter))) return false;
    }
    this.#depth--;
    return true;
  }

  /** A text in brackets, which may have brackets within; where it ends. */
  #text(text: Bytes, from: number): number {
    let depth = 1;
    let at = from;
    for (; at < text.length && depth > 0; at++) {
      if (text[at] === '[') depth++;
      else if (text[at] === ']') depth--;
    }
    this.#stack.push(text.slice(from, depth === 0 ? at - 1 : at));
    return at;
  }

  *#command(letter: Bytes): Call<boolean> {
    switch (letter) {
      case 'p':
        yield* this.#print(`${this.#shown(this.#top())}\n`);
        return true;
      case 'n':
        yield* this.#print(`${this.#shown(this.#pop())}\n`);
        return true;
      case 'P': {
        const cell = this.#pop();
        yield* this.#print(
          typeof cell === 'string' ? cell : String.fromCharCode(integer(cell) & 0xff),
        );
        return true;
      }
      case 'f':
        for (const cell of [...this.#stack].reverse()) yield* this.#print(`${this.#shown(cell)}\n`);
        return true;
      case 'x': {
        const cell = this.#pop();
        if (typeof cell === 'string') return yield* this.execute(cell);
        this.#stack.push(cell);
        return true;
      }
      default:
        this.#calculate(letter);
        return true;
    }
  }

  #calculate(letter: Bytes): void {
    const stack = this.#stack;
    switch (letter) {
      case 'c':
        stack.length = 0;
        return;
      case 'd':
        stack.push(this.#top());
        return;
      case 'r': {
        const [b, a] = [this.#pop(), this.#pop()];
        stack.push(b, a);
        return;
      }
      case 'z':
        stack.push(whole(stack.length));
        return;
      case 'Z': {
        const cell = this.#pop();
        stack.push(whole(typeof cell === 'string' ? cell.length : digitCount(cell)));
        return;
      }
      case 'X': {
        const cell = this.#pop();
        stack.push(whole(typeof cell === 'string' ? 0 : cell.scale));
        return;
      }
      case 'a': {
        const cell = this.#pop();
        stack.push(
          typeof cell === 'string' ? (cell[0] ?? '') : String.fromCharCode(integer(cell) & 0xff),
        );
        return;
      }
      case 'v':
        stack.push(squareRoot(this.#number(), this.#scale));
        return;
      case 'k':
        this.#scale = integer(this.#number());
        return;
      case 'K':
        stack.push(whole(this.#scale));
        return;
      case 'i':
        this.#inputBase = this.#base('ibase', 16);
        return;
      case 'I':
        stack.push(whole(this.#inputBase));
        return;
      case 'o':
        this.#outputBase = this.#base('obase', HIGHEST_BASE);
        return;
      case 'O':
        stack.push(whole(this.#outputBase));
        return;
      default:
        this.#operate(letter);
    }
  }

  #operate(operator: Bytes): void {
    if (!'+-*/%^~|'.includes(operator)) {
      throw new ArithmeticFailure(`bad character '${operator}'`);
    }
    if (this.#stack.length < 2) throw new ArithmeticFailure('stack has too few elements');
    const right = this.#number();
    const left = this.#number();
    const scale = this.#scale;
    switch (operator) {
      case '+':
        this.#stack.push(add(left, right));
        return;
      case '-':
        this.#stack.push(subtract(left, right));
        return;
      case '*':
        this.#stack.push(multiply(left, right, scale));
        return;
      case '/':
        this.#stack.push(divide(left, right, scale));
        return;
      case '%':
        this.#stack.push(remainder(left, right, scale));
        return;
      case '^':
        this.#stack.push(power(left, right, scale));
        return;
      case '~':
        this.#stack.push(divide(left, right, scale), remainder(left, right, scale));
        return;
      default: {
        const base = this.#number();
        if (right.value === 0n) throw new ArithmeticFailure('divide by zero');
        this.#stack.push(modularPower(base, left, right));
      }
    }
  }

  #access(operation: Bytes, name: Bytes): void {
    const cells = this.#registers.get(name) ?? [];
    this.#registers.set(name, cells);
    if (operation === 's') {
      cells.pop();
      cells.push(this.#pop());
    } else if (operation === 'S') cells.push(this.#pop());
    else if (operation === 'l') this.#stack.push(cells.at(-1) ?? whole(0));
    else if (operation === 'L') {
      const cell = cells.pop();
      if (cell === undefined) throw new ArithmeticFailure('stack has too few elements');
      this.#stack.push(cell);
    } else {
      const index = `${name}[${integer(this.#number())}]`;
      if (operation === ':') this.#registers.set(index, [this.#pop()]);
      else this.#stack.push(this.#registers.get(index)?.[0] ?? whole(0));
    }
  }

  /** `2 1 >a`: the top against the one below it, then the macro in the register. */
  *#compare(comparison: Bytes, register: Bytes): Call<boolean> {
    const order = compare(this.#number(), this.#number());
    const relation = comparison.at(-1);
    const holds = relation === '=' ? order === 0 : relation === '<' ? order < 0 : order > 0;
    if (holds === comparison.startsWith('!')) return true;
    const cell = this.#registers.get(register)?.at(-1);
    return typeof cell === 'string' ? yield* this.execute(cell) : true;
  }

  #base(name: Bytes, highest: number): number {
    const base = integer(this.#number());
    if (base >= 2 && base <= highest) return base;
    throw new ArithmeticFailure(`bad ${name}; must be [2,${highest}]`);
  }

  #top(): Cell {
    const cell = this.#stack.at(-1);
    if (cell === undefined) throw new ArithmeticFailure('stack has too few elements');
    return cell;
  }

  #pop(): Cell {
    const cell = this.#top();
    this.#stack.pop();
    return cell;
  }

  #number(): Decimal {
    const cell = this.#pop();
    if (typeof cell !== 'string') return cell;
    throw new ArithmeticFailure('variable is wrong type');
  }

  #shown(cell: Cell): Bytes {
    if (typeof cell === 'string') return cell;
    return foldedNumber(formatDecimal(cell, this.#outputBase), this.#width);
  }

  *#print(text: Bytes): Call<void> {
    yield* this.#run.out.write(text);
  }
}

function modularPower(base: Decimal, exponent: Decimal, modulus: Decimal): Decimal {
  const divisor = withScale(modulus, 0).value;
  let result = 1n;
  let factor = withScale(base, 0).value % divisor;
  for (let left = withScale(exponent, 0).value; left > 0n; left /= 2n) {
    if (left % 2n === 1n) result = (result * factor) % divisor;
    factor = (factor * factor) % divisor;
  }
  return whole(result);
}
