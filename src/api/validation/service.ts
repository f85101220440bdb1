import {
  nameIsDns1035Label,
  nameIsDnsLabel,
  portNumberProblems,
  qualifiedNameProblems,
} from '../names';
import type { Service, ServicePort } from '../types';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { parseIp, validateLegacyCidr, validateLegacyIp } from './ip';
import { protocolErrors } from './mounts';
import { validateLabels, validateObjectMeta } from './object-meta';
import { dnsLabelErrors, dnsSubdomainErrors } from './paths';
import { portErrors } from './probes';
import { clusterIpErrors } from './service-addresses';

/** Services. Models pkg/apis/core/validation validateService for a cluster with IPv4 only. */

type ServiceSpec = NonNullable<Service['spec']>;

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const MOST_AFFINITY_SECONDS = 86400;

/** Names that start with a digit are allowed once the gate RelaxedServiceNameValidation is on. */
const RELAXED_NAMES = true;

export function validateServiceCreate(service: Service): FieldError[] {
  const rule = RELAXED_NAMES ? nameIsDnsLabel : nameIsDns1035Label;
  return [...validateObjectMeta(service.metadata, true, rule), ...validateService(service)];
}

export function isHeadless(spec: ServiceSpec): boolean {
  const ips = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  return ips.length === 1 && ips[0] === 'None';
}

/** What new and changed Services have in common, apart from their metadata. */
export function validateService({ spec = {}, metadata }: Service): FieldError[] {
  const type = String(spec.type ?? '');
  const ports = spec.ports ?? [];
  const errors = topologyErrors(metadata.annotations);
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') {
    errors.push(required('spec.ports'));
  }
  errors.push(...typeErrors(spec, type));
  const names = new Set<string>();
  ports.forEach((port, index) => {
    errors.push(...servicePortErrors(port, ports.length > 1, names, `spec.ports[${index}]`));
  });
  errors.push(...validateLabels('spec.selector', spec.selector));
  errors.push(...affinityErrors(spec), ...clusterIpErrors(spec), ...externalIpErrors(spec));
  if (type === '') errors.push(required('spec.type'));
  else if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES));
  errors.push(...portClashes(ports, type));
  errors.push(...sourceRangeErrors(spec, type, metadata.annotations));
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer') {
    const why = "may only be used when `type` is 'LoadBalancer'";
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', why));
  }
  errors.push(...loadBalancerClassErrors(spec), ...trafficErrors(spec, type));
  return errors;
}

/** The newer annotation wins, but both may not differ. */
function topologyErrors(annotations: Readonly<Record<string, string>> = {}): FieldError[] {
  const key = 'service.kubernetes.io/topology-mode';
  const oldKey = 'service.kubernetes.io/topology-aware-hints';
  const [mode, hints] = [annotations[key], annotations[oldKey]];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const why = `must match annotations[${oldKey}] when both are specified`;
  return [invalid(`metadata.annotations[${key}]`, mode, why)];
}

export function loadBalancerClassErrors({ type, loadBalancerClass }: ServiceSpec): FieldError[] {
  const field = 'spec.loadBalancerClass';
  if (loadBalancerClass === undefined) return [];
  if (type !== 'LoadBalancer') {
    return [forbidden(field, "may only be used when `type` is 'LoadBalancer'")];
  }
  return invalidFor(field, loadBalancerClass, qualifiedNameProblems(loadBalancerClass));
}

function typeErrors(spec: ServiceSpec, type: string): FieldError[] {
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    const why = `may not be set to 'None' for ${type} services`;
    return [invalid('spec.clusterIPs[0]', 'None', why)];
  }
  if (type !== 'ExternalName') return [];
  const errors: FieldError[] = [];
  const why = 'may not be set for ExternalName services';
  if ((spec.clusterIPs ?? []).length > 0 || spec.clusterIP) {
    errors.push(forbidden('spec.clusterIPs', why));
  }
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbidden('spec.ipFamilies', why));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', why));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...dnsSubdomainErrors('spec.externalName', name));
  return errors;
}

function servicePortErrors(
  port: ServicePort,
  needsName: boolean,
  names: Set<string>,
  field: string,
): FieldError[] {
  const { name = '', port: number = 0, appProtocol } = port;
  const errors: FieldError[] = [];
  if (name !== '') {
    errors.push(...dnsLabelErrors(`${field}.name`, name));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
  } else if (needsName) {
    errors.push(required(`${field}.name`));
  }
  errors.push(...invalidFor(`${field}.port`, number, portNumberProblems(number)));
  errors.push(...protocolErrors(port.protocol, `${field}.protocol`));
  errors.push(...portErrors(`${field}.targetPort`, port.targetPort));
  if (appProtocol !== undefined) {
    const problems = qualifiedNameProblems(appProtocol);
    errors.push(...invalidFor(`${field}.appProtocol`, appProtocol, problems));
  }
  return errors;
}

