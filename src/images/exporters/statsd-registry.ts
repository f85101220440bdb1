import type { Bytes } from '../../runtime/bytes';
import {
  goFloat,
  type Labels,
  labelText,
  type MetricFamily,
  type MetricType,
  type Sample,
  sortedLabels,
} from './exposition';

interface Series {
  readonly labels: Labels;
  value: number;
  /** Of observers: what came, with its moment (ms). */
  readonly observed: { readonly atMs: number; readonly value: number }[];
  count: number;
  /** Of histograms: their upper bounds with how many observations were at most that. */
  readonly buckets: Map<number, number>;
}

interface Family {
  readonly type: MetricType;
  readonly help: Bytes;
  readonly buckets: readonly number[];
  readonly series: Map<Bytes, Series>;
}

/** How long a summary remembers, ms. */
const MAX_AGE_MS = 600_000;
const QUANTILES = [0.5, 0.9, 0.99];
/** Observations that a series keeps for its quantiles. */
const MOST_OBSERVED = 1000;

/** The metrics that came in over StatsD. Models pkg/registry/registry.go. */
export class StatsdRegistry {
  readonly #families = new Map<Bytes, Family>();

  /** The series of a name and labels, or undefined when the name is of another type. */
  series(
    name: Bytes,
    type: MetricType,
    labels: Iterable<readonly [Bytes, Bytes]>,
    help: Bytes,
    buckets: readonly number[],
  ): Series | undefined {
    let family = this.#families.get(name);
    if (!family) {
      family = { type, help, buckets, series: new Map() };
      this.#families.set(name, family);
    }
    if (family.type !== type) return undefined;
    const sorted = sortedLabels(labels);
    const key = labelText(sorted);
    let series = family.series.get(key);
    if (!series) {
      series = {
        labels: sorted,
        value: 0,
        observed: [],
        count: 0,
        buckets: new Map(family.buckets.map((bound) => [bound, 0])),
      };
      family.series.set(key, series);
    }
    return series;
  }

  /** How many metrics of a type there are. */
  count(type: MetricType): number {
    let count = 0;
    for (const family of this.#families.values())
      if (family.type === type) count += family.series.size;
    return count;
  }

  families(nowMs: number): MetricFamily[] {
    return [...this.#families].map(([name, family]) => ({
      name,
      type: family.type,
      help: family.help,
      samples: [...family.series.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, series]) => samplesOf(series, family, nowMs)),
    }));
  }
}

export function observe(series: Series, value: number, atMs: number): void {
  series.observed.push({ atMs, value });
  if (series.observed.length > MOST_OBSERVED) series.observed.shift();
  series.value += value;
  series.count++;
  for (const [bound, count] of series.buckets) {
    if (value <= bound) series.buckets.set(bound, count + 1);
  }
}

function samplesOf(series: Series, family: Family, nowMs: number): Sample[] {
  const { labels, value, count } = series;
  const ends: Sample[] = [
    { labels, value, suffix: '_sum' },
    { labels, value: count, suffix: '_count' },
  ];
  if (family.type === 'summary') {
    const recent = series.observed
      .filter(({ atMs }) => nowMs - atMs < MAX_AGE_MS)
      .map((observation) => observation.value)
      .sort((a, b) => a - b);
    const quantiles = QUANTILES.map((quantile) => ({
      labels: [...labels, ['quantile', String(quantile)] as const],
      value: recent[Math.max(0, Math.ceil(quantile * recent.length) - 1)] ?? Number.NaN,
    }));
    return [...quantiles, ...ends];
  }
  if (family.type === 'histogram') {
    const bounds = [...series.buckets, [Number.POSITIVE_INFINITY, count] as const];
    const buckets = bounds.map(([bound, atMost]) => ({
      labels: [...labels, ['le', goFloat(bound)] as const],
      value: atMost,
      suffix: '_bucket',
    }));
    return [...buckets, ...ends];
  }
  return [{ labels, value }];
}
