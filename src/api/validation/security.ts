import { byteLength, idProblems } from '../names';
import type { PodSecurityContext, PodSpec, SecurityContext } from '../types';
import {
  duplicate,
  type FieldError,
  invalid,
  invalidFor,
  notSupported,
  required,
  tooLong,
} from './field-error';
import { validateWindowsOptions } from './operating-system';
import { localPathErrors } from './paths';

/** Security contexts. Models pkg/apis/core/validation ValidateSecurityContext and its like. */

type SeccompProfile = SecurityContext['seccompProfile'];
type AppArmorProfile = SecurityContext['appArmorProfile'];

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const SYSCTL = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_PATTERN = `^(${SYSCTL}[\\./])*${SYSCTL}$`;
const SYSCTL_LENGTH = 253;
const PROFILE_LENGTH = 4095;

function idErrors(field: string, id: number | undefined): FieldError[] {
  return id === undefined ? [] : invalidFor(field, id, idProblems(id));
}

export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  field: string,
): FieldError[] {
  if (context === undefined) return [];
  const errors = [
    ...idErrors(`${field}.runAsUser`, context.runAsUser),
    ...idErrors(`${field}.runAsGroup`, context.runAsGroup),
    ...procMountErrors(context.procMount, hostUsers, `${field}.procMount`),
    ...seccompErrors(context.seccompProfile, `${field}.seccompProfile`),
  ];
  if (context.allowPrivilegeEscalation === false) {
    const cannot = 'cannot set `allowPrivilegeEscalation` to false and ';
    if (context.privileged) {
      errors.push(invalid(field, shownContext(context), `${cannot}\`privileged\` to true`));
    }
    for (const capability of context.capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      const why = `${cannot}\`capabilities.Add\` CAP_SYS_ADMIN`;
      errors.push(invalid(field, shownContext(context), why));
    }
  }
  errors.push(
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...appArmorErrors(context.appArmorProfile, `${field}.appArmorProfile`),
  );
  return errors;
}

/** A context as the server shows its own type: every field, by its name in Go. */
function shownContext(context: SecurityContext): Record<string, unknown> {
  const { capabilities } = context;
  return {
    Capabilities: capabilities
      ? { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null }
      : null,
    Privileged: context.privileged ?? null,
    SELinuxOptions: shownFields(context.seLinuxOptions, SELINUX_FIELDS, ''),
    WindowsOptions: shownFields(context.windowsOptions, WINDOWS_FIELDS, null),
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: shownProfile(context.seccompProfile),
    AppArmorProfile: shownProfile(context.appArmorProfile),
  };
}

const SELINUX_FIELDS = { User: 'user', Role: 'role', Type: 'type', Level: 'level' };
const WINDOWS_FIELDS = {
  GMSACredentialSpecName: 'gmsaCredentialSpecName',
  GMSACredentialSpec: 'gmsaCredentialSpec',
  RunAsUserName: 'runAsUserName',
  HostProcess: 'hostProcess',
};

/** Options by their names in Go; `absent` stands for those that were not given. */
function shownFields(
  options: object | undefined,
  names: Readonly<Record<string, string>>,
  absent: '' | null,
): Record<string, unknown> | null {
  if (options === undefined) return null;
  const given = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(names).map(([go, name]) => [go, given[name] ?? absent]));
}

function shownProfile(profile: SeccompProfile): Record<string, unknown> | null {
  if (profile === undefined) return null;
  return { Type: profile.type ?? '', LocalhostProfile: profile.localhostProfile ?? null };
}

function procMountErrors(mount: string | undefined, hostUsers: boolean, field: string) {
  if (mount === undefined) return [];
  const errors: FieldError[] = [];
  const known = ['Default', 'Unmasked'];
  if (!known.includes(mount)) errors.push(notSupported(field, mount, known));
  if (hostUsers && mount === 'Unmasked') {
    errors.push(invalid(field, mount, '`hostUsers` must be false to use `Unmasked`'));
  }
  return errors;
}

