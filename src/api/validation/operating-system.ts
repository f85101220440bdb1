import { byteLength, dnsSubdomainProblems } from '../names';
import type { PodSpec, SecurityContext } from '../types';
import { containersWithPath } from './containers-with-path';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';

/**
 * What a pod's operating system forbids, and the options that only Windows knows. Models
 * pkg/apis/core/validation validateOS, validateLinux, validateWindows, validateWindowsHostProcessPod and
 * validateWindowsSecurityContextOptions.
 */

type WindowsOptions = SecurityContext['windowsOptions'];

const SYSTEMS = ['linux', 'windows'];
const NOT_ON_WINDOWS = 'cannot be set for a windows pod';
const NOT_ON_LINUX = 'windows options cannot be set for a linux pod';

/** Fields of a pod's security context without a meaning on Windows, in the server's order. */
const POD_CONTEXT_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;
/** Those of them that users write into the spec itself. */
const SPEC_FIELDS: readonly string[] = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'];

const CONTAINER_CONTEXT_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

export function validateOs(spec: PodSpec, field: string): FieldError[] {
  if (spec.os === undefined) return [];
  const name = String(spec.os.name ?? '');
  if (name === '') return [required(`${field}.os.name`)];
  if (!SYSTEMS.includes(name)) return [notSupported(`${field}.os`, name, SYSTEMS)];
  return name === 'linux' ? linuxErrors(spec, field) : windowsErrors(spec, field);
}

function linuxErrors(spec: PodSpec, field: string): FieldError[] {
  const contexts: [SecurityContext | undefined, string][] = [
    [spec.securityContext as SecurityContext | undefined, field],
    ...containersWithPath(spec, field).map(
      ([container, at]): [SecurityContext | undefined, string] => [container.securityContext, at],
    ),
  ];
  return contexts
    .filter(([context]) => context?.windowsOptions !== undefined)
    .map(([, at]) => forbidden(`${at}.securityContext.windowsOptions`, NOT_ON_LINUX));
}

function windowsErrors(spec: PodSpec, field: string): FieldError[] {
  const errors = POD_CONTEXT_FIELDS.flatMap((name) => {
    const inSpec = SPEC_FIELDS.includes(name);
    const from = (inSpec ? spec : spec.securityContext) as Record<string, unknown> | undefined;
    const value = from?.[name];
    const isSet = name === 'hostPID' || name === 'hostIPC' ? value === true : value !== undefined;
    if (!isSet) return [];
    return [forbidden(`${field}.${inSpec ? '' : 'securityContext.'}${name}`, NOT_ON_WINDOWS)];
  });
  for (const [{ securityContext }, at] of containersWithPath(spec, field)) {
    for (const name of CONTAINER_CONTEXT_FIELDS) {
      if (securityContext?.[name] === undefined) continue;
      errors.push(forbidden(`${at}.securityContext.${name}`, NOT_ON_WINDOWS));
    }
  }
  return errors;
}

/** Containers that are processes of a Windows host are so all together, and use its network. */
export function validateHostProcess(spec: PodSpec, field: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersWithPath(spec, field);
  const errors: FieldError[] = [];
  let count = 0;
  for (const [{ securityContext }, at] of containers) {
    const own = securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, why));
    }
    if (own ?? ofPod) count++;
  }
  if (count === 0) return errors;
  if (count !== containers.length) {
    const why =
      'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(field, '', why));
  }
  if (!spec.hostNetwork) {
    const why = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(`${field}.hostNetwork`, false, why));
  }
  return errors;
}

const CREDENTIAL_KIBIBYTES = 64;
const DOMAIN_LENGTH = 256;
const USER_LENGTH = 104;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DOMAIN = /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i;

export function validateWindowsOptions(options: WindowsOptions, field: string): FieldError[] {
  if (options === undefined) return [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: credential, runAsUserName } = options;
  const errors: FieldError[] = [];
  if (name !== undefined) {
    errors.push(...invalidFor(`${field}.gmsaCredentialSpecName`, name, dnsSubdomainProblems(name)));
  }
  if (credential === '') {
    const why = 'gmsaCredentialSpec cannot be an empty string';
    errors.push(invalid(`${field}.gmsaCredentialSpec`, credential, why));
  } else if (byteLength(credential ?? '') > CREDENTIAL_KIBIBYTES * 1024) {
    const why = `gmsaCredentialSpec size must be under ${CREDENTIAL_KIBIBYTES} KiB`;
    errors.push(invalid(`${field}.gmsaCredentialSpec`, credential, why));
  }
  const user = userNameProblems(runAsUserName);
  return [...errors, ...invalidFor(`${field}.runAsUserName`, runAsUserName, user)];
}

/** What is wrong with `DOMAIN\user`. */
function userNameProblems(name: string | undefined): string[] {
  if (name === undefined) return [];
  if (name === '') return ['runAsUserName cannot be an empty string'];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are looked for.
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length > 1 ? (parts[0] ?? '') : undefined;
  const problems: string[] = [];
  const fail = (why: string) => problems.push(`runAsUserName's ${why}`);
  if ((domain ?? '').length >= DOMAIN_LENGTH) {
    fail(`Domain length must be under ${DOMAIN_LENGTH} characters`);
  }
  if (domain !== undefined && !NET_BIOS.test(domain) && !DOMAIN.test(domain)) {
    fail("Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') fail('User cannot be empty');
  else if (user.length > USER_LENGTH) {
    fail(`User length must not be longer than ${USER_LENGTH} characters`);
  }
  if (/^[. ]+$/.test(user)) fail('User cannot contain only periods or spaces');
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    fail('User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return problems;
}
