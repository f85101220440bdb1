import type { Describer } from './describer';
import { DescriptionWriter } from './writer';

type Amounts = Readonly<Record<string, string | number>>;

export interface ResourceQuota {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

interface LimitItem {
  readonly type: string;
  readonly min?: Amounts;
  readonly max?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

export interface LimitRange {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly limits?: readonly LimitItem[] };
}

export function describeQuotaRows(
  writer: DescriptionWriter,
  { status }: ResourceQuota,
  level: number,
  rule: string,
): void {
  writer.line(level, 'Resource\tUsed\tHard');
  writer.line(level, `--------\t${rule}\t${rule}`);
  for (const name of Object.keys(status?.hard ?? {}).sort()) {
    writer.line(level, `${name}\t${status?.used?.[name] ?? 0}\t${status?.hard?.[name]}`);
  }
}

const LIMIT_COLUMNS = [
  'Type',
  'Resource',
  'Min',
  'Max',
  'Default Request',
  'Default Limit',
  'Max Limit/Request Ratio',
];

export function describeLimitRows(
  writer: DescriptionWriter,
  ranges: readonly LimitRange[],
  prefix: string,
): void {
  writer.line(0, prefix + LIMIT_COLUMNS.join('\t'));
  writer.line(0, prefix + LIMIT_COLUMNS.map((column) => '-'.repeat(column.length)).join('\t'));
  for (const item of ranges.flatMap(({ spec }) => spec?.limits ?? [])) {
    const lists = [
      item.min,
      item.max,
      item.defaultRequest,
      item.default,
      item.maxLimitRequestRatio,
    ];
    const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
    for (const name of [...names].sort()) {
      const cells = lists.map((list) => String(list?.[name] ?? '-'));
      writer.line(0, `${prefix}${[item.type, name, ...cells].join('\t')}`);
    }
  }
}

export const describeQuota: Describer = (object) => {
  const quota = object as unknown as ResourceQuota;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', quota.metadata.name);
  writer.field(0, 'Namespace', quota.metadata.namespace);
  describeQuotaRows(writer, quota, 0, '----');
  return writer;
};

export const describeLimitRange: Describer = (object) => {
  const range = object as unknown as LimitRange;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', range.metadata.name);
  writer.field(0, 'Namespace', range.metadata.namespace);
  describeLimitRows(writer, [range], '');
  return writer;
};
