import {
  dnsSubdomainProblems,
  dnsSubdomainWithUnderscoreProblems,
  nameIsDnsSubdomain,
  qualifiedNameProblems,
  rangeProblem,
} from '../names';
import type { ObjectMeta, Pod, PodSpec } from '../types';
import {
  imageSpaceErrors,
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './containers';
import { containersWithPath } from './containers-with-path';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notFound,
  notSupported,
  required,
  tooLong,
} from './field-error';
import { validateLegacyIp } from './ip';
import { validateLabels, validateObjectMeta } from './object-meta';
import { validateHostProcess, validateOs } from './operating-system';
import { dnsLabelErrors, dnsSubdomainErrors } from './paths';
import {
  appArmorAnnotationMismatches,
  podAnnotationErrors,
  seccompAnnotationMismatches,
} from './pod-annotations';
import { validateContainerResources, validatePodLevelResources } from './resources';
import { validateAffinity, validateSpreadConstraints, validateTolerations } from './scheduling';
import { validatePodSecurityContext } from './security';
import { validateVolumes } from './volumes';

/** Pods on create. Models pkg/apis/core/validation ValidatePodCreate and ValidatePodSpec. */

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const INT32_MAX = 2 ** 31 - 1;
const HOSTNAME_LENGTH = 64;
const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const SEARCH_LENGTH = 2048;

export function validatePodCreate(pod: Pod): FieldError[] {
  const errors = validateMetadataAndSpec(pod);
  const { spec, metadata } = pod;
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    const why = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbidden('spec.nodeName', why));
  }
  errors.push(
    ...seccompAnnotationMismatches(metadata, spec, 'spec'),
    ...appArmorAnnotationMismatches(metadata, spec, 'spec'),
  );
  return errors;
}

/** What create and update have in common. */
export function validateMetadataAndSpec(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  return [
    ...validateObjectMeta(metadata, true, nameIsDnsSubdomain),
    ...podAnnotationErrors(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, metadata, 'spec'),
    ...(spec.containers ?? []).flatMap(({ image }, index) =>
      imageSpaceErrors(image, `spec.containers[${index}]`),
    ),
    ...(spec.initContainers ?? []).flatMap(({ image }, index) =>
      imageSpaceErrors(image, `spec.initContainers[${index}]`),
    ),
  ];
}

/** Checks a defaulted spec; templates of controllers have no metadata to check it with. */
export function validatePodSpec(
  spec: PodSpec,
  metadata: ObjectMeta | undefined,
  field: string,
): FieldError[] {
  const volumes = validateVolumes(spec.volumes, metadata, `${field}.volumes`);
  const context = { spec, volumes: volumes.found };
  return [
    ...volumes.errors,
    ...validateResourceClaims(spec, `${field}.resourceClaims`),
    ...validateContainers(context, `${field}.containers`),
    ...validateInitContainers(context, `${field}.initContainers`),
    ...validateEphemeralContainers(context, `${field}.ephemeralContainers`),
    ...validatePodLevelResources(spec, `${field}.resources`),
    ...hostNetworkErrors(spec, metadata !== undefined, `${field}.containers`),
    ...policyErrors(spec.restartPolicy, RESTART_POLICIES, `${field}.restartPolicy`),
    ...policyErrors(spec.dnsPolicy, DNS_POLICIES, `${field}.dnsPolicy`),
    ...validateLabels(`${field}.nodeSelector`, spec.nodeSelector),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDnsConfig(spec, `${field}.dnsConfig`),
    ...gateErrors(spec, field),
    ...validateSpreadConstraints(
      spec.topologySpreadConstraints,
      `${field}.topologySpreadConstraints`,
    ),
    ...validateHostProcess(spec, field),
    ...hostUsersErrors(spec, field),
    ...hostnameOverrideErrors(spec, `${field}.hostnameOverride`),
    ...nameErrors(spec, field),
    ...validateOs(spec, field),
    ...fileKeyVolumeErrors(spec, field),
  ];
}

function policyErrors(value: string | undefined, known: readonly string[], field: string) {
  if (!value) return [required(field)];
  return known.includes(value) ? [] : [notSupported(field, value, known)];
}

function validateResourceClaims(spec: PodSpec, field: string): FieldError[] {
  const names = new Set<string>();
  return (spec.resourceClaims ?? []).flatMap((claim, index) => {
    const at = `${field}[${index}]`;
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else errors.push(...dnsLabelErrors(`${at}.name`, name));
    names.add(name);
    const shown = {
      Name: name,
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    };
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const why =
        'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalid(at, shown, why));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      const why = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(at, shown, why));
    }
    for (const [part, value] of Object.entries({ resourceClaimName, resourceClaimTemplateName })) {
      if (value !== undefined) {
        errors.push(...invalidFor(`${at}.${part}`, value, dnsSubdomainProblems(value)));
      }
    }
    return errors;
  });
}

function hostNetworkErrors(spec: PodSpec, isPod: boolean, field: string): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap(({ ports = [] }, container) =>
    ports.flatMap(({ hostPort = 0, containerPort = 0 }, index) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return [];
      const why = 'must match `containerPort` when `hostNetwork` is true';
      return [invalid(`${field}[${container}].ports[${index}].hostPort`, hostPort, why)];
    }),
  );
}

