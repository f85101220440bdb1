import { goQuote } from '../golang/quote';
import type { ObjectMeta, PodSpec } from '../types';
import { containersWithPath } from './containers-with-path';
import { type FieldError, forbidden, invalid } from './field-error';
import { localPathErrors } from './paths';

/** Annotations that pods used to be configured with. Models ValidatePodSpecificAnnotations. */

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
export const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

type SeccompContext = { seccompProfile?: { type: string; localhostProfile?: string } };
type Annotations = Readonly<Record<string, string>>;

export function podAnnotationErrors(
  annotations: Annotations = {},
  spec: PodSpec,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    const why = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${field}[${MIRROR}]`, mirror, why));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalid(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER)) {
      errors.push(...seccompErrors(value, `${field}.${key}`));
    }
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(APPARMOR)) errors.push(...appArmorErrors(key, value, spec, field));
  }
  return errors;
}

function isDeletionCost(cost: string): boolean {
  if (!/^(0|-?[1-9][0-9]*)$/.test(cost)) return false;
  return Number(cost) >= -(2 ** 31) && Number(cost) < 2 ** 31;
}

function seccompErrors(profile: string, field: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith(LOCALHOST)) return localPathErrors(field, profile.slice(LOCALHOST.length));
  return [invalid(field, profile, 'must be a valid seccomp profile')];
}

function appArmorErrors(key: string, profile: string, spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = key.slice(APPARMOR.length);
  const at = `${field}[${key}]`;
  const containers = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  if (!containers.some((container) => container.name === name)) {
    errors.push(invalid(at, name, 'container not found'));
  }
  const valid = ['', 'runtime/default', 'unconfined'].includes(profile);
  if (!valid && !profile.startsWith(LOCALHOST)) {
    const why = `invalid AppArmor profile name: ${goQuote(profile)}`;
    errors.push(invalid(at, profile, why));
  }
  return errors;
}

const SECCOMP_NAMES: Readonly<Record<string, readonly string[]>> = {
  Unconfined: ['unconfined'],
  RuntimeDefault: ['runtime/default', 'docker/default'],
};

/** An annotation and the field that took its place have to agree. */
export function seccompAnnotationMismatches(
  { annotations = {} }: ObjectMeta,
  spec: PodSpec,
  field: string,
): FieldError[] {
  const contexts: [context: SeccompContext | undefined, key: string, at: string][] = [
    [spec.securityContext, SECCOMP_POD, field],
    ...containersWithPath(spec, field).map(
      ([{ name, securityContext }, at]): [SeccompContext | undefined, string, string] => [
        securityContext,
        SECCOMP_CONTAINER + name,
        at,
      ],
    ),
  ];
  return contexts.flatMap(([context, key, at]) => {
    const profile = context?.seccompProfile;
    const annotation = annotations[key];
    if (profile === undefined || annotation === undefined) return [];
    const where = `${at}.securityContext.seccompProfile`;
    const wrongType = [
      forbidden(`${where}.type`, 'seccomp type in annotation and field must match'),
    ];
    if (profile.type !== 'Localhost') {
      return SECCOMP_NAMES[profile.type]?.includes(annotation) === false ? wrongType : [];
    }
    if (!annotation.startsWith(LOCALHOST)) return wrongType;
    if (annotation.slice(LOCALHOST.length) === profile.localhostProfile) return [];
    const why = 'seccomp profile in annotation and field must match';
    return [forbidden(`${where}.localhostProfile`, why)];
  });
}

/** As for seccomp, of containers alone. */
export function appArmorAnnotationMismatches(
  metadata: ObjectMeta,
  spec: PodSpec,
  field: string,
): FieldError[] {
  if (spec.os?.name === 'windows') return [];
  const lists = { initContainers: spec.initContainers, containers: spec.containers };
  return Object.entries(lists).flatMap(([list, containers]) =>
    (containers ?? []).flatMap(({ name, securityContext }, index) => {
      const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
      const annotation = metadata.annotations?.[APPARMOR + name];
      if (profile === undefined || annotation === undefined) return [];
      const at = `${field}.${list}[${index}].securityContext.appArmorProfile`;
      const wrongType = [
        forbidden(`${at}.type`, 'apparmor type in annotation and field must match'),
      ];
      if (profile.type === 'Unconfined') return annotation === 'unconfined' ? [] : wrongType;
      if (profile.type === 'RuntimeDefault') {
        return annotation === 'runtime/default' ? [] : wrongType;
      }
      if (profile.type !== 'Localhost') return [];
      if (!annotation.startsWith(LOCALHOST)) return wrongType;
      if (annotation.slice(LOCALHOST.length) === profile.localhostProfile) return [];
      const why = 'apparmor profile in annotation and field must match';
      return [forbidden(`${at}.localhostProfile`, why)];
    }),
  );
}
