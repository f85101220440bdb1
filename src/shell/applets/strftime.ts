import type { Bytes } from '../../runtime/bytes';
import { type CalendarTime, unixTime } from './calendar';
import { daysFromEpoch } from './day-numbers';
import { UTC } from './timezone';

export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const WEEKDAY_NAMES = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

type Field =
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly width: number;
      readonly pad: '0' | ' ';
    }
  | { readonly kind: 'text'; readonly value: Bytes }
  | { readonly kind: 'format'; readonly value: string };

/** strftime(3) as glibc has it, with its `-`, `_`, `0`, `^`, `#` flags and widths. Unknown ones stay as they are. */
export function strftime(format: Bytes, time: CalendarTime): Bytes {
  let result = '';
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return result + format.slice(at);
    result += format.slice(at, percent);
    const plain = fieldOf(format[percent + 1] ?? '', time, false);
    if (plain) {
      result += renderPlain(plain, time);
      at = percent + 2;
      continue;
    }
    const match = /^%([-_0^#+]*)([0-9]*)[EO]?(.)/s.exec(format.slice(percent));
    const field = match && fieldOf(match[3] as string, time, (match[1] as string).includes('#'));
    if (!match || !field) {
      // A lone percent at the very end says nothing.
      const unknown = match?.[0] ?? format.slice(percent);
      result += match ? unknown : unknown === '%' ? '%' : unknown;
      at = percent + unknown.length;
      continue;
    }
    result += render(field, match[1] as string, match[2] as string, time);
    at = percent + match[0].length;
  }
  return result;
}

/** A field without flags or a width of its own. */
function renderPlain(field: Field, time: CalendarTime): Bytes {
  switch (field.kind) {
    case 'text':
      return field.value;
    case 'format':
      return strftime(field.value, time);
    case 'number': {
      if (field.value < 0) return render(field, '', '', time);
      const digits = String(field.value);
      return digits.length < field.width ? digits.padStart(field.width, field.pad) : digits;
    }
  }
}

function render(field: Field, flags: string, width: string, time: CalendarTime): Bytes {
  if (field.kind === 'number') {
    const sign = field.value < 0 ? '-' : '';
    const digits = String(Math.abs(field.value));
    if (flags.includes('-')) return sign + digits;
    const pad = flags.includes('_') ? ' ' : /[0+]/.test(flags) ? '0' : field.pad;
    const size = (width === '' ? field.width : Number(width)) - sign.length;
    return pad === '0' ? sign + digits.padStart(size, pad) : (sign + digits).padStart(size);
  }
  let text = field.kind === 'text' ? field.value : strftime(field.value, time);
  if (flags.includes('^')) text = text.toUpperCase();
  return text.padStart(Number(width || 0), flags.includes('0') ? '0' : ' ');
}

function number(value: number, width: number, pad: '0' | ' ' = '0'): Field {
  return { kind: 'number', value, width, pad };
}

function text(value: Bytes): Field {
  return { kind: 'text', value };
}

function name(value: string, swapCase: boolean): Field {
  return text(swapCase ? value.toUpperCase() : value);
}

function hour12({ hour }: CalendarTime): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

function half({ hour }: CalendarTime): string {
  return hour < 12 ? 'AM' : 'PM';
}

function fieldOf(letter: string, time: CalendarTime, swapCase: boolean): Field | undefined {
  switch (letter) {
    case 'a':
      return name((WEEKDAY_NAMES[time.weekday] as string).slice(0, 3), swapCase);
    case 'A':
      return name(WEEKDAY_NAMES[time.weekday] as string, swapCase);
    case 'b':
    case 'h':
      return name((MONTH_NAMES[time.month] as string).slice(0, 3), swapCase);
    case 'B':
      return name(MONTH_NAMES[time.month] as string, swapCase);
    case 'c':
      return { kind: 'format', value: '%a %b %e %H:%M:%S %Y' };
    case 'C':
      return number(Math.floor(time.year / 100), 2);
    case 'd':
      return number(time.day, 2);
    case 'D':
    case 'x':
      return { kind: 'format', value: '%m/%d/%y' };
    case 'e':
      return number(time.day, 2, ' ');
    case 'F':
      return { kind: 'format', value: '%Y-%m-%d' };
    case 'g':
      return number(isoWeek(time).year % 100, 2);
    case 'G':
      return number(isoWeek(time).year, 1);
    case 'H':
      return number(time.hour, 2);
    case 'I':
      return number(hour12(time), 2);
    case 'j':
      return number(time.yearDay + 1, 3);
    case 'k':
      return number(time.hour, 2, ' ');
    case 'l':
      return number(hour12(time), 2, ' ');
    case 'm':
      return number(time.month + 1, 2);
    case 'M':
      return number(time.minute, 2);
    case 'n':
      return text('\n');
    case 'p':
      return text(swapCase ? half(time).toLowerCase() : half(time));
    case 'P':
      return text(half(time).toLowerCase());
    case 'r':
      return { kind: 'format', value: '%I:%M:%S %p' };
    case 'R':
      return { kind: 'format', value: '%H:%M' };
    case 's':
      return number(unixTime(time, { ...UTC, offset: time.offset }), 1);
    case 'S':
      return number(time.second, 2);
    case 't':
      return text('\t');
    case 'T':
    case 'X':
      return { kind: 'format', value: '%H:%M:%S' };
    case 'u':
      return number(time.weekday === 0 ? 7 : time.weekday, 1);
    case 'U':
      return number(Math.floor((time.yearDay + 7 - time.weekday) / 7), 2);
    case 'V':
      return number(isoWeek(time).week, 2);
    case 'w':
      return number(time.weekday, 1);
    case 'W':
      return number(Math.floor((time.yearDay + 7 - ((time.weekday + 6) % 7)) / 7), 2);
    case 'y':
      return number(time.year % 100, 2);
    case 'Y':
      return number(time.year, 1);
    case 'z':
      return text(zoneOffset(time.offset));
    case 'Z':
      return text(swapCase ? time.zone.toLowerCase() : time.zone);
    case '%':
      return text('%');
    default:
      return undefined;
  }
}

/** Year and number of the ISO 8601 week. */
function isoWeek(time: CalendarTime): { readonly year: number; readonly week: number } {
  const today = daysFromEpoch(time.year, 0, 1) + time.yearDay;
  const monday = today - ((time.weekday + 6) % 7);
  for (const year of [time.year + 1, time.year, time.year - 1]) {
    const firstMonday = mondayOfFirstWeek(year);
    if (monday >= firstMonday) return { year, week: (monday - firstMonday) / 7 + 1 };
  }
  return { year: time.year, week: 1 };
}

function mondayOfFirstWeek(year: number): number {
  const fourth = daysFromEpoch(year, 0, 4);
  return fourth - ((((fourth + 3) % 7) + 7) % 7);
}

/** `+0130`. */
export function zoneOffset(seconds: number): Bytes {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const digits = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0');
  return `${seconds < 0 ? '-' : '+'}${digits}`;
}
