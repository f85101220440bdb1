import type { Bytes } from '../../runtime/bytes';

/** What a sample of a line asks for. */
export interface StatsdEvent {
  readonly name: Bytes;
  readonly kind: 'counter' | 'gauge' | 'observer';
  /** Timers in seconds. */
  readonly value: number;
  /** A gauge that is added to (`+1`, `-1`). */
  readonly relative: boolean;
  readonly labels: ReadonlyMap<Bytes, Bytes>;
}

export interface ParsedLine {
  readonly events: readonly StatsdEvent[];
  /** How many samples came, good or bad. */
  readonly samples: number;
  /** Reasons, as the label of statsd_exporter_sample_errors_total. */
  readonly errors: readonly string[];
}

/** A sampled timer counts as often as its rate says, up to this. */
const MOST_REPEATS = 10_000;

/**
 * A line of StatsD: `name:value|type[|@rate][|#tag:value]`, any number of samples behind a name, tags also in
 * the styles of Librato, InfluxDB and SignalFX. Models pkg/line/line.go.
 */
export function parseStatsdLine(line: Bytes): ParsedLine {
  const colon = line.indexOf(':');
  if (colon <= 0) return { events: [], samples: 0, errors: ['malformed_line'] };
  const labels = new Map<Bytes, Bytes>();
  const name = nameAndTags(line.slice(0, colon), labels);
  const rest = line.slice(colon + 1);
  const dogTags = /\|#([^|]*)/.exec(rest)?.[1];
  if (dogTags !== undefined && labels.size > 0) {
    return { events: [], samples: 0, errors: ['mixed_tagging_styles'] };
  }
  const events: StatsdEvent[] = [];
  const errors: string[] = [];
  // DogStatsD tags may have colons: such a line has one sample.
  const parts = dogTags === undefined ? rest.split(':') : [rest];
  for (const part of parts) {
    const parsed = sample(name, part, labels);
    if (typeof parsed === 'string') errors.push(parsed);
    else events.push(...parsed);
  }
  return { events, samples: parts.length, errors };
}

function nameAndTags(text: Bytes, labels: Map<Bytes, Bytes>): Bytes {
  const bracket = /^([^[\]]*)\[([^\]]*)\](.*)$/.exec(text);
  if (bracket) {
    addTags(bracket[2] ?? '', '=', labels);
    return `${bracket[1]}${bracket[3]}`;
  }
  const at = text.search(/[,#]/);
  if (at < 0) return text;
  addTags(text.slice(at + 1), '=', labels);
  return text.slice(0, at);
}

function addTags(text: Bytes, separator: string, labels: Map<Bytes, Bytes>): void {
  for (const tag of text.split(',')) {
    const at = tag.indexOf(separator);
    if (at <= 0 || at === tag.length - 1) continue;
    labels.set(escapeName(tag.slice(0, at).replace(/^#/, '')), tag.slice(at + 1));
  }
}

function sample(
  name: Bytes,
  part: Bytes,
  tags: ReadonlyMap<Bytes, Bytes>,
): readonly StatsdEvent[] | string {
  const components = part.split('|');
  const [text = '', type = ''] = components;
  if (components.length < 2) return 'not_enough_parts_after_colon';
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) return 'malformed_value';
  const labels = new Map(tags);
  let rate = 1;
  for (const component of components.slice(2)) {
    if (component === '') return 'malformed_component';
    if (component.startsWith('@')) {
      rate = Number(component.slice(1));
      if (Number.isNaN(rate)) return 'invalid_sample_factor';
      if (rate === 0) rate = 1;
    } else if (component.startsWith('#')) addTags(component.slice(1), ':', labels);
    else if (!component.startsWith('c:') && !component.startsWith('T')) {
      return 'invalid_sample_factor';
    }
  }
  const event = { name, relative: false, labels };
  switch (type) {
    case 'c':
      return [{ ...event, kind: 'counter', value: value / rate }];
    case 'g':
      return [{ ...event, kind: 'gauge', value, relative: /^[-+]/.test(text) }];
    case 'ms':
    case 'h':
    case 'd': {
      const seconds = type === 'ms' ? value / 1000 : value;
      const one = { ...event, kind: 'observer', value: seconds } as const;
      const repeats = Math.min(MOST_REPEATS, Math.max(1, Math.floor(1 / rate)));
      return Array.from({ length: repeats }, () => one);
    }
    default:
      return 'illegal_event';
  }
}

/** A name that Prometheus takes: other characters become `_`. */
export function escapeName(name: Bytes): Bytes {
  const escaped = name.replace(/[^a-zA-Z0-9_]/g, '_');
  return /^\d/.test(escaped) ? `_${escaped}` : escaped;
}
