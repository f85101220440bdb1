import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import type { Failure } from './applet';
import { Cell } from './awk-cell';
import { untilNul } from './awk-lexer';
import { toInt, toLong, toWord } from './awk-number';
import { type AwkNode, listOf } from './awk-program';
import { AwkRandom } from './awk-random';
import { type Separator, separatorFrom, splitFields } from './awk-split';
import type { AwkStreams } from './awk-streams';
import { formatAwk, substitute } from './awk-text';
import { COMMA } from './awk-tokens';
import type { AwkVariables } from './awk-variables';
import { calendarTime, unixTime } from './calendar';
import type { Regex } from './regex';
import { strftime } from './strftime';
import { parseTimeZone } from './timezone';

/** What built-ins need of the evaluator that calls them. */
export interface BuiltinContext {
  readonly sys: Sys;
  readonly variables: AwkVariables;
  readonly streams: AwkStreams;
  evaluate(node: AwkNode | undefined): Call<Cell>;
  text(node: AwkNode | undefined): Call<Bytes>;
  pattern(node: AwkNode): Call<Regex>;
  fail(message: Bytes): Failure;
}

/** Longest text that strftime may make. */
const LONGEST_DATE = 240;

/** Built-ins with at most one argument, which has to be there for those marked `!`. */
const SIMPLE = new Set(
  ['close!', 'system!', 'fflush', 'cos!', 'exp!', 'int!', 'log!', 'rand', 'sin!', 'sqrt!'].concat([
    'srand',
    'length',
    'systime',
  ]),
);

/** Least number of arguments of the others. */
const LEAST_ARGUMENTS: Readonly<Record<string, number>> = {
  and: 2,
  or: 2,
  xor: 2,
  lshift: 2,
  rshift: 2,
  atan2: 2,
  compl: 1,
  gensub: 3,
  gsub: 2,
  sub: 2,
  index: 2,
  match: 2,
  split: 2,
  substr: 2,
  strftime: 0,
  mktime: 1,
  tolower: 1,
  toupper: 1,
};

/** Arguments that are not evaluated like the others: patterns and separators. */
const UNEVALUATED: Readonly<Record<string, number>> = {
  gensub: 0,
  gsub: 0,
  sub: 0,
  match: 1,
  split: 2,
};

const RANDOMS = new WeakMap<BuiltinContext, { seed: number; readonly random: AwkRandom }>();

function randomOf(evaluator: BuiltinContext): { seed: number; readonly random: AwkRandom } {
  const known = RANDOMS.get(evaluator);
  if (known) return known;
  const made = { seed: 1, random: new AwkRandom(1) };
  RANDOMS.set(evaluator, made);
  return made;
}

export function* callBuiltin(evaluator: BuiltinContext, node: AwkNode): Call<Cell> {
  const { name } = node;
  if (name === 'sprintf') {
    return Cell.ofText(untilNul(yield* formatArguments(evaluator, node.left)));
  }
  const required = SIMPLE.has(`${name}!`);
  if (!required && !SIMPLE.has(name)) return yield* callWithArguments(evaluator, node);
  if (required && !node.left) throw evaluator.fail('Too few arguments');
  const takesNone = name === 'rand' || name === 'systime';
  const argument = takesNone ? undefined : node.left && (yield* evaluator.evaluate(node.left));
  if (node.left && (takesNone || node.left.operator === COMMA)) {
    throw evaluator.fail('Too many arguments');
  }
  return Cell.ofNumber(yield* callSimple(evaluator, name, argument));
}

/** What `printf` and `sprintf` make of a list of expressions. */
export function* formatArguments(
  evaluator: BuiltinContext,
  list: AwkNode | undefined,
): Call<Bytes> {
  const nodes = listOf(list);
  const format = yield* evaluator.text(nodes.shift());
  return yield* formatAwk(
    format,
    evaluator.variables.convert,
    () => evaluator.evaluate(nodes.shift()),
    () => {
      throw evaluator.fail('%*x formats are not supported');
    },
  );
}

