import type { Bytes } from '../../runtime/bytes';
import { applet, Failure, strerror, UsageFailure } from './applet';
import { calendarTime, unixTime } from './calendar';
import { nowIn, parseDateText } from './date-text';
import { type OptionRules, type Options, parseOptions } from './options';
import { strftime } from './strftime';
import { strptime } from './strptime';
import { parseTimeZone, type TimeZone, UTC } from './timezone';

/** `-I` with each of its arguments; the offset of `%z` gets a colon. */
const ISO_FORMATS = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H',
  minutes: '%Y-%m-%dT%H:%M',
  seconds: '%Y-%m-%dT%H:%M:%S',
  ns: '%Y-%m-%dT%H:%M:%S,000000000',
} as const;

const RULES: OptionRules = {
  letters: 'Rs:ud:r:I::D:',
  long: {
    'rfc-822': 'R',
    'rfc-2822': 'R',
    'set=': 's',
    utc: 'u',
    universal: 'u',
    'date=': 'd',
    'reference=': 'r',
  },
};

/** Models coreutils/date.c. Setting the clock is refused, as in any container. */
export const date = applet('date', function* (run) {
  const options = parseOptions(run.args, RULES);
  if (options.has('d') && options.has('s')) throw new UsageFailure();
  if (options.has('R') && options.has('I')) throw new UsageFailure();
  const zone = options.has('u') ? UTC : parseTimeZone(run.sys.env.get('TZ'));
  const { operands } = options;
  const format = operands[0]?.startsWith('+') ? operands[0].slice(1) : undefined;
  let used = format === undefined ? 0 : 1;
  const layout = format ?? defaultFormat(options);
  let text = options.value('d') ?? options.value('s');
  let sets = options.has('s');
  if (text === undefined && operands.length > used) {
    text = withYearInFront(operands[used] as Bytes);
    used++;
    sets = true;
  }
  if (operands.length > used) throw new UsageFailure();
  let seconds = Math.floor(run.sys.nowMs / 1000);
  const reference = options.value('r');
  if (reference !== undefined) {
    try {
      seconds = Math.floor(run.sys.stat(reference).modifiedMs / 1000);
    } catch (error) {
      throw new Failure(`can't stat '${reference}': ${strerror(error)}`);
    }
  }
  if (text !== undefined) {
    seconds = secondsOf(text, options.value('D'), seconds, zone);
    if (sets) yield* run.complain("can't set date: Operation not permitted");
  }
  let shown = strftime(layout, calendarTime(seconds, zone));
  if (format === undefined && options.has('I')) shown = shown.replace(/([+-]..)(..)$/, '$1:$2');
  yield* run.out.write(`${shown}\n`);
  return 0;
});

function defaultFormat(options: Options): Bytes {
  if (options.has('I')) {
    const given = options.value('I') ?? 'date';
    const name = (Object.keys(ISO_FORMATS) as (keyof typeof ISO_FORMATS)[]).find((candidate) =>
      candidate.startsWith(given),
    );
    if (name === undefined) throw new UsageFailure();
    return name === 'date' ? ISO_FORMATS.date : `${ISO_FORMATS[name]}%z`;
  }
  return options.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : '%a %b %e %H:%M:%S %Z %Y';
}

function secondsOf(text: Bytes, format: Bytes | undefined, now: number, zone: TimeZone): number {
  const base = { ...nowIn(zone, now * 1000), hour: 0, minute: 0, second: 0 };
  if (format === undefined) return parseDateText(text, base, zone);
  const parsed = strptime(text, format, base);
  if (!parsed) throw new Failure(`invalid date '${text}'`);
  return parsed.unix ?? unixTime(base, zone);
}

/** The old form MMDDhhmm[[CC]YY][.ss] with its year moved to the front. */
function withYearInFront(text: Bytes): Bytes {
  const match = /^([0-9]+)((?:\.[0-9]{2})?)$/.exec(text);
  if (!match) return text;
  const digits = match[1] as string;
  if (![8, 10, 12].includes(digits.length)) throw new Failure(`invalid date '${text}'`);
  return digits.slice(8) + digits.slice(0, 8) + match[2];
}
