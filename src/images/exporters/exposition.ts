import type { Bytes } from '../../runtime/bytes';
import type { Sys } from '../../runtime/syscalls';

export type MetricType = 'counter' | 'gauge' | 'summary' | 'histogram' | 'untyped';

export type Labels = readonly (readonly [Bytes, Bytes])[];

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** What stands behind the family's name: `_sum`, `_count`, `_bucket`. */
  readonly suffix?: string;
}

/** All samples of a name. */
export interface MetricFamily {
  readonly name: Bytes;
  readonly help: Bytes;
  readonly type: MetricType;
  readonly samples: readonly Sample[];
}

export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

/** A family with one sample without labels. */
export function single(name: Bytes, type: MetricType, help: Bytes, value: number): MetricFamily {
  return { name, help, type, samples: [{ labels: [], value }] };
}

/** Prometheus' text format, as client_golang writes it: families by name, samples by their labels. */
export function exposition(families: readonly MetricFamily[]): Bytes {
  return [...families]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(familyText)
    .join('');
}

function familyText({ name, help, type, samples }: MetricFamily): Bytes {
  const escapedHelp = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  let text = `# HELP ${name} ${escapedHelp}\n# TYPE ${name} ${type}\n`;
  for (const { labels, value, suffix } of samples) {
    text += `${name}${suffix ?? ''}${labelText(labels)} ${goFloat(value)}\n`;
  }
  return text;
}

export function labelText(labels: Labels): Bytes {
  if (labels.length === 0) return '';
  const parts = labels.map(([name, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
    return `${name}="${escaped}"`;
  });
  return `{${parts.join(',')}}`;
}

/** Labels in the order of their names, in which client_golang keeps them. */
export function sortedLabels(labels: Iterable<readonly [Bytes, Bytes]>): Labels {
  return [...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A number as Go's strconv writes it with format 'g' and the digits that it needs: 1e+06, 1.767e+09. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (value === 0) return '0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // Without a precision of its own the format changes to exponents at 10⁶.
  if (exponent < -4 || exponent >= 6) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return String(value);
}

/** What client_golang tells of the Go runtime and the process, as far as the lab knows it. */
export function processFamilies(sys: Sys, goVersion: string): MetricFamily[] {
  const own = sys.processes().find(({ pid }) => pid === sys.pid);
  return [
    {
      name: 'go_info',
      help: 'Information about the Go environment.',
      type: 'gauge',
      samples: [{ labels: [['version', goVersion]], value: 1 }],
    },
    single(
      'process_cpu_seconds_total',
      'counter',
      'Total user and system CPU time spent in seconds.',
      (own?.cpuMs ?? 0) / 1000,
    ),
    single(
      'process_open_fds',
      'gauge',
      'Number of open file descriptors.',
      sys.descriptors().length,
    ),
    single(
      'process_resident_memory_bytes',
      'gauge',
      'Resident memory size in bytes.',
      own?.residentBytes ?? 0,
    ),
    single(
      'process_start_time_seconds',
      'gauge',
      'Start time of the process since unix epoch in seconds.',
      (own?.startedMs ?? sys.nowMs) / 1000,
    ),
  ];
}
