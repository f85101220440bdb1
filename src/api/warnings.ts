import { APPARMOR_ANNOTATION, appArmorProfile } from './defaults/prepare';
import { dnsLabelProblems } from './names';
import type { KubeObject, ObjectMeta, Pod, PodSpec, Service } from './types';
import { containersWithPath } from './validation/containers-with-path';
import { fractionWarnings } from './warnings/fractions';
import { appArmorDeprecated, podWarnings } from './warnings/pod';
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

const WARNINGS: Readonly<Record<string, (object: KubeObject) => string[]>> = {
  Pod: (object) => podCreateWarnings(object as Pod),
  Service: (object) => serviceWarnings(object as Service),
  Deployment: (object) => workloadWarnings(object),
  ReplicaSet: (object) => workloadWarnings(object),
  StatefulSet: (object) => [...templateWarnings(object, 'spec.template'), ...claimWarnings(object)],
  PersistentVolumeClaim: (object) => storageWarnings(object.spec, 'spec'),
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

function claimWarnings({ spec }: KubeObject): string[] {
  const { volumeClaimTemplates: claims = [] } = (spec ?? {}) as {
    volumeClaimTemplates?: { spec?: unknown }[];
  };
  return claims.flatMap((claim, index) =>
    storageWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]`),
  );
}

function cronJobWarnings(object: KubeObject): string[] {
  const { schedule = '', timeZone } = (object.spec ?? {}) as Record<string, string | undefined>;
  const zone = /TZ/.test(schedule);
  const text =
    'cannot use TZ or CRON_TZ in schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones for more details';
  const warnings = zone && timeZone === undefined ? [`spec.schedule: ${text}`] : [];
  return [...warnings, ...templateWarnings(object, 'spec.jobTemplate.spec.template')];
}
