import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  nameIsDnsSubdomain,
  nameIsPathSegment,
  portNameProblems,
  portNumberProblems,
  wildcardDnsProblems,
} from '../names';
import { validateLabelSelector } from '../selectors';
import type { KubeObject, LabelSelector } from '../types';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { maskedIp, parseCidr, parseIp, validateCidr } from './ip';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
import { dnsSubdomainErrors } from './paths';

/** NetworkPolicies and Ingresses. Models pkg/apis/networking/validation/validation.go. */

interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}

interface PolicyRule {
  readonly ports?: readonly PolicyPort[];
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
}

interface PolicySpec {
  readonly podSelector?: LabelSelector;
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
  readonly policyTypes?: readonly string[];
}

export function validateNetworkPolicy(object: KubeObject): FieldError[] {
  const spec = (object.spec ?? {}) as PolicySpec;
  const directions = [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const;
  return [
    ...validateObjectMeta(object.metadata, true, nameIsDnsSubdomain),
    ...validateLabelSelector(spec.podSelector, 'spec.podSelector'),
    ...directions.flatMap(([direction, peers]) =>
      (spec[direction] ?? []).flatMap((rule, i) => {
        const field = `spec.${direction}[${i}]`;
        return [
          ...(rule.ports ?? []).flatMap((port, j) => portErrors(port, `${field}.ports[${j}]`)),
          ...(rule[peers] ?? []).flatMap((peer, j) => peerErrors(peer, `${field}.${peers}[${j}]`)),
        ];
      }),
    ),
    ...policyTypeErrors(spec.policyTypes ?? []),
  ];
}

function policyTypeErrors(types: readonly string[]): FieldError[] {
  if (types.length > 2) {
    return [invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  }
  const known = ['Ingress', 'Egress'];
  return types.flatMap((type, i) =>
    known.includes(type) ? [] : [notSupported(`spec.policyTypes[${i}]`, type, known)],
  );
}

function portErrors({ protocol, port, endPort }: PolicyPort, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const protocols = ['TCP', 'UDP', 'SCTP'];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  }
  const end = `${field}.endPort`;
  if (typeof port === 'number') {
    errors.push(...invalidFor(`${field}.port`, port, portNumberProblems(port)));
    if (endPort !== undefined) {
      if (endPort < port) {
        // The server shows the other number.
        errors.push(invalid(end, port, 'must be greater than or equal to `port`'));
      }
      errors.push(...invalidFor(end, endPort, portNumberProblems(endPort)));
    }
  } else if (port === undefined) {
    if (endPort !== undefined) {
      errors.push(invalid(end, endPort, 'may not be specified when `port` is not specified'));
    }
  } else {
    if (endPort !== undefined) {
      errors.push(invalid(end, endPort, 'may not be specified when `port` is non-numeric'));
    }
    errors.push(...invalidFor(`${field}.port`, port, portNameProblems(port)));
  }
  return errors;
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, field: string) {
  const errors: FieldError[] = [];
  const given = [podSelector, namespaceSelector, ipBlock].filter((one) => one !== undefined);
  errors.push(...validateLabelSelector(podSelector, `${field}.podSelector`));
  errors.push(...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`));
  if (ipBlock) {
    const at = `${field}.ipBlock`;
    if (ipBlock.cidr) errors.push(...validateCidr(`${at}.cidr`, ipBlock.cidr));
    else errors.push(required(`${at}.cidr`));
    (ipBlock.except ?? []).forEach((cidr, i) => {
      errors.push(...validateCidr(`${at}.except[${i}]`, cidr));
      if (isWithin(cidr, ipBlock.cidr ?? '')) return;
      errors.push(invalid(`${at}.except[${i}]`, cidr, 'must be a strict subset of `cidr`'));
    });
  }
  if (given.length === 0) errors.push(required(field, 'must specify a peer'));
  else if (given.length > 1 && ipBlock) {
    errors.push(forbidden(field, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

export interface TypedReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** Whether a block is a part of another, and not all of it; nothing is said of what cannot be read. */
function isWithin(text: string, whole: string): boolean {
  const [part, block] = [parseCidr(text), parseCidr(whole)];
  if (part === undefined || block === undefined) return true;
  const around = { ...block, ip: part.ip };
  const inside =
    part.ip.bytes.length === block.ip.bytes.length &&
    maskedIp(around).bytes.join() === maskedIp(block).bytes.join();
  return inside && block.length < part.length;
}

interface Backend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: TypedReference;
}

interface IngressPath {
  readonly path?: string;
  readonly pathType?: string | null;
  readonly backend?: Backend;
}

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly defaultBackend?: Backend;
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: { readonly paths?: readonly IngressPath[] };
  }[];
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** The old annotation may stay only where it says the same as the field. */
export function validateNewIngress(object: KubeObject): FieldError[] {
  const { ingressClassName } = (object.spec ?? {}) as IngressSpec;
  const annotation = object.metadata.annotations?.[CLASS_ANNOTATION];
  const errors = validateIngress(object);
  if (annotation === undefined || ingressClassName === undefined) return errors;
  if (annotation === ingressClassName) return errors;
  const why = 'must match `ingressClassName` when both are specified';
  return [...errors, invalid(`annotations.${CLASS_ANNOTATION}`, annotation, why)];
}

export function validateIngressUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  return [...validateObjectMetaUpdate(object.metadata, old.metadata), ...validateIngress(object)];
}

function validateIngress(object: KubeObject): FieldError[] {
  const spec = (object.spec ?? {}) as IngressSpec;
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  if (rules.length === 0 && !defaultBackend) {
    const why = 'either `defaultBackend` or `rules` must be specified';
    errors.push(invalid('spec', spec.rules ?? null, why));
  }
  if (defaultBackend) errors.push(...backendErrors(defaultBackend, 'spec.defaultBackend'));
  rules.forEach(({ host = '', http }, i) => {
    const field = `spec.rules[${i}]`;
    if (host !== '') errors.push(...hostErrors(host, `${field}.host`));
    if (!http) return;
    const { paths = [] } = http;
    if (paths.length === 0) errors.push(required(`${field}.http.paths`));
    paths.forEach((path, j) => {
      errors.push(...pathErrors(path, `${field}.http.paths[${j}]`));
    });
  });
  tls.forEach(({ hosts = [], secretName }, i) => {
    hosts.forEach((host, j) => {
      const problems = host.includes('*') ? wildcardDnsProblems(host) : dnsSubdomainProblems(host);
      errors.push(...invalidFor(`spec.tls[${i}].hosts[${j}]`, host, problems));
    });
    if (secretName) errors.push(...dnsSubdomainErrors(`spec.tls[${i}].secretName`, secretName));
  });
  if (ingressClassName !== undefined) {
    errors.push(...dnsSubdomainErrors('spec.ingressClassName', ingressClassName));
  }
  return errors;
}

function hostErrors(host: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (parseIp(host)) errors.push(invalid(field, host, 'must be a DNS name, not an IP address'));
  const problems = host.includes('*') ? wildcardDnsProblems(host) : dnsSubdomainProblems(host);
  return [...errors, ...invalidFor(field, host, problems)];
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const ODD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const ODD_ENDS = ['/..', '/.'];

function pathErrors({ path = '', pathType, backend }: IngressPath, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${field}.path`;
  const notAbsolute = () => errors.push(invalid(at, path, 'must be an absolute path'));
  if (pathType === undefined || pathType === null) {
    return [required(`${field}.pathType`, 'pathType must be specified')];
  }
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!path.startsWith('/')) notAbsolute();
    if (path !== '') {
      for (const odd of ODD_SEQUENCES) {
        if (path.includes(odd)) errors.push(invalid(at, path, `must not contain '${odd}'`));
      }
      for (const odd of ODD_ENDS) {
        if (path.endsWith(odd)) errors.push(invalid(at, path, `cannot end with '${odd}'`));
      }
    }
  } else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) notAbsolute();
  } else errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  return [...errors, ...backendErrors(backend ?? {}, `${field}.backend`)];
}

