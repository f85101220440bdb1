const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const NUMBER = /^(\d+(?:\.\d*)?|\.\d+)/;
const UNIT = /^[^.\d]+/;

/**
 * Milliseconds of a duration such as `1h30m`, `1.5s`. An error text, Go's, when it cannot be read.
 * Models time.ParseDuration.
 */
export function parseGoDuration(text: string): number | string {
  const invalid = `time: invalid duration ${JSON.stringify(text)}`;
  const negative = text.startsWith('-');
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return 0;
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const number = NUMBER.exec(rest)?.[0];
    if (number === undefined) return invalid;
    rest = rest.slice(number.length);
    const unit = UNIT.exec(rest)?.[0];
    if (unit === undefined) return `time: missing unit in duration ${JSON.stringify(text)}`;
    const factor = UNITS[unit];
    if (factor === undefined) {
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    }
    total += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  return negative ? -total : total;
}
