import { isDeepStrictEqual } from 'node:util';
import { textDifference } from '../difference.ts';

/** JSON with sorted keys, one line per member: what a difference shows. */
function shown(value: unknown): string {
  return `${JSON.stringify(sorted(value), null, 1) ?? 'absent'}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

/** Difference of two JSON values, undefined where they are equal; absent equals undefined. */
export function jsonDifference(title: string, expected: unknown, actual: unknown) {
  const [wanted, got] = [expected, actual].map((value) =>
    value === undefined ? undefined : JSON.parse(JSON.stringify(value)),
  );
  if (isDeepStrictEqual(wanted, got)) return undefined;
  return textDifference(title, shown(wanted), shown(got));
}

/** Refuses a case that says something the adapter does not look at. */
export function refuseUnknown(what: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`unknown ${what} ${unknown.join(', ')}`);
}