function seccompErrors(profile: SeccompProfile, field: string): FieldError[] {
  if (profile === undefined) return [];
  const type = String(profile.type ?? '');
  const path = profile.localhostProfile;
  const errors: FieldError[] = [];
  if (type === '') {
    errors.push(required(`${field}.type`, 'type is required when seccompProfile is set'));
  } else if (!PROFILE_TYPES.includes(type)) {
    errors.push(notSupported(`${field}.type`, type, PROFILE_TYPES));
  }
  const at = `${field}.localhostProfile`;
  if (type === 'Localhost') {
    if (path === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...localPathErrors(at, path));
  } else if (path !== undefined) {
    const why = 'can only be set when seccomp type is Localhost';
    errors.push(invalid(at, shownProfile(profile), why));
  }
  return errors;
}

/** Checks a profile in a field; `undefined` is fine. */
export function appArmorErrors(profile: AppArmorProfile, field: string): FieldError[] {
  if (profile === undefined) return [];
  const type = String(profile.type ?? '');
  const path = profile.localhostProfile;
  const at = `${field}.localhostProfile`;
  if (type === 'RuntimeDefault' || type === 'Unconfined') {
    if (path === undefined) return [];
    return [invalid(at, path, 'can only be set when AppArmor type is Localhost')];
  }
  if (type === '') {
    return [required(`${field}.type`, 'type is required when appArmorProfile is set')];
  }
  if (type !== 'Localhost') return [notSupported(`${field}.type`, type, PROFILE_TYPES)];
  const must = 'must be set when AppArmor type is Localhost';
  if (path === undefined) return [required(at, must)];
  const errors: FieldError[] = [];
  if (path.trim() !== path) errors.push(invalid(at, path, 'must not be padded with whitespace'));
  else if (path === '') errors.push(required(at, must));
  if (byteLength(path) > PROFILE_LENGTH) errors.push(tooLong(at, PROFILE_LENGTH));
  return errors;
}

/** The pod's own context; host namespaces are fields of the spec. */
export function validatePodSecurityContext(spec: PodSpec, field: string): FieldError[] {
  const context = spec.securityContext;
  if (context === undefined) return [];
  const errors = [
    ...idErrors(`${field}.fsGroup`, context.fsGroup),
    ...idErrors(`${field}.runAsUser`, context.runAsUser),
    ...idErrors(`${field}.runAsGroup`, context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((group, index) =>
      idErrors(`${field}.supplementalGroups[${index}]`, group),
    ),
  ];
  if (spec.shareProcessNamespace && spec.hostPID) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${field}.shareProcessNamespace`, true, why));
  }
  errors.push(...sysctlErrors(context.sysctls, spec, `${field}.sysctls`));
  errors.push(
    ...oneOf(`${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ]),
    ...seccompErrors(context.seccompProfile, `${field}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...appArmorErrors(context.appArmorProfile, `${field}.appArmorProfile`),
    ...oneOf(`${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ]),
    // MountOption waits for the feature SELinuxMount.
    ...oneOf(`${field}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']),
  );
  return errors;
}

function oneOf(field: string, value: string | undefined, known: readonly string[]): FieldError[] {
  return value === undefined || known.includes(value) ? [] : [notSupported(field, value, known)];
}

function sysctlErrors(
  sysctls: PodSecurityContext['sysctls'] = [],
  spec: PodSpec,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  sysctls.forEach(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    if (name === '') errors.push(required(at));
    else if (name.length > SYSCTL_LENGTH || !new RegExp(SYSCTL_PATTERN).test(name)) {
      const why = `must have at most ${SYSCTL_LENGTH} characters and match regex ${SYSCTL_PATTERN}`;
      errors.push(invalid(at, name, why));
    } else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork && dotted.startsWith('net.')) {
      errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC && /^(kernel\.(sem|shm|msg)|fs\.mqueue\.)/.test(dotted)) {
      errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    }
  });
  return errors;
}
