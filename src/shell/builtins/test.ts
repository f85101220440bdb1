import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat, Sys } from '../../runtime/syscalls';
import { BadRegex, Regex } from '../applets/regex';
import { Pattern } from '../expansion/pattern';
import type { ShellState } from '../interpreter/state';

export interface TestResult {
  readonly status: number;
  /** Message without the program's name. */
  readonly complaint?: Bytes;
}

/** Ends a test with status 2. */
class BadTest {
  readonly message: Bytes | undefined;

  constructor(message?: Bytes) {
    this.message = message;
  }

  /** About a word, which an empty one does not show in. */
  static about(word: Bytes, problem: Bytes): BadTest {
    return new BadTest(word === '' ? problem : `${word}: ${problem}`);
  }
}

const UNARY = new Set([
  '-r',
  '-w',
  '-x',
  '-e',
  '-f',
  '-d',
  '-c',
  '-b',
  '-p',
  '-u',
  '-g',
  '-k',
  '-s',
  '-t',
  '-z',
  '-n',
  '-h',
  '-O',
  '-G',
  '-L',
  '-S',
]);
const INTEGER = new Set(['-eq', '-ne', '-ge', '-gt', '-le', '-lt']);
const BINARY = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...INTEGER]);

/** The value of `test`, `[` or `[[` with these arguments, the name among them. Models coreutils/test.c. */
export function evaluateTest(sys: Sys, argv: readonly Bytes[]): TestResult {
  const name = (argv[0] ?? '').replace(/^.*\//s, '');
  let args = argv.slice(1);
  const closing = name === '[' ? ']' : name === '[[' ? ']]' : undefined;
  if (closing !== undefined) {
    if (args[args.length - 1] !== closing) return { status: 2, complaint: `missing ${closing}` };
    args = args.slice(0, -1);
  }
  try {
    return { status: new Test(sys, args, closing === ']]').run() };
  } catch (error) {
    if (error instanceof BadTest) return { status: 2, complaint: error.message };
    throw error;
  }
}

class Test {
  readonly #sys: Sys;
  readonly #args: readonly Bytes[];
  readonly #double: boolean;
  #at = 0;

  constructor(sys: Sys, args: readonly Bytes[], double: boolean) {
    this.#sys = sys;
    this.#args = args;
    this.#double = double;
  }

  run(): number {
    const args = this.#args;
    let start = 0;
    let negated = false;
    let count = args.length;
    for (;;) {
      const left = count - start;
      if (left === 0) return negated ? 0 : 1;
      if (left === 1) return (args[start] !== '') !== negated ? 0 : 1;
      if (left === 3 && this.#isBinary(args[start + 1])) {
        this.#at = start;
        return this.#binary() !== negated ? 0 : 1;
      }
      if (left === 4 && args[start] === '(' && args[start + 3] === ')') {
        count = start + 3;
        start++;
      }
      if (args[start] !== '!') break;
      start++;
      negated = !negated;
    }
    return this.#general(count);
  }

  /** The grammar with `-a`, `-o` and parentheses; what is left over at the end is an error. */
  #general(count: number): number {
    const rest = new Test(this.#sys, this.#args.slice(0, count), this.#double);
    const value = rest.#or();
    const surplus = rest.#args[rest.#at + 1];
    if (rest.#at < rest.#args.length && surplus !== undefined) {
      throw new BadTest(`${surplus}: unknown operand`);
    }
    return value ? 0 : 1;
  }

  #isBinary(operator: Bytes | undefined): boolean {
    if (operator === undefined) return false;
    return BINARY.has(operator) || (this.#double && operator === '=~');
  }

  /** `[` knows -a and -o, `[[` knows && and ||. */
  #joins(operator: Bytes | undefined, kind: 'and' | 'or'): boolean {
    if (kind === 'and') return operator === (this.#double ? '&&' : '-a');
    return operator === (this.#double ? '||' : '-o');
  }

  // Each function begins at its first word and ends at its last one.

  #or(): boolean {
    const value = this.#and();
    if (!this.#joins(this.#args[this.#at + 1], 'or')) return value;
    this.#at += 2;
    return this.#or() || value;
  }

  #and(): boolean {
    const value = this.#not();
    if (!this.#joins(this.#args[this.#at + 1], 'and')) return value;
    this.#at += 2;
    return this.#and() && value;
  }

  #not(): boolean {
    if (this.#args[this.#at] !== '!') return this.#primary();
    if (this.#at + 1 >= this.#args.length) return true;
    this.#at++;
    return !this.#not();
  }

  #primary(): boolean {
    const args = this.#args;
    const word = args[this.#at];
    if (word === undefined) throw new BadTest('argument expected');
    if (word === '(') {
      this.#at++;
      const value = this.#or();
      if (args[++this.#at] !== ')') throw new BadTest('closing paren expected');
      return value;
    }
    const binary = this.#isBinary(args[this.#at + 1]);
    if (binary && args[this.#at + 2] !== undefined) return this.#binary();
    if (UNARY.has(word) && args[this.#at + 1] !== undefined) {
      this.#at++;
      return this.#unary(word, args[this.#at] as Bytes);
    }
    if (binary && !UNARY.has(word)) return this.#binary();
    return word !== '';
  }

  #binary(): boolean {
    const left = this.#args[this.#at] as Bytes;
    const operator = this.#args[this.#at + 1] as Bytes;
    const right = this.#args[this.#at + 2];
    this.#at += 2;
    if (right === undefined) throw BadTest.about(operator, 'argument expected');
    if (INTEGER.has(operator)) return compareIntegers(operator, integer(left), integer(right));
    if (operator.startsWith('-')) return this.#compareFiles(operator, left, right);
    if (this.#double && operator === '=~') return this.#matchesRegex(left, right);
    const equal = this.#double ? () => new Pattern(right).matches(left) : () => left === right;
    switch (operator) {
      case '=':
      case '==':
        return equal();
      case '!=':
        return !equal();
      case '<':
        return left < right;
      default:
        return left > right;
    }
  }

  #matchesRegex(text: Bytes, regex: Bytes): boolean {
    try {
      return new Regex(regex, { extended: true }).test(text);
    } catch (error) {
      if (error instanceof BadRegex) throw new BadTest();
      throw error;
    }
  }

  #stat(path: Bytes, follow: boolean): Stat | undefined {
    try {
      return follow ? this.#sys.stat(path) : this.#sys.lstat(path);
    } catch (error) {
      if (error instanceof SysError) return undefined;
      throw error;
    }
  }

  #compareFiles(operator: Bytes, left: Bytes, right: Bytes): boolean {
    const a = this.#stat(left, true);
    const b = this.#stat(right, true);
    if (!a || !b) return false;
    const [older, newer] = [Math.floor(a.modifiedMs / 1000), Math.floor(b.modifiedMs / 1000)];
    if (operator === '-nt') return older > newer;
    if (operator === '-ot') return older < newer;
    return a.device === b.device && a.inode === b.inode;
  }

  #unary(operator: Bytes, operand: Bytes): boolean {
    if (operator === '-z') return operand === '';
    if (operator === '-n') return operand !== '';
    if (operator === '-t') return this.#isTerminal(Number(integer(operand)));
    if (operator === '-h' || operator === '-L')
      return this.#stat(operand, false)?.type === 'symlink';
    const stat = this.#stat(operand, true);
    if (!stat) return false;
    switch (operator) {
      case '-r':
        return this.#allowed(stat, 4);
      case '-w':
        return this.#allowed(stat, 2);
      case '-x':
        return this.#allowed(stat, 1);
      case '-f':
        return stat.type === 'file';
      case '-d':
        return stat.type === 'directory';
      case '-c':
        return stat.type === 'character device';
      case '-p':
        return stat.type === 'fifo';
      case '-S':
        return stat.type === 'socket';
      case '-b':
        return false;
      case '-u':
        return (stat.mode & 0o4000) !== 0;
      case '-g':
        return (stat.mode & 0o2000) !== 0;
      case '-k':
        return (stat.mode & 0o1000) !== 0;
      case '-s':
        return stat.size > 0;
      case '-O':
        return stat.uid === this.#sys.uid;
      case '-G':
        return stat.gid === this.#sys.gid;
      default:
        return true;
    }
  }

  #isTerminal(fd: number): boolean {
    try {
      return this.#sys.isatty(fd);
    } catch (error) {
      if (error instanceof SysError) return false;
      throw error;
    }
  }

  /** By the permission bits alone; root may all but execute what nobody may. */
  #allowed(stat: Stat, bit: number): boolean {
    const { uid, gid, groups } = this.#sys;
    if (uid === 0) return bit !== 1 || (stat.mode & 0o111) !== 0;
    if (stat.uid === uid) return (stat.mode & (bit << 6)) !== 0;
    if (stat.gid === gid || groups.includes(stat.gid)) return (stat.mode & (bit << 3)) !== 0;
    return (stat.mode & bit) !== 0;
  }
}

function compareIntegers(operator: Bytes, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-ge':
      return left >= right;
    case '-gt':
      return left > right;
    case '-le':
      return left <= right;
    default:
      return left < right;
  }
}

function integer(text: Bytes): bigint {
  const match = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)/.exec(text);
  if (!match) throw BadTest.about(text, 'bad number');
  const size = BigInt(match[2] as string);
  const value = match[1] === '-' ? -size : size;
  if (value > 2n ** 63n - 1n || value < -(2n ** 63n)) throw BadTest.about(text, 'out of range');
  if (!/^[ \t\n\v\f\r]*$/.test(text.slice(match[0].length)))
    throw BadTest.about(text, 'bad number');
  return value;
}

export function runTest(shell: ShellState, argv: readonly Bytes[]): number | Call<number> {
  const { status, complaint } = evaluateTest(shell.sys, argv);
  return complaint === undefined ? status : complain(shell, complaint, status);
}

function* complain(shell: ShellState, complaint: Bytes, status: number): Call<number> {
  if (shell.bash) {
    yield* shell.warn(
      complaint
        .replace(/bad number$|out of range$/, 'integer expression expected')
        .replace(/^(.*): unknown operand$/, '$1: binary operator expected')
        .replace(/^missing (\]+)$/, "missing `$1'"),
    );
    return status;
  }
  yield* shell.writeError(`${shell.applet}: ${complaint}\n`);
  return status;
}
