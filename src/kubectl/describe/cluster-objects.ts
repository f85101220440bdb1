import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import type { IIngress, INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type {
  IClusterRole,
  IClusterRoleBinding,
} from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import { isNotFound } from '../../api/find-object';
import { goQuote } from '../../api/golang/quote';
import { labelSelectorRequirements, selectorText } from '../../api/selectors';
import type { LabelSelector, Service } from '../../api/types';
import { compactRules, ruleRow } from '../access/policy-rules';
import type { Invocation } from '../command';
import type { Describer } from './describer';
import { finish } from './events';
import { endpointsText, slicesOf } from './service';
import { DescriptionWriter, describeAnnotations, describeLabels } from './writer';

export const describeEndpointSlice: Describer = (object, describing) => {
  const { metadata, addressType, ports, endpoints } = object as unknown as IEndpointSlice;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'AddressType', addressType);
  if (!ports || ports.length === 0) {
    writer.line(0, 'Ports: <unset>');
  } else {
    writer.line(0, 'Ports:');
    writer.line(1, 'Name\tPort\tProtocol');
    writer.line(1, '----\t----\t--------');
    for (const { name, port, protocol } of ports) {
      writer.line(1, `${name || '<unset>'}\t${port ?? 'all'}\t${protocol ?? ''}`);
    }
  }
  if (!endpoints || endpoints.length === 0) writer.line(0, 'Endpoints: <none>');
  else writer.line(0, 'Endpoints:');
  for (const endpoint of endpoints ?? []) {
    writer.line(1, `- Addresses:\t${endpoint.addresses.join(', ')}`);
    writer.line(2, 'Conditions:');
    writer.field(3, 'Ready', endpoint.conditions?.ready ?? '<unset>');
    writer.field(2, 'Hostname', endpoint.hostname ?? '<unset>');
    const target = endpoint.targetRef;
    if (target) writer.field(2, 'TargetRef', `${target.kind}/${target.name}`);
    writer.field(2, 'NodeName', endpoint.nodeName ?? '<unset>');
    writer.field(2, 'Zone', endpoint.zone ?? '<unset>');
  }
  return finish(writer, describing);
};

type Backend = { readonly name?: string; readonly port?: { name?: string; number?: number } };

function backendText(
  invocation: Invocation,
  namespace: string | undefined,
  backend: Backend,
): string {
  const { name = '', port } = backend;
  try {
    const service = invocation.client.get('services', namespace, name) as Service;
    const found = service.spec?.ports?.find((one) =>
      port?.name ? one.name === port.name : one.port === port?.number,
    );
    return endpointsText(slicesOf(invocation, namespace, name), { name: found?.name });
  } catch (error) {
    if (isNotFound(error)) return `<error: services ${goQuote(name)} not found>`;
    throw error;
  }
}

export const describeIngress: Describer = (object, describing) => {
  const { metadata, spec, status } = object as unknown as IIngress;
  const { invocation } = describing;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  describeLabels(writer, 'Labels', metadata?.labels);
  writer.field(0, 'Namespace', metadata?.namespace);
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname);
  writer.field(0, 'Address', addresses.join(','));
  writer.field(0, 'Ingress Class', spec?.ingressClassName ?? '<none>');
  const shown = (backend: Backend) =>
    `${backend.name}:${backend.port?.name ?? backend.port?.number} (${backendText(invocation, metadata?.namespace, backend)})`;
  const fallback = spec?.defaultBackend?.service;
  writer.field(0, 'Default backend', fallback ? shown(fallback) : '<default>');
  if ((spec?.tls ?? []).length > 0) writer.line(0, 'TLS:');
  for (const { hosts, secretName } of spec?.tls ?? []) {
    const verb = secretName ? `${secretName} terminates` : 'SNI routes';
    writer.line(1, `${verb} ${(hosts ?? []).join(',')}`);
  }
  writer.line(0, 'Rules:');
  writer.line(1, 'Host\tPath\tBackends');
  writer.line(1, '----\t----\t--------');
  for (const { host, http } of spec?.rules ?? []) {
    writer.line(1, `${host || '*'}\t`);
    for (const { path, backend } of http?.paths ?? []) {
      writer.line(1, `  \t${path ?? ''} \t${backend.service ? shown(backend.service) : ''}`);
    }
  }
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  return finish(writer, describing);
};

