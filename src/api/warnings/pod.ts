import { APPARMOR_ANNOTATION } from '../defaults/prepare';
import { goQuote } from '../golang/quote';
import { labelValueProblems } from '../names';
import type { Container, ObjectMeta, PodSpec } from '../types';
import { containersWithPath } from '../validation/containers-with-path';
import { fractionWarnings } from './fractions';
import { ipWarnings } from './ip';
import { NODE_LABELS } from './node-labels';
import { volumeWarnings } from './volumes';

/** Warnings about pods and the templates of pods. Models pkg/api/pod/warnings.go. */

export function appArmorDeprecated(field: string): string {
  return `${field}: deprecated since v1.30; use the "appArmorProfile" field instead`;
}

const POD_ANNOTATIONS: readonly [key: string, text: string][] = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
];
const SYSCTL_ANNOTATION = 'security.alpha.kubernetes.io/sysctls';
const UNSAFE_SYSCTL_ANNOTATION = 'security.alpha.kubernetes.io/unsafe-sysctls';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Warnings about a pod or, with the path of its template in `prefix`, a controller's pods. */
export function podWarnings(spec: PodSpec, metadata: ObjectMeta, prefix: string): string[] {
  const containers = containersWithPath(spec, `${prefix}spec`);
  return [
    ...nodeLabelWarnings(spec, prefix),
    ...annotationWarnings(metadata, prefix),
    ...volumeWarnings(spec.volumes, `${prefix}spec.volumes`),
    ...listWarnings(spec, prefix),
    ...fractionWarnings(spec.overhead, ['memory', 'ephemeral-storage'], `${prefix}spec.overhead`),
    ...seccompWarnings(spec, metadata, containers, prefix),
    ...containers.flatMap(([container, at]) => [
      ...resourceWarnings(container, at),
      ...envWarnings(container, at),
    ]),
    ...portWarnings(containers),
    ...portNameWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${prefix}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...affinityWarnings(spec, prefix),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((server, index) =>
      ipWarnings(`${prefix}spec.dnsConfig.nameservers[${index}]`, server),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip = '' }, index) =>
      ipWarnings(`${prefix}spec.hostAliases[${index}].ip`, ip),
    ),
  ];
}

function nodeLabelWarnings(spec: PodSpec, prefix: string): string[] {
  const warnings = Object.keys(spec.nodeSelector ?? {}).flatMap((key) =>
    NODE_LABELS[key] === undefined
      ? []
      : [`${prefix}spec.nodeSelector[${key}]: ${NODE_LABELS[key]}`],
  );
  warnings.push(...nodeAffinityWarnings(spec, `${prefix}spec.affinity.nodeAffinity`));
  (spec.topologySpreadConstraints ?? []).forEach((constraint, index) => {
    const at = `${prefix}spec.topologySpreadConstraints[${index}]`;
    const key = constraint.topologyKey;
    const text = NODE_LABELS[key];
    if (text !== undefined) warnings.push(`${at}.topologyKey: ${key} is ${text}`);
    if (constraint.labelSelector === undefined) {
      warnings.push(`${at}.labelSelector: a null labelSelector results in matching no pod`);
    }
  });
  return warnings;
}

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>;
type NodeSelectorTerm = NonNullable<
  NodeAffinity['preferredDuringSchedulingIgnoredDuringExecution']
>[number]['preference'];

