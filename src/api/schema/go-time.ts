import { goQuote } from '../golang/quote';
import { daysInMonth } from '../time';

/** Times as Go's time.Parse reads them in the layouts of metav1.Time and metav1.MicroTime. */

type Parsed = { text: string; error?: undefined } | { error: string };

const SECONDS_LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';

/** An element of a layout: what it is called there, how it looks, and its range. */
type Element = { layout: string; pattern: RegExp; range?: [number, number, string] };

const DIGITS: Element[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d\d/, range: [1, 12, 'month'] },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d\d/, range: [1, 31, 'day'] },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d\d/, range: [0, 23, 'hour'] },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d\d/, range: [0, 59, 'minute'] },
  { layout: ':', pattern: /^:/ },
  { layout: '05', pattern: /^\d\d/, range: [0, 59, 'second'] },
];
const ZONE: Element = { layout: 'Z07:00', pattern: /^(?:Z|[-+]\d\d:\d\d)/ };
const MICRO: Element = { layout: '.000000', pattern: /^[.,]\d{6}/ };
/** Seconds may have a fraction although the layout has none. */
const FRACTION: Element = { layout: '', pattern: /^(?:[.,]\d+)?/ };

/** Reads a time and writes it in UTC; the error is Go's. */
export function parseGoTime(text: string, micro: boolean): Parsed {
  if (!micro && isCanonical(text)) return { text };
  const layout = micro ? MICRO_LAYOUT : SECONDS_LAYOUT;
  const fail = (why: string): Parsed => ({ error: `parsing time ${goQuote(text)}${why}` });
  const cannot = (rest: string, element: string) =>
    fail(` as ${goQuote(layout)}: cannot parse ${goQuote(rest)} as ${goQuote(element)}`);
  const found: string[] = [];
  let rest = text;
  for (const { layout: element, pattern, range } of [...DIGITS, micro ? MICRO : FRACTION, ZONE]) {
    const match = pattern.exec(rest)?.[0];
    if (match === undefined) return cannot(rest, element);
    found.push(match);
    rest = rest.slice(match.length);
    if (range === undefined) continue;
    const [least, most, name] = range;
    if (Number(match) < least || Number(match) > most) return fail(`: ${name} out of range`);
  }
  if (rest !== '') return fail(`: extra text: ${goQuote(rest)}`);
  if (Number(found[4]) > daysInMonth(Number(found[0]), Number(found[2]))) {
    return fail(': day out of range');
  }
  return { text: inUtc(found, micro) };
}

/** Nearly all times are as the server itself writes them. */
function isCanonical(text: string): boolean {
  const instant = text.length === SECONDS_LAYOUT.length - 5 ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString() === `${text.slice(0, -1)}.000Z`;
}

function inUtc(found: readonly string[], micro: boolean): string {
  const zone = found[12] ?? 'Z';
  const fraction = found[11] ?? '';
  const end = micro ? `${fraction.replace(',', '.')}Z` : 'Z';
  if (zone === 'Z') return `${found.slice(0, 11).join('')}${end}`;
  const instant = Date.parse(`${found.slice(0, 11).join('')}${zone}`);
  return `${new Date(instant).toISOString().slice(0, 19)}${end}`;
}
