import type { KubeObject } from '../../../api/types';
import { age, columns, type Meta, type Printer } from './printer';

type ResourceList = Readonly<Record<string, string>>;

interface Quota {
  readonly metadata?: Meta;
  readonly status?: { readonly hard?: ResourceList; readonly used?: ResourceList };
}

export const resourceQuotaPrinter: Printer = {
  columns: columns('Name', 'Request', 'Limit', 'Age'),
  row: ({ metadata, status }: Quota, context) => {
    const texts = (limits: boolean) =>
      Object.keys(status?.hard ?? {})
        .filter((name) => name.startsWith('limits') === limits)
        .sort()
        .map((name) => `${name}: ${status?.used?.[name] ?? '0'}/${status?.hard?.[name]}`)
        .join(', ');
    return { cells: [metadata?.name ?? '', texts(false), texts(true), age(metadata, context)] };
  },
};

export const runtimeClassPrinter: Printer = {
  columns: columns('Name', 'Handler', 'Age'),
  row: ({ metadata, handler }: { metadata?: Meta; handler?: string }, context) => ({
    cells: [metadata?.name ?? '', handler ?? '', age(metadata, context)],
  }),
};

interface Webhooks {
  readonly metadata?: Meta;
  readonly webhooks?: readonly unknown[];
}

export const webhookConfigurationPrinter: Printer = {
  columns: columns('Name', 'Webhooks', 'Age'),
  row: ({ metadata, webhooks }: Webhooks, context) => ({
    cells: [metadata?.name ?? '', (webhooks ?? []).length, age(metadata, context)],
  }),
};

interface ComponentStatus {
  readonly metadata?: Meta;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly error?: string;
  }[];
}

export const componentStatusPrinter: Printer = {
  columns: columns('Name', 'Status', 'Message', 'Error'),
  row: ({ metadata, conditions }: ComponentStatus) => {
    const healthy = conditions?.find(({ type }) => type === 'Healthy');
    const status = { True: 'Healthy', False: 'Unhealthy' }[healthy?.status ?? ''] ?? 'Unknown';
    return {
      cells: [metadata?.name ?? '', status, healthy?.message ?? '', healthy?.error ?? ''],
    };
  },
};

interface IpAddress {
  readonly metadata?: Meta;
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string;
      readonly resource?: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
}

export const ipAddressPrinter: Printer = {
  columns: columns('Name', 'ParentRef'),
  row: ({ metadata, spec }: IpAddress) => {
    const parent = spec?.parentRef;
    const resource = parent?.group ? `${parent.resource}.${parent.group}` : parent?.resource;
    const text = parent ? `${resource}/${parent.namespace}/${parent.name}` : '<none>';
    return { cells: [metadata?.name ?? '', text] };
  },
};

export const serviceCidrPrinter: Printer = {
  columns: columns('Name', 'CIDRs', 'Age'),
  row: (object: KubeObject & { spec?: { cidrs?: readonly string[] } }, context) => ({
    cells: [
      object.metadata.name ?? '',
      (object.spec?.cidrs ?? []).join(','),
      age(object.metadata, context),
    ],
  }),
};

export const volumeAttributesClassPrinter: Printer = {
  columns: columns('Name', 'DriverName', 'Age'),
  row: ({ metadata, driverName }: { metadata?: Meta; driverName?: string }, context) => ({
    cells: [metadata?.name ?? '', driverName ?? '', age(metadata, context)],
  }),
};

interface CsiNode {
  readonly metadata?: Meta;
  readonly spec?: { readonly drivers?: readonly unknown[] };
}

export const csiNodePrinter: Printer = {
  columns: columns('Name', 'Drivers', 'Age'),
  row: ({ metadata, spec }: CsiNode, context) => ({
    cells: [metadata?.name ?? '', (spec?.drivers ?? []).length, age(metadata, context)],
  }),
};
