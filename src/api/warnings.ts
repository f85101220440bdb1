import { APPARMOR_ANNOTATION, appArmorProfile } from './defaults/prepare';
import { dnsLabelProblems } from './names';
import type { KubeObject, ObjectMeta, Pod, PodSpec, Secret, Service } from './types';
import { containersWithPath } from './validation/containers-with-path';
import { fractionWarnings } from './warnings/fractions';
import {
  accountWarnings,
  claimAnnotationWarnings,
  endpointsWarnings,
  ingressWarnings,
  networkPolicyWarnings,
  quotaWarnings,
  storageClassWarnings,
  volumeWarnings,
} from './warnings/objects';
import { appArmorDeprecated, podWarnings } from './warnings/pod';
import { secretWarnings } from './warnings/secrets';
import { serviceWarnings } from './warnings/service';

/**
 * Texts of the `Warning:` headers that the server answers a create with; kubectl prints them before
 * anything else. Takes a prepared object (`prepareForCreate`) that is valid. Models pkg/api/pod and
 * pkg/api/service warnings.go.
 */
export function createWarnings(object: KubeObject): string[] {
  const warn = Object.hasOwn(WARNINGS, object.kind) ? WARNINGS[object.kind] : undefined;
  return [...new Set(warn?.(object) ?? [])];
}

/** What is warned of before a new object is validated: preparing it (as admitted) changes something. */
export function preparationWarnings(admitted: KubeObject): string[] {
  return admitted.kind === 'Pod' ? appArmorWarnings(admitted as Pod) : [];
}

/**
 * Texts of the `Warning:` headers of a change. Those of templates come when the change makes a new
 * generation; pods are not looked at again.
 */
export function updateWarnings(object: KubeObject, old: KubeObject): string[] {
  const { kind } = object;
  if (kind === 'ServiceAccount') return accountWarnings(object, old);
  const warn = Object.hasOwn(WARNINGS, kind) ? WARNINGS[kind] : undefined;
  if (warn === undefined || ONLY_OF_NEW.has(kind)) return [];
  const path = TEMPLATES[kind];
  if (path === undefined) return [...new Set(warn(object))];
  const same = object.metadata.generation === old.metadata.generation;
  const ofTemplate = same ? [] : templateWarnings(object, path);
  return [...new Set([...ofTemplate, ...(kind === 'StatefulSet' ? setWarnings(object) : [])])];
}

const ONLY_OF_NEW: ReadonlySet<string> = new Set(['Pod', 'ResourceQuota', 'Ingress']);

/** Where kinds have the template of their pods. */
const TEMPLATES: Readonly<Record<string, string>> = {
  Deployment: 'spec.template',
  ReplicaSet: 'spec.template',
  ReplicationController: 'spec.template',
  StatefulSet: 'spec.template',
  DaemonSet: 'spec.template',
  Job: 'spec.template',
  CronJob: 'spec.jobTemplate.spec.template',
  PodTemplate: 'template',
};

const WARNINGS: Readonly<Record<string, (object: KubeObject) => string[]>> = {
  Pod: (object) => podCreateWarnings(object as Pod),
  Service: (object) => serviceWarnings(object as Service),
  Deployment: (object) => workloadWarnings(object),
  ReplicaSet: (object) => workloadWarnings(object),
  ReplicationController: (object) => workloadWarnings(object),
  StatefulSet: (object) => [...templateWarnings(object, 'spec.template'), ...setWarnings(object)],
  PersistentVolumeClaim: (object) => [
    ...claimAnnotationWarnings(object),
    ...storageWarnings(object.spec, 'spec'),
  ],
  DaemonSet: (object) => templateWarnings(object, 'spec.template'),
  Job: (object) => workloadWarnings(object),
  CronJob: (object) => workloadWarnings(object),
  PodTemplate: (object) => templateWarnings(object, 'template'),
  Secret: (object) => secretWarnings(object as Secret),
  ServiceAccount: (object) => accountWarnings(object),
  PersistentVolume: volumeWarnings,
  StorageClass: storageClassWarnings,
  Ingress: ingressWarnings,
  NetworkPolicy: networkPolicyWarnings,
  ResourceQuota: quotaWarnings,
  Endpoints: endpointsWarnings,
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

function workloadWarnings(object: KubeObject): string[] {
  const problems = dnsLabelProblems(object.metadata.name ?? '');
  const why = `this is used in Pod names and hostnames, ${LABEL_RECOMMENDED} [${problems.join(' ')}]`;
  const warnings = problems.length === 0 ? [] : [`metadata.name: ${why}`];
  return [...warnings, ...templateWarnings(object, TEMPLATES[object.kind] ?? '')];
}

function templateWarnings(object: KubeObject, path: string): string[] {
  let template: unknown = object;
  for (const part of path.split('.')) template = (template as Record<string, unknown>)?.[part];
  const { spec, metadata } = (template ?? {}) as { spec?: PodSpec; metadata?: ObjectMeta };
  return spec === undefined ? [] : podWarnings(spec, metadata ?? {}, `${path}.`);
}

interface ClaimSpec {
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

function storageWarnings(spec: unknown, field: string): string[] {
  const { requests, limits } = ((spec ?? {}) as ClaimSpec).resources ?? {};
  return [
    ...fractionWarnings(requests, ['storage'], `${field}.resources.requests`),
    ...fractionWarnings(limits, ['storage'], `${field}.resources.limits`),
  ];
}

function setWarnings({ spec }: KubeObject): string[] {
  const { volumeClaimTemplates: claims = [], revisionHistoryLimit = 0 } = (spec ?? {}) as {
    volumeClaimTemplates?: { spec?: unknown }[];
    revisionHistoryLimit?: number;
  };
  const warnings = claims.flatMap((claim, index) =>
    storageWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]`),
  );
  if (revisionHistoryLimit >= 0) return warnings;
  const text = 'a negative value retains all historical revisions; a value >= 0 is recommended';
  return [...warnings, `spec.revisionHistoryLimit: ${text}`];
}
