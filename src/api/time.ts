/** RFC 3339 in UTC with whole seconds, as metav1.Time is written. `unixMs` is rounded down. */
export function formatTime(unixMs: number): string {
  const second = Math.floor(unixMs / 1000);
  if (second !== last.second) last = { second, text: `${secondText(second)}Z` };
  return last.text;
}

/** Most times that are written within a run are those of one instant. */
let last = { second: 0, text: '1970-01-01T00:00:00Z' };

/** RFC 3339 in UTC with six decimals, as metav1.MicroTime is written. */
export function formatMicroTime(unixMs: number): string {
  const second = Math.floor(unixMs / 1000);
  return `${secondText(second)}.${String(Math.floor(unixMs) - second * 1000).padStart(3, '0')}000Z`;
}

const SECONDS_PER_DAY = 86_400;

/** The day that was written last, and its date. */
let day = { number: 0, text: '1970-01-01' };

function secondText(second: number): string {
  const number = Math.floor(second / SECONDS_PER_DAY);
  if (number !== day.number) {
    const date = new Date(number * SECONDS_PER_DAY * 1000);
    day = { number, text: date.toISOString().slice(0, -'T00:00:00.000Z'.length) };
  }
  const rest = second - number * SECONDS_PER_DAY;
  const minutes = Math.floor(rest / 60);
  const hour = TWO_DIGITS[Math.floor(minutes / 60)];
  return `${day.text}T${hour}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[rest % 60]}`;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Unix ms of an RFC 3339 time; undefined when there is none or it cannot be read. */
export function parseTime(text: string | null | undefined): number | undefined {
  if (!text) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `month` from 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
