import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import type {
  IIngress,
  IIngressClass,
  INetworkPolicy,
} from 'kubernetes-models/networking.k8s.io/v1';
import {
  age,
  columns,
  formatSelector,
  listWithMore,
  loadBalancerText,
  type Printer,
} from './printer';

/** How many hosts, ports or addresses a cell lists. */
const MOST_LISTED = 3;

export const ingressPrinter: Printer = {
  columns: columns('Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'),
  row: ({ metadata, spec, status }: IIngress, context) => {
    const hosts = (spec?.rules ?? []).flatMap(({ host }) => (host ? [host] : []));
    return {
      cells: [
        metadata?.name ?? '',
        spec?.ingressClassName ?? '<none>',
        hosts.length === 0 ? '*' : listWithMore(hosts, MOST_LISTED),
        loadBalancerText(status?.loadBalancer, context.wide),
        (spec?.tls ?? []).length > 0 ? '80, 443' : '80',
        age(metadata, context),
      ],
    };
  },
};

export const ingressClassPrinter: Printer = {
  columns: columns('Name', 'Controller', 'Parameters', 'Age'),
  row: ({ metadata, spec }: IIngressClass, context) => {
    const name = metadata?.name ?? '';
    const isDefault =
      metadata?.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
    const parameters = spec?.parameters;
    const group = parameters?.apiGroup ? `.${parameters.apiGroup}` : '';
    return {
      cells: [
        isDefault ? `${name} (default)` : name,
        spec?.controller ?? '',
        parameters ? `${parameters.kind}${group}/${parameters.name}` : '<none>',
        age(metadata, context),
      ],
    };
  },
};

export const networkPolicyPrinter: Printer = {
  columns: columns('Name', 'Pod-Selector', 'Age'),
  row: ({ metadata, spec }: INetworkPolicy, context) => ({
    cells: [metadata?.name ?? '', formatSelector(spec?.podSelector), age(metadata, context)],
  }),
};

export const endpointSlicePrinter: Printer = {
  columns: columns('Name', 'AddressType', 'Ports', 'Endpoints', 'Age'),
  row: ({ metadata, addressType, ports, endpoints }: IEndpointSlice, context) => {
    const portTexts = (ports ?? []).map(({ port }) => (port === undefined ? '*' : String(port)));
    const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
    return {
      cells: [
        metadata?.name ?? '',
        addressType,
        listWithMore(portTexts, MOST_LISTED),
        listWithMore(addresses, MOST_LISTED),
        age(metadata, context),
      ],
    };
  },
};
