import type { Bytes } from '../../runtime/bytes';
import { applet, Exit, Failure, type Invocation } from './applet';
import { byteOrder, closeInput, createOrFail, openOrFail } from './files';
import { MAX_HELD, readLines } from './lines';
import { sortInPieces } from './merge-sort';
import { parseOptions } from './options';
import { compareVersions } from './versions';

/** How lines are compared: by letters of the options, all of them or for one key. */
export interface SortKey {
  /** Field and byte of begin and end, from 1; 0: not given. */
  readonly range: readonly [number, number, number, number];
  readonly flags: ReadonlySet<string>;
}

export interface SortRules {
  readonly keys: readonly SortKey[];
  readonly flags: ReadonlySet<string>;
  readonly separator: string | undefined;
}

const LETTERS = 'ngMucszbrdfihmS:T:o:k:t:V';
const KEY_FLAGS = 'nghMbrdfi';

/** Models coreutils/sort.c. */
export const sort = applet(
  'sort',
  function* (run) {
    const options = parseOptions(run.args, {
      letters: LETTERS,
      long: { 'parallel=': 'parallel' },
    });
    const separator = options.value('t');
    if (separator !== undefined && separator.length !== 1) throw new Failure('bad -t parameter');
    const flags = new Set(options.given.map(({ key }) => key));
    if (flags.has('b')) flags.add('trailing blanks');
    const given = options.values('k').map(parseKey);
    const keys = given.length > 0 ? given : [{ range: [1, 0, 0, 0], flags: new Set() } as SortKey];
    const rules: SortRules = { keys, flags, separator };
    const delimiter = flags.has('z') ? '\0' : '\n';
    const lines = yield* readInput(run, options.operands, delimiter);
    if (flags.has('c')) return yield* check(run, lines, rules);
    const microseconds = (lines.length * Math.log2(lines.length + 1)) / 4;
    const sorted = yield* sortInPieces(run.sys, lines, comparison(rules), microseconds);
    const target = options.value('o');
    if (target !== undefined) run.sys.dup2(yield* createOrFail(run, target), 1);
    const same = comparison(rules, { onlyKeys: true });
    let last: Bytes | undefined;
    for (const line of sorted) {
      if (flags.has('u') && last !== undefined && same(last, line) === 0) continue;
      last = line;
      yield* run.out.write(line + delimiter);
    }
    return 0;
  },
  { failureCode: 2 },
);

function* readInput(run: Invocation, files: readonly Bytes[], delimiter: string) {
  const lines: Bytes[] = [];
  let held = 0;
  for (const file of files.length > 0 ? files : ['-']) {
    const fd = yield* openOrFail(run, file, 'name only');
    // A directory opens, but every read of it fails, which stdio takes for the end.
    if (run.sys.fstat(fd).type === 'directory') continue;
    for (const line of yield* readLines(run.sys, fd, delimiter)) {
      held += line.length;
      if (held > MAX_HELD) throw new Failure('out of memory');
      lines.push(line);
    }
    closeInput(run, fd);
  }
  return lines;
}

function* check(run: Invocation, lines: readonly Bytes[], rules: SortRules) {
  const compare = comparison(rules);
  for (let i = 1; i < lines.length; i++) {
    const order = compare(lines[i - 1] as Bytes, lines[i] as Bytes);
    if (order > 0 || (order === 0 && rules.flags.has('u'))) {
      yield* run.say(`Check line ${i}\n`);
      throw new Exit(1);
    }
    yield* run.sys.breathe();
  }
  return 0;
}

/** Parses `2`, `2n`, `1.3,2.5br`. Throws Failure. */
export function parseKey(text: Bytes): SortKey {
  const range: [number, number, number, number] = [0, 0, 0, 0];
  const flags = new Set<string>();
  let rest = text;
  const number = (): number => {
    const digits = /^[0-9]+/.exec(rest)?.[0];
    if (digits === undefined || Number(digits) === 0 || Number(digits) > 2147483647) {
      throw new Failure('bad field specification');
    }
    rest = rest.slice(digits.length);
    return Number(digits);
  };
  let end = 0;
  while (rest !== '') {
    range[2 * end] = number();
    if (rest[0] === '.') {
      rest = rest.slice(1);
      range[2 * end + 1] = number();
    }
    while (rest !== '') {
      const letter = rest[0] as string;
      if (letter === ',' && end === 0) {
        end = 1;
        rest = rest.slice(1);
        break;
      }
      if (letter === ':' || !LETTERS.includes(letter)) throw new Failure('unknown key option');
      if (!KEY_FLAGS.includes(letter)) throw new Failure('unknown sort type');
      flags.add(letter === 'b' && end === 1 ? 'trailing blanks' : letter);
      rest = rest.slice(1);
    }
  }
  return { range, flags };
}

