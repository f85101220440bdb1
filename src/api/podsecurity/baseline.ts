import {
  type Check,
  type CheckPod,
  containersOf,
  containersText,
  hasUserNamespace,
  namesOf,
  plural,
  quoted,
  type SecurityPod,
  settersText,
  sortedSet,
  type Violation,
} from './check';

const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const APP_ARMOR_TYPES = ['RuntimeDefault', 'Localhost'];

function appArmor(pod: SecurityPod): Violation | undefined {
  const forbidden: string[] = [];
  const isForbidden = (profile: { type?: string } | undefined) => {
    if (profile === undefined || APP_ARMOR_TYPES.includes(profile.type ?? '')) return false;
    forbidden.push(profile.type ?? '');
    return true;
  };
  const podIsBad = isForbidden(pod.spec.securityContext?.appArmorProfile);
  const names = namesOf(pod, ({ securityContext }) =>
    isForbidden(securityContext?.appArmorProfile),
  );
  const annotations = Object.entries(pod.metadata?.annotations ?? {})
    .filter(([key]) => key.startsWith(APP_ARMOR_PREFIX))
    .filter(([, value]) => !/^$|^runtime\/default$|^localhost\//.test(value))
    .map(([key, value]) => `${key}="${value}"`)
    .sort();
  const setters = [
    settersText(podIsBad, names),
    annotations.length > 0 ? plural('annotation', 'annotations', annotations.length) : undefined,
  ].filter((setter) => setter !== undefined);
  if (setters.length === 0) return undefined;
  const values = sortedSet([...forbidden, ...annotations]);
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
}

const DEFAULT_CAPABILITIES = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD'],
  ...['NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

function capabilities(pod: SecurityPod): Violation | undefined {
  const added: string[] = [];
  const names = namesOf(pod, ({ securityContext }) => {
    const bad = (securityContext?.capabilities?.add ?? []).filter(
      (capability) => !DEFAULT_CAPABILITIES.has(capability),
    );
    added.push(...bad);
    return bad.length > 0;
  });
  if (names.length === 0) return undefined;
  const list = quoted(sortedSet(added));
  return {
    reason: 'non-default capabilities',
    detail: `${containersText(names)} must not include ${list} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: SecurityPod): Violation | undefined {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => spec[key]);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((key) => `${key}=true`).join(', ') };
}

function hostPathVolumes({ spec }: SecurityPod): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return {
    reason: 'hostPath volumes',
    detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}`,
  };
}

function hostPorts(pod: SecurityPod): Violation | undefined {
  const found: string[] = [];
  const names = namesOf(pod, ({ ports }) => {
    const used = (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
    found.push(...used);
    return used.length > 0;
  });
  if (names.length === 0) return undefined;
  const numbers = sortedSet(found);
  const uses = plural('uses', 'use', names.length);
  const what = plural('hostPort', 'hostPorts', numbers.length);
  return {
    reason: 'hostPort',
    detail: `${containersText(names)} ${uses} ${what} ${numbers.join(', ')}`,
  };
}

interface WithHost {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

function probeHosts(pod: SecurityPod): Violation | undefined {
  const found: string[] = [];
  const names = namesOf(pod, (container) => {
    const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
    const handlers = [
      ...[livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop],
    ] as (WithHost | undefined)[];
    const hosts = handlers
      .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
      .filter((host) => host !== undefined && host !== '') as string[];
    found.push(...hosts);
    return hosts.length > 0;
  });
  if (names.length === 0) return undefined;
  const hosts = sortedSet(found);
  const uses = plural('uses', 'use', names.length);
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(names)} ${uses} ${what} ${quoted(hosts)}`,
  };
}

function privileged(pod: SecurityPod): Violation | undefined {
  const names = namesOf(pod, ({ securityContext }) => securityContext?.privileged === true);
  if (names.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${containersText(names)} must not set securityContext.privileged=true`,
  };
}

export function procMount(pod: SecurityPod): Violation | undefined {
  const found: string[] = [];
  const names = namesOf(pod, ({ securityContext }) => {
    const type = securityContext?.procMount;
    if (type === undefined || type === 'Default') return false;
    found.push(type);
    return true;
  });
  if (names.length === 0) return undefined;
  const types = quoted(sortedSet(found));
  return {
    reason: 'procMount',
    detail: `${containersText(names)} must not set securityContext.procMount to ${types}`,
  };
}

function seLinux(types: readonly string[]): CheckPod {
  return (pod) => {
    const badTypes: string[] = [];
    let setsUser = false;
    let setsRole = false;
    const isForbidden = (options: { type?: string; user?: string; role?: string } | undefined) => {
      if (!options) return false;
      const { type = '', user = '', role = '' } = options;
      const badType = type !== '' && !types.includes(type);
      if (badType) badTypes.push(type);
      setsUser ||= user !== '';
      setsRole ||= role !== '';
      return badType || user !== '' || role !== '';
    };
    const podIsBad = isForbidden(pod.spec.securityContext?.seLinuxOptions);
    const names = namesOf(pod, ({ securityContext }) =>
      isForbidden(securityContext?.seLinuxOptions),
    );
    const setters = settersText(podIsBad, names);
    if (setters === undefined) return undefined;
    const values = sortedSet(badTypes);
    const what = [
      ...(values.length > 0 ? [`${plural('type', 'types', values.length)} ${quoted(values)}`] : []),
      ...(setsUser ? ['user may not be set'] : []),
      ...(setsRole ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${setters} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
    };
  };
}

const SE_LINUX_TYPES = ['container_t', 'container_init_t', 'container_kvm_t'];

export const SECCOMP_TYPES = ['RuntimeDefault', 'Localhost'];

/** Pods and containers that name a profile which is not allowed. */
export function badSeccomp(pod: SecurityPod): Violation | undefined {
  const found: string[] = [];
  const isBad = (type: string | undefined) => {
    if (type === undefined || SECCOMP_TYPES.includes(type)) return false;
    found.push(type);
    return true;
  };
  const podIsBad = isBad(pod.spec.securityContext?.seccompProfile?.type);
  const names = namesOf(pod, ({ securityContext }) => isBad(securityContext?.seccompProfile?.type));
  const setters = settersText(podIsBad, names);
  if (setters === undefined) return undefined;
  const types = quoted(sortedSet(found));
  return {
    reason: 'seccompProfile',
    detail: `${setters} must not set securityContext.seccompProfile.type to ${types}`,
  };
}

const POD_SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before there were fields, annotations said it. */
function seccompAnnotations(pod: SecurityPod): Violation | undefined {
  const annotations = pod.metadata?.annotations ?? {};
  const keys = [POD_SECCOMP, ...containersOf(pod).map(({ name }) => `${CONTAINER_SECCOMP}${name}`)];
  const bad = keys.filter((key) => {
    const value = annotations[key];
    return value !== undefined && !/^(runtime|docker)\/default$|^localhost\//.test(value);
  });
  if (bad.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${sortedSet(
      bad.map((key) => `${key}="${annotations[key]}"`),
    ).join(', ')}`,
  };
}

const SYSCTLS_SINCE: readonly (readonly [minor: number, names: readonly string[]])[] = [
  [
    0,
    [
      ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies'],
      ...['net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start'],
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [
    29,
    [
      ...['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout'],
      ...['net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes'],
    ],
  ],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
];

function sysctls(allowed: readonly string[]): CheckPod {
  return ({ spec }) => {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name);
    const forbidden = names.filter((name) => !allowed.includes(name));
    if (forbidden.length === 0) return undefined;
    return { reason: 'forbidden sysctls', detail: forbidden.join(', ') };
  };
}

function sysctlVersions(): Check['versions'] {
  return SYSCTLS_SINCE.map(([minor], index) => [
    minor,
    sysctls(SYSCTLS_SINCE.slice(0, index + 1).flatMap(([, names]) => names)),
  ]);
}

function windowsHostProcess(pod: SecurityPod): Violation | undefined {
  const podIsBad = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const names = namesOf(
    pod,
    ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true,
  );
  const setters = settersText(podIsBad, names);
  if (setters === undefined) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true`,
  };
}

function unlessUserNamespace(check: CheckPod): CheckPod {
  return (pod) => (hasUserNamespace(pod) ? undefined : check(pod));
}

/** Controls of the baseline level. Models k8s.io/pod-security-admission policy/check_*.go. */
export const BASELINE_CHECKS: readonly Check[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: [[0, appArmor]] },
  { id: 'capabilities_baseline', level: 'baseline', versions: [[0, capabilities]] },
  { id: 'hostNamespaces', level: 'baseline', versions: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [[0, hostPathVolumes]] },
  { id: 'hostPorts', level: 'baseline', versions: [[0, hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [[34, probeHosts]] },
  { id: 'privileged', level: 'baseline', versions: [[0, privileged]] },
  {
    id: 'procMount',
    level: 'baseline',
    versions: [
      [0, procMount],
      [35, unlessUserNamespace(procMount)],
    ],
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    versions: [
      [0, seLinux(SE_LINUX_TYPES)],
      [31, seLinux([...SE_LINUX_TYPES, 'container_engine_t'])],
    ],
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    versions: [
      [0, seccompAnnotations],
      [19, badSeccomp],
    ],
  },
  { id: 'sysctls', level: 'baseline', versions: sysctlVersions() },
  { id: 'windowsHostProcess', level: 'baseline', versions: [[0, windowsHostProcess]] },
];
