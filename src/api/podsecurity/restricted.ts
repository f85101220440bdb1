import { badSeccomp, procMount, SECCOMP_TYPES } from './baseline';
import {
  type Check,
  type CheckPod,
  type containersOf,
  containersText,
  hasUserNamespace,
  isWindows,
  namesOf,
  plural,
  quoted,
  type SecurityPod,
  settersText,
  sortedSet,
  type Violation,
} from './check';

function privilegeEscalation(pod: SecurityPod): Violation | undefined {
  const names = namesOf(
    pod,
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (names.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(names)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: SecurityPod): Violation | undefined {
  const added: string[] = [];
  const keeping = namesOf(
    pod,
    ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') !== true,
  );
  const adding = namesOf(pod, ({ securityContext }) => {
    const bad = (securityContext?.capabilities?.add ?? []).filter(
      (capability) => capability !== 'NET_BIND_SERVICE',
    );
    added.push(...bad);
    return bad.length > 0;
  });
  const details: string[] = [];
  if (keeping.length > 0) {
    details.push(`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  }
  if (adding.length > 0) {
    const list = quoted(sortedSet(added));
    details.push(
      `${containersText(adding)} must not include ${list} in securityContext.capabilities.add`,
    );
  }
  if (details.length === 0) return undefined;
  return { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

const ALLOWED_VOLUMES = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image'],
  ...['persistentVolumeClaim', 'projected', 'secret'],
]);

function volumeTypes({ spec }: SecurityPod): Violation | undefined {
  const names: string[] = [];
  const types: string[] = [];
  for (const volume of spec.volumes ?? []) {
    const type = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    if (ALLOWED_VOLUMES.has(type)) continue;
    names.push(volume.name);
    types.push(type);
  }
  if (names.length === 0) return undefined;
  const found = sortedSet(types);
  const uses = plural('uses', 'use', names.length);
  const what = plural('restricted volume type', 'restricted volume types', found.length);
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)} ${uses} ${what} ${quoted(found)}`,
  };
}

function runAsNonRoot(pod: SecurityPod): Violation | undefined {
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const ofContainer = (container: ReturnType<typeof containersOf>[number]) =>
    container.securityContext?.runAsNonRoot;
  const reason = 'runAsNonRoot != true';
  const names = namesOf(pod, (container) => ofContainer(container) === false);
  const setters = settersText(ofPod === false, names);
  if (setters !== undefined) {
    return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  }
  if (ofPod === true) return undefined;
  const silent = namesOf(pod, (container) => ofContainer(container) === undefined);
  if (silent.length === 0) return undefined;
  return {
    reason,
    detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true`,
  };
}

function runAsUser(pod: SecurityPod): Violation | undefined {
  const podIsBad = pod.spec.securityContext?.runAsUser === 0;
  const names = namesOf(pod, ({ securityContext }) => securityContext?.runAsUser === 0);
  const setters = settersText(podIsBad, names);
  if (setters === undefined) return undefined;
  return { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` };
}

function seccomp(pod: SecurityPod): Violation | undefined {
  const explicit = badSeccomp(pod);
  if (explicit) return explicit;
  if (pod.spec.securityContext?.seccompProfile?.type !== undefined) return undefined;
  const silent = namesOf(
    pod,
    ({ securityContext }) => securityContext?.seccompProfile?.type === undefined,
  );
  if (silent.length === 0) return undefined;
  const types = SECCOMP_TYPES.map((type) => `"${type}"`).join(' or ');
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to ${types}`,
  };
}

function unless(isExempt: (pod: SecurityPod) => boolean, check: CheckPod): CheckPod {
  return (pod) => (isExempt(pod) ? undefined : check(pod));
}

/** Controls of the restricted level. Models k8s.io/pod-security-admission policy/check_*.go. */
export const RESTRICTED_CHECKS: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    versions: [
      [8, privilegeEscalation],
      [25, unless(isWindows, privilegeEscalation)],
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    versions: [
      [22, capabilities],
      [25, unless(isWindows, capabilities)],
    ],
    overrides: ['capabilities_baseline'],
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    versions: [[35, procMount]],
    overrides: ['procMount'],
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    versions: [[0, volumeTypes]],
    overrides: ['hostPathVolumes'],
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    versions: [
      [0, runAsNonRoot],
      [35, unless(hasUserNamespace, runAsNonRoot)],
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    versions: [
      [23, runAsUser],
      [35, unless(hasUserNamespace, runAsUser)],
    ],
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    versions: [
      [19, seccomp],
      [25, unless(isWindows, seccomp)],
    ],
    overrides: ['seccompProfile_baseline'],
  },
];