/** The order of two lines; with `onlyKeys`, lines with equal keys are equal. */
export function comparison(
  rules: SortRules,
  options: { onlyKeys?: boolean } = {},
): (a: Bytes, b: Bytes) => number {
  const breakTies = !options.onlyKeys && !rules.flags.has('s');
  return (a, b) => {
    let flags = rules.flags;
    let order = 0;
    for (const key of rules.keys) {
      flags = key.flags.size > 0 ? key.flags : rules.flags;
      const compare = ORDERS[['n', 'g', 'h', 'M', 'V'].find((flag) => flags.has(flag)) ?? ''];
      order = (compare ?? byteOrder)(keyOf(a, key, flags, rules), keyOf(b, key, flags, rules));
      if (order !== 0) break;
    }
    if (order === 0) {
      if (!breakTies) return 0;
      flags = rules.flags;
      order = byteOrder(a, b);
    }
    return flags.has('r') ? -order : order;
  };
}

/** The part of a line that a key looks at. */
export function keyOf(
  line: Bytes,
  key: SortKey,
  flags: ReadonlySet<string>,
  rules: SortRules,
): Bytes {
  const [startField, startByte, endField, endByte] = key.range;
  const length = line.length;
  let start = startField === 0 ? length : fieldStart(line, startField, rules.separator);
  let end = endField === 0 ? length : fieldEnd(line, endField, rules.separator);
  if (flags.has('b')) while (isSpace(line, start)) start++;
  if (flags.has('trailing blanks')) while (end > start && isSpace(line, end - 1)) end--;
  // As in busybox, the end's byte counts from the start of the line.
  if (endByte > 0) end = Math.min(endByte, length);
  if (startByte > 0) start = Math.min(start + startByte - 1, length);
  let text = line.slice(start, Math.max(end, start));
  if (flags.has('d')) text = text.replace(/[^\t-\r 0-9A-Za-z]/g, '');
  if (flags.has('i')) text = text.replace(/[^ -~]/g, '');
  if (flags.has('f')) text = text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  return text;
}

function isSpace(line: Bytes, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 32 || (code >= 9 && code <= 13);
}

function fieldStart(line: Bytes, field: number, separator: string | undefined): number {
  let at = 0;
  for (let i = 1; i < field; i++) at = skipField(line, at, separator);
  return at;
}

function fieldEnd(line: Bytes, field: number, separator: string | undefined): number {
  let at = 0;
  for (let i = 0; i < field; i++) at = skipField(line, at, separator);
  // The separator behind the field is no part of it.
  return separator !== undefined && at > 0 && line[at - 1] === separator ? at - 1 : at;
}

/** Behind the field that begins at `at`, and behind the separator after it if there is one. */
function skipField(line: Bytes, from: number, separator: string | undefined): number {
  if (separator !== undefined) {
    const found = line.indexOf(separator, from);
    return found < 0 ? line.length : found + 1;
  }
  let at = from;
  while (isSpace(line, at)) at++;
  while (at < line.length && !isSpace(line, at)) at++;
  return at;
}

const ORDERS: Readonly<Record<string, (a: Bytes, b: Bytes) => number>> = {
  n: (a, b) => leadingNumber(a) - leadingNumber(b) || 0,
  g: (a, b) => compareGeneral(a, b, false),
  h: (a, b) => compareGeneral(a, b, true),
  M: (a, b) => monthOf(a) - monthOf(b),
  V: compareVersions,
};

/** atof(3): the number that a text begins with, 0 if none. */
export function leadingNumber(text: Bytes): number {
  return numberIn(text)?.value ?? 0;
}

function numberIn(text: Bytes): { value: number; rest: Bytes } | undefined {
  const match =
    /^[\t-\r ]*([+-]?(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf(?:inity)?|nan))/i.exec(
      text,
    );
  if (!match) return undefined;
  const digits = (match[1] as string).toLowerCase();
  const size = digits.replace(/^[+-]/, '');
  const value = size.startsWith('inf') ? Number.POSITIVE_INFINITY : Number(size);
  return { value: digits.startsWith('-') ? -value : value, rest: text.slice(match[0].length) };
}

/** Not a number < NaN < -infinity < numbers < infinity; with suffixes, K < M < G … come first. */
function compareGeneral(a: Bytes, b: Bytes, suffixes: boolean): number {
  const x = numberIn(a);
  const y = numberIn(b);
  if (!x || !y) return Number(x !== undefined) - Number(y !== undefined);
  if (Number.isNaN(x.value) || Number.isNaN(y.value)) {
    return Number(Number.isNaN(y.value)) - Number(Number.isNaN(x.value));
  }
  if (suffixes) {
    const scale = scaleOf(x.rest) - scaleOf(y.rest);
    if (scale !== 0) return scale;
  }
  return x.value < y.value ? -1 : x.value > y.value ? 1 : 0;
}

function scaleOf(rest: Bytes): number {
  return rest[0] === 'k' ? 0 : rest === '' ? -1 : 'KMGTPEZY'.indexOf(rest[0] as string);
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function monthOf(text: Bytes): number {
  return MONTHS.indexOf(text.trimStart().slice(0, 3).toLowerCase());
}
