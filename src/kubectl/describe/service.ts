import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import type { Service } from '../../api/types';
import type { Invocation } from '../command';
import { labelsText } from '../print/table';
import type { Describer } from './describer';
import { describeEvents } from './events';
import { DescriptionWriter, describeAnnotations, describeLabels } from './writer';

const MOST_ENDPOINTS = 3;

/** The slices that belong to a Service. */
export function slicesOf(
  { client }: Invocation,
  namespace: string | undefined,
  service: string,
): IEndpointSlice[] {
  const labelSelector = `kubernetes.io/service-name=${service}`;
  return client.list('endpointslices.discovery.k8s.io', { namespace, labelSelector })
    .items as unknown as IEndpointSlice[];
}

/** Addresses of ready endpoints behind one port. Models formatEndpointSlices. */
export function endpointsText(
  slices: readonly IEndpointSlice[],
  port: { readonly name?: string } | undefined,
): string {
  if (slices.length === 0) return '<none>';
  const all: string[] = [];
  for (const { endpoints, ports = [] } of slices) {
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    if (ports.length === 0) all.push(...ready.map(({ addresses }) => addresses[0] ?? ''));
    for (const { name = '', port: number } of ports) {
      if (port && name !== (port.name ?? '')) continue;
      all.push(...ready.map(({ addresses }) => `${addresses[0]}:${number}`));
    }
  }
  const shown = all.slice(0, MOST_ENDPOINTS).join(',');
  return all.length > MOST_ENDPOINTS ? `${shown} + ${all.length - MOST_ENDPOINTS} more...` : shown;
}

export const describeService: Describer = (object, { invocation, events, nowMs }) => {
  const { metadata, spec = {}, status } = object as Service;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata.name);
  writer.field(0, 'Namespace', metadata.namespace);
  describeLabels(writer, 'Labels', metadata.labels);
  describeAnnotations(writer, 'Annotations', metadata.annotations);
  writer.field(0, 'Selector', labelsText(spec.selector));
  writer.field(0, 'Type', spec.type);
  if (spec.ipFamilyPolicy) writer.field(0, 'IP Family Policy', spec.ipFamilyPolicy);
  writer.field(0, 'IP Families', spec.ipFamilies?.join(',') || '<none>');
  writer.field(0, 'IP', spec.clusterIP ?? '');
  writer.field(0, 'IPs', spec.clusterIPs?.join(',') || '<none>');
  if (spec.externalIPs?.length) writer.field(0, 'External IPs', spec.externalIPs.join(','));
  if (spec.loadBalancerIP) writer.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec.externalName) writer.field(0, 'External Name', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) {
    const addresses = ingress.map(({ ip, hostname }) => ip || hostname || '');
    writer.field(0, 'LoadBalancer Ingress', addresses.join(', '));
  }
  const slices = slicesOf(invocation, metadata.namespace, metadata.name ?? '');
  for (const port of spec.ports ?? []) {
    const name = port.name || '<unset>';
    writer.line(0, `Port:\t${name}\t${port.port}/${port.protocol}`);
    writer.field(0, 'TargetPort', `${port.targetPort ?? 0}/${port.protocol}`);
    if (port.nodePort) writer.line(0, `NodePort:\t${name}\t${port.nodePort}/${port.protocol}`);
    writer.field(0, 'Endpoints', endpointsText(slices, port));
  }
  writer.field(0, 'Session Affinity', spec.sessionAffinity ?? '');
  if (spec.externalTrafficPolicy) {
    writer.field(0, 'External Traffic Policy', spec.externalTrafficPolicy);
  }
  if (spec.internalTrafficPolicy) {
    writer.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy);
  }
  if (spec.healthCheckNodePort) writer.field(0, 'HealthCheck NodePort', spec.healthCheckNodePort);
  if (spec.loadBalancerSourceRanges?.length) {
    writer.field(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','));
  }
  if (events) describeEvents(writer, events, nowMs);
  return writer;
};
