import type { Bytes } from '../../runtime/bytes';
import { applet, Failure, UsageFailure } from './applet';
import { convertLines } from './convert-lines';
import { chomp } from './lines';
import { parseInteger } from './numbers';
import { parseOptions } from './options';
import { compileOrFail } from './patterns';
import type { Regex } from './regex';

/** First and last position, from 0. */
interface Range {
  readonly first: number;
  readonly last: number;
}

interface FieldRules {
  readonly ranges: readonly Range[];
  readonly delimiter: string | Regex;
  readonly joiner: Bytes;
  /** -D: in the order given. */
  readonly unsorted: boolean;
  /** -s: no lines without delimiter. */
  readonly suppress: boolean;
}

/** Models coreutils/cut.c; -c counts bytes. */
export const cut = applet('cut', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'b:c:f:d:O:sDF:n',
    long: { 'output-delimiter=': 'O' },
  });
  const kinds = ['b', 'c', 'f', 'F'].filter((key) => options.has(key));
  const kind = kinds[0];
  if (kinds.length > 1) throw new UsageFailure();
  if (kind === undefined) throw new Failure('expected a list of bytes, characters, or fields');
  const byFields = kind === 'f' || kind === 'F';
  const onlyForFields = 'only when operating on fields';
  if (!byFields && options.has('s')) {
    throw new Failure(`suppressing non-delimited lines makes sense ${onlyForFields}`);
  }
  if (!byFields && options.has('d')) {
    throw new Failure(`a delimiter may be specified ${onlyForFields}`);
  }
  const ranges = parseRanges(options.value(kind) ?? '');
  if (!options.has('D')) ranges.sort((a, b) => a.first - b.first);
  const delimiter = options.value('d') || (kind === 'F' ? '[[:space:]]+' : '\t');
  const rules: FieldRules = {
    ranges,
    delimiter:
      kind === 'F' ? compileOrFail(delimiter, { extended: true }) : (delimiter[0] as string),
    joiner: options.value('O') ?? (kind === 'F' ? ' ' : delimiter),
    unsorted: options.has('D'),
    suppress: options.has('s'),
  };
  const cutLine = (line: Bytes, number: number) => {
    const text = chomp(line);
    let result: Bytes | undefined;
    if (!byFields) result = cutBytes(text, ranges);
    else if (rules.delimiter === '\n') result = isWithin(ranges, number) ? text : undefined;
    else result = cutFields(text, rules);
    return result === undefined ? undefined : `${result}\n`;
  };
  return yield* convertLines(run, options.operands, cutLine, 'end');
});

function isWithin(ranges: readonly Range[], position: number): boolean {
  return ranges.some((range) => position >= range.first && position <= range.last);
}

/** Parses `1,3-5,-2,7-`. Throws Failure. */
export function parseRanges(list: Bytes): Range[] {
  const ranges: Range[] = [];
  for (const item of list.split(',')) {
    if (item === '') continue;
    const dash = item.indexOf('-');
    const front = dash < 0 ? item : item.slice(0, dash);
    const start = front === '' ? 0 : parseInteger(front, { least: 0, most: 2147483647 });
    const first = Math.max(start - 1, 0);
    const back = dash < 0 ? undefined : item.slice(dash + 1);
    let last = Number.POSITIVE_INFINITY;
    if (back === undefined) last = first;
    else if (back !== '') {
      const end = parseInteger(back, { least: 0, most: 2147483647 });
      if (end < first) throw new Failure(`${end}<${first}`);
      last = end - 1;
    }
    ranges.push({ first, last });
  }
  if (ranges.length === 0) throw new Failure('missing list of positions');
  return ranges;
}

/** Each byte at most once, in the order of the ranges. */
function cutBytes(text: Bytes, ranges: readonly Range[]): Bytes {
  const printed = new Uint8Array(text.length);
  let result = '';
  for (const range of ranges) {
    // A range that ends before it begins still gives its first byte.
    const last = Math.min(Math.max(range.last, range.first), text.length - 1);
    for (let at = range.first; at <= last; at++) {
      if (!printed[at]) result += text[at];
      printed[at] = 1;
    }
  }
  return result;
}

/**
 * The chosen fields, or undefined if the line is not to be shown. As in busybox, each range that is left when
 * the line has ended gives an empty field of its own.
 */
export function cutFields(text: Bytes, rules: FieldRules): Bytes | undefined {
  const byRegex = typeof rules.delimiter !== 'string';
  const fields = split(text, rules.delimiter);
  if (fields.length === 1 && !byRegex) return rules.suppress ? undefined : text;
  const chosen: Bytes[] = [];
  let next = 0;
  for (const range of rules.ranges) {
    if (rules.unsorted) next = 0;
    const from = Math.max(range.first, next);
    if (next >= fields.length || from >= fields.length) {
      chosen.push('');
      next = fields.length;
      continue;
    }
    const to = Math.min(range.last, fields.length - 1);
    for (let i = from; i <= to; i++) chosen.push(fields[i] as Bytes);
    next = Math.max(next, to + 1);
  }
  return (byRegex ? chosen.filter((field) => field !== '') : chosen).join(rules.joiner);
}

function split(text: Bytes, delimiter: string | Regex): Bytes[] {
  if (typeof delimiter === 'string') return text.split(delimiter);
  const fields: Bytes[] = [];
  let start = 0;
  for (let match = delimiter.find(text, 0); match; match = delimiter.find(text, start)) {
    if (match.end === match.start) break;
    fields.push(text.slice(start, match.start));
    start = match.end;
  }
  fields.push(text.slice(start));
  return fields;
}