/** An object that is named with its kind. */
export function typedReferenceErrors(reference: TypedReference, field: string): FieldError[] {
  const { apiGroup, kind = '', name = '' } = reference;
  const errors: FieldError[] = [];
  if (typeof apiGroup === 'string') {
    errors.push(...dnsSubdomainErrors(`${field}.apiGroup`, apiGroup));
  }
  for (const [part, value] of Object.entries({ kind, name })) {
    if (value === '') errors.push(required(`${field}.${part}`));
    else errors.push(...invalidFor(`${field}.${part}`, value, nameIsPathSegment(value)));
  }
  return errors;
}

function backendErrors({ service, resource }: Backend, field: string): FieldError[] {
  if (service && resource) {
    return [invalid(field, '', 'cannot set both resource and service backends')];
  }
  if (resource) return typedReferenceErrors(resource, `${field}.resource`);
  if (!service) return [invalid(field, '', 'resource or service backend is required')];
  const { name = '', port = {} } = service;
  const errors: FieldError[] =
    name === ''
      ? [required(`${field}.service.name`)]
      : invalidFor(`${field}.service.name`, name, dnsLabelProblems(name));
  if (port.name && port.number) {
    errors.push(invalid(field, '', 'cannot set both port name & port number'));
  } else if (port.name) {
    errors.push(
      ...invalidFor(`${field}.service.port.name`, port.name, portNameProblems(port.name)),
    );
  } else if (port.number) {
    const problems = portNumberProblems(port.number);
    errors.push(...invalidFor(`${field}.service.port.number`, port.number, problems));
  } else errors.push(required(field, 'port name or number is required'));
  return errors;
}