function selector(of: LabelSelector | undefined): string {
  return selectorText(labelSelectorRequirements(of) ?? []) || '<none>';
}

type Policy = NonNullable<INetworkPolicy['spec']>;
type Peer = NonNullable<NonNullable<NonNullable<Policy['ingress']>[number]>['from']>[number];
type PolicyPort = NonNullable<NonNullable<NonNullable<Policy['ingress']>[number]>['ports']>[number];

export const describeNetworkPolicy: Describer = (object) => {
  const { metadata, spec } = object as unknown as INetworkPolicy;
  const writer = new DescriptionWriter();
  const created = (metadata?.creationTimestamp ?? '').replace('T', ' ').replace('Z', ' +0000 UTC');
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  writer.field(0, 'Created on', created);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.line(0, 'Spec:');
  const pods = selector(spec?.podSelector);
  const all = '<none> (Allowing the specific traffic to all pods in this namespace)';
  writer.line(1, `PodSelector:     ${pods === '<none>' ? all : pods}`);
  const types = spec?.policyTypes ?? [];
  if (types.includes('Ingress')) {
    writer.line(1, 'Allowing ingress traffic:');
    const rules = (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
    describeRules(writer, rules, 'ingress');
  } else {
    writer.line(1, 'Not affecting ingress traffic');
  }
  if (types.includes('Egress')) {
    writer.line(1, 'Allowing egress traffic:');
    const rules = (spec?.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
    describeRules(writer, rules, 'egress');
  } else {
    writer.line(1, 'Not affecting egress traffic');
  }
  writer.line(1, `Policy Types: ${types.join(', ')}`);
  return writer;
};

function describeRules(
  writer: DescriptionWriter,
  rules: readonly { ports?: readonly PolicyPort[]; peers?: readonly Peer[] }[],
  direction: 'ingress' | 'egress',
): void {
  if (rules.length === 0) {
    writer.line(2, `<none> (Selected pods are isolated for ${direction} connectivity)`);
  }
  const side = direction === 'ingress' ? 'From' : 'To';
  const end = direction === 'ingress' ? 'source' : 'destination';
  rules.forEach(({ ports = [], peers = [] }, i) => {
    if (ports.length === 0) {
      writer.line(2, 'To Port: <any> (traffic allowed to all ports)');
    }
    for (const { port, protocol } of ports) {
      writer.line(2, `To Port: ${port ?? '<any>'}/${protocol ?? 'TCP'}`);
    }
    if (peers.length === 0) {
      writer.line(2, `${side}: <any> (traffic not restricted by ${end})`);
    }
    for (const peer of peers) describePeer(writer, side, peer);
    if (i < rules.length - 1) writer.line(2, '----------');
  });
}

function describePeer(writer: DescriptionWriter, side: string, peer: Peer): void {
  writer.line(2, `${side}:`);
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (namespaceSelector) writer.line(3, `NamespaceSelector: ${selector(namespaceSelector)}`);
  if (podSelector) writer.line(3, `PodSelector: ${selector(podSelector)}`);
  if (!ipBlock) return;
  writer.line(3, 'IPBlock:');
  writer.line(4, `CIDR: ${ipBlock.cidr}`);
  writer.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
}

export const describeRole: Describer = (object) => {
  const { metadata, rules } = object as unknown as IClusterRole;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.line(0, 'PolicyRule:');
  writer.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  writer.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of compactRules(rules ?? [])) writer.line(1, ruleRow(rule));
  return writer;
};

export const describeBinding: Describer = (object) => {
  const { metadata, roleRef, subjects } = object as unknown as IClusterRoleBinding;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.line(0, 'Role:');
  writer.field(1, 'Kind', roleRef.kind);
  writer.field(1, 'Name', roleRef.name);
  writer.line(0, 'Subjects:');
  writer.line(1, 'Kind\tName\tNamespace');
  writer.line(1, '----\t----\t---------');
  for (const { kind, name, namespace } of subjects ?? []) {
    writer.line(1, `${kind}\t${name}\t${namespace ?? ''}`);
  }
  return writer;
};