function* callSimple(
  evaluator: BuiltinContext,
  name: string,
  argument: Cell | undefined,
): Call<number> {
  const { variables, sys, streams } = evaluator;
  const value = argument?.number ?? 0;
  switch (name) {
    case 'close': {
      const status = yield* streams.close(variables.text(argument as Cell));
      if (status < 0) variables.noteError('ENOENT');
      return status;
    }
    case 'system': {
      const command = variables.text(argument as Cell);
      return command === '' ? 0 : (yield* streams.system(command)) >> 8;
    }
    case 'cos':
      return Math.cos(value);
    case 'exp':
      return Math.exp(value);
    case 'int':
      return toLong(value);
    case 'log':
      return Math.log(value);
    case 'sin':
      return Math.sin(value);
    case 'sqrt':
      return Math.sqrt(value);
    case 'rand':
      return randomOf(evaluator).random.fraction();
    case 'srand': {
      const state = randomOf(evaluator);
      const before = state.seed;
      state.seed = argument ? Number(toWord(value) & 0xffffffffn) : Math.floor(sys.nowMs / 1000);
      state.random.seed(state.seed);
      return before;
    }
    case 'systime':
      return Math.floor(sys.nowMs / 1000);
    case 'length':
      if (argument?.isArray) return argument.elements.size;
      return variables.text(argument ?? variables.record.whole).length;
    default:
      // fflush: nothing that has been printed is held back.
      return 0;
  }
}

function* callWithArguments(evaluator: BuiltinContext, node: AwkNode): Call<Cell> {
  const { name } = node;
  const nodes = listOf(node.left);
  const cells: Cell[] = [];
  for (const [index, argument] of nodes.slice(0, 4).entries()) {
    if (UNEVALUATED[name] === index) cells.push(new Cell(true));
    else cells.push(yield* evaluator.evaluate(argument));
  }
  if (nodes.length < (LEAST_ARGUMENTS[name] ?? 0)) throw evaluator.fail('Too few arguments');
  const words = () => cells.map((cell) => toWord(cell.number)) as [bigint, bigint];
  switch (name) {
    case 'atan2':
      return Cell.ofNumber(Math.atan2(numberAt(cells, 0), numberAt(cells, 1)));
    case 'and':
      return ofWord(words()[0] & words()[1]);
    case 'or':
      return ofWord(words()[0] | words()[1]);
    case 'xor':
      return ofWord(words()[0] ^ words()[1]);
    case 'lshift':
      return ofWord(words()[0] << (words()[1] % 64n));
    case 'rshift':
      return ofWord(words()[0] >> (words()[1] % 64n));
    case 'compl':
      return ofWord(~words()[0]);
    case 'match':
      return yield* match(evaluator, nodes, cells);
    case 'split':
      return yield* split(evaluator, nodes, cells);
    case 'sub':
    case 'gsub':
    case 'gensub':
      return yield* substituteIn(evaluator, name, nodes, cells);
    default:
      return textFunction(evaluator, name, cells);
  }
}

function ofWord(word: bigint): Cell {
  return Cell.ofNumber(Number(BigInt.asUintN(64, word)));
}

function numberAt(cells: readonly Cell[], index: number): number {
  return cells[index]?.number ?? 0;
}

function textFunction(evaluator: BuiltinContext, name: string, cells: readonly Cell[]): Cell {
  const { variables } = evaluator;
  const text = cells[0] ? variables.text(cells[0]) : '';
  switch (name) {
    case 'index':
      return Cell.ofNumber(indexOf(text, variables.text(cells[1] as Cell), variables.ignoreCase));
    case 'substr':
      return Cell.ofText(substring(text, cells));
    case 'strftime': {
      const seconds = cells[1] ? toLong(cells[1].number) : Math.floor(evaluator.sys.nowMs / 1000);
      const format = cells[0] ? text : '%a %b %d %H:%M:%S %Z %Y';
      const shown = strftime(format, calendarTime(seconds, zoneOf(evaluator)));
      return Cell.ofText(shown.length < LONGEST_DATE ? shown : '');
    }
    case 'mktime':
      return Cell.ofNumber(makeTime(evaluator, text));
    case 'toupper':
      return Cell.ofText(text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()));
    default:
      return Cell.ofText(text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
  }
}

