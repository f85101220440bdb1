import type { IEndpoints } from 'kubernetes-models/v1';
import { ageSince } from '../../../api/duration';
import type {
  ConfigMap,
  Event,
  Namespace,
  Node,
  Secret,
  Service,
  ServiceAccount,
} from '../../../api/types';
import {
  age,
  columns,
  formatLabels,
  listWithMore,
  loadBalancerText,
  type PrintContext,
  type Printer,
} from './printer';

const size = (record: object | undefined): number => Object.keys(record ?? {}).length;

export const namespacePrinter: Printer = {
  columns: columns('Name', 'Status', 'Age'),
  row: (namespace: Namespace, context) => ({
    cells: [
      namespace.metadata.name ?? '',
      namespace.status?.phase ?? '',
      age(namespace.metadata, context),
    ],
  }),
};

export const configMapPrinter: Printer = {
  columns: columns('Name', 'Data', 'Age'),
  row: (map: ConfigMap, context) => ({
    cells: [
      map.metadata.name ?? '',
      size(map.data) + size(map.binaryData),
      age(map.metadata, context),
    ],
  }),
};

export const secretPrinter: Printer = {
  columns: columns('Name', 'Type', 'Data', 'Age'),
  row: (secret: Secret, context) => ({
    cells: [
      secret.metadata.name ?? '',
      secret.type ?? '',
      size(secret.data),
      age(secret.metadata, context),
    ],
  }),
};

export const serviceAccountPrinter: Printer = {
  columns: columns('Name', 'Secrets', 'Age'),
  row: (account: ServiceAccount, context) => ({
    cells: [
      account.metadata.name ?? '',
      account.secrets?.length ?? 0,
      age(account.metadata, context),
    ],
  }),
};

function externalAddress({ spec, status }: Service, wide: boolean): string {
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.length > 0 ? external.join(',') : '<none>';
    case 'LoadBalancer': {
      const balanced = loadBalancerText(status?.loadBalancer, wide);
      const all = [...(balanced === '' ? [] : balanced.split(',')), ...external];
      return all.length > 0 ? all.join(',') : '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

export const servicePrinter: Printer = {
  columns: columns(
    'Name',
    'Type',
    'Cluster-IP',
    'External-IP',
    'Port(s)',
    'Age',
    'wide:',
    'Selector',
  ),
  row: (service: Service, context) => {
    const ports = (service.spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    );
    return {
      cells: [
        service.metadata.name ?? '',
        service.spec?.type ?? '',
        service.spec?.clusterIPs?.[0] || '<none>',
        externalAddress(service, context.wide),
        ports.join(',') || '<none>',
        age(service.metadata, context),
        formatLabels(service.spec?.selector),
      ],
    };
  },
};

/** Models findNodeRoles: from `node-role.kubernetes.io/ROLE` and `kubernetes.io/role`. */
export function nodeRoles(node: Node): string[] {
  const roles = new Set<string>();
  const prefix = 'node-role.kubernetes.io/';
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(prefix) && key.length > prefix.length) roles.add(key.slice(prefix.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort();
}

function nodeStatus(node: Node): string {
  const words: string[] = [];
  const ready = node.status?.conditions?.findLast((one) => one.type === 'Ready');
  if (ready) words.push(ready.status === 'True' ? 'Ready' : 'NotReady');
  else words.push('Unknown');
  if (node.spec?.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

export const nodePrinter: Printer = {
  columns: columns(
    'Name',
    'Status',
    'Roles',
    'Age',
    'Version',
    'wide:',
    'Internal-IP',
    'External-IP',
    'OS-Image',
    'Kernel-Version',
    'Container-Runtime',
  ),
  row: (node: Node, context) => {
    const system = node.status?.nodeInfo;
    const address = (type: string) =>
      node.status?.addresses?.find((one) => one.type === type)?.address || '<none>';
    const architecture = system?.architecture ? ` (${system.architecture})` : '';
    const kernel = `${system?.kernelVersion || '<unknown>'}${architecture}`;
    return {
      cells: [
        node.metadata.name ?? '',
        nodeStatus(node),
        nodeRoles(node).join(',') || '<none>',
        age(node.metadata, context),
        system?.kubeletVersion ?? '',
        address('InternalIP'),
        address('ExternalIP'),
        system?.osImage || '<unknown>',
        kernel,
        system?.containerRuntimeVersion || '<unknown>',
      ],
    };
  },
};

function eventSource(event: Event): string {
  const component = event.source?.component || event.reportingComponent || '';
  const instance = event.source?.host || event.reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}

function eventTimes(event: Event, { nowMs }: PrintContext) {
  const first = ageSince(event.firstTimestamp ?? event.eventTime, nowMs);
  const { series } = event;
  if (series) {
    return { first, last: ageSince(series.lastObservedTime, nowMs), count: series.count ?? 0 };
  }
  const last = event.lastTimestamp ? ageSince(event.lastTimestamp, nowMs) : first;
  return { first, last, count: event.count || 1 };
}

export const eventPrinter: Printer = {
  columns: [
    { name: 'Last Seen' },
    { name: 'Type' },
    { name: 'Reason' },
    { name: 'Object' },
    { name: 'Subobject', priority: 1 },
    { name: 'Source', priority: 1 },
    { name: 'Message' },
    { name: 'First Seen', priority: 1 },
    { name: 'Count', priority: 1 },
    { name: 'Name', priority: 1, format: 'name' },
  ],
  row: (event: Event, context) => {
    const { first, last, count } = eventTimes(event, context);
    const kind = (event.involvedObject.kind ?? '').toLowerCase();
    const name = event.involvedObject.name;
    return {
      cells: [
        last,
        event.type ?? '',
        event.reason ?? '',
        name ? `${kind}/${name}` : kind,
        event.involvedObject.fieldPath ?? '',
        eventSource(event),
        (event.message ?? '').trim(),
        first,
        count,
        event.metadata.name ?? '',
      ],
    };
  },
};

export const endpointsPrinter: Printer = {
  columns: columns('Name', 'Endpoints', 'Age'),
  row: (endpoints: IEndpoints, context) => {
    const list = (endpoints.subsets ?? []).flatMap(({ addresses, ports }) => {
      const ready = addresses ?? [];
      if (!ports || ports.length === 0) return ready.map(({ ip }) => ip);
      return ports.flatMap(({ port }) => ready.map(({ ip }) => `${ip}:${port}`));
    });
    const text = list.length === 0 ? '<none>' : listWithMore(list, 3);
    return { cells: [endpoints.metadata?.name ?? '', text, age(endpoints.metadata, context)] };
  },
};
