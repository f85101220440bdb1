import type { Bytes } from '../../runtime/bytes';
import {
  isYamlList,
  isYamlMap,
  parseYaml,
  type Yaml,
  YamlError,
  type YamlMap,
} from '../records/yaml';

/** A target that is scraped again and again. */
export interface Target {
  readonly job: Bytes;
  /** `host:port`. */
  readonly instance: Bytes;
  readonly path: Bytes;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly labels: ReadonlyMap<Bytes, Bytes>;
}

const TOP_LEVEL = new Set(
  `global runtime alerting rule_files scrape_config_files scrape_configs storage tracing remote_write
  remote_read otlp`.split(/\s+/),
);
const DISCOVERY = /_sd_configs$/;

/** The targets of a configuration, or what is wrong with it. Models config/config.go: static_configs only. */
export function parseConfig(text: Bytes): readonly Target[] | string {
  let root: Yaml;
  try {
    root = parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return `yaml: ${error.message}`;
    throw error;
  }
  if (root === null) return [];
  if (!isYamlMap(root)) {
    return 'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str into config.plain';
  }
  for (const key of root.keys()) {
    if (!TOP_LEVEL.has(key)) {
      return `yaml: unmarshal errors:\n  line 1: field ${key} not found in type config.plain`;
    }
  }
  const global = root.get('global');
  const defaults = isYamlMap(global) ? global : new Map<Bytes, Yaml>();
  const jobs = root.get('scrape_configs');
  const seen = new Set<Bytes>();
  const targets: Target[] = [];
  for (const entry of isYamlList(jobs) ? jobs : []) {
    if (!isYamlMap(entry)) return 'empty or null scrape config section';
    const job = textAt(entry, 'job_name') ?? '';
    if (job === '') return 'job_name is empty';
    if (seen.has(job)) return `found multiple scrape configs with job name "${job}"`;
    seen.add(job);
    const discovery = [...entry.keys()].find((key) => DISCOVERY.test(key));
    if (discovery !== undefined) return `podlab: ${discovery} is not simulated; use static_configs`;
    const found = jobTargets(entry, job, defaults);
    if (typeof found === 'string') return found;
    targets.push(...found);
  }
  return targets;
}

function textAt(map: YamlMap, key: string): Bytes | undefined {
  const value = map.get(key);
  return typeof value === 'string' ? value : undefined;
}

function jobTargets(entry: YamlMap, job: Bytes, defaults: YamlMap): Target[] | string {
  const interval = textAt(entry, 'scrape_interval') ?? textAt(defaults, 'scrape_interval') ?? '1m';
  const intervalMs = milliseconds(interval);
  if (intervalMs === undefined) return `not a valid duration string: "${interval}"`;
  const timeout = textAt(entry, 'scrape_timeout') ?? textAt(defaults, 'scrape_timeout');
  const timeoutMs = timeout === undefined ? Math.min(10_000, intervalMs) : milliseconds(timeout);
  if (timeoutMs === undefined) return `not a valid duration string: "${timeout}"`;
  if (timeoutMs > intervalMs) {
    return `scrape timeout greater than scrape interval for scrape config with job name "${job}"`;
  }
  const groups = entry.get('static_configs');
  return (isYamlList(groups) ? groups : []).filter(isYamlMap).flatMap((group) => {
    const list = group.get('targets');
    const labels = group.get('labels');
    const pairs = isYamlMap(labels) ? [...labels] : [];
    return (isYamlList(list) ? list : [])
      .filter((target): target is Bytes => typeof target === 'string')
      .map((instance) => ({
        job,
        instance: instance.includes(':') ? instance : `${instance}:80`,
        path: textAt(entry, 'metrics_path') ?? '/metrics',
        intervalMs,
        timeoutMs,
        labels: new Map(pairs.map(([key, value]) => [key, typeof value === 'string' ? value : ''])),
      }));
  });
}

/** `15s`, `1m30s`; undefined if it is no duration above 0. */
function milliseconds(text: Bytes): number | undefined {
  if (!/^(\d+(ms|s|m|h|d|w|y))+$/.test(text)) return undefined;
  const factors: Readonly<Record<string, number>> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
    y: 31_536_000_000,
  };
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d|w|y)/g)) {
    total += Number(count) * (factors[unit ?? ''] ?? 0);
  }
  return total > 0 ? total : undefined;
}
