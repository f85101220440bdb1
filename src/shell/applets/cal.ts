import type { Bytes } from '../../runtime/bytes';
import { applet, UsageFailure } from './applet';
import { parseInteger } from './numbers';
import { parseOptions } from './options';
import { MONTH_NAMES, WEEKDAY_NAMES } from './strftime';

const WEEK_WIDTH = 20;
const JULIAN_WEEK_WIDTH = 27;
const SEPARATION = 2;
const ROWS = 6;
const LINE_BYTES = 79;

/** Britain left eleven days out after 2 September 1752. */
const REFORM_YEAR = 1752;
const REFORM_MONTH = 9;
const LAST_OLD_DAY = 2;
const FIRST_NEW_DAY = 14;
/** Weekday of 1 January of the year 1, a Saturday. */
const FIRST_WEEKDAY = 6;

interface Style {
  /** Days counted from 1 January. */
  readonly ofYear: boolean;
  /** 0: weeks begin on Sunday, 1: on Monday. */
  readonly begin: number;
}

function isLeap(year: number): boolean {
  if (year <= REFORM_YEAR) return year % 4 === 0;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1 January of the year 1 to a day that was in use. */
function dayNumber(day: number, month: number, year: number): number {
  let days = (year - 1) * 365 + Math.floor((year - 1) / 4);
  if (year - 1 > 1700) days -= Math.floor((year - 1) / 100) - 17;
  if (year - 1 > 1600) days += Math.floor((year - 1 - 1600) / 400);
  days += dayOfYear(day, month, year) - 1;
  const isNew =
    year > REFORM_YEAR ||
    (year === REFORM_YEAR &&
      (month > REFORM_MONTH || (month === REFORM_MONTH && day >= FIRST_NEW_DAY)));
  return isNew ? days - (FIRST_NEW_DAY - LAST_OLD_DAY - 1) : days;
}

function dayOfYear(day: number, month: number, year: number): number {
  let days = day;
  for (let each = 1; each < month; each++) days += daysIn(each, year);
  return days;
}

/** Six weeks of a month, blanks before and behind its days; each as it is printed, with a blank behind. */
function weeksOf(month: number, year: number, { ofYear, begin }: Style): Bytes[] {
  const width = ofYear ? 3 : 2;
  const days: number[] = [];
  for (let day = 1; day <= daysIn(month, year); day++) {
    const missing =
      year === REFORM_YEAR && month === REFORM_MONTH && day > LAST_OLD_DAY && day < FIRST_NEW_DAY;
    if (!missing) days.push(day);
  }
  const first = (dayNumber(1, month, year) + FIRST_WEEKDAY) % 7;
  const cells: Bytes[] = Array.from({ length: (first - begin + 7) % 7 }, () => ' '.repeat(width));
  for (const day of days) {
    const counted = ofYear ? dayOfYear(day, month, year) : day;
    cells.push(String(counted).padStart(width));
  }
  while (cells.length < ROWS * 7) cells.push(' '.repeat(width));
  return Array.from({ length: ROWS }, (_, row) =>
    cells
      .slice(row * 7, row * 7 + 7)
      .map((cell) => `${cell} `)
      .join(''),
  );
}

/** A line without blanks at its end, unless it has nothing else. */
function trimmed(line: Bytes): Bytes {
  return `${line.trim() === '' ? line : line.trimEnd()}\n`;
}

function centred(text: Bytes, width: number, behind: number): Bytes {
  const left = Math.floor((width - text.length) / 2);
  return text.padStart(left + text.length).padEnd(width) + ' '.repeat(behind);
}

/** Models util-linux/cal.c. */
export const cal = applet('cal', function* (run) {
  const options = parseOptions(run.args, { letters: 'jmy' });
  const style: Style = { ofYear: options.has('j'), begin: options.has('m') ? 1 : 0 };
  const { operands } = options;
  if (operands.length > 2) throw new UsageFailure();
  const now = new Date(run.sys.nowMs);
  let month = options.has('y') ? 0 : now.getUTCMonth() + 1;
  let year = now.getUTCFullYear();
  if (operands.length > 0) {
    month = 0;
    const [first, second] = operands as [Bytes, Bytes?];
    if (second !== undefined && !options.has('y'))
      month = parseInteger(first, { least: 1, most: 12 });
    year = parseInteger(second ?? first, { least: 1, most: 9999 });
  }
  const names = Array.from({ length: 7 }, (_, i) =>
    (WEEKDAY_NAMES[(i + style.begin) % 7] as string).slice(0, 2),
  );
  const heading = names.map((name) => (style.ofYear ? ` ${name}` : name)).join(' ');
  yield* run.out.write(
    month > 0 ? monthText(month, year, style, heading) : yearText(year, style, heading),
  );
  return 0;
});

function monthText(month: number, year: number, style: Style, heading: Bytes): Bytes {
  const title = `${MONTH_NAMES[month - 1]} ${year}`;
  const width = style.ofYear ? JULIAN_WEEK_WIDTH : WEEK_WIDTH;
  const indent = ' '.repeat(Math.floor((width - title.length) / 2));
  return `${indent}${title}\n${heading}\n${weeksOf(month, year, style).map(trimmed).join('')}`;
}

function yearText(year: number, style: Style, heading: Bytes): Bytes {
  const abreast = style.ofYear ? 2 : 3;
  const width = style.ofYear ? JULIAN_WEEK_WIDTH : WEEK_WIDTH;
  const whole = abreast * width + (abreast - 1) * SEPARATION;
  let text = `${centred(String(year), whole, 0)}\n\n`;
  const gap = ' '.repeat(SEPARATION);
  for (let first = 1; first <= 12; first += abreast) {
    const months = Array.from({ length: abreast }, (_, i) => first + i);
    text += months
      .map((month, i) =>
        centred(MONTH_NAMES[month - 1] as string, width, i < abreast - 1 ? SEPARATION : 0),
      )
      .join('');
    text += `\n${months.map(() => heading).join(gap)}\n`;
    const weeks = months.map((month) => weeksOf(month, year, style));
    for (let row = 0; row < ROWS; row++) {
      const line = weeks.map((rows) => (rows[row] as Bytes).slice(0, width)).join(gap);
      text += trimmed(line.padEnd(LINE_BYTES));
    }
  }
  return text;
}
