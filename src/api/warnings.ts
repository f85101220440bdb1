import { APPARMOR_ANNOTATION, appArmorProfile } from './defaults/prepare';
import { goQuote } from './golang/quote';
import { dnsLabelProblems } from './names';
import { parseQuantity, quantityText, scaledValue } from './quantity';
import type { Container, KubeObject, ObjectMeta, Pod, PodSpec, Service, Volume } from './types';
import { containersWithPath } from './validation/pod';

/**
 * Texts of the `Warning:` headers that the server answers a create with; kubectl prints them before
 * anything else. Takes a prepared object (`prepareForCreate`) that is valid, and as which it was admitted:
 * preparing itself warns of what it had to change. Models pkg/api/pod and pkg/api/service warnings.go.
 */
export function createWarnings(object: KubeObject, admitted: KubeObject): string[] {
  const warn = Object.hasOwn(WARNINGS, object.kind) ? WARNINGS[object.kind] : undefined;
  const preparing = object.kind === 'Pod' ? appArmorWarnings(admitted as Pod) : [];
  return [...new Set([...preparing, ...(warn?.(object) ?? [])])];
}

const WARNINGS: Readonly<Record<string, (object: KubeObject) => string[]>> = {
  Pod: (object) => podCreateWarnings(object as Pod),
  Service: (object) => serviceWarnings(object as Service),
  Deployment: (object) => workloadWarnings(object),
  ReplicaSet: (object) => workloadWarnings(object),
  StatefulSet: (object) => templateWarnings(object, 'spec.template'),
  DaemonSet: (object) => templateWarnings(object, 'spec.template'),
  Job: (object) => workloadWarnings(object),
  CronJob: (object) => cronJobWarnings(object),
};

const LABEL_RECOMMENDED = 'which can result in surprising behavior; a DNS label is recommended:';

function podCreateWarnings(pod: Pod): string[] {
  const problems = dnsLabelProblems(pod.metadata.name ?? '');
  const why = `this is used in the Pod's hostname, ${LABEL_RECOMMENDED} [${problems.join(' ')}]`;
  const warnings = problems.length === 0 ? [] : [`metadata.name: ${why}`];
  return [...warnings, ...podWarnings(pod.spec, pod.metadata, '')];
}

/** Annotations that were turned into fields, or could not be. */
function appArmorWarnings({ metadata, spec }: Pod): string[] {
  if (spec.os?.name === 'windows') return [];
  const pod = spec.securityContext?.appArmorProfile;
  return containersWithPath(spec, 'spec').flatMap(([container]) => {
    const key = APPARMOR_ANNOTATION + container.name;
    const annotation = metadata.annotations?.[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return [];
    const profile = appArmorProfile(annotation);
    const same = profile?.type === pod?.type && profile?.localhostProfile === pod?.localhostProfile;
    if (profile !== undefined && same) return [];
    return [appArmorDeprecated(`metadata.annotations[${key}]`)];
  });
}

function appArmorDeprecated(field: string): string {
  return `${field}: deprecated since v1.30; use the "appArmorProfile" field instead`;
}

function workloadWarnings(object: KubeObject): string[] {
  const problems = dnsLabelProblems(object.metadata.name ?? '');
  const why = `this is used in Pod names and hostnames, ${LABEL_RECOMMENDED} [${problems.join(' ')}]`;
  const warnings = problems.length === 0 ? [] : [`metadata.name: ${why}`];
  return [...warnings, ...templateWarnings(object, 'spec.template')];
}

function templateWarnings(object: KubeObject, path: string): string[] {
  let template: unknown = object;
  for (const part of path.split('.')) template = (template as Record<string, unknown>)?.[part];
  const { spec, metadata } = (template ?? {}) as { spec?: PodSpec; metadata?: ObjectMeta };
  return spec === undefined ? [] : podWarnings(spec, metadata ?? {}, `${path}.`);
}

function cronJobWarnings(object: KubeObject): string[] {
  const { schedule = '', timeZone } = (object.spec ?? {}) as Record<string, string | undefined>;
  const zone = /TZ/.test(schedule);
  const text =
    'cannot use TZ or CRON_TZ in schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones for more details';
  const warnings = zone && timeZone === undefined ? [`spec.schedule: ${text}`] : [];
  return [...warnings, ...templateWarnings(object, 'spec.jobTemplate.spec.template')];
}

const NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods':
    'deprecated since v1.22; use Taints and Tolerations instead',
};

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

/** Kinds of volumes that are going or gone. */
const OLD_VOLUMES: readonly [field: keyof Volume & string, name: string, text: string][] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Warnings about a pod or, with the path of its template in `prefix`, a controller's pods. */
function podWarnings(spec: PodSpec, metadata: ObjectMeta, prefix: string): string[] {
  const containers = containersWithPath(spec, `${prefix}spec`);
  return [
    ...nodeLabelWarnings(spec, prefix),
    ...annotationWarnings(metadata, prefix),
    ...(spec.volumes ?? []).flatMap((volume, index) =>
      OLD_VOLUMES.filter(([field]) => volume[field] !== undefined).map(
        ([, name, text]) => `${prefix}spec.volumes[${index}].${name}: ${text}`,
      ),
    ),
    ...listWarnings(spec, prefix),
    ...seccompWarnings(spec, metadata, containers, prefix),
    ...containers.flatMap(([container, at]) => [
      ...fractionWarnings(container, at),
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
  ];
}

function nodeLabelWarnings(spec: PodSpec, prefix: string): string[] {
  const warnings = Object.keys(spec.nodeSelector ?? {}).flatMap((key) =>
    NODE_LABELS[key] === undefined
      ? []
      : [`${prefix}spec.nodeSelector[${key}]: ${NODE_LABELS[key]}`],
  );
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

function fractionWarnings({ resources }: Container, at: string): string[] {
  const warnings: string[] = [];
  for (const name of ['memory', 'ephemeral-storage']) {
    for (const list of ['limits', 'requests'] as const) {
      const value = resources?.[list]?.[name];
      const amount = value === undefined ? undefined : parseQuantity(String(value));
      if (amount === undefined || scaledValue(amount, -3) % 1000n === 0n) continue;
      const text = goQuote(quantityText(amount));
      warnings.push(
        `${at}.resources.${list}[${name}]: fractional byte value ${text} is invalid, must be an integer`,
      );
    }
  }
  return warnings;
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

function serviceWarnings({ spec = {} }: Service): string[] {
  const headless = (spec.clusterIPs?.[0] ?? spec.clusterIP) === 'None';
  const external = spec.externalIPs ?? [];
  const named = spec.type === 'ExternalName';
  const warnings: string[] = [];
  if (headless) {
    if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (external.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') {
      warnings.push('spec.SessionAffinity is ignored for headless services');
    }
  }
  if (external.length > 0 && !headless && !named) {
    const text = 'spec.externalIPs is deprecated and may no longer be implemented in some clusters';
    warnings.push(text);
  }
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