function indexOf(text: Bytes, wanted: Bytes, ignoreCase: boolean): number {
  if (wanted === '') return 0;
  return ignoreCase
    ? text.toLowerCase().indexOf(wanted.toLowerCase()) + 1
    : text.indexOf(wanted) + 1;
}

/** A start before the text is its start, and takes nothing off the length. */
function substring(text: Bytes, cells: readonly Cell[]): Bytes {
  const begin = Math.max(0, Math.min(text.length, toInt(numberAt(cells, 1) - 1)));
  const length = cells[2] ? Math.max(0, toInt(cells[2].number)) : text.length;
  return text.slice(begin, begin + length);
}

function zoneOf(evaluator: BuiltinContext) {
  return parseTimeZone(evaluator.sys.env.get('TZ'));
}

/** The Unix time of `YYYY MM DD HH MM SS`. */
function makeTime(evaluator: BuiltinContext, text: Bytes): number {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(text);
  if (!match) return -1;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || year < 1900) return -1;
  const zone = zoneOf(evaluator);
  const time = { ...calendarTime(0, zone), year, month: month - 1, day, hour, minute, second };
  return toInt(unixTime(time, zone));
}

function* match(
  evaluator: BuiltinContext,
  nodes: readonly AwkNode[],
  cells: readonly Cell[],
): Call<Cell> {
  const { variables } = evaluator;
  const text = variables.text(cells[0] as Cell);
  const found = (yield* evaluator.pattern(nodes[1] as AwkNode)).find(text);
  variables.matchLength.setNumber(found ? found.end - found.start : -1);
  variables.matchStart.setNumber(found ? found.start + 1 : 0);
  return variables.matchStart;
}

function* split(
  evaluator: BuiltinContext,
  nodes: readonly AwkNode[],
  cells: readonly Cell[],
): Call<Cell> {
  const { variables } = evaluator;
  const text = variables.text(cells[0] as Cell);
  let separator: Separator = variables.fieldSeparator;
  const given = nodes[2];
  if (given) separator = given.regex ?? separatorFrom(yield* evaluator.text(given));
  const fields = splitFields(text, separator, {
    atNewlines: variables.text(variables.recordSeparatorText) === '',
    ignoreCase: variables.ignoreCase,
  });
  const array = cells[1] as Cell;
  array.elements.clear();
  for (const [index, field] of fields.entries()) {
    array.element(String(index + 1)).setInput(field);
    if (index % 100 === 99) yield* evaluator.sys.breathe();
  }
  return Cell.ofNumber(fields.length);
}

function* substituteIn(
  evaluator: BuiltinContext,
  name: 'sub' | 'gsub' | 'gensub',
  nodes: readonly AwkNode[],
  cells: readonly Cell[],
): Call<Cell> {
  const { variables } = evaluator;
  const replacement = variables.text(cells[1] as Cell);
  const pattern = yield* evaluator.pattern(nodes[0] as AwkNode);
  const groups = name === 'gensub';
  const target = (groups ? cells[3] : cells[2]) ?? variables.record.whole;
  const which = name === 'sub' ? 1 : groups ? toInt(numberAt(cells, 2)) : 0;
  const { text, count } = substitute(variables.text(target), {
    pattern,
    replacement,
    which,
    groups,
  });
  evaluator.sys.spend(1 + text.length / 100);
  if (groups) return Cell.ofText(text);
  target.setText(text);
  return Cell.ofNumber(count);
}