function affinityErrors(spec: ServiceSpec): FieldError[] {
  const affinity = String(spec.sessionAffinity ?? '');
  const known = ['ClientIP', 'None'];
  if (affinity === '') return [required('spec.sessionAffinity')];
  if (!known.includes(affinity)) return [notSupported('spec.sessionAffinity', affinity, known)];
  const config = spec.sessionAffinityConfig;
  const at = 'spec.sessionAffinityConfig';
  if (affinity === 'None') {
    if (config === undefined) return [];
    return [forbidden(at, 'must not be set when session affinity is None')];
  }
  const seconds = config?.clientIP?.timeoutSeconds;
  if (seconds !== undefined && seconds > 0 && seconds <= MOST_AFFINITY_SECONDS) return [];
  if (seconds === undefined) return [required(at, 'when session affinity type is ClientIP')];
  const why = `must be greater than 0 and less than ${MOST_AFFINITY_SECONDS}`;
  return [invalid(`${at}.clientIP.timeoutSeconds`, seconds, why)];
}

function externalIpErrors({ externalIPs = [] }: ServiceSpec): FieldError[] {
  return externalIPs.flatMap((ip, index) => {
    const at = `spec.externalIPs[${index}]`;
    const errors = validateLegacyIp(at, ip);
    return errors.length > 0 ? errors : reachableErrors(ip, at);
  });
}

/** Addresses that no service can be reached at. */
function reachableErrors(ip: string, field: string): FieldError[] {
  const bytes = parseIp(ip)?.bytes ?? [];
  const fail = (why: string) => [invalid(field, ip, `may not be ${why}`)];
  const v6 = bytes.length === 16;
  if (bytes.every((byte) => byte === 0)) return fail(`unspecified (${ipText(v6)})`);
  const loopback = v6
    ? bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1
    : bytes[0] === 127;
  if (loopback) return fail('in the loopback range (127.0.0.0/8, ::1/128)');
  const linkLocal = v6
    ? bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80
    : bytes[0] === 169 && bytes[1] === 254;
  if (linkLocal) return fail('in the link-local range (169.254.0.0/16, fe80::/10)');
  const multicast = v6
    ? bytes[0] === 0xff && bytes[1] === 2
    : bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0;
  return multicast ? fail('in the link-local multicast range (224.0.0.0/24, ff02::/10)') : [];
}

function ipText(v6: boolean): string {
  return v6 ? '::' : '0.0.0.0';
}

function portClashes(ports: readonly ServicePort[], type: string): FieldError[] {
  const errors: FieldError[] = [];
  if (type === 'ClusterIP') {
    ports.forEach(({ nodePort }, index) => {
      const why = "may not be used when `type` is 'ClusterIP'";
      if (nodePort) errors.push(forbidden(`spec.ports[${index}].nodePort`, why));
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach(({ nodePort = 0, protocol = '' }, index) => {
    const key = `${protocol}/${nodePort}`;
    if (nodePort === 0) return;
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${index}].nodePort`, nodePort));
    nodePorts.add(key);
  });
  const numbers = new Set<string>();
  ports.forEach(({ port = 0, protocol = '' }, index) => {
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(duplicate(`spec.ports[${index}]`, shownPort(protocol, port)));
    numbers.add(key);
  });
  return errors;
}

/** A port as the server shows its own type. */
function shownPort(protocol: string, port: number): Record<string, unknown> {
  return {
    Name: '',
    Protocol: protocol,
    AppProtocol: null,
    Port: port,
    TargetPort: 0,
    NodePort: 0,
  };
}

function sourceRangeErrors(
  { loadBalancerSourceRanges = [] }: ServiceSpec,
  type: string,
  annotations: Readonly<Record<string, string>> = {},
): FieldError[] {
  const key = 'service.beta.kubernetes.io/load-balancer-source-ranges';
  const listed = loadBalancerSourceRanges.length > 0;
  const annotation = annotations[key];
  if (!listed && annotation === undefined) return [];
  const field = listed ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${key}]`;
  const errors: FieldError[] = [];
  if (type !== 'LoadBalancer') {
    errors.push(forbidden(field, "may only be used when `type` is 'LoadBalancer'"));
  }
  const ranges = listed ? loadBalancerSourceRanges : (annotation ?? '').split(',');
  ranges.forEach((range, index) => {
    if (range.trim() === '' && !listed) return;
    errors.push(...validateLegacyCidr(listed ? `${field}[${index}]` : field, range.trim()));
  });
  return errors;
}

function trafficErrors(spec: ServiceSpec, type: string): FieldError[] {
  const errors: FieldError[] = [];
  const policies = ['Cluster', 'Local'];
  const external = String(spec.externalTrafficPolicy ?? '');
  const at = 'spec.externalTrafficPolicy';
  const reachable =
    type === 'LoadBalancer' ||
    type === 'NodePort' ||
    (type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
  if (!reachable) {
    const why = 'may only be set for externally-accessible services';
    if (external !== '') errors.push(invalid(at, external, why));
  } else if (external === '') errors.push(required(at));
  else if (!policies.includes(external)) errors.push(notSupported(at, external, policies));
  const healthPort = spec.healthCheckNodePort ?? 0;
  if (healthPort !== 0 && !(type === 'LoadBalancer' && external === 'Local')) {
    const why =
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', healthPort, why));
  }
  const internal = spec.internalTrafficPolicy;
  if (internal !== undefined && !policies.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, policies));
  }
  const distribution = spec.trafficDistribution;
  const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
  if (distribution !== undefined && !distributions.includes(distribution)) {
    errors.push(notSupported('spec.trafficDistribution', distribution, distributions));
  }
  return errors;
}