function validateDnsConfig(spec: PodSpec, field: string): FieldError[] {
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {};
  if (spec.dnsPolicy === 'None') {
    if (spec.dnsConfig === undefined) {
      return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    }
    if (nameservers.length === 0) {
      const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(`${field}.nameservers`, why)];
    }
  }
  const errors: FieldError[] = [];
  if (nameservers.length > MOST_NAMESERVERS) {
    const why = `must not have more than ${MOST_NAMESERVERS} nameservers`;
    errors.push(invalid(`${field}.nameservers`, nameservers, why));
  }
  nameservers.forEach((server, index) => {
    errors.push(...validateLegacyIp(`${field}.nameservers[${index}]`, server));
  });
  if (searches.length > MOST_SEARCHES) {
    const why = `must not have more than ${MOST_SEARCHES} search paths`;
    errors.push(invalid(`${field}.searches`, searches, why));
  }
  if (searches.join(' ').length > SEARCH_LENGTH) {
    const why = `must not have more than ${SEARCH_LENGTH} characters (including spaces) in the search list`;
    errors.push(invalid(`${field}.searches`, searches, why));
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const name = search.replace(/\.$/, '');
    const problems = dnsSubdomainWithUnderscoreProblems(name);
    errors.push(...invalidFor(`${field}.searches[${index}]`, name, problems));
  });
  options.forEach(({ name }, index) => {
    if (!name) errors.push(required(`${field}.options[${index}]`, 'must not be empty'));
  });
  return errors;
}

function gateErrors(spec: PodSpec, field: string): FieldError[] {
  const errors = (spec.readinessGates ?? []).flatMap(({ conditionType = '' }, index) =>
    invalidFor(
      `${field}.readinessGates[${index}].conditionType`,
      conditionType,
      qualifiedNameProblems(conditionType),
    ),
  );
  const seen = new Set<string>();
  (spec.schedulingGates ?? []).forEach(({ name = '' }, index) => {
    const at = `${field}.schedulingGates[${index}]`;
    errors.push(...invalidFor(at, name, qualifiedNameProblems(name)));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
  });
  return errors;
}

function hostUsersErrors(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const why = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(forbidden(`${field}.hostNetwork`, why));
  if (spec.hostPID) errors.push(forbidden(`${field}.HostPID`, why));
  if (spec.hostIPC) errors.push(forbidden(`${field}.HostIPC`, why));
  for (const [container, at] of containersWithPath(spec, field)) {
    if ((container.volumeDevices ?? []).length > 0) {
      errors.push(forbidden(`${at}.volumeDevices`, why));
    }
  }
  return errors;
}

function hostnameOverrideErrors(spec: PodSpec, field: string): FieldError[] {
  const override = spec.hostnameOverride;
  if (override === undefined) return [];
  const errors: FieldError[] = [];
  if (spec.setHostnameAsFQDN) {
    errors.push(forbidden(field, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (spec.hostNetwork) {
    errors.push(forbidden(field, 'may not be specified when hostNetwork is true'));
  }
  if (override.length > HOSTNAME_LENGTH) errors.push(tooLong(field, HOSTNAME_LENGTH));
  return [...errors, ...dnsSubdomainErrors(field, override)];
}

function nameErrors(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const subdomain = (name: string, value: string | undefined) => {
    if (value) errors.push(...dnsSubdomainErrors(`${field}.${name}`, value));
  };
  subdomain('serviceAccountName', spec.serviceAccountName);
  subdomain('nodeName', spec.nodeName);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > INT32_MAX)) {
    const why = rangeProblem(1, INT32_MAX);
    errors.push(invalid(`${field}.activeDeadlineSeconds`, deadline, why));
  }
  if (spec.hostname) errors.push(...dnsLabelErrors(`${field}.hostname`, spec.hostname));
  if (spec.subdomain) errors.push(...dnsLabelErrors(`${field}.subdomain`, spec.subdomain));
  errors.push(...validateTolerations(spec.tolerations, `${field}.tolerations`));
  (spec.hostAliases ?? []).forEach(({ ip = '', hostnames = [] }, index) => {
    const at = `${field}.hostAliases[${index}]`;
    errors.push(...validateLegacyIp(`${at}.ip`, ip));
    hostnames.forEach((name, position) => {
      errors.push(...dnsSubdomainErrors(`${at}.hostnames[${position}]`, name));
    });
  });
  subdomain('priorityClassName', spec.priorityClassName);
  if (spec.runtimeClassName !== undefined) {
    errors.push(...dnsSubdomainErrors(`${field}.runtimeClassName`, spec.runtimeClassName));
  }
  if (spec.preemptionPolicy !== undefined) {
    const at = `${field}.preemptionPolicy`;
    errors.push(...policyErrors(spec.preemptionPolicy, PREEMPTION_POLICIES, at));
  }
  if (spec.overhead !== undefined) {
    const overhead = { limits: spec.overhead };
    errors.push(...validateContainerResources(overhead, [], `${field}.overhead`));
  }
  return errors;
}

/** Variables that come from files name an emptyDir. */
function fileKeyVolumeErrors(spec: PodSpec, field: string): FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  return containersWithPath(spec, field).flatMap(([container, at]) =>
    (container.env ?? []).flatMap(({ valueFrom }, index) => {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (valueFrom?.fileKeyRef === undefined) return [];
      const where = `${at}.env[${index}].valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(name ?? '');
      if (volume === undefined) return [notFound(where, name ?? '')];
      if (volume.emptyDir !== undefined) return [];
      return [invalid(where, name, 'referenced volume must be of type emptyDir')];
    }),
  );
}
