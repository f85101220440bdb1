import type { Service } from '../types';
import { cidrWarnings, ipWarnings } from './ip';

/** Models pkg/api/service/warnings.go. */
export function serviceWarnings({ spec = {}, metadata }: Service): string[] {
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  const external = spec.externalIPs ?? [];
  const named = spec.type === 'ExternalName';
  const warnings: string[] = [];
  const old = 'service.kubernetes.io/topology-aware-hints';
  if (metadata.annotations?.[old] !== undefined) {
    const now = 'service.kubernetes.io/topology-mode';
    warnings.push(`annotation ${old} is deprecated, please use ${now} instead`);
  }
  (spec.clusterIPs ?? []).forEach((ip, index) => {
    if (ip !== 'None') warnings.push(...ipWarnings(`spec.clusterIPs[${index}]`, ip));
  });
  if (headless) {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (external.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') {
      warnings.push('spec.SessionAffinity is ignored for headless services');
    }
  }
  external.forEach((ip, index) => {
    warnings.push(...ipWarnings(`spec.externalIPs[${index}]`, ip));
  });
  if (external.length > 0 && !headless && !named) {
    const text = 'spec.externalIPs is deprecated and may no longer be implemented in some clusters';
    warnings.push(text);
  }
  if (spec.loadBalancerIP) warnings.push(...ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP));
  (spec.loadBalancerSourceRanges ?? []).forEach((range, index) => {
    warnings.push(...cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, range));
  });
  if (named && external.length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (!named && spec.externalName) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    const text = '"PreferClose" is deprecated; use "PreferSameZone"';
    warnings.push(`spec.trafficDistribution: ${text}`);
  }
  return warnings;
}
