import type { Bytes } from '../../runtime/bytes';
import {
  isYamlList,
  isYamlMap,
  parseYaml,
  type Yaml,
  YamlError,
  type YamlMap,
} from '../records/yaml';
import { escapeName, type StatsdEvent } from './statsd-line';

export interface Mapping {
  readonly name: Bytes;
  readonly labels: ReadonlyMap<Bytes, Bytes>;
  readonly help: Bytes | undefined;
  readonly drop: boolean;
  readonly observer: 'summary' | 'histogram' | undefined;
  readonly buckets: readonly number[] | undefined;
  readonly matches: RegExp;
  readonly kind: string | undefined;
}

export interface MappingConfig {
  readonly mappings: readonly Mapping[];
  readonly observer: 'summary' | 'histogram';
  readonly buckets: readonly number[];
}

/** prometheus.DefBuckets. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const NO_MAPPINGS: MappingConfig = {
  mappings: [],
  observer: 'summary',
  buckets: DEFAULT_BUCKETS,
};

/** A mapping file, or what is wrong with it. Models pkg/mapper/mapper.go (globs and regexes). */
export function parseMappings(text: Bytes): MappingConfig | string {
  let root: Yaml;
  try {
    root = parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return `yaml: ${error.message}`;
    throw error;
  }
  if (root === null) return NO_MAPPINGS;
  if (!isYamlMap(root))
    return 'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str into mapper.MetricMapper';
  const defaults = root.get('defaults');
  const observer = isYamlMap(defaults) ? observerOf(defaults) : undefined;
  const buckets = isYamlMap(defaults) ? bucketsOf(defaults) : undefined;
  const defaultMatch = isYamlMap(defaults) ? textAt(defaults, 'match_type') : undefined;
  const list = root.get('mappings');
  const mappings: Mapping[] = [];
  for (const [index, entry] of (isYamlList(list) ? list : []).entries()) {
    const mapping = isYamlMap(entry) ? mappingOf(entry, index, defaultMatch) : 'invalid mapping';
    if (typeof mapping === 'string') return mapping;
    mappings.push(mapping);
  }
  return { mappings, observer: observer ?? 'summary', buckets: buckets ?? DEFAULT_BUCKETS };
}

function textAt(map: YamlMap, key: string): Bytes | undefined {
  const value = map.get(key);
  return typeof value === 'string' ? value : undefined;
}

function observerOf(map: YamlMap): 'summary' | 'histogram' | undefined {
  const type = textAt(map, 'observer_type') ?? textAt(map, 'timer_type');
  return type === 'summary' || type === 'histogram' ? type : undefined;
}

function bucketsOf(map: YamlMap): readonly number[] | undefined {
  const options = map.get('histogram_options');
  const list = isYamlMap(options) ? options.get('buckets') : map.get('buckets');
  return isYamlList(list) ? list.map(Number) : undefined;
}

function mappingOf(map: YamlMap, index: number, defaultMatch: Bytes | undefined): Mapping | string {
  const match = textAt(map, 'match') ?? '';
  const drop = textAt(map, 'action') === 'drop';
  const name = textAt(map, 'name');
  if (name === undefined && !drop) return `line ${index}: metric mapping didn't set a metric name`;
  if (name !== undefined && !/^([a-zA-Z_]|\$\{?\d+\}?)([a-zA-Z0-9_]|\$\{?\d+\}?)*$/.test(name)) {
    return `metric name '${name}' doesn't match regex '^(?:[a-zA-Z_]|(?:\\$\\{?\\d+\\}?))+(?:[a-zA-Z0-9_]|(?:\\$\\{?\\d+\\}?))*$'`;
  }
  const isRegex = (textAt(map, 'match_type') ?? defaultMatch) === 'regex';
  let matches: RegExp;
  if (isRegex) {
    try {
      matches = new RegExp(match);
    } catch {
      return `invalid regex ${match} in mapping: error parsing regexp`;
    }
  } else {
    if (!/^[a-zA-Z0-9_*.:-]+$/.test(match)) return `invalid match: ${match}`;
    matches = new RegExp(`^${match.replaceAll('.', '\\.').replaceAll('*', '([^.]*)')}$`);
  }
  const labels = map.get('labels');
  const pairs = isYamlMap(labels) ? [...labels] : [];
  return {
    name: name ?? '',
    labels: new Map(pairs.map(([key, value]) => [key, typeof value === 'string' ? value : ''])),
    help: textAt(map, 'help'),
    drop,
    observer: observerOf(map),
    buckets: bucketsOf(map),
    matches,
    kind: textAt(map, 'match_metric_type'),
  };
}

/** What an event is called and labelled after the mappings; undefined: none matches. */
export function applyMapping(
  config: MappingConfig,
  event: StatsdEvent,
):
  | { readonly mapping: Mapping; readonly name: Bytes; readonly labels: Map<Bytes, Bytes> }
  | undefined {
  for (const mapping of config.mappings) {
    if (mapping.kind !== undefined && mapping.kind !== event.kind) continue;
    const match = mapping.matches.exec(event.name);
    if (!match) continue;
    const fill = (text: Bytes) =>
      text.replace(/\$\{?(\d+)\}?/g, (_, number: string) => match[Number(number)] ?? '');
    const labels = new Map(event.labels);
    for (const [label, value] of mapping.labels) labels.set(label, fill(value));
    return { mapping, name: escapeName(fill(mapping.name)), labels };
  }
  return undefined;
}