function nodeAffinityWarnings({ affinity }: PodSpec, field: string): string[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred = [],
  } = affinity?.nodeAffinity ?? {};
  const terms = `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  const wishes = `${field}.preferredDuringSchedulingIgnoredDuringExecution`;
  return [
    ...(required?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      termWarnings(term, false, `${terms}[${index}]`),
    ),
    ...preferred.flatMap(({ preference }, index) =>
      termWarnings(preference, true, `${wishes}[${index}].preference`),
    ),
  ];
}

function termWarnings(term: NodeSelectorTerm, checksValues: boolean, field: string): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values = [] }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    const text = NODE_LABELS[key];
    const warnings = text === undefined ? [] : [`${at}.key: ${key} is ${text}`];
    if (!checksValues) return warnings;
    values.forEach((value, position) => {
      for (const why of labelValueProblems(value)) {
        warnings.push(`${at}.values[${position}]: ${value} is invalid, ${why}`);
      }
    });
    return warnings;
  });
}

function annotationWarnings({ annotations = {} }: ObjectMeta, prefix: string): string[] {
  const old = [
    ...POD_ANNOTATIONS,
    ...[SYSCTL_ANNOTATION, UNSAFE_SYSCTL_ANNOTATION].map((key): [string, string] => [
      key,
      'non-functional in v1.11+; use the "sysctls" field instead',
    ]),
  ];
  return old
    .filter(([key]) => Object.hasOwn(annotations, key))
    .map(([key, text]) => `${prefix}metadata.annotations[${key}]: ${text}`);
}

function listWarnings(spec: PodSpec, prefix: string): string[] {
  const warnings: string[] = [];
  const repeated = (values: readonly string[], field: string, name: string) => {
    values.forEach((value, index) => {
      if (values.indexOf(value) === index) return;
      warnings.push(
        `${prefix}spec.${field}[${index}].${name}: duplicate ${name} ${goQuote(value)}`,
      );
    });
  };
  repeated(
    (spec.hostAliases ?? []).map(({ ip }) => ip ?? ''),
    'hostAliases',
    'ip',
  );
  const secrets = (spec.imagePullSecrets ?? []).map(({ name }) => name ?? '');
  repeated(secrets, 'imagePullSecrets', 'name');
  secrets.forEach((name, index) => {
    if (name !== '') return;
    warnings.push(`${prefix}spec.imagePullSecrets[${index}].name: invalid empty name ""`);
  });
  return warnings;
}

function seccompWarnings(
  spec: PodSpec,
  { annotations = {} }: ObjectMeta,
  containers: readonly [Container, string][],
  prefix: string,
): string[] {
  const text = 'non-functional in v1.27+; use the "seccompProfile" field instead';
  const warnings: string[] = [];
  const check = (key: string, hasField: boolean) => {
    if (hasField || annotations[key] === undefined) return;
    warnings.push(`${prefix}metadata.annotations[${key}]: ${text}`);
  };
  check(SECCOMP_POD, spec.securityContext?.seccompProfile !== undefined);
  for (const [container] of containers) {
    const profile = container.securityContext?.seccompProfile;
    check(SECCOMP_CONTAINER + container.name, profile !== undefined);
    const key = APPARMOR_ANNOTATION + container.name;
    const hasField = container.securityContext?.appArmorProfile !== undefined;
    if (prefix !== '' && !hasField && annotations[key] !== undefined) {
      warnings.push(appArmorDeprecated(`${prefix}metadata.annotations[${key}]`));
    }
  }
  return warnings;
}

function resourceWarnings({ resources }: Container, at: string): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) => [
    ...fractionWarnings(resources?.limits, [name], `${at}.resources.limits`),
    ...fractionWarnings(resources?.requests, [name], `${at}.resources.requests`),
  ]);
}

/** A variable that is set twice, unless the second refers to the first. */
function envWarnings({ env = [] }: Container, at: string): string[] {
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, index) => {
    const again = seen.has(name);
    seen.add(name);
    const reference = `$(${name})`;
    const extended = valueFrom === undefined && value !== reference && value.includes(reference);
    if (!again || extended) return [];
    const quoted = goQuote(name);
    return [
      `${at}.env[${index}]: hides previous definition of ${quoted}, which may be dropped when using apply`,
    ];
  });
}

type PortPlace = { field: string; hostIP: string; hostPort: number };

function portWarnings(containers: readonly [Container, string][]): string[] {
  const known = new Map<string, PortPlace[]>();
  const warnings: string[] = [];
  for (const [{ ports = [] }, at] of containers) {
    ports.forEach((port, index) => {
      const field = `${at}.ports[${index}]`;
      if (port.hostIP && !port.hostPort) {
        const { name = '', containerPort, protocol = '', hostIP } = port;
        const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
        warnings.push(`${field}: hostIP set without hostPort: ${shown}`);
      }
      const place = { field, hostIP: port.hostIP ?? '', hostPort: port.hostPort ?? 0 };
      const key = `${port.containerPort}/${port.protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const kind = portClash(place, other);
        if (kind !== undefined) {
          warnings.push(`${field}: ${kind} port definition with ${other.field}`);
        }
      }
      known.set(key, [...others, place]);
    });
  }
  return warnings;
}

function portClash(a: PortPlace, b: PortPlace): string | undefined {
  if (a.hostIP === b.hostIP && a.hostPort === b.hostPort) return 'duplicate';
  if (a.hostPort === 0 || b.hostPort === 0) return 'overlapping';
  const oneIsOpen = (a.hostIP === '') !== (b.hostIP === '');
  return a.hostPort === b.hostPort && oneIsOpen ? 'dangerously ambiguous' : undefined;
}

function portNameWarnings(containers: readonly [Container, string][]): string[] {
  const known = new Map<string, string>();
  return containers.flatMap(([{ ports = [] }, at]) =>
    ports.flatMap(({ name }, index) => {
      if (!name) return [];
      const other = known.get(name);
      if (other === undefined) {
        known.set(name, `${at}.ports[${index}]`);
        return [];
      }
      return [
        `${at}.ports[${index}]: duplicate port name ${goQuote(name)} with ${other}, services and probes that select ports by name will use ${other}`,
      ];
    }),
  );
}

function affinityWarnings({ affinity }: PodSpec, prefix: string): string[] {
  const warnings: string[] = [];
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const at = `${prefix}spec.affinity.${kind}`;
    const text = 'labelSelector: a null labelSelector results in matching no pod';
    const { requiredDuringSchedulingIgnoredDuringExecution: required = [] } =
      affinity?.[kind] ?? {};
    const { preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } =
      affinity?.[kind] ?? {};
    required.forEach(({ labelSelector }, index) => {
      if (labelSelector !== undefined) return;
      warnings.push(`${at}.requiredDuringSchedulingIgnoredDuringExecution[${index}].${text}`);
    });
    preferred.forEach(({ podAffinityTerm }, index) => {
      if (podAffinityTerm?.labelSelector !== undefined) return;
      const where = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
      warnings.push(`${where}.podAffinityTerm.${text}`);
    });
  }
  return warnings;
}
