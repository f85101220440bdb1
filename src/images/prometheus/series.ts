import type { Bytes } from '../../runtime/bytes';
import { type Labels, labelText, sortedLabels } from '../exporters/exposition';

export interface SeriesSample {
  readonly name: Bytes;
  readonly labels: Labels;
  readonly value: number;
}

interface Stored extends SeriesSample {
  readonly atMs: number;
}

/** A sample older than this is not found any more, ms (query.lookback-delta). */
const LOOKBACK_MS = 300_000;
/** Series that are kept; more are left out. */
const MOST_SERIES = 20_000;

/** The text format of Prometheus; undefined when it is none. */
export function parseExposition(text: Bytes): SeriesSample[] | undefined {
  const samples: SeriesSample[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line);
    if (!match) return undefined;
    const value = numberOf(match[3] ?? '');
    if (value === undefined) return undefined;
    samples.push({ name: match[1] ?? '', labels: labelsOf(match[2] ?? ''), value });
  }
  return samples;
}

function numberOf(text: Bytes): number | undefined {
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function labelsOf(text: Bytes): Labels {
  return [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"/g)].map(
    ([, name = '', value = '']) => [
      name,
      value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
    ],
  );
}

interface Matcher {
  readonly label: Bytes;
  readonly matches: (value: Bytes) => boolean;
}

/** The last sample of each series. */
export class SeriesStore {
  readonly #series = new Map<Bytes, Stored>();

  get size(): number {
    return this.#series.size;
  }

  set(sample: SeriesSample, target: Labels, atMs: number): void {
    const own = new Map(sample.labels);
    const labels = new Map<Bytes, Bytes>();
    for (const [label, value] of own) {
      // What the target says of itself gives way to what the configuration says.
      const clashes = target.some(([name]) => name === label);
      labels.set(clashes ? `exported_${label}` : label, value);
    }
    for (const [label, value] of target) labels.set(label, value);
    const sorted = sortedLabels(labels);
    const key = `${sample.name}${labelText(sorted)}`;
    if (!this.#series.has(key) && this.#series.size >= MOST_SERIES) return;
    this.#series.set(key, { name: sample.name, labels: sorted, value: sample.value, atMs });
  }

  /** Samples that a selector such as `up{job="web"}` finds, or why it cannot be read. */
  select(query: Bytes, nowMs: number): readonly SeriesSample[] | { readonly error: Bytes } {
    const match = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{(.*)\})?\s*$/.exec(query);
    if (!match || (match[1] === undefined && match[2] === undefined)) {
      return { error: 'podlab: only selectors of plain metrics are simulated, e.g. up{job="web"}' };
    }
    const matchers = matchersOf(match[2] ?? '');
    if (typeof matchers === 'string') return { error: matchers };
    if (match[1] === undefined && matchers.length === 0) {
      return {
        error:
          'invalid parameter "query": 1:1: parse error: vector selector must contain at least one non-empty matcher',
      };
    }
    return [...this.#series.values()].filter(
      ({ name, labels, atMs }) =>
        (match[1] === undefined || match[1] === name) &&
        nowMs - atMs < LOOKBACK_MS &&
        matchers.every(({ label, matches }) =>
          matches(label === '__name__' ? name : (labels.find(([own]) => own === label)?.[1] ?? '')),
        ),
    );
  }
}

function matchersOf(text: Bytes): Matcher[] | string {
  const matchers: Matcher[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match =
      /^([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*,?\s*/.exec(
        rest,
      );
    if (!match) {
      return `invalid parameter "query": 1:1: parse error: unexpected character inside braces: '${rest[0]}'`;
    }
    const [whole, label = '', operator, double, single] = match;
    const value = (double ?? single ?? '').replace(/\\(.)/g, '$1');
    const matcher = matcherOf(label, operator ?? '=', value);
    if (!matcher)
      return `invalid parameter "query": 1:1: parse error: error parsing regexp: ${value}`;
    matchers.push(matcher);
    rest = rest.slice(whole.length);
  }
  return matchers;
}

function matcherOf(label: Bytes, operator: string, value: Bytes): Matcher | undefined {
  if (operator === '=') return { label, matches: (own) => own === value };
  if (operator === '!=') return { label, matches: (own) => own !== value };
  try {
    const regex = new RegExp(`^(?:${value})$`);
    return { label, matches: (own) => regex.test(own) === (operator === '=~') };
  } catch {
    return undefined;
  }
}
